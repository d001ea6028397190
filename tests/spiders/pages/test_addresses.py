import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.pages.addresses import absolute, kind_of, packed_target
from spiders.pages.baidu import LAYOUT as BAIDU
from spiders.pages.bing import LAYOUT as BING
from spiders.pages.so360 import LAYOUT as SO360

PAGE = "https://www.baidu.com/s?wd=a"


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("http://cx.mem.gov.cn.zs-cx.example/", "outside"),
        ("http://www.baidu.com.evil.example/link?url=1", "outside"),
        ("http://www.baidu.com/link?url=abc", "redirector"),
        ("http://www.baidu.com/baidu.php?url=abc", "redirector"),
        ("https://tieba.baidu.com/p/123", "outside"),
        ("https://tieba.baidu.com/", "internal"),
        ("https://zhidao.baidu.com/search?word=a", "internal"),
        ("http://image.baidu.com/search/index?word=a", "internal"),
        ("https://www.baidu.com/s?wd=b", "internal"),
        ("https://www.baidu.com/jump/9f", "perhaps"),
        ("ftp://a.example/", ""),
        ("http://[::1", ""),
    ],
)
def test_whose_an_address_is(url: str, kind: str) -> None:
    assert kind_of(url, PAGE, BAIDU) == kind


def test_the_host_that_was_searched_is_the_engine_wherever_it_stands() -> None:
    assert kind_of("http://127.0.0.1:8080/link?url=1", "http://127.0.0.1:8080/s?wd=a", BAIDU) == "redirector"
    assert kind_of("http://127.0.0.1:8081/", "http://127.0.0.1:8080/s?wd=a", BAIDU) == "outside"


def test_a_paid_click_of_360_on_its_own_host_is_a_redirector() -> None:
    assert kind_of("http://e.so.com/search/eclk?p=1", "https://www.so.com/s?q=a", SO360) == "redirector"
    assert kind_of("http://news.so.com/ns?q=a", "https://www.so.com/s?q=a", SO360) == "internal"


@given(st.text(min_size=1, alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Z"))))
def test_bing_packs_any_address_into_base64url(tail: str) -> None:
    url = f"https://a.example/{tail}"
    packed = base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")
    assert packed_target(f"https://www.bing.com/ck/a?p=1&u=a1{packed}&ntb=1") in {url, ""}


@pytest.mark.parametrize("u", ["a1", "a1%%%", "a1zz__", "a1" + "A" * 5000, "zz", "a1amF2YXNjcmlwdDphbGVydCgxKQ"])
def test_a_broken_package_holds_no_address(u: str) -> None:
    url = f"https://www.bing.com/ck/a?u={u}"
    assert packed_target(url) == ""
    assert kind_of(url, "https://www.bing.com/search?q=a", BING) == "redirector"


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "mailto:a@b", "", "http://", "x" * 9000, "http://a:99999/"]
)
def test_what_cannot_be_visited_is_no_address(link: str) -> None:
    assert absolute("", link) == ""


@given(st.text(), st.text())
def test_addresses_never_raise(base: str, link: str) -> None:
    found = absolute(base, link)
    kind_of(link, base, BAIDU)
    packed_target(link)
    assert found == "" or found.startswith(("http://", "https://", "HTTP", "Http")) or "://" in found
