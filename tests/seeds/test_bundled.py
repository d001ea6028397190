"""What ships in seeds/ is complete, consistent, simplified, and true to the lists that were given."""

from __future__ import annotations

import csv
import time
from dataclasses import fields, is_dataclass
from pathlib import Path

import opencc
import pytest

from seeds.loader import check_seeds, load_seeds
from seeds.model import Seeds

HOSTS = {
    "mem-cx": ("cx.mem.gov.cn", 80),
    "mohurd-zlaq": ("zlaq.mohurd.gov.cn", 80),
    "samr-cnse": ("cnse.e-cqs.cn", 80),
    "sd-qlat": ("www.sdaj.gov.cn", 80),
    "sd-construction": ("117.73.255.95", 8081),
    "mem-portal": ("www.mem.gov.cn", 80),
    "mohurd-jzsc": ("jzsc.mohurd.gov.cn", 80),
    "mohrss-osta": ("zscx.osta.org.cn", 80),
    "cpta": ("www.cpta.com.cn", 80),
    "chsi": ("www.chsi.com.cn", 80),
}
ACCOUNTS = {
    "mem-wechat": ("wechat", "国家安全生产考试"),
    "mohurd-mini": ("miniprogram", "全国工程质量安全监管信息平台"),
    "sd-qlat": ("miniprogram", "齐鲁安特"),
    "yantai-wechat": ("wechat", "烟台应急管理"),
    "sd-yingji-wechat": ("wechat", "山东应急"),
}
CORE = {*HOSTS, *ACCOUNTS, "gov"}


@pytest.fixture(scope="module")
def bundled() -> Seeds:
    return load_seeds()


def test_the_bundled_seeds_have_no_problem():
    assert check_seeds() == []


def test_the_core_platforms_are_exactly_the_fifteen(bundled):
    assert {p.id for p in bundled.platforms if p.group == "core"} == CORE
    assert len(CORE) == 15


@pytest.mark.parametrize(("pid", "place"), HOSTS.items())
def test_a_core_web_platform_stands_at_its_host_and_port(bundled, pid, place):
    assert place in {(a.host, a.port) for a in bundled.platform(pid).addresses}


@pytest.mark.parametrize(("pid", "account"), ACCOUNTS.items())
def test_a_core_account_has_its_kind_and_name(bundled, pid, account):
    assert account in {(a.kind, a.name) for a in bundled.platform(pid).accounts}


def test_the_second_host_of_cnse_is_registered(bundled):
    assert "cnse.samr.gov.cn" in {a.host for a in bundled.platform("samr-cnse").addresses}


def test_gov_stands_for_organs_and_has_no_address(bundled):
    gov = bundled.platform("gov")
    assert (gov.kind, gov.addresses, gov.baselines) == ("body", (), ())


def test_every_core_web_platform_has_a_baseline_on_its_own_host(bundled):
    web = [p for p in bundled.platforms if p.group == "core" and p.kind == "web"]
    assert all(p.baselines for p in web)


def test_rows_outside_the_core_have_no_baselines(bundled):
    assert not [p.id for p in bundled.platforms if p.group != "core" and p.baselines]


def test_both_generations_of_the_certificate_query_are_kept(bundled):
    old, new = bundled.platform("mem-cx").generations
    assert {"certtype_code", "certnum", "stu_name", "passcode"} <= set(old.fields)
    assert "/GetImg" in old.paths
    assert {"/special?index=0", "/safety?index=1", "/prod-api/certsearch/code"} <= set(new.paths)


def test_the_misprint_is_an_erratum_and_allow_lists_nothing(bundled):
    printed = {e.printed for e in bundled.platform("mohurd-zlaq").errata}
    assert {"zlag.mohurdgov.cn", "mohurdgov.cn"} <= printed
    hosts = {a.host for p in bundled.platforms for a in p.addresses}
    assert not [h for h in hosts if "mohurdgov" in h or h.startswith("zlag.")]


def test_the_footer_numbers_of_jzsc_are_those_of_its_front_end(bundled):
    p = bundled.platform("mohurd-jzsc")
    assert (p.icp, p.site_codes, p.conac) == (
        ("京ICP备10036469号",), ("bm18000002",), ("090F963018611703E053022819ACC232",),
    )  # fmt: skip


def test_every_row_has_a_dated_source(bundled):
    assert all(p.sources and all(s.checked_on.year == 2026 for s in p.sources) for p in bundled.platforms)


def test_provincial_rows_are_the_31_of_the_directory(bundled, real_data: Path):
    with (real_data / "genuine/provincial_construction_platforms.csv").open(encoding="utf-8") as f:
        urls = [row["url"] for row in csv.DictReader(f)]
    rows = [p for p in bundled.platforms if p.group == "provincial"]
    assert sorted(a.url for p in rows for a in p.addresses) == sorted(urls)
    assert len(rows) == 31
    assert all(p.id.startswith("prov-") for p in rows)


def test_known_numbers_agree_with_the_gathered_facts(bundled, real_data: Path):
    facts = (real_data / "genuine/platform_facts.json").read_text(encoding="utf-8")
    gathered = [
        p for p in bundled.platforms if p.id in ("mohurd-jzsc", "gov-cn", "mee", "shanxi", "mohrss-osta", "mem-cx")
    ]
    numbers = [n for p in gathered for n in (*p.site_codes, *p.conac, *p.analytics, *p.police)]
    assert len(numbers) >= 10
    assert not [n for n in numbers if n not in facts]


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if is_dataclass(value):
        return [t for f in fields(value) for t in _texts(getattr(value, f.name))]
    if isinstance(value, dict):
        return [t for pair in value.items() for part in pair for t in _texts(part)]
    if isinstance(value, (tuple, frozenset)):
        return [t for part in value for t in _texts(part)]
    return []


def test_all_text_is_in_simplified_characters(bundled):
    simplify = opencc.OpenCC("t2s").convert
    texts = _texts(bundled)
    assert len(texts) > 1500
    assert [t for t in texts if simplify(t) != t] == []


def test_no_group_of_the_lexicon_is_empty_or_repeats_a_term(bundled):
    for group, terms in bundled.lexicon.groups.items():
        assert terms, group
        assert len({t.text for t in terms}) == len(terms), group


def test_every_term_says_what_its_honest_uses_are(bundled):
    assert not [t.text for terms in bundled.lexicon.groups.values() for t in terms if not t.note]


def test_every_name_token_carries_its_class(bundled):
    pinyin = bundled.lexicon.groups["pinyin"]
    assert {t.cls for t in pinyin} == {"organ", "agency", "topic", "paper", "query", "gov"}
    assert {t.cls for t in bundled.lexicon.groups["gov_markers"]} == {"gov"}
    assert all(t.text == t.text.lower() for t in pinyin)
    assert all(t.text.isascii() or not any(c.isascii() for c in t.text) for t in pinyin)


def test_initials_never_weigh_more_than_nine_tenths(bundled):
    assert not [t.text for t in bundled.lexicon.groups["pinyin"] if t.initials and t.weight > 0.9]


def test_the_four_engines_are_among_the_sources(bundled):
    assert {(s.id, s.host, s.path) for s in bundled.sources} >= {
        ("baidu", "www.baidu.com", "/s"),
        ("bing", "www.bing.com", "/search"),
        ("so360", "www.so.com", "/s"),
        ("sogou", "www.sogou.com", "/web"),
    }


def test_loading_is_no_matter_of_seconds():
    load_seeds()
    best = min(_timed() for _ in range(5))
    assert best < 0.5  # a tenth of a second by itself; the machine may be busy


def _timed() -> float:
    start = time.perf_counter()
    load_seeds()
    return time.perf_counter() - start
