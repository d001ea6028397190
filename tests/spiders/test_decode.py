from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.decode import decode

CHINESE = "特种作业操作证查询"


@pytest.mark.parametrize(
    ("body", "content_type", "encoding"),
    [
        (CHINESE.encode("gb18030"), "text/html; charset=gb2312", "gb18030"),
        (b'<meta charset="gbk">' + CHINESE.encode("gbk"), "text/html", "gb18030"),
        (
            b'<meta http-equiv=Content-Type content="text/html; charset=big5">' + "特種作業".encode("big5"),
            "",
            "big5hkscs",
        ),
        (codecs.BOM_UTF8 + CHINESE.encode(), "text/html; charset=gbk", "utf-8"),
        (CHINESE.encode(), "", "utf-8"),
        (CHINESE.encode("gb18030"), "", "gb18030"),
    ],
    ids=["header gb2312 reads as gb18030", "meta", "http-equiv meta", "a BOM wins", "bare utf-8", "bare gb18030"],
)
def test_the_encoding_is_found_where_the_page_declares_or_betrays_it(body, content_type, encoding) -> None:
    found = decode(body, content_type)
    assert found.encoding == encoding
    assert "特" in found.text


@pytest.mark.parametrize("label", ["hex", "rot13", "zip", "idna", "unicode_escape", "utf-7", "x-user-defined"])
def test_a_label_that_is_no_encoding_of_the_web_reaches_no_codec_and_is_noted(label) -> None:
    found = decode(CHINESE.encode(), f"text/html; charset={label}")
    assert (found.text, found.encoding, found.odd_label) == (CHINESE, "utf-8", label)


def test_gbk_bytes_labelled_utf8_are_read_as_what_they_are() -> None:
    found = decode(CHINESE.encode("gbk") * 20, "text/html; charset=utf-8")
    assert found.text == CHINESE * 20
    assert found.odd_label == "utf-8"


def test_a_character_cut_in_two_at_the_end_does_not_change_the_encoding() -> None:
    found = decode((CHINESE * 3).encode()[:-1], "text/html; charset=utf-8")
    assert found.encoding == "utf-8"
    assert found.replaced == 0


@given(st.binary(max_size=400), st.text(max_size=60))
def test_whatever_comes_is_decoded_without_an_error(body, content_type) -> None:
    assert isinstance(decode(body, content_type).text, str)
