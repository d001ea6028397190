from __future__ import annotations

import gzip
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from spiders.body import plain_body

LIMIT = 100_000
CODERS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


@pytest.mark.parametrize("coding", CODERS)
@given(data=st.binary(max_size=5000))
def test_every_coding_comes_back_whole(coding, data) -> None:
    assert plain_body(CODERS[coding](data), coding, LIMIT).data == data


@pytest.mark.parametrize("coding", CODERS)
def test_a_bomb_gives_its_first_bytes_and_says_so(coding) -> None:
    found = plain_body(CODERS[coding](bytes(50_000_000)), coding, LIMIT)
    assert (len(found.data), found.code) == (LIMIT, "E_BOMB")


def test_a_bare_deflate_stream_is_understood() -> None:
    stream = zlib.compressobj(wbits=-15)
    assert plain_body(stream.compress(b"hello") + stream.flush(), "deflate", LIMIT).data == b"hello"


def test_codings_are_undone_in_reverse_order() -> None:
    assert plain_body(gzip.compress(zlib.compress(b"x")), "deflate, gzip", LIMIT).data == b"x"


def test_two_hundred_layers_are_refused_without_unpacking() -> None:
    assert plain_body(b"x", ", ".join(["gzip"] * 200), LIMIT).code == "E_BOMB"


def test_plain_text_under_a_coding_label_is_kept_as_it_is() -> None:
    found = plain_body(b"<html>plain</html>", "gzip", LIMIT)
    assert (found.data, found.code) == (b"<html>plain</html>", "E_ENCODING")


@pytest.mark.parametrize("coding", CODERS)
def test_a_cut_stream_gives_what_came(coding) -> None:
    data = bytes(range(256)) * 2000
    found = plain_body(CODERS[coding](data)[:-20], coding, 10**6)
    assert data.startswith(found.data) or found.code == "E_ENCODING"


@given(st.binary(max_size=300), st.text(max_size=30))
def test_whatever_comes_gives_bytes_within_the_limit(data, coding) -> None:
    assert len(plain_body(data, coding, 100).data) <= 100
