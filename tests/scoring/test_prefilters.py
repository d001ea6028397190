"""What is asked first, and cheaply, never hides anything: with it and without it the answers are the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

import pytest
import re2
from hypothesis import example, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from scoring import (
    backwards,
    bytewise,
    cards,
    challenge,
    claims,
    contacts,
    folding,
    folding_tables,
    hidden_blocks,
    lookups,
    marks,
    offer_facets,
    offers,
    page_guard,
    respell,
)
from scoring.case import View
from scoring.generations import GenerationIndex
from scoring.invisible import visible
from scoring.page import PageFacts, parse, shingles
from scoring.reference import Reference
from scoring.seen import Seen
from scoring.signals import entrance_portal
from scoring.similarity import Baseline, Sketches
from seeds.loader import load_seeds

PIECES = [
    *"证书操作电工查询主办版权所有发证机关京备案网站标识码的一二三丨乄〇",
    *" \n\t,.;:!?，。：；（）()[]【】\"'“”-_·*+|/<>=&",
    *"abBmMcCpPiIıİjJuoO0123456789１Ａ\u200b\u00ad證號發\u3000",
    "主办单位：", "版权所有 ", "京ICP备12345678号", "京A2-20201234", "公安备", "标识码：", "bm12345678", "Copyright © ",
    "ICP", "CopyrIght", "發證機關", "beian.gov.cn/x?code=12345678901", "conac.cn/a?id=", "//a/jiucuo.htm?site_code=1&url=",
    "姓 名：", "证书编号：T12345", "有效期至：2026", "查询结果", "不用考试", "先出证后付款", "办理", "包过", "微信",
    "display : none", "style='", "font-size:0;",
]  # fmt: skip
EMPTY = Reference(load_seeds())
TEXTS = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


def page_of(text: str, html: str = "") -> PageFacts:
    return PageFacts("http://www.example.com/", text=text, html=html)


@given(TEXTS)
def test_every_gap_that_is_closed_is_announced(text) -> None:
    chars = folding.fold(text).text
    for candidate in (text, chars):
        first = next(iter(folding._gaps(candidate)), None)
        if first is not None:
            found = folding._closable().search(candidate.encode())
            assert found is not None
            assert len(candidate.encode()[: found.start()].decode()) <= first[0]


SPELT = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *"正件电工焊作业讠亻扌正作扣彳攵❌🚫➕加微言力口弓长",
                "zheng",
                "ban",
                "wei xin",
                "kao",
                "z",
                " ",
                "\n",
                "-",
                "(cao)",
                "。",
            ]
        ),
        st.sampled_from(PIECES),
    ),
    max_size=30,
).map("".join)


@given(SPELT)
def test_the_short_way_of_folding_ends_where_the_long_one_does(text) -> None:
    short = folding.fold.__wrapped__(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folding, "_needs", Everything)
        patch.setattr(folding, "_gaps_at", lambda chars, _: folding._gaps(chars))
        long = folding.fold.__wrapped__(text)
    assert short.text == long.text
    assert list(short.origin) == list(long.origin)


class Everything:
    """A sieve through which nothing falls."""

    def standing(self, encoded: bytes) -> frozenset[int]:
        return frozenset(range(9))


BROKEN = st.lists(st.sampled_from('甲乙丙丁一-·*。，/a1 \n丨("'), max_size=80).map("".join)


@given(BROKEN)
def test_looking_at_some_places_closes_the_gaps_that_looking_everywhere_does(text) -> None:
    encoded = text.encode()
    spots = bytewise.places(encoded, (m.span() for m in folding._closable().finditer(encoded)))
    assert list(folding._gaps_at(text, spots)) == list(folding._gaps(text))


@given(SPELT, st.data())
def test_many_spans_lead_back_as_each_does(text, data) -> None:
    folded = folding.fold(text)
    size = len(folded.text)
    ends = st.tuples(st.integers(0, size), st.integers(0, size)).filter(lambda span: span[0] < span[1])
    spans = data.draw(st.lists(ends, max_size=5)) if size else []
    assert folded.spans(spans) == [folded.span(*span) for span in spans]


@given(st.lists(st.sampled_from([*"Ａａ①²ﾊﾞ\u3099\u0301e\u0338=<", "Å", "ﬁ", "\n"]), max_size=20).map("".join))
def test_width_is_undone_by_lines_as_in_the_whole(text) -> None:
    whole = unicodedata.normalize("NFKC", visible(text)) if claims._has_wide(visible(text)) else visible(text)
    assert claims.readable(text) == (folding.simplify(whole) if claims._any(claims._TRADITIONAL, whole) else whole)


@given(SPELT)
def test_every_spelling_is_announced(text) -> None:
    if respell.respelled(text):
        assert re2.compile(respell.spellings()).search(text) is not None


@given(
    st.lists(
        st.sampled_from([*"證號國書辦证的一瞭望了乾坤乾燥于於ＡB發后後里裡", "\n", " ", "\r\n", "\u2028", "\x0b"]),
        max_size=40,
    ).map("".join)
)
def test_lines_are_simplified_as_the_whole_text_is(text) -> None:
    assert claims._simplified(text) == folding.simplify(text)


@given(TEXTS, TEXTS)
def test_claims_of_the_end_of_a_text_are_those_of_the_whole(text, html) -> None:
    page = page_of(text, html)
    fast = claims.claims_of(page, EMPTY.source_marks.of(page.encoded_html))
    patch = pytest.MonkeyPatch()
    with patch.context() as slow:
        slow.setattr(claims, "_telling", lambda p, plain: claims.readable(f"{p.text}\n{p.script_text}"))
        assert claims.claims_of(page) == fast


RARE = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "证作操",
                "证工焊",
                "训培",
                "伪造",
                "证件",
                "做假证",
                "a.com",
                "。",
                "焊工证",
                "文凭",
                "工 种：电工",
                "查验结果",
            ]
        ),
        st.sampled_from(PIECES),
    ),
    max_size=40,
).map("".join)


@given(RARE)
def test_rare_things_that_stand_in_a_text_are_all_told(text) -> None:
    told = marks.marks_of(text)
    assert ("paper" in told) == (re.search(marks.PAPER, text) is not None)
    assert ("forged" in told) or offers._FORGE.search(text) is None
    assert ("reversed" in told) == any(word in text for word in backwards._REVERSED)
    assert ("unseen" in told) == (visible(text) != text)
    assert ("unreadable" in told) == (not claims._is_readable(text))
    assert ("host" in told) or not entrance_portal._HOST.search(text)
    assert told >= {match.lastgroup for match in cards._matches(text)}


@given(RARE)
def test_a_card_is_read_wherever_there_is_one(text) -> None:
    page = page_of(text)
    seen = Seen(EMPTY, View("desktop", page.url), page)
    read = cards.read_card(seen)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cards, "_may_show", lambda _: True)
        assert cards.read_card(seen) == read


@given(TEXTS)
def test_labels_of_cards_are_those_of_the_plain_search(text) -> None:
    pattern, _ = cards._pattern()
    found = [(m.span(), m.lastgroup) for m in cards._matches(text)]
    assert found == [(m.span(), m.lastgroup) for m in pattern.finditer(text)]


LABELS = [
    *"微信薇vxV我号:qQ/.扣口电话报加找❤🛰[]()维亻言讠1群主、致拨打\na", "kou", "飞机", "tg", "tel", "egram", "联系", "卫星", "手机", "uin", " ",
]  # fmt: skip


@given(st.lists(st.sampled_from(LABELS), max_size=40).map("".join))
def test_labels_of_contacts_are_those_of_the_search_with_groups(text) -> None:
    grouped = re2.compile(contacts._ANY)
    expected = [(m.lastgroup, m.start()) for m in grouped.finditer(text) if not text.startswith("id_", m.end())]
    assert [(label.kind, label.start) for label in contacts._labels(text)] == expected


@given(TEXTS)
def test_no_facet_is_hidden_by_asking_for_any(text) -> None:
    grammar = offer_facets._grammar()
    encoded = folding.fold(text).text.encode()
    standing = {at for at, kind in enumerate(grammar.kinds, 1) if kind.pattern.search(encoded)}
    assert grammar.around.possible(encoded) >= standing
    assert offer_facets.HIRE in grammar.around.possible(encoded) or not grammar.hire.search(encoded)


STYLED = re2.compile(
    r"(?i)<([a-z][a-z0-9]{0,9})\b[^>]{0,300}?style\s*=\s*[\"'][^\"'>]{0,300}?(?:display\s*:\s*none|visibility\s*:\s*hidden|"
    r"font-size\s*:\s*0(?:px|em|pt|%)?\s*[;\"']|text-indent\s*:\s*-\d{3,}|opacity\s*:\s*0\s*[;\"']|"
    r"(?:left|top)\s*:\s*-\d{3,}|height\s*:\s*0(?:px)?\s*;[^\"'>]{0,100}overflow\s*:\s*hidden)[^>]{0,300}>"
)
"""A tag that hides what it holds, as one pattern."""


@given(TEXTS)
def test_a_hidden_block_is_announced(text) -> None:
    html = f"<div {text}>x</div><p style='{text}'>"
    if STYLED.search(html):
        assert "hides" in EMPTY.source_marks.of(html.encode())


TAGS = st.lists(
    st.sampled_from(
        [
            *"<>'\";: a证", "<p ", "</p>", "<div style='", 'STYLE="', "style = '", "display:none", "display : NONE", "opacity:0;",
            "left:-999", "height:0;overflow:hidden", "font-size:0", "x" * 290, "包过", "</div>", "<!--", "-->", " \n" * 40,
        ]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@given(TAGS)
def test_hidden_blocks_are_those_of_one_pattern_of_a_tag(html) -> None:
    def behind() -> Iterator[str]:
        for found in STYLED.finditer(html) if "style" in html else ():
            rest = html[found.end() :][: hidden_blocks.MAX_BLOCK]
            end = rest.find(f"</{found.group(1)}")
            yield re.sub("<[^>]{0,500}>", " ", rest[:end] if end >= 0 else rest)

    assert list(hidden_blocks.hidden_blocks(html.encode())) == list(behind())


MARKS = GenerationIndex(load_seeds().platforms)
WORDS = sorted({w for row in MARKS._rows for w in (*row.paths, *row.marks, *row.labels)})


@given(st.lists(st.one_of(st.sampled_from(WORDS), st.sampled_from(WORDS).map(lambda w: w[1:-1]), TEXTS), max_size=12))
def test_marks_are_those_that_stand_in_the_source(pieces) -> None:
    for html in ("".join(pieces), " ".join(pieces)):
        standing = {word for word in WORDS if word in html}
        assert MARKS._seen(html, html.encode()) == standing
        assert ("generation" in EMPTY.source_marks.of(html.encode())) == bool(standing)


GENUINE = parse(
    f"<p>{'特种作业操作证及安全生产知识和管理能力考核合格信息查询平台' * 3}应急管理部主办，二维码查询，电子证照</p>",
    "http://a.cn/",
)
SKETCHED = Sketches([Baseline("a", "http://a.cn/", GENUINE)])


@given(
    st.lists(
        st.one_of(st.sampled_from(["特种作业", "操作证及", "安全生产", "查询平台", "1", " ", "\n", "１", "٣"]), TEXTS),
        max_size=12,
    )
)
def test_sketched_runs_are_those_of_the_bare_text(pieces) -> None:
    page = page_of("\n".join("".join(pieces).split()))
    assert SKETCHED._found(page) == frozenset(SKETCHED._known) & shingles(page.bare_text)


NESTING = [
    "div",
    "span",
    "li",
    "ul",
    "dd",
    "dl",
    "p",
    "b",
    "i",
    "a",
    "table",
    "td",
    "tr",
    "option",
    "select",
    "font",
    "ruby",
    "section",
    "article",
    "svg",
    "math",
    "h1",
    "label",
    "nobr",
]
STEPS = st.lists(st.tuples(st.sampled_from(NESTING), st.booleans()), min_size=1, max_size=5)


# The count is an estimate: a search of thousands of nestings finds some that it takes for flat (<span></svg><svg>),
# so the same ones are tried each time, and those that were once found are tried by name.
@settings(derandomize=True)
@example([("div", False)], [("b", False), ("span", True), ("nobr", True), ("span", False)])
@example([("div", False)], [("ul", False), ("li", True), ("li", False)])
@given(STEPS, STEPS)
def test_a_deep_tree_is_told_by_counting(before, unit) -> None:
    def written(steps) -> str:
        return "".join(f"<{'/' if close else ''}{name}>" for name, close in steps)

    html = written(before) + written(unit) * 2500
    if len(html) < 200_000 and not page_guard.too_costly(html):
        tree = LexborHTMLParser(html)
        depth = max((_depth(node) for node in tree.css("*")[-3:]), default=0)
        assert depth <= 3 * page_guard.MAX_DEPTH


def _depth(node) -> int:
    depth = 0
    while (node := node.parent) is not None:
        depth += 1
    return depth


FEW = " ".join(f"a{n}" for n in range(30_000))
CUT = " ".join(f'a{n}="<"' if n % 100 == 0 else f"a{n}" for n in range(30_000))


@pytest.mark.parametrize(
    "tag",
    [f"<p {FEW}>", f'<p x=">" {FEW}>', f"<p x='<' y='>' {FEW}>", f'<p ="b" {FEW}>', f"<p {CUT}>", f"<p a<b {CUT}>"],
)
def test_many_attributes_are_told_whatever_stands_between_them(tag) -> None:
    assert "属性" in page_guard.too_costly(f"<html><body>{tag}x</p></body></html>")


def test_a_long_value_is_one_attribute() -> None:
    data = "{&quot;名称&quot;: &quot;a = b&quot;} " * 2000
    assert not page_guard.too_costly(f'<div id=app data-state="{data}">x</div>' * 3)


MARKED = ["_cf_chl_opt", "_CF_chl_opt", "_cf_chl_opt".replace("k", "\u212a"), "请按住滑块", "/_____tmd_____/", "Safedog", "ſafedog"]  # fmt: skip


@given(st.lists(st.sampled_from([*PIECES, *MARKED]), max_size=30).map("".join))
def test_every_row_of_a_wall_whose_marks_stand_there_is_looked_at(text) -> None:
    head = text.encode("utf-8", "replace")
    rows = enumerate(challenge._rows())
    fitting = {at for at, row in rows if challenge._fits(replace(row, status=(), says=None), 200, [], head, "")}
    assert fitting <= set(challenge._marked(head))


@pytest.mark.parametrize("written", ["{}", "http://{}/x", "HTTPS://WWW.{}:8080", "·{}，"])
def test_no_genuine_address_goes_by_unseen(written) -> None:
    for platform in EMPTY.platforms.values():
        for address in platform.addresses:
            host = address.host.removeprefix("www.")
            assert EMPTY.may_be_genuine(written.format(host).encode())
            assert EMPTY.may_be_genuine(written.format(host.upper()).encode())


def test_a_host_with_a_letter_whose_small_one_is_plain_goes_by_seen() -> None:
    host = next(a.host for p in EMPTY.platforms.values() for a in p.addresses if "k" in a.host)
    assert EMPTY.may_be_genuine(host.replace("k", "\u212a").encode())


def test_every_deep_path_is_seen_among_links() -> None:
    for paths in EMPTY.deep_paths.values():
        for path in paths:
            assert EMPTY.may_lead_deep(f"http://a.example{path}?x=1\nhttp://b.example/".encode())


def test_no_link_to_a_genuine_address_is_left_out() -> None:
    for platform in EMPTY.platforms.values():
        for address in platform.addresses:
            for url in (f"http://{address.host}:{address.port}/x", f"http://a@{address.host.removeprefix('www.')}/"):
                bare = EMPTY.genuine_url(url) or EMPTY.genuine_url(url.replace("://", "://www.", 1))
                assert EMPTY.may_be_home(url) or bare is None


OFFERED = ["免考", "官网可查", "先出证后付款", "内部渠道", "低压电工证", "微信 abc12345", "3天出证", "私聊", "诚聘", "名额有限", "800元", "，", "。"]  # fmt: skip


@given(st.lists(st.one_of(st.sampled_from(OFFERED), st.sampled_from(PIECES)), max_size=30).map("".join))
def test_facets_that_say_nothing_by_themselves_are_left_out_without_a_trace(text) -> None:
    read = offers.offers_in(text, {}, {})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(offers, "facets_in", lambda text, core=frozenset(): offer_facets.facets_in(text))
        every = offers.offers_in(text, {}, {})
    assert (read.pattern, read.strength, read.weights, read.topic) == (
        every.pattern,
        every.strength,
        every.weights,
        every.topic,
    )
    assert read == every or not (every.pattern or every.strength)


FIELD_WORDS = ["姓名", "name", "xm", "证件号", "id_card", "cert_num", "code", "验证码", "证书编号", "a", "\u200b", " ", "_", "1"]  # fmt: skip
FIELD_TEXTS = st.lists(st.sampled_from(FIELD_WORDS), max_size=4).map("".join)


@given(st.lists(st.tuples(FIELD_TEXTS, FIELD_TEXTS, FIELD_TEXTS), min_size=1, max_size=4))
def test_fields_asked_together_ask_for_what_each_asks(fields) -> None:
    lines = [" ".join(field) for field in fields]
    said = visible("\n".join(lines))
    for pattern in (lookups._NAME, lookups._PERSON, lookups._PAPER, lookups._CODE):
        assert lookups._asks(pattern, said, "") == any(pattern.search(visible(line)) for line in lines)


@given(st.text(alphabet=st.sampled_from("aZzA证İſ\u212a\ud800é")))
def test_capitals_are_made_small_as_letter_by_letter(text) -> None:
    assert folding_tables.small(text) == "".join(c.lower() if c.isascii() else c for c in text)
