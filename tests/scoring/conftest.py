"""Builds cases of one page for the signals' tests."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta

import pytest

from scoring.case import (
    Case,
    DnsFacts,
    Fact,
    Hop,
    Hosting,
    NetworkFacts,
    RegistrationFacts,
    Screen,
    Sighting,
    SiteKey,
    TlsFacts,
    View,
)
from scoring.context import Context
from scoring.page import parse
from scoring.reference import Reference
from scoring.signals import SIGNALS
from scoring.similarity import Baseline
from seeds.loader import load_seeds

CONFIRMED = "192.0.2.77"
NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
SCREEN = Screen(0, 0, "", int("9E3CF00FA55A17D2" * 4, 16), int("61C30FF05AA5E82D" * 4, 16))
GENUINE_PAGE = """<html><head><title>特种作业操作证及安全生产知识和管理能力考核合格信息查询平台</title><link href="/own/css/cert-a.css" rel=stylesheet>
<script src="/own/js/cert-b.js"></script></head><body><div><img src="/own/img/cert-c.png"><img src="/own/img/cert-d.png"></div>
<div><ul><li>a</li><li>b</li><li>c</li></ul></div><form><p>姓名<input name=a></p><p>证件号码<input name=b></p><p>验证码<input name=c></p></form>
<p>本平台提供全国特种作业操作证信息查询服务，数据由各级发证机关上传，一般在制证后三日内可以查到，请持证人员按期办理复审手续。</p>
<p>查询不到的请与发证机关联系核实，以上信息仅供参考。</p><table><tr><td>1</td></tr><tr><td>2</td></tr></table></body></html>"""


def make_view(html="", client="desktop", host="a.example.com", final="", via="http", status=200, path="/", **extra):
    start = f"http://{host}{path}"
    hops = (Hop(start, status),) if not final else (Hop(start, 200), Hop(final, status, via))
    page = parse(html, final or start) if html else None
    return View(
        client, start, hops, page, body_sha256=f"{zlib.crc32(html.encode()):08x}{client}" if html else "", **extra
    )


def make_case(html="", host="a.example.com", views=None, age=None, term=365, country="", tls=None, paid=None, **extra):
    """A case; ``age`` in days, ``tls`` the facts or None for unknown, ``query`` and ``told`` of a sighting."""
    name, _, port = host.partition(":")
    created = NOW - timedelta(days=age) if age is not None else None
    whois = RegistrationFacts(
        created=created, expires=created and created + timedelta(days=term), **extra.pop("registration", {})
    )
    networks = Fact("ok", (NetworkFacts("192.0.2.9", country=country),)) if country else Fact()
    addresses = extra.pop("addresses", None)
    hosting = Hosting(
        dns=Fact("ok", DnsFacts({"A": addresses})) if addresses is not None else Fact(),
        whois=Fact("ok", whois) if age is not None else Fact(),
        networks=networks,
        tls=Fact("ok", tls) if isinstance(tls, TlsFacts) else Fact(),
    )
    query, told = extra.pop("query", "电工证 免考"), extra.pop("told", "标题")
    sightings = () if paid is None else (Sighting("baidu", query, 1, paid, f"http://{host}/", told),)
    shown = views if views is not None else ((make_view(html, host=host),) if html else ())
    return Case(NOW, SiteKey(name, int(port or 80)), f"http://{host}/", shown, hosting, sightings, **extra)


@pytest.fixture(scope="session")
def reference() -> Reference:
    url = "https://cx.mem.gov.cn/"
    return Reference(
        load_seeds(),
        [Baseline("mem-cx", url, parse(GENUINE_PAGE, url), favicon_mmh3=77, favicon_sha256="ab", screen=SCREEN)],
        frozenset({CONFIRMED}),
    )


@pytest.fixture(scope="session")
def by_name():
    return {s.name: s for s in SIGNALS}


@pytest.fixture
def judge(reference, by_name):
    """``judge(name, case)``: one signal's answer."""
    return lambda name, case: by_name[name](case, Context(case, reference))


@pytest.fixture(scope="session")
def factories():
    """``make_case``, ``make_view`` and the genuine page, for test modules."""
    return make_case, make_view, GENUINE_PAGE
