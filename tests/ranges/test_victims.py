"""One night where victims are reached in every way: each way's fake is found, sellers are told, honest hosts left alone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from lookalike.cyber_range.load import check_range, load_range
from lookalike.cyber_range.model import Range, Truth
from lookalike.cyber_range.serve import RunningRange, serve_process
from scoring.gate import average_precision
from spiders.browser.launch import BrowserMissing, find_browser
from tests.memory import Peak
from tests.ranges.outcome import NIGHT, environment, kill_nights, outcome

HERE = Path(__file__).resolve().parent
FOLDER = HERE / "victims"
SHOWN = {"high", "medium"}
LONGEST_S = 2400
"""A night with a browser takes some seven minutes on two busy cores."""
KILLS = 20
KILLED_AFTER_S = (3.0, 11.0)
"""Seconds from start to kill: twenty of them lie between the first search and the last page in the browser."""
NOT_SENT = {"E_NET_PRIVATE", "E_PORT", "E_SCHEME", "E_HOST", "E_DNS", "E_CONNECT", "E_ROBOTS", "E_METHOD"}

REACHES = {
    "searching": ("www.cx-mem.gov.cn-zsquery.top", "mem-cx", {"baidu", "bing", "searxng"}),
    "WeChat alone": ("aqks-yz.cn", "mem-cx", {"advert"}),
    "a phone alone": ("tzzy-shouji.top", "mem-cx", {"advert"}),
    "those whom Baidu sends": ("www.lanyu-huayi.com", "chsi", {"baidu"}),
    "phones that a search sends": ("tsb-renyuan.com", "samr-cnse", {"tips"}),
    "a QR code in a picture": ("a8k2vq.cn", "mem-cx", set()),
    "a report's words": ("zlaq.jianzhu-renyuan.cn", "mohurd-zlaq", {"tips"}),
    "a script that builds the page": ("yj-certsearch.top", "mem-cx", {"advert"}),
    "a script that waits": ("cnse.ecqs-pub.cn", "samr-cnse", set()),
    "a path of a hacked works": ("www.qingxi-shicai.com", "mem-cx", {"baidu", "bing", "searxng"}),
    "a shortener's second link and a redirector": ("www.mohurd-aqy.com", "mohurd-zlaq", {"redirect"}),
    "free hosting": ("zscx-osta-chaxun.pages.dev", "mohrss-osta", {"baidu", "bing", "searxng"}),
    "an address and port in a post": ("203.0.113.188", "mem-cx", {"advert"}),
    "a name of no meaning in a small ad": ("q9xw2lk.cn", "mohrss-osta", {"advert"}),
    "a list of names": ("cxmem-gov.cn", "mem-cx", {"names"}),
    "a certificate": ("chsi.com.cn.xlcx-yz.top", "chsi", {"ct"}),
    "a deep link with its query": ("ewm.zs-hedui.cn", "mem-cx", {"tips"}),
    "an older generation in a frame": ("aqscgl-chaxun.com", "mem-cx", {"baidu", "bing", "searxng"}),
    "numbers of the genuine site": ("www.chsi-xueli.net", "chsi", {"baidu", "bing", "searxng"}),
    "a copy on the genuine host's resources": ("osta-zscx.com", "mohrss-osta", {"baidu", "bing", "searxng"}),
    "an account": ("open.weixin.qq.com", "mem-wechat", {"weixin_accounts"}),
    "a body that does not exist": ("www.zgzyjnrz.org.cn", "gov", {"baidu", "bing", "searxng"}),
}
"""What leads to it: the host, what it imitates, and the sources that may name it (none where only a page does)."""

ADVERTS = {
    "mp.weixin.qq.com/s/VicAd01": "zs-hz8807",
    "mp.weixin.qq.com/s/VicAd02": "zs-hz8808",
    "tieba.baidu.com/p/9200000001": "hgcz6603",
    "tieba.baidu.com/p/9200000002": "1002003066",
    "tieba.baidu.com/p/9200000005": "1002003055",
    "yt.58.com/zhiyepeix/52000000000001x": "zs-hz8809",
    "yt.58.com/zhiyepeix/52000000000002x": "13800000064",
    "yantai.baixing.com/jinengpeixun/a9400000001": "jndj-7712",
    "yantai.baixing.com/jinengpeixun/a9400000007": "13800000047",
    "www.kaozheng-zhida.com": "kzzd-2201",
    "www.tezhong-daibanzx.com": "kzzd-2201",
    "sc.shici-yayun.com": "sgy-5518",
    "zhicheng-xueli.bjfuwu.top": "agz_3307",
    "bd.kuaizheng-jiaoyu.top": "zs-hz8807",
    "bbs.gongdi-laoxiang.com/thread-3301": "tdsj_9902",
}
NEIGHBOURS = [
    "mp.weixin.qq.com/s/VicWarn03",
    "mp.weixin.qq.com/s/VicGen04",
    "mp.weixin.qq.com/s/VicSchool05",
    "tieba.baidu.com/p/9200000003",
    "tieba.baidu.com/p/9200000004",
    "tieba.baidu.com/p/9200000006",
    "yt.58.com/zhiyepeix/52000000000003x",
    "yt.58.com/zhaopin/52000000000004x",
    "username=gjaqscks_gf",
    "username=sdyj_gf_01",
    "username=dongling_anpei",
]
"""Honest posts, articles and accounts beside sellers' on the same hosts."""

HONEST_SHOWN = {"shen.cengceng-tao.com"}
"""Honest hosts that were shown when this was measured, of 53 examined: a hostile page stuffed with sellers' words."""
PRECISION = 0.97
"""The least average precision of sites; 0.982 when this was measured. Of 33 fakes two are in no band: a name that is for
sale, which shows nobody a fake and is looked at again, and a path of a government's host, which its owner is told of.
"""


@dataclass(frozen=True)
class VictimsNight:
    """The range, what the night told, all rows best first, our own log and the range's."""

    home: Path
    memory: int
    content: Range
    summary: dict[str, Any]
    rows: list[dict[str, Any]]
    ours: list[dict[str, Any]]
    theirs: list[dict[str, Any]]

    def of(self, truth: Truth) -> list[dict[str, Any]]:
        host, _, port = truth.host.partition(":")
        return [r for r in self.rows if r["host"] == host and port in {"", str(urlsplit(r["url"]).port)}]

    def row(self, part: str) -> dict[str, Any]:
        """The one row whose address holds ``part``."""
        (found,) = [r for r in self.rows if part in r["url"]]
        return found

    def average_precision(self) -> float:
        """Of fakes against honest sites in the order of the listing; a fake that was not seen is a miss."""
        first = {id(rows[0]): t.label for t in self.content.truth if (rows := self.of(t))}
        ranked = [first[id(r)] == "fake" for r in self.rows if first.get(id(r)) in {"fake", "benign"}]
        return average_precision(ranked) * sum(ranked) / sum(t.label == "fake" for t in self.content.truth)


def watched_night(running: RunningRange, home: Path) -> tuple[subprocess.CompletedProcess[str], int]:
    """A night, and the most bytes that it held in memory with all that it had started."""
    env = environment(home, running.env, LOOKALIKE_RENDER_SECONDS=str(LONGEST_S))
    night = subprocess.Popen(NIGHT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with Peak(night.pid) as peak:
        out, err = night.communicate(timeout=LONGEST_S)
    return subprocess.CompletedProcess(NIGHT, night.returncode, out, err), peak.bytes


def command(running: RunningRange, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = environment(home, running.env, LOOKALIKE_RENDER_SECONDS=str(LONGEST_S))  # no site is left out for load
    return subprocess.run(
        [sys.executable, "-m", "lookalike", *words],
        env=env,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )


@pytest.fixture(scope="module")
def victims(tmp_path_factory: pytest.TempPathFactory) -> VictimsNight:
    try:
        find_browser()
    except BrowserMissing as missing:
        pytest.skip(str(missing))
    home = tmp_path_factory.mktemp("victims")
    with serve_process(FOLDER) as running:
        night, memory = watched_night(running, home)
        assert night.returncode == 0, night.stderr
        listed = command(running, home, "leads", "--all", "--json")
        assert listed.returncode == 0, listed.stderr
        theirs: list[dict[str, Any]] = running.requests("http")
    logs = sorted((home / "logs").glob("requests-*.jsonl"))
    return VictimsNight(
        home=home,
        memory=memory,
        content=load_range(FOLDER),
        summary=json.loads(night.stdout),
        rows=[json.loads(line) for line in listed.stdout.splitlines()],
        ours=[json.loads(line) for path in logs for line in path.read_text(encoding="utf-8").splitlines()],
        theirs=theirs,
    )


def test_the_range_is_described_without_a_slip() -> None:
    assert check_range(FOLDER) == []


@pytest.mark.slow
@pytest.mark.parametrize("reach", REACHES)
def test_what_one_way_alone_leads_to_is_found_shown_and_named(victims: VictimsNight, reach: str) -> None:
    host, platform, sources = REACHES[reach]
    best = next(r for r in victims.rows if r["host"] == host)
    assert (best["kind"], best["band"] in SHOWN, best["impersonates"]) == ("site", True, platform), best["reasons"]
    if sources:
        assert {s["source"] for s in best["sightings"]} <= sources


@pytest.mark.slow
@pytest.mark.parametrize("part", ADVERTS)
def test_a_seller_is_shown_with_a_contact(victims: VictimsNight, part: str) -> None:
    row = victims.row(part)
    assert (row["kind"], row["band"] in SHOWN) == ("advert", True), row["reasons"]
    assert ADVERTS[part] in {c["value"] for c in row["contacts"]}


@pytest.mark.slow
def test_a_seller_whom_a_report_alone_names_is_a_lead(victims: VictimsNight) -> None:
    (lead,) = [r for r in victims.rows if not r["host"]]
    assert (lead["kind"], lead["band"] in SHOWN, [c["value"] for c in lead["contacts"]]) == (
        "advert",
        True,
        ["qzfw_6620"],
    )


@pytest.mark.slow
@pytest.mark.parametrize("part", NEIGHBOURS)
def test_an_honest_neighbour_is_left_alone(victims: VictimsNight, part: str) -> None:
    assert victims.row(part)["band"] == "low", victims.row(part)["reasons"]


@pytest.mark.slow
def test_no_genuine_platform_is_shown(victims: VictimsNight) -> None:
    genuine = [t for t in victims.content.truth if t.why.startswith("genuine")]
    assert len(genuine) == 8
    assert [r["url"] for t in genuine for r in victims.of(t) if r["band"] in SHOWN] == []


@pytest.mark.slow
def test_a_query_planted_on_a_government_site_is_told_to_its_owner_and_the_host_is_in_no_band(
    victims: VictimsNight,
) -> None:
    (told,) = victims.summary["hacked"]
    assert (told["host"], "/wap/js/zscx/" in told["text"]) == ("nyncj.xitanxian.gov.cn", True)
    assert victims.row("nyncj.xitanxian.gov.cn")["band"] == "low"


@pytest.mark.slow
def test_no_more_honest_hosts_are_shown_than_were_measured(victims: VictimsNight) -> None:
    honest = [t for t in victims.content.truth if t.label == "benign"]
    shown = {t.host for t in honest if any(r["band"] in SHOWN for r in victims.of(t))}
    assert shown <= HONEST_SHOWN


@pytest.mark.slow
def test_fakes_stand_above_honest_sites(victims: VictimsNight) -> None:
    assert victims.average_precision() >= PRECISION


@pytest.mark.slow
def test_no_honest_site_stands_above_what_one_way_alone_leads_to(victims: VictimsNight) -> None:
    hosts = {host for host, _, _ in REACHES.values()}
    least = min(next(r["score"] for r in victims.rows if r["host"] == host) for host in hosts)
    honest = [r for t in victims.content.truth if t.label == "benign" for r in victims.of(t)]
    assert [r["url"] for r in honest if r["score"] >= least] == []


@pytest.mark.slow
def test_the_summary_tells_each_source_with_its_counts(victims: VictimsNight) -> None:
    told = victims.summary["sources"]
    searched = {"baidu", "bing", "searxng", "weixin", "weixin_accounts", "tieba", "tieba_forum", "wuba", "baixing"}
    assert set(told) == searched | {"tips", "names", "ct"}
    for source, counts in told.items():
        assert counts["results"] > 0, source
        assert counts["pages"] >= counts["queries"] > 0, source
        assert [counts[k] for k in ("captcha", "unparsed", "failed", "blocked")] == [0, 0, 0, 0], source


@pytest.mark.slow
def test_of_thousands_of_new_names_the_four_alike_are_taken(victims: VictimsNight) -> None:
    assert [n["why"] for n in victims.summary["notes"] if n["source"] == "names"] == ["读 3604 个域名，4 个形近"]


@pytest.mark.slow
def test_nothing_but_get_was_asked(victims: VictimsNight) -> None:
    assert {line["method"] for line in victims.theirs} == {"GET"}


@pytest.mark.slow
def test_both_logs_hold_as_many_requests_of_each_host(victims: VictimsNight) -> None:
    sent = [r for r in victims.ours if r["method"] == "GET" and (r["status"] is not None or r["code"] not in NOT_SENT)]
    assert Counter(urlsplit(r["url"]).hostname for r in sent) == Counter(r["host"] for r in victims.theirs)


@pytest.mark.slow
def test_a_night_killed_at_twenty_random_moments_ends_like_the_undisturbed_one(
    victims: VictimsNight, tmp_path: Path
) -> None:
    # A site that keeps its visitor waiting is begun again after every kill: here it is not given up for that.
    patient = {"LOOKALIKE_RENDER_SECONDS": str(LONGEST_S), "LOOKALIKE_ATTEMPTS": str(KILLS + 2)}
    with serve_process(FOLDER) as running:
        env = environment(tmp_path, running.env, **patient)
        killed = kill_nights(env, KILLS, seed=20260512, pauses=KILLED_AFTER_S)
        ended = subprocess.run(NIGHT, env=env, capture_output=True, text=True, timeout=LONGEST_S, check=False)
    assert len(killed) == KILLS, "the night was over before it had been killed as often"
    assert ended.returncode == 0, ended.stderr
    undisturbed, resumed = outcome(victims.home), outcome(tmp_path)
    for table, rows in undisturbed.items():
        assert resumed[table] == rows, table
    assert json.loads(ended.stdout)["leads_new"] == victims.summary["leads_new"]


@pytest.mark.slow
def test_a_night_and_its_browser_together_stay_under_a_gigabyte(victims: VictimsNight) -> None:
    assert victims.memory < 10**9
