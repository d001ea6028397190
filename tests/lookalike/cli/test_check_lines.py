"""What ``check`` prints for people: the verdict first, in words that need no knowledge of the program."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from lookalike.check_verdict import Verdict, named
from lookalike.cli.check_lines import body, headline, steps
from scoring.case import Case, Fact, Hop, PictureFacts, View
from scoring.engine import assess
from scoring.page import parse
from scoring.reference import Reference
from scoring.sitekey import site_key
from scoring.weights import shipped
from seeds.loader import load_seeds

NOW = datetime.fromisoformat("2026-03-01T02:00:00+08:00")
FAKE = (
    "<title>特种作业操作证查询平台</title><p>主办单位：中华人民共和国应急管理部</p><form>姓名<input name=xm>证件号码"
    "<input name=sfzh>证书编号<input name=zsbh>验证码<input name=yzm></form>"
)
CARD = (
    "特种作业操作证",
    "姓名张某",
    "证号T990101********001X",
    "作业类别电工作业",
    "有效期限2031-03-31",
    "签发机关应急管理部",
)


@pytest.fixture(scope="module")
def plain_reference() -> Reference:
    return Reference(load_seeds())


@pytest.fixture
def verdict_on(plain_reference):
    """``verdict_on(kind, case)`` as ``check`` makes it."""

    def make(kind, case: Case, photo: PictureFacts | None = None) -> Verdict:
        judged = assess(case, plain_reference, shipped())
        return Verdict("x", kind, judged, case, photo, named=named(case, plain_reference, judged))

    return make


def a_page(url: str, html: str) -> Case:
    view = View("desktop", url, (Hop(url or "about:saved-page", 200),), parse(html, url))
    return Case(NOW, site_key(url) if url else None, url, (view,))


def a_photo(*codes: str, lines=(), url: str = "") -> tuple[Case, PictureFacts]:
    text = Fact("ok", tuple(lines))
    photo = PictureFacts("p.jpg", "a" * 64, "", 900, 600, 0x9E3C_F00F_A55A_17D2, Fact("ok", codes), text)
    return Case(NOW, site_key(url) if url else None, url, pictures=(photo,)), photo


def test_a_fake_is_named_with_the_platform_that_it_imitates_and_its_address(verdict_on) -> None:
    said = headline(verdict_on("address", a_page("http://cx.mem.gov.cn.zs.example.com/", FAKE)))
    assert said.startswith("高度疑似假证查询站，仿冒：应急管理部特种作业操作证")
    assert "（cx.mem.gov.cn）" in said


def test_a_fakes_reader_is_told_where_to_ask_and_what_not_to_do(verdict_on) -> None:
    told = "\n".join(steps(verdict_on("address", a_page("http://cx.mem.gov.cn.zs.example.com/", FAKE))))
    assert "https://cx.mem.gov.cn/" in told
    assert "不要在该网站输入姓名" in told


def test_a_genuine_platform_is_called_so_and_nothing_is_listed_as_unchecked(verdict_on) -> None:
    verdict = verdict_on("address", a_page("https://cnse.e-cqs.cn/", FAKE))
    assert headline(verdict).startswith("是已登记的官方平台：市场监管总局")
    assert "没有核查到的" not in "\n".join(body(verdict))


def test_a_government_host_without_a_row_is_a_government_site(verdict_on) -> None:
    verdict = verdict_on("address", a_page("http://yjj.haibin.gov.cn/", "<title>某局</title><p>通知</p>"))
    assert headline(verdict).startswith("是政府网站")


def test_an_honest_site_is_not_called_genuine(verdict_on) -> None:
    said = headline(verdict_on("address", a_page("http://jichuang.example.com/", "<title>机床</title><p>欢迎来电</p>")))
    assert "不等于证明它是真的" in said
    assert "官方" not in said


def test_a_saved_page_of_unknown_origin_is_not_cleared(verdict_on) -> None:
    verdict = verdict_on("page", a_page("", FAKE))
    assert headline(verdict).startswith("无法判断网页的真假")
    assert any(line.count("、") <= 3 and "等" in line and "项" in line for line in body(verdict))


def test_a_sellers_text_is_an_advert(verdict_on) -> None:
    verdict = verdict_on("text", Case(NOW, text="电工证免考包过，先出证后付款，官网可查，加薇芯 demo_zs_11"))
    assert headline(verdict).startswith("高度疑似售卖假证的广告")
    assert any("不要联系、付款" in step for step in steps(verdict))


def test_a_plain_text_is_none_and_is_not_vouched_for(verdict_on) -> None:
    said = headline(verdict_on("text", Case(NOW, text="招聘持证电工两名，待遇面议。")))
    assert said.startswith("没有发现售卖假证的内容（这不等于证明它可信）")


def test_a_card_without_a_code_cannot_be_judged_and_says_where_to_ask(verdict_on) -> None:
    case, photo = a_photo(lines=CARD)
    verdict = verdict_on("photo", case, photo)
    assert "没有可核对的查询二维码" in headline(verdict)
    assert any("https://cx.mem.gov.cn/" in step for step in steps(verdict))


def test_a_code_of_the_genuine_platform_does_not_prove_the_card(verdict_on) -> None:
    case, photo = a_photo("https://cx.mem.gov.cn/", lines=CARD, url="https://cx.mem.gov.cn/")
    verdict = verdict_on("photo", case, photo)
    assert "指向官方地址" in headline(verdict)
    assert "核对姓名和证号" in headline(verdict)
    assert any("没有与官方平台核对" in line for line in body(verdict))


def test_a_photo_of_a_chat_code_says_what_the_code_is(verdict_on) -> None:
    case, photo = a_photo("https://u.wechat.com/EAdemo")
    assert "微信二维码，不是查询网址" in headline(verdict_on("photo", case, photo))


def test_a_photo_in_which_nothing_stands_cannot_be_judged(verdict_on) -> None:
    case, photo = a_photo()
    assert "无法判断" in headline(verdict_on("photo", case, photo))


def test_a_text_that_nobody_could_read_is_listed_with_the_command_that_mends_it(verdict_on) -> None:
    case, photo = a_photo("http://a1.example.com/q", url="http://a1.example.com/q")
    unread = replace(photo, text=Fact("unknown", why="没有安装图片文字识别；安装命令：pip install 'lookalike[ocr]'"))
    told = "\n".join(body(verdict_on("photo", replace(case, pictures=(unread,)), unread)))
    assert "pip install 'lookalike[ocr]'" in told


def test_no_address_of_a_suspect_can_be_clicked(verdict_on) -> None:
    case, photo = a_photo("http://a1.example.com/q", lines=CARD, url="http://a1.example.com/q")
    told = "\n".join(body(verdict_on("photo", case, photo)))
    assert "hxxp://a1[.]example[.]com/q" in told
    assert "http://a1" not in told
