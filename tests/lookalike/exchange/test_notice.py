"""Notices: to whom, with what in them, and what a hostile title cannot do to them."""

from __future__ import annotations

from io import BytesIO

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.errors import UsageError
from lookalike.exchange import notice
from lookalike.exchange.clean import clean
from lookalike.exchange.facts import Share
from lookalike.exchange.recipients import Kind, choose, recipients
from scoring.case import Fact, Hosting, NetworkFacts
from tests.lookalike.exchange.builders import RULES, SEEN, hosting, lead, share, sighting

KINDS: list[Kind] = ["registrar", "host", "platform"]


def words(made: Share, kind: Kind) -> str:
    """All text of the document, tables, header and footer too."""
    document = docx.Document(BytesIO(notice.render(made, kind)))
    told = [p.text for p in document.paragraphs]
    told += [c.text for t in document.tables for row in t.rows for c in row.cells]
    return "\n".join([*told, *(p.text for p in document.sections[0].header.paragraphs)])


@pytest.mark.parametrize("kind", KINDS)
def test_a_notice_is_a_draft_with_blanks_for_those_who_sign(kind: Kind) -> None:
    told = words(share(to="某公司", reason="域名登记信息所载", services={"baidu": "百度"}), kind)
    for wanted in ("未签名草稿", "某公司", "域名登记信息所载", "某市应急管理局", "签发人（签名）", "（待填写）"):
        assert wanted in told
    assert "http://zs-one.top/" in told


@pytest.mark.parametrize("kind", KINDS)
def test_no_contact_leaves_in_a_notice_not_even_in_a_title(kind: Kind) -> None:
    seen = sighting(title="加微信 zs88899900 包过", query="电话 19900000077")
    told = words(share(lead(sightings=(seen,)), to="某公司", services={"baidu": "百度"}), kind)
    assert "zs88899900" not in told
    assert "19900000077" not in told


def test_a_platform_is_told_only_what_it_showed_itself_paid_places_first() -> None:
    seen = (
        sighting(paid=False, position=9, query="一"),
        sighting("bing", query="别家"),
        sighting(query="二", url="http://ad.example/"),
        sighting("baidu_api", query="三", paid=False),
    )
    told = words(share(lead(sightings=seen), to="baidu.com 的运营者", services={"baidu": "百度网页搜索"}), "platform")
    assert "别家" not in told
    assert told.index("付费推广第 3 位") < told.index("自然结果第 9 位")
    assert "三" in told


def test_what_is_not_known_says_why() -> None:
    told = words(share(lead(hosting=Hosting(), unread="没有访问到站点", addresses=(), visited_at=None)), "host")
    assert "未获取（原因：没有访问到站点）" in told


HOSTILE = [
    "</td></tr></table><h1>x</h1>{{7*7}}{% raw %}",
    "<script>&amp;\ud800\x00\u202e</w:t>",
    "<link rel=attachment href=file:///etc/passwd>",
]


@given(st.text(max_size=60) | st.sampled_from(HOSTILE))
def test_hostile_reasons_come_back_as_they_were_cleaned_and_add_nothing(reason: str) -> None:
    told = f"x{clean(reason)}x"
    plain = notice.sheet(share(lead(told=("x",)), to="某公司"), "registrar")
    made = notice.sheet(share(lead(told=(told,)), to="某公司"), "registrar")
    assert [type(b) for b in made.blocks] == [type(b) for b in plain.blocks]
    assert told in made.texts()


@pytest.mark.parametrize("reason", HOSTILE)
def test_hostile_reasons_come_back_from_the_document(reason: str) -> None:
    assert f"x{clean(reason)}x" in words(share(lead(told=(f"x{clean(reason)}x",)), to="某公司"), "registrar")


def test_a_long_list_says_how_much_of_it_is_elsewhere() -> None:
    many = [lead(f"zs-{n}.top", id=n) for n in range(1, 204)]
    assert "另有 3 行" in words(share(*many, to="某公司"), "registrar")


def test_the_registrar_comes_from_the_registration_with_its_source() -> None:
    (told,) = recipients("registrar", [lead(), lead("zs-two.top", id=8)], RULES.seeds)
    assert (told.name, told.leads) == ("某注册商", (7, 8))
    assert "whois:whois.example" in told.reason


def test_a_rented_name_has_no_registrar_and_its_platform_is_the_host() -> None:
    rented = lead("aqzs-cx.github.io")
    (nobody,) = recipients("registrar", [rented], RULES.seeds)
    assert (nobody.name, "github.io" in nobody.reason) == ("", True)
    (platform,) = recipients("host", [rented], RULES.seeds)
    assert platform.key == "github.io"


def test_the_host_is_who_announces_the_address_and_a_delivery_network_is_asked_for_the_origin() -> None:
    (told,) = recipients("host", [lead()], RULES.seeds)
    assert (told.key, told.name) == ("AS64500", "EXAMPLE-NET（AS64500）")
    front = NetworkFacts("203.0.113.7", 13335, "CLOUDFLARENET", "US")
    behind = lead(hosting=Hosting(networks=Fact("ok", (front,), SEEN, "network:test")))
    assert "源站" in recipients("host", [behind], RULES.seeds)[0].reason


def test_a_platform_is_who_showed_it_or_carries_the_page() -> None:
    seen = (sighting(), sighting("tieba"), sighting("bing_api"), sighting("ct"), sighting("searxng"))
    found = recipients("platform", [lead(sightings=seen)], RULES.seeds)
    assert [r.key for r in found] == ["baidu.com", "bing.com"]
    post = lead("bbs.hongda.com", kind="advert", scope="/thread-1-1-1.html", sightings=())
    assert [r.key for r in recipients("platform", [post], RULES.seeds)] == ["bbs.hongda.com"]


def test_one_notice_goes_to_one_office() -> None:
    other = lead("zs-two.top", id=8, hosting=hosting(registrar="另一注册商"))
    found = recipients("registrar", [lead(), other], RULES.seeds)
    with pytest.raises(UsageError, match=r"某注册商 \(7\); 另一注册商 \(8\)"):
        choose("registrar", found, "")
    assert choose("registrar", found, "另一注册商").leads == (8,)


def test_whoever_signs_may_name_another_office_and_the_suggestion_stays_on_the_paper() -> None:
    found = recipients("registrar", [lead()], RULES.seeds)
    chosen = choose("registrar", found, "某代理商")
    assert chosen.name == "某代理商"
    assert "系统建议的受文单位是某注册商" in chosen.reason


def test_nobody_is_written_to_by_guess() -> None:
    found = recipients("registrar", [lead(hosting=Hosting())], RULES.seeds)
    with pytest.raises(UsageError, match="nobody is known"):
        choose("registrar", found, "")
    assert choose("registrar", found, "某注册局").name == "某注册局"
