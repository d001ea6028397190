import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import HtmlResponse

from spiders.sources.redirector import by_variable, onward_of

URL = "https://www.baidu.com/link?url=abc"


def answer(body: str = "", status: int = 200, **headers: str) -> HtmlResponse:
    named = {k.replace("_", "-"): v for k, v in headers.items()}
    return HtmlResponse(URL, status=status, headers=named, body=body.encode())


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_every_redirect_status_tells_the_target(status: int) -> None:
    assert onward_of(answer(status=status, Location="http://a.example/x")) == "http://a.example/x"


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("//a.example/x", "https://a.example/x"),
        ("/other", "https://www.baidu.com/other"),
        ("javascript:alert(1)", ""),
        ("http://[::1", ""),
        ("", ""),
        ("file:///etc/passwd", ""),
    ],
)
def test_a_location_is_resolved_or_dropped(location: str, target: str) -> None:
    assert onward_of(answer(status=302, Location=location)) == target


def test_a_location_in_raw_utf8_is_read_as_browsers_do() -> None:
    response = HtmlResponse(URL, status=302, headers={"Location": "http://a.example/免考".encode()})
    assert onward_of(response) == "http://a.example/免考"


@pytest.mark.parametrize(
    "page",
    [
        '<script>window.location.replace("http://a.example/x")</script>',
        "<script>location.href='http://a.example/x'</script>",
        "<script>location = 'http://a.' + 'example/' + 'x';</script>",
        "<meta http-equiv='refresh' content=\"0;URL='http://a.example/x'\">",
        "<script>var u='http://a.'+'example';u+='/x';location.replace(u)</script>",
        "<script>setTimeout(function(){var url = '';url += 'http://a.';url += 'example/x';window.location.replace(url)},100)</script>",
    ],
)
def test_scripts_and_refreshes_tell_the_target(page: str) -> None:
    assert onward_of(answer(page)) == "http://a.example/x"


@pytest.mark.parametrize(
    "page", ["", "<p>404</p>", "<script>location.replace(next)</script>", "<script>var a='http://b.example/'</script>"]
)
def test_a_page_that_leads_nowhere_has_no_target(page: str) -> None:
    assert onward_of(answer(page)) == ""


@given(st.text())
def test_reading_a_script_never_raises(text: str) -> None:
    by_variable(text)
    onward_of(answer(text))
