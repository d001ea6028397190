"""What pictures and screens say: against likeness, against the address, and not against honest neighbours."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from scoring.case import Case, Fact, PictureFacts, Screen, SiteKey
from scoring.context import Context
from scoring.page import parse
from scoring.qr import code_contacts, read_code
from scoring.reference import Reference
from scoring.similarity import Baseline
from seeds.loader import load_seeds

NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
SHAPE, OTHER = 0x9E3C_F00F_A55A_17D2, 0x61C3_0FF0_5AA5_E82D
ORGAN = "<p>主办单位：中华人民共和国应急管理部</p>"
CARD_LINES = (
    "特种作业操作证",
    "姓名张某",
    "证号T990101********001X",
    "作业类别电工作业",
    "有效期限2031-03-31",
    "签发机关应急管理部",
)
COMPANY_LINES = (
    "培训合格证",
    "姓名张某",
    "证书编号990101********001X",
    "工种电工",
    "有效期2031-03-31",
    "发证单位某某机械有限公司",
)


def a_picture(
    phash: int = SHAPE, lines=None, codes=(), page_url="http://a.example.com/", size=(64, 64)
) -> PictureFacts:
    text = Fact("ok", tuple(lines)) if lines is not None else Fact(why="没有做文字识别")
    return PictureFacts("http://a.example.com/x.png", "a" * 64, page_url, *size, phash, Fact("ok", tuple(codes)), text)


def a_screen(whole: int = 0, fold: int = 0) -> Screen:
    """The genuine page's screen with these bits turned."""
    wide = int(f"{SHAPE:016x}" * 4, 16), int(f"{OTHER:016x}" * 4, 16)
    return Screen(SHAPE, OTHER, "", wide[0] ^ whole, wide[1] ^ fold)


@pytest.fixture(scope="module")
def with_sight() -> Reference:
    """The genuine page with its screen and its emblem."""
    url = "https://cx.mem.gov.cn/"
    emblem = replace(a_picture(), url="https://cx.mem.gov.cn/gh.png", sha256="b" * 64, page_url=url)
    page = parse("<title>查询平台</title>", url)
    return Reference(load_seeds(), [Baseline("mem-cx", url, page, screen=a_screen(), pictures=(emblem,))])


@pytest.fixture
def sight(with_sight, by_name):
    """``sight(name, case)``: one signal's answer where screens and emblems are known."""
    return lambda name, case: by_name[name](case, Context(case, with_sight))


def a_photo(host: str, lines=CARD_LINES, codes=()) -> Case:
    name, _, port = host.partition(":")
    site = SiteKey(name, int(port or 80)) if host else None
    return Case(
        NOW, site, f"http://{host}/" if host else "", pictures=(a_picture(lines=lines, codes=codes, page_url=""),)
    )


@pytest.mark.parametrize(("bits", "status"), [(0, "hit"), (16, "hit"), (44, "hit"), (45, "miss"), (128, "miss")])
def test_a_screen_near_the_genuine_one_is_a_hit_and_another_is_not(sight, factories, bits, status) -> None:
    make_case, make_view, _ = factories
    screen = Fact("ok", a_screen(whole=(1 << bits) - 1, fold=(1 << 128) - 1))
    assert sight("screen_similarity", make_case(views=(make_view(ORGAN, screen=screen),))).status == status


def test_the_first_screenful_alone_tells_a_copy(sight, factories) -> None:
    make_case, make_view, _ = factories
    screen = Fact("ok", a_screen(whole=(1 << 128) - 1, fold=1))
    found = sight("screen_similarity", make_case(views=(make_view(ORGAN, screen=screen),)))
    assert (found.status, found.platform) == ("hit", "mem-cx")


def test_of_a_screen_of_one_colour_likeness_is_unknown(sight, factories) -> None:
    make_case, make_view, _ = factories
    views = (make_view(ORGAN, screen=Fact("ok", Screen(SHAPE, OTHER))),)
    assert sight("screen_similarity", make_case(views=views)).status == "unknown"


def test_without_a_browser_or_without_genuine_screens_the_likeness_is_unknown(sight, by_name, factories) -> None:
    make_case, make_view, _ = factories
    assert sight("screen_similarity", make_case(html=ORGAN)).status == "unknown"
    views = (make_view(ORGAN, screen=Fact("ok", a_screen())),)
    nobody = Context(make_case(views=views), Reference(load_seeds()))
    assert by_name["screen_similarity"](nobody.case, nobody).status == "unknown"


def test_the_genuine_emblem_scaled_elsewhere_is_a_hit_under_any_file_name(sight, factories) -> None:
    make_case, _, _ = factories
    found = sight("emblem", make_case(html="<p>查询</p>", pictures=(a_picture(SHAPE ^ 0b101, size=(128, 128)),)))
    assert (found.status, found.strength, found.platform) == ("hit", 1.0, "mem-cx")


@pytest.mark.parametrize(
    "picture",
    [a_picture(OTHER), a_picture(SHAPE, size=(640, 64)), a_picture(SHAPE, codes=("x",)), a_picture(SHAPE, size=(8, 8))],
    ids=["another", "stretched", "code", "tiny"],
)
def test_another_picture_is_no_emblem(sight, factories, picture) -> None:
    make_case, _, _ = factories
    assert sight("emblem", make_case(html="<p>查询</p>", pictures=(picture,))).status == "miss"


def test_an_emblem_on_the_genuine_platform_is_its_own(sight, factories) -> None:
    make_case, _, _ = factories
    assert sight("emblem", make_case(html=ORGAN, host="cx.mem.gov.cn", pictures=(a_picture(),))).status == "miss"


def test_a_photo_of_a_card_that_names_an_organ_speaks_against_a_strange_host(judge) -> None:
    found = judge("picture_text", a_photo("a1ylhsk.example.com"))
    assert (found.status, found.strength, found.platform) == ("hit", 1.0, "mem-cx")
    assert "应急管理部" in found.text


def test_a_companys_own_card_weighs_less_and_names_nobody_official(judge) -> None:
    found = judge("picture_text", a_photo("a1ylhsk.example.com", COMPANY_LINES))
    assert found.strength == 0.6


@pytest.mark.parametrize("name", ["picture_text", "qr_target"])
def test_a_photo_of_a_card_whose_code_leads_to_the_organ_itself_is_no_sign(judge, name) -> None:
    assert judge(name, a_photo("cx.mem.gov.cn", codes=("https://cx.mem.gov.cn/",))).status == "miss"


def test_a_photo_of_a_card_without_any_address_cannot_be_held_against_one(judge) -> None:
    assert judge("picture_text", a_photo("")).status == "unknown"


def test_a_name_that_the_page_says_as_well_is_not_only_in_the_picture(judge, factories) -> None:
    make_case, _, _ = factories
    lines = ("主办单位：中华人民共和国应急管理部",)
    only = make_case(html="<img src=x.png>查", pictures=(a_picture(lines=lines),))
    both = make_case(html=ORGAN, pictures=(a_picture(lines=lines),))
    assert judge("picture_text", only).status == "hit"
    assert judge("picture_text", both).status == "miss"


def test_slogans_and_contacts_that_stand_only_in_a_picture_are_read_like_any_text(judge, factories) -> None:
    make_case, _, _ = factories
    lines = ("电工证免考包过", "先出证后付款 官网可查", "加微信 demo_zs_11")
    case = make_case(html="<p>欢迎</p>", pictures=(a_picture(lines=lines),))
    slogans, contact = judge("advert_slogans", case), judge("advert_contact", case)
    assert (slogans.status, contact.status) == ("hit", "hit")
    assert slogans.evidence[0].where == "picture"


def test_a_card_whose_code_leads_to_a_bare_address_is_a_strong_sign(judge) -> None:
    url = "http://203.0.113.9:8081/q?id=1"
    found = judge("qr_target", a_photo("203.0.113.9:8081", codes=(url,)))
    assert (found.status, found.strength, found.evidence[0].quote) == ("hit", 1.0, url)


def test_a_registered_bare_address_is_no_sign(judge) -> None:
    assert judge("qr_target", a_photo("203.0.113.9", codes=("http://117.73.255.95:8081/const/index",))).status == "miss"


def test_a_shops_code_for_its_own_page_is_no_sign(judge, factories) -> None:
    make_case, _, _ = factories
    case = make_case(
        html="<p>扫码看手机版</p>", pictures=(a_picture(codes=("http://a.example.com/m", "http://zs.github.io/")),)
    )
    assert judge("qr_target", case).status == "miss"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("https://a.example.com/q", "url"),
        ("WWW.CHSII.COM.CN", "url"),
        ("https://u.wechat.com/EAbc", "wechat"),
        ("http://weixin.qq.com/r/abc", "wechat"),
        ("https://qm.qq.com/q/abc", "qq"),
        ("wxp://f2f0abc", "pay"),
        ("tel:13900000000", "phone"),
        ("javascript:alert(1)", "text"),
        ("http://[::1", "text"),
        ("http://" + "a." * 200 + "com/" + "x" * 4000, "text"),
        ("", "text"),
    ],
)
def test_a_codes_content_is_known_for_what_it_is(content, kind) -> None:
    assert read_code(content).kind == kind


def test_a_code_of_words_gives_the_contacts_in_them() -> None:
    assert [(c.type, c.value) for c in code_contacts("加微信：demo_zs_11")] == [("wechat", "demo_zs_11")]


def test_a_signed_card_without_labels_names_the_platform_that_answers_for_such_cards(judge) -> None:
    lines = (
        "建筑施工企业专职安全生产管理人员",
        "安全生产考核合格证书",
        "姓名：汤某",
        "中华人民共和国住房和城乡建设部 监制",
    )
    found = judge("picture_text", a_photo("a1.example.com", lines))
    assert (found.status, found.platform) == ("hit", "mohurd-zlaq")


def test_a_sample_card_beside_a_schools_own_text_is_no_sign(judge, factories) -> None:
    make_case, _, _ = factories
    school = (
        "<title>某某培训学校</title><p>" + "我校开设电工、焊工培训班，理论与实操结合，考试由考点组织。" * 12 + "</p>"
    )
    case = make_case(html=school, pictures=(a_picture(lines=CARD_LINES),))
    assert judge("picture_text", case).status == "miss"
