"""Quotes are found where they stand, however the source lays them out; hostile texts cost no more than their length."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.store.blobs import Blobs
from lookalike.store.models import Visit
from lookalike.web import changes as changed
from lookalike.web.comparison import Side, compared
from lookalike.web.finding import found, shown
from lookalike.web.hosting_lines import watched
from scoring.case import DnsFacts, Fact, Hop, Hosting, RegistrationFacts
from scoring.page import parse


@pytest.mark.parametrize(
    ("text", "quote", "marked", "whole"),
    [
        ("<h1>应急管理部</h1>", "应急管理部", ["应急管理部"], True),
        ("<td>姓 名</td>\n<td>证号</td>", "姓名 + 证号", ["姓 名", "证号"], False),
        ("ＩＣＰ备 12345号", "icp备12345", ["ＩＣＰ备 12345"], True),
        ("Creation Date: 2026-02-13T09:20:11Z", "2026-02-13", ["2026-02-13"], True),
        ("无关", "引文", [], False),
        ("任何", "", [], False),
        ("ns1.a, ns2.b", "ns2.b、ns1.a", ["ns1.a", "ns2.b"], False),
    ],
)
def test_a_quote_is_found_as_it_is_or_part_by_part(text, quote, marked, whole):
    places, one = found(text, quote)
    assert ([text[a:b] for a, b in places], one) == (marked, whole)


@given(st.text(max_size=300), st.text(max_size=40), st.text(max_size=300))
def test_what_is_there_is_found_and_the_parts_join_to_the_text(before, quote, after):
    text = before + quote + after
    told = shown(text, quote)
    joined = "".join(part.text for part in told.parts)
    assert joined in text
    if quote.strip():
        assert told.whole
        assert any(part.marked for part in told.parts)


def test_only_the_surroundings_are_shown_with_the_line():
    text = "甲\n" * 5000 + "引文" + "\n乙" * 5000
    told = shown(text, "引文")
    assert told.line == 5001
    assert told.cut
    assert sum(len(part.text) for part in told.parts) < 6000


HTML = (
    "<title>查询</title><h1>查询平台</h1><form action='http://drop.example/a'><input name=id placeholder=身份证号></form>"
    "<p>加微信 abc12345</p><p>版权所有 © 应急管理部</p>"
)


def side(host: str, html: str, **more: object) -> Side:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    whois = Fact("ok", RegistrationFacts(created=datetime(2026, 2, 19, tzinfo=UTC), registrar="某注册商"))
    hops = (Hop(f"http://ad.{host}/", 302, "http"), Hop(f"http://{host}/", 200))
    return Side(host, parse(html, f"http://{host}/"), Hosting(whois=whois), hops, at, **more)  # type: ignore[arg-type]  # keyword arguments of one test


def test_the_table_names_every_difference_and_what_was_copied():
    mine = side("fake.example", HTML, icon=b"x", pictures=("a" * 64, "b" * 64))
    theirs = side("real.example", HTML.replace("http://drop.example/a", "/q"), icon=b"x", pictures=("b" * 64,))
    rows = {row.name: row for row in compared(mine, theirs)}
    assert {name for name, row in rows.items() if row.judged == "copied"} >= {"title", "headings", "logo", "icon"}
    assert (rows["action"].suspect, rows["action"].genuine, rows["action"].judged) == (
        "drop.example",
        "real.example",
        "differs",
    )
    assert rows["copyright"].suspect == "版权所有 © 应急管理部"
    assert rows["chain"].suspect == "ad.fake.example → fake.example"
    assert rows["age"].suspect == "10 天"
    assert rows["logo"].suspect == "b" * 16
    assert "abc12345" in (rows["contacts"].suspect or "")
    assert rows["issuer"].judged == "unknown"


def test_changes_of_dns_and_whois_are_told_and_unknown_is_none(monkeypatch, tmp_path):
    def hosting(address: str, registrar: str) -> Hosting:
        dns = Fact("ok", DnsFacts({"A": (address,)}))
        return Hosting(dns=dns, whois=Fact("ok", RegistrationFacts(registrar=registrar)))

    nights = [hosting("192.0.2.1", "甲"), Hosting(), hosting("192.0.2.2", "甲"), hosting("192.0.2.2", "乙")]
    monkeypatch.setattr(changed, "_facts", lambda _root, sha: tuple(watched(nights[int(sha)]).items()))
    visits = [
        Visit(id=n, warc_sha256=str(n), started_at=datetime(2026, 3, 1 + n, tzinfo=UTC)) for n in range(len(nights))
    ]
    told = changed.changes(Blobs(tmp_path), visits[::-1])
    assert [(one.at.day, one.name, one.before, one.after) for one in told] == [
        (3, "DNS A", "192.0.2.1", "192.0.2.2"),
        (4, "WHOIS 注册商", "甲", "乙"),
    ]
