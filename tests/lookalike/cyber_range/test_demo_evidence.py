"""The demo range's evidence: hosting facts that can be read, crews that share something, cloaks, and what searches find."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from urllib.parse import quote_plus, urlsplit

import pytest

from lookalike.cyber_range.engines import Engines
from lookalike.cyber_range.exchange import Request
from lookalike.cyber_range.load import load_range
from lookalike.cyber_range.model import Host, Range
from lookalike.cyber_range.names import registrable
from lookalike.cyber_range.pages import Page, indexed_pages
from lookalike.cyber_range.search import Index
from lookalike.cyber_range.sites import answer_host
from scoring.case import RegistrationFacts
from seeds.loader import load_seeds
from seeds.queries import platform_names, queries
from spiders.hosting import rdap, whois_text
from spiders.pages.baidu import BaiduPage
from spiders.pages.bing import BingPage
from spiders.pages.so360 import So360Page
from spiders.pages.sogou import SogouPage

DEMO = Path(__file__).parents[3] / "lookalike" / "cyber_range" / "demo"
PAGES = {"baidu": BaiduPage, "bing": BingPage, "so360": So360Page, "sogou": SogouPage}
DESKTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0 Safari/537.36"
WECHAT = "Mozilla/5.0 (Linux; Android 14) Chrome/120.0 Mobile Safari/537.36 MicroMessenger/8.0.49"
CHINESE_DIGITS = str.maketrans("零〇幺一二三四五六七八九乄", "001123456789_", "-丨 ")


@pytest.fixture(scope="module")
def demo_sites() -> Range:
    return load_range(DEMO)


@pytest.fixture(scope="module")
def demo_rows() -> dict[str, dict[str, str]]:
    """Rows of truth.toml by folder."""
    rows = tomllib.loads((DEMO / "truth.toml").read_text(encoding="utf-8"))["site"]
    return {re.sub(r":(\d+)$", r"_\1", row["host"]): row for row in rows}


@pytest.fixture(scope="module")
def demo_known_pages(demo_sites: Range) -> tuple[Page, ...]:
    return tuple(indexed_pages(demo_sites.hosts))


@pytest.fixture(scope="module")
def demo_search(demo_known_pages: tuple[Page, ...]) -> Index:
    return Index(demo_known_pages)


def _digits(text: str) -> str:
    """Full-width letters, digits and underline as their plain forms."""
    return text.translate({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)})


def _get(host: Host, path: str, agent: str, referer: str = "") -> bytes:
    request = Request("GET", "http", host.host, host.ports[0], path, {"user-agent": agent, "referer": referer})
    return answer_host(host, request).body


def test_registration_answers_can_be_read_and_are_not_of_the_future(demo_sites: Range) -> None:
    read = 0
    for host in demo_sites.hosts:
        if host.whois and host.whois.file:
            facts = _whois(registrable(host.host), host.whois.file.read_bytes())
            assert facts.registered, host.host
            assert facts.created is not None, host.host
            assert facts.created < demo_sites.now, host.host
            assert facts.expires is not None, host.host
            assert facts.expires > demo_sites.now, host.host
            assert facts.registrar, host.host
            read += 1
    assert read >= 60


def test_whois_and_rdap_of_a_name_tell_the_same_day(demo_sites: Range) -> None:
    both = [h for h in demo_sites.hosts if h.rdap and h.whois and h.whois.file]
    for host in both:
        assert host.whois is not None
        assert host.whois.file is not None
        assert host.rdap is not None
        by_whois = _whois(registrable(host.host), host.whois.file.read_bytes()).created
        by_rdap = rdap.parse(host.rdap.read_bytes()).created
        assert isinstance(by_whois, datetime), host.host
        assert by_whois == by_rdap, host.host
    assert len(both) >= 12


def test_an_address_belongs_to_one_network(demo_sites: Range) -> None:
    networks: dict[str, set[int]] = defaultdict(set)
    for host in demo_sites.hosts:
        addresses = [host.host] if re.fullmatch(r"[\d.]+", host.host) else []
        addresses += [a for kind in ("A", "AAAA") for a in host.dns.records[kind]] if host.dns else []
        for address in addresses:
            assert host.asn is not None, host.host
            networks[address].add(host.asn.number)
    assert not {a: n for a, n in networks.items() if len(n) > 1}


def test_certificates_are_valid_tonight(demo_sites: Range) -> None:
    for host in demo_sites.hosts:
        if host.tls:
            assert host.tls.not_before is not None, host.host
            assert host.tls.not_after is not None, host.host
            assert host.tls.not_before < demo_sites.now < host.tls.not_after, host.host


def test_crews_can_be_linked_by_something_that_they_share(
    demo_sites: Range, demo_rows: dict[str, dict[str, str]]
) -> None:
    crews: dict[str, list[Host]] = defaultdict(list)
    for host in demo_sites.hosts:
        if crew := demo_rows[host.folder.name].get("campaign"):
            crews[crew].append(host)
    names = {host.host for hosts in crews.values() for host in hosts}
    marks = {host.host: _marks(host, names) for hosts in crews.values() for host in hosts}
    large = {crew: hosts for crew, hosts in crews.items() if len(hosts) > 1}
    assert len(large) >= 6
    for crew, hosts in large.items():
        for host in hosts:
            others = set().union(*(marks[h.host] for h in hosts if h is not host))
            assert marks[host.host] & others, (crew, host.host)


def _marks(host: Host, names: set[str]) -> set[str]:
    """What links a host to its crew: address, own name servers, tag, account, registrant's mail, kit, named hosts."""
    pages = " ".join(f.read_bytes().decode("utf-8", "ignore") for f in host.files.values())
    record = host.whois.file.read_text(encoding="utf-8") if host.whois and host.whois.file else ""
    shown = _digits(pages + record).translate(CHINESE_DIGITS)
    found = set(re.findall(r"hm\.js\?[0-9a-f]{32}|zs_demo_\d+|1990000\d{4}|[\w.-]+@example\.\w+|该证书真实有效", shown))
    found |= {name for name in names if name in pages}
    if host.dns:  # a registrar's own name servers serve honest shops as well and say nothing
        found |= set(host.dns.records["A"])
        found |= {n for n in host.dns.records["NS"] if not n.endswith(("hichina.com", "dnspod.net", "xincache.com"))}
    return found | {host.host}


@pytest.mark.parametrize("name", ["aqsc-ewm.cn", "jgkaoshi.top", "m.jineng-zs.cn", "anquanzhengshu-chaxun.net"])
def test_cloaked_hosts_show_the_fake_to_wechat_alone(demo_sites: Range, name: str) -> None:
    host = next(h for h in demo_sites.hosts if h.host == name)
    assert "查询".encode() in _get(host, "/", WECHAT)
    assert "证件号码".encode() in _get(host, "/", WECHAT)
    assert "证件号码".encode() not in _get(host, "/", DESKTOP)


def test_one_clone_shows_itself_to_visitors_from_a_search_engine(demo_sites: Range) -> None:
    host = next(h for h in demo_sites.hosts if h.host == "anquanzhengshu-chaxun.net")
    plain, referred = (_get(host, "/", DESKTOP, r) for r in ("", "https://www.baidu.com/link?url=x"))
    assert plain != referred
    assert referred == _get(host, "/", WECHAT)


def test_deep_pages_are_indexed_where_the_root_shows_nothing(
    demo_sites: Range, demo_known_pages: tuple[Page, ...]
) -> None:
    hosts = {h.folder.name: h for h in demo_sites.hosts}
    assert _get(hosts["198.51.100.77_8090"], "/", DESKTOP) == b"404 page not found"
    assert _get(hosts["q7w2kd.cn"], "/", DESKTOP) == b""
    targets = {p.target for p in demo_known_pages}
    assert {"http://198.51.100.77:8090/cert", "http://q7w2kd.cn/c/2024/0817.html"} <= targets


def test_one_night_of_searches_meets_every_fake_and_every_advert(
    demo_search: Index, demo_rows: dict[str, dict[str, str]]
) -> None:
    seeds = load_seeds()
    asked = queries(seeds.lexicon, 60, 0, platform_names(seeds.platforms))
    met = {urlsplit(page.target).netloc.replace(":", "_") for query in asked for page in demo_search.search(query)[:20]}
    assert [name for name, row in demo_rows.items() if row["label"] != "benign" and name not in met] == []


@pytest.mark.parametrize("name", sorted(PAGES))
def test_result_pages_are_read_whole_by_the_page_objects(demo_sites: Range, demo_search: Index, name: str) -> None:
    engines = Engines(demo_sites.engines, demo_search, DEMO)
    first = _results(engines, demo_sites, name, "电工证 免考")
    found = first.results
    expected = [page.title for page in demo_search.search("电工证 免考")[:10]]
    assert first.outcome == "results"
    assert [r.title for r in found if not r.paid] == expected
    assert all(r.snippet for r in found)
    assert sum(r.paid for r in found) == (2 if name in {"baidu", "so360"} else 0)
    assert first.next_url


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_query_without_results_is_told_as_none(demo_sites: Range, demo_search: Index, name: str) -> None:
    page = _results(Engines(demo_sites.engines, demo_search, DEMO), demo_sites, name, "Zq9")
    assert (page.outcome, page.results, page.next_url) == ("none", (), "")


def _results(engines: Engines, content: Range, name: str, query: str) -> BaiduPage | BingPage | So360Page | SogouPage:
    engine = next(e for e in content.engines if e.name == name)
    target = f"{engine.path}?{engine.query_param}={quote_plus(query)}"
    answer = engines.answer(Request("GET", "https", engine.host, 443, target, {}))
    assert answer is not None
    return PAGES[name](answer.body.decode(), f"https://{engine.host}{target}", now=content.now)


def _whois(domain: str, raw: bytes) -> RegistrationFacts:
    facts = whois_text.parse(domain, raw).facts
    assert facts is not None, domain
    return facts
