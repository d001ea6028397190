from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.case import SiteKey
from scoring.sitekey import is_shared, link_key, site_key
from seeds.model import SharedHosts

SHARED = SharedHosts(
    frozenset({"gitee.com", ".58.com"}), frozenset({"tieba.baidu.com", "mp.weixin.qq.com", ".baixing.com"})
)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://cx.mem.gov.cn/", "cx.mem.gov.cn"),
        ("HTTPS://CX.MEM.GOV.CN.:443/a?b#c", "cx.mem.gov.cn"),
        ("https://cx.mem.gov.cn:80/", "cx.mem.gov.cn"),
        (" http://user:secret@cx.mem.gov.cn/", "cx.mem.gov.cn"),
        ("http://117.73.255.95:8081/const/index", "117.73.255.95:8081"),
        ("http://[::1]:8080/", "[::1]:8080"),
        ("http://证书。中国/", "xn--1jqs90m.xn--fiqs8s"),
        ("http://a_b.github.io/x", "a_b.github.io"),
        ("http://gitee.com/a/12", "gitee.com/a"),
        ("http://gitee.com//%61/12", "gitee.com/a"),
        ("http://gitee.com/", "gitee.com"),
        ("http://tieba.baidu.com/p/12?pn=2&fr=frs", "tieba.baidu.com/p/12"),
        ("http://tieba.baidu.com//%70/12/", "tieba.baidu.com/p/12"),
        ("http://tieba.baidu.com/", "tieba.baidu.com"),
        ("https://mp.weixin.qq.com/s/Ab-1?scene=4", "mp.weixin.qq.com/s/Ab-1"),
        ("https://mp.weixin.qq.com/s?sn=9&mid=2&__biz=MzA&chksm=x", "mp.weixin.qq.com/s?__biz=MzA&mid=2&sn=9"),
        ("http://qinghe.baixing.com/peixun/a77.html", "qinghe.baixing.com/peixun/a77.html"),
        ("http://bj.58.com/shop/1", "bj.58.com/shop"),
        ("http://58.com/shop/1", "58.com"),
        ("http://x58.com/shop/1", "x58.com"),
    ],
)
def test_every_spelling_of_an_address_has_one_site(url: str, key: str) -> None:
    assert str(site_key(url, SHARED)) == key


@pytest.mark.parametrize(
    "url",
    [
        "",
        "cx.mem.gov.cn",
        "ftp://a.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://",
        "http:///x",
        "http://a..b/",
        "http://[::1",
        "http://[fe80::1%25eth0]/",
        "http://a.example:0/",
        "http://a.example:99999/",
        "http://a.example:x/",
        f"http://{'a' * 64}.example/",
        "http://a b.example/",
    ],
)
def test_what_names_no_site_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        site_key(url)


def test_a_long_path_on_a_shared_host_is_cut_and_still_told_apart() -> None:
    one, other = (site_key(f"http://tieba.baidu.com/{'x' * 5000}{end}", SHARED).scope for end in "12")
    assert len(one) == len(other) < 130
    assert one != other


@given(st.text(max_size=40))
def test_any_text_is_a_site_or_a_value_error(text: str) -> None:
    for url in (text, f"http://{text}", f"http://tieba.baidu.com/{text}", f"https://a.example:{text}"):
        try:
            key = site_key(url, SHARED)
        except ValueError:
            continue
        assert key.host == key.host.lower()
        assert 0 < key.port < 65536


@given(st.from_regex(r"[a-z0-9]{1,12}(\.[a-z0-9]{1,12}){0,2}\.(cn|com|top)", fullmatch=True), st.integers(1, 65535))
def test_the_site_of_a_sites_own_address_is_that_site(host: str, port: int) -> None:
    key = site_key(f"http://{host}:{port}/")
    assert site_key(f"http://{key}/") == key == SiteKey(host, 80 if port in {80, 443} else port)


def test_a_name_is_shared_by_its_own_row_or_by_one_above_it() -> None:
    assert [is_shared(h, SHARED) for h in ("tieba.baidu.com", "x.tieba.baidu.com", "bj.58.com", "58.com")] == [
        True,
        False,
        True,
        False,
    ]


FORUMS = SharedHosts(post_paths=("/thread-*-*-*.html", "/t/*", "/viewthread.php?tid=*"))


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://bbs.example.com/thread-88213-1-1.html", "bbs.example.com/thread-88213-1-1.html"),
        ("http://bbs.example.com/t/991?page=2", "bbs.example.com/t/991"),
        ("http://bbs.example.com/viewthread.php?tid=7&extra=x", "bbs.example.com/viewthread.php?tid=7"),
        ("http://bbs.example.com/", "bbs.example.com"),
        ("http://bbs.example.com/viewthread.php?tid=x", "bbs.example.com"),
        ("http://bbs.example.com/t/about", "bbs.example.com"),
        ("http://bbs.example.com/card/t/991", "bbs.example.com"),
    ],
)
def test_a_forums_post_is_known_by_its_path(url: str, key: str) -> None:
    assert str(site_key(url, FORUMS)) == key


def test_two_links_of_a_redirector_are_two_sites_by_whatever_part_tells_them_apart() -> None:
    links = ["http://dwz.cc/a", "http://dwz.cc/b", "http://dwz.cc/r?k=1", "http://dwz.cc/r?k=2", "http://dwz.cc/"]
    assert len({link_key(url) for url in links}) == len(links)


def test_a_links_site_is_at_the_host_and_port_of_its_address() -> None:
    key = link_key("http://DWZ.cc.:8080//r/?k=1#x")
    assert (key.host, key.port, key.scope) == ("dwz.cc", 8080, "/r?k=1")
