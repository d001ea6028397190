from __future__ import annotations

from dataclasses import replace

import pytest

from scoring.case import SiteKey
from scoring.faces import Glimpse, asks_for_another_program, kind_of, sale_words

SITE = SiteKey("www.zs-cx.example-top.com")
PAGE = Glimpse(
    "desktop",
    "http://www.zs-cx.example-top.com/",
    "http://www.zs-cx.example-top.com/",
    200,
    title="城南小学",
    text="今天的午餐是土豆和米饭，下午有体育课。",
)
KINDS = {
    "a page": (PAGE, "page"),
    "a page at the domain's mobile host": (replace(PAGE, final_url="http://m.example-top.com/"), "page"),
    "a page at another's": (replace(PAGE, final_url="http://other.example.org/"), "elsewhere"),
    "a redirect to another's that is dead": (
        replace(PAGE, status=302, onward="http://other.example.org/", error="E_CONNECT"),
        "elsewhere",
    ),
    "a redirect to its own dead page": (
        replace(PAGE, status=302, onward="http://www.zs-cx.example-top.com/b", error="E_TIMEOUT"),
        "silent",
    ),
    "a redirect that we refuse": (replace(PAGE, status=302, onward="ftp://x", error="E_SCHEME"), "ours"),
    "a name for sale": (replace(PAGE, title="a.com", text="This domain is for sale. 该域名待售"), "parked"),
    "a seller of names": (
        replace(PAGE, final_url="https://mai.example.net/x", title="域名出售", text="购买此域名"),
        "parked",
    ),
    "a server's own page": (replace(PAGE, title="Welcome to nginx!", text="If you see this page"), "parked"),
    "a long server's own page": (
        replace(PAGE, title="Apache2 Debian Default Page: It works", text="x" * 3400),
        "parked",
    ),
    "a control panel's page": (replace(PAGE, title="恭喜，站点创建成功！", text="这是默认index.html"), "parked"),
    "closed by the hoster": (replace(PAGE, status=403, title="", text="网站暂时无法访问 该网站未备案"), "taken_down"),
    "404": (replace(PAGE, status=404), "missing"),
    "403": (replace(PAGE, status=403), "refused"),
    "500": (replace(PAGE, status=500), "broken"),
    "a gateway": (replace(PAGE, status=502), "silent"),
    "a busy server": (replace(PAGE, status=503, error="E_BUSY"), "broken"),
    "a wall": (replace(PAGE, status=405, wall="阿里云 WAF"), "challenge"),
    "nothing on it": (replace(PAGE, title="", text=""), "blank"),
    "nothing but a script": (replace(PAGE, title="", text="", moves=True), "page"),
    "nothing, but cut": (replace(PAGE, title="", text="", error="E_TRUNCATED"), "page"),
    "no answer": (Glimpse("desktop", "http://a/", error="E_CONNECT"), "silent"),
    "our refusal": (Glimpse("desktop", "http://a/", error="E_NET_PRIVATE"), "ours"),
    "our budget": (Glimpse("desktop", "http://a/", error="E_BUDGET"), "ours"),
    "a code that nobody knows": (Glimpse("desktop", "http://a/", error="E_NEW"), "ours"),
}


@pytest.mark.parametrize("name", KINDS)
def test_an_answer_is_of_its_kind(name):
    seen, kind = KINDS[name]
    assert kind_of(seen, SITE) == kind


@pytest.mark.parametrize("text", ["购买此域名 特种作业操作证查询", "网站建设中 输入证件号查询证书"])
def test_a_page_that_speaks_of_certificates_is_no_notice(text):
    assert kind_of(replace(PAGE, text=text), SITE) == "page"


def test_a_long_page_on_selling_names_is_a_page():
    assert kind_of(replace(PAGE, text="域名转让 " * 400), SITE) == "page"


def test_words_of_sale_are_told_once_each():
    assert sale_words("域名出售", "域名出售 make an offer on this domain") == (
        "域名出售",
        "make an offer on this domain",
    )


@pytest.mark.parametrize("text", ["请在微信客户端打开链接", "如需浏览，请复制链接到浏览器打开", "请使用手机浏览器访问"])
def test_a_page_that_asks_for_another_program_says_so(text):
    assert asks_for_another_program(text)


def test_a_page_that_mentions_wechat_among_much_else_does_not_ask():
    assert not asks_for_another_program("微信扫一扫关注我们。" + "学校新闻" * 100)
