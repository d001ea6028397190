"""Addresses in what people write: found through every disguise, and never with the Chinese text beside them."""

from __future__ import annotations

import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.written_addresses import LONGEST_TEXT, MOST, addresses


def urls(text: str) -> list[str]:
    return [found.url for found in addresses(text)]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("市民反映网址是www.zs-cx.com请查处", "http://www.zs-cx.com/"),
        ("网站http://cx.mem.gov.cn.zs-cx.top/cert/1.html，可以查到", "http://cx.mem.gov.cn.zs-cx.top/cert/1.html"),
        ("登录ｗｗｗ．ａｂｃ．ｃｏｍ／ｃｘ？ｉｄ＝１查询", "http://www.abc.com/cx?id=1"),
        ("登录www。abc。com查询。", "http://www.abc.com/"),
        ("网址 www . jineng - zs . net 能查到", "http://www.jineng-zs.net/"),
        ("打开 aqsc - zscx . com 就行", "http://aqsc-zscx.com/"),
        ("“www . x . com”能查", "http://www.x.com/"),
        ("网址：x[.]com", "http://x.com/"),
        ("网址y(dot)net", "http://y.net/"),
        ("网址z【点】cn", "http://z.cn/"),
        ("www点abc点com", "http://www.abc.com/"),
        ("http：//www.abc.com：8080/a/b?c=1&d=2）请核实", "http://www.abc.com:8080/a/b?c=1&d=2"),
        ("hxxps://evil[.]top/a", "https://evil.top/a"),
        ("w w w . a b c . c o m 打开", "http://www.abc.com/"),
        ("打开 http:// www.a-b.cc/ 即可", "http://www.a-b.cc/"),
        ("http:\\\\www.abc.com\\x", "http://www.abc.com/x"),
        ("域名是 zs.\u200bcx.com", "http://zs.cx.com/"),
        ("203.0.113.5:8081/const/index能打开", "http://203.0.113.5:8081/const/index"),
        ("见 http://[2001:db8::1]:8080/x", "http://[2001:db8::1]:8080/x"),
        ("网址http://安全生产查询.中国/cx", "http://xn--wlqx0ei1nxzmx7p8g6a.xn--fiqs8s/cx"),
        ("在cx.mem.gov.cn.zs-cx.example-top上", "http://cx.mem.gov.cn.zs-cx.example-top/"),
        ("网址www。zs-cx。example-top能查", "http://www.zs-cx.example-top/"),
        ("http://cx.mem.gov.cn@evil.top/login", "http://cx.mem.gov.cn@evil.top/login"),
        ("https://t.cn/A6xyz微博链接", "https://t.cn/A6xyz"),
        ("www.abc.comQQ123456", "http://www.abc.com/"),
        ("ABC.CN/Path/To", "http://abc.cn/Path/To"),
        ("（www.abc.com/a(b)）", "http://www.abc.com/a(b)"),
        ("《http://www.abc.com/x.html》。", "http://www.abc.com/x.html"),
        ("编号A。www.abc.com", "http://www.abc.com/"),
        ("ＨＴＴＰ：／／ＡＢＣ．ｃｏｍ", "http://abc.com/"),
        ("www.abc.com：13800000000联系", "http://www.abc.com/"),
        ("查询http://a.top/q?sfz=［证件号已隐去］", "http://a.top/q?sfz="),
    ],
)
def test_an_address_is_read_as_it_is_meant(text: str, url: str) -> None:
    assert urls(text) == [url]


@pytest.mark.parametrize(
    "text",
    [
        "联系zhang@163.com或zs @ qq.com",
        "附件list.docx 证书.zip abc.zip 见 1.2.3.4 节，版本v1.2.3",
        "下午3点cn签约，收费1.5万元，满2.3.4条",
        "Hello. World 这是一句话",
        "e.g. 见 No.1 和 Mr.Wang",
        "没有网址",
        "",
    ],
)
def test_what_is_no_address_is_left_alone(text: str) -> None:
    assert urls(text) == []


def test_two_addresses_with_a_full_stop_between_are_two() -> None:
    assert urls("网址abc.com。www.def.com也是") == ["http://abc.com/", "http://www.def.com/"]


def test_the_same_address_written_twice_is_one() -> None:
    assert urls("www.abc.com，就是http://www.abc.com/这个") == ["http://www.abc.com/"]


def test_the_quote_is_the_original() -> None:
    (found,) = addresses("登录www。abc。com查询")
    assert (found.quote, found.start, found.end) == ("www。abc。com", 2, 13)


_HAN = st.text(
    alphabet="市民反映在网上看到假证查询平台可以查到请核实处理谢谢打开点击的是这个，。！？；：“”《》（）、", max_size=20
)
_LABEL = st.from_regex(r"[a-z][a-z0-9]{0,8}(?:-[a-z0-9]{1,5})?", fullmatch=True)
_TLD = st.sampled_from(["com", "cn", "net", "top", "vip", "com.cn", "org.cn", "xyz", "cc"])
_PATH = st.one_of(
    st.just(""), st.from_regex(r"/[a-z0-9/_.-]{0,20}[a-z0-9]", fullmatch=True), st.just("/cx/query?id=12&t=a")
)


@st.composite
def _hosts(draw: st.DrawFn) -> str:
    labels = draw(st.lists(_LABEL, min_size=1, max_size=3))
    return ".".join([draw(st.sampled_from(["www", "cx", "m"])), *labels, draw(_TLD)])


@given(_HAN, _hosts(), st.sampled_from(["", ":8080", ":81"]), _PATH, st.sampled_from(["http://", "https://", ""]), _HAN)
def test_an_address_within_chinese_text_is_found_exactly(
    before: str, host: str, port: str, path: str, scheme: str, after: str
) -> None:
    written = f"{scheme}{host}{port}{path}"
    found = addresses(before + written + after)
    assert [f.url for f in found] == [f"{scheme or 'http://'}{host}{port}{path or '/'}"]
    assert found[0].quote == written


@given(_HAN, _hosts(), st.sampled_from(["。", "．", " . ", "[.]", "(dot)", "（点）", "点", " .", "｡"]), _HAN)
def test_a_disguised_host_within_chinese_text_is_found_exactly(before: str, host: str, dot: str, after: str) -> None:
    assert urls(before + host.replace(".", dot) + after) == [f"http://{host}/"]


@given(st.text(max_size=300))
def test_any_text_is_read_and_every_quote_stands_where_it_says(text: str) -> None:
    for found in addresses(text):
        assert text[found.start : found.end] == found.quote
        assert "://" in found.url


@given(st.text(alphabet=string.ascii_letters + "。.点 :/@-[]()", max_size=400))
def test_texts_of_dots_and_marks_never_raise(text: str) -> None:
    last = 0
    for found in addresses(text):
        assert found.start >= last
        last = found.end


@pytest.mark.parametrize("piece", ["a.", "a . ", "http://", "www。", "a点", "：a", "1.", "[.]", "a-", "@a.", "h t t p"])
def test_a_hostile_text_costs_time_in_proportion(piece: str) -> None:
    def cost(size: int) -> float:
        text = (piece * size)[:size]
        start = time.process_time()
        addresses(text)
        return time.process_time() - start

    addresses(piece)
    small, large = min(cost(LONGEST_TEXT // 10) for _ in range(3)), cost(LONGEST_TEXT)
    assert large < max(small, 0.005) * 10 * 8


def test_a_list_of_addresses_is_read_up_to_its_limit() -> None:
    assert len(addresses("，".join(f"www.a{n}.com" for n in range(MOST + 50)))) == MOST
