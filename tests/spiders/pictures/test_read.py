"""A picture's codes, text and hash; and every way in which a hostile file must not hurt."""

from __future__ import annotations

import importlib.util
import struct
import time
import zlib
from datetime import datetime
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from scoring.pictured import far
from spiders.limited import Limits
from spiders.pictures import child, ocr
from spiders.pictures.phash import phash
from spiders.pictures.qr import MAX_BYTES, MAX_CODES
from spiders.pictures.read import PictureReader, read_picture

AT = datetime.fromisoformat("2026-03-01T02:00:00+08:00")
URL = "http://card.example-top/q?id=1"
CARD = ("特种作业操作证", "姓名 张某某", "作业类别 电工作业", "有效期限 2031-03-31", "签发机关 应急管理部")


def now() -> datetime:
    return AT


def as_file(picture: Image.Image, kind: str = "PNG", **how: object) -> bytes:
    stream = BytesIO()
    picture.save(stream, kind, **how)
    return stream.getvalue()


def a_bomb(width: int, height: int) -> bytes:
    """A PNG whose header promises more pixels than anybody has memory for."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))

    head = struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 9999)) + chunk(b"IEND", b"")
    )


@pytest.fixture(scope="module")
def reader():
    with PictureReader(now) as made:
        yield made


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_code_is_read_from_every_format(reader, draw_photo, kind) -> None:
    facts = reader.read(as_file(draw_photo((), URL), kind), "card", "http://a.example/")
    assert (facts.qr.value, facts.width, facts.height, facts.page_url) == ((URL,), 1100, 700, "http://a.example/")
    assert facts.phash is not None


@pytest.mark.parametrize("degrees", [0, 7, 33, 90, 180])
def test_a_code_is_read_from_a_turned_blurred_and_compressed_photo(reader, draw_photo, degrees) -> None:
    photo = (
        draw_photo((), URL).rotate(degrees, expand=True, fillcolor=(90, 80, 70)).filter(ImageFilter.GaussianBlur(1.3))
    )
    assert reader.read(as_file(photo, "JPEG", quality=35), "x").qr.value == (URL,)


def test_a_small_code_and_a_light_one_on_dark_are_read(reader, draw_photo) -> None:
    code = draw_photo((), URL).crop((880, 10, 1100, 240))
    small = code.resize((75, 78), Image.Resampling.LANCZOS)
    inverted = Image.eval(code, lambda value: 255 - value)
    assert [reader.read(as_file(p), "x").qr.value for p in (small, inverted)] == [(URL,), (URL,)]


def test_several_codes_come_from_top_to_bottom_each_once(reader, draw_photo) -> None:
    facts = reader.read(as_file(draw_photo((), "https://u.wechat.com/EAdemo", URL, URL)), "x")
    assert facts.qr.value == ("https://u.wechat.com/EAdemo", URL)


def test_a_picture_without_codes_says_none_and_not_unknown(reader, draw_photo) -> None:
    facts = reader.read(as_file(draw_photo()), "x")
    assert (facts.qr.state, facts.qr.value) == ("ok", ())


def test_codes_are_capped_in_number_and_length(monkeypatch, draw_photo) -> None:
    class Code:
        valid = True

        def __init__(self, number: int) -> None:
            corner = type("P", (), {"x": 0, "y": number})()
            self.position = type("Q", (), {"top_left": corner})()
            self.text = f"{number:03}" + "长" * 5000

    monkeypatch.setattr("spiders.pictures.qr.zxingcpp.read_barcodes", lambda *_, **__: [Code(n) for n in range(500)])
    told = child.read(as_file(draw_photo()), with_text=False)["qr"]
    assert len(told) == MAX_CODES
    assert max(len(text.encode()) for text in told) <= MAX_BYTES


def test_text_that_nobody_asked_for_is_unknown_with_the_reason(reader, draw_photo) -> None:
    facts = reader.read(as_file(draw_photo()), "x", why="额度已用完")
    assert (facts.text.state, facts.text.why) == ("unknown", "额度已用完")


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "不是可读的图片"),
        (b"<html>", "不是可读的图片"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "不是可读的图片"),
        (b"II*\0\x08\0\0\0", "不是可读的图片"),
        (a_bomb(100_000, 100_000), "图片过大"),
        (a_bomb(7000, 7000), "图片过大"),
        (a_bomb(300, 300), "不完整"),
        (b"GIF89a\1\0\1\0", "不是可读"),
    ],
    ids=["empty", "page", "eps", "tiff", "bomb", "over-40-megapixels", "short-data", "cut-gif"],
)
def test_what_cannot_be_opened_is_refused_with_the_reason(reader, data, word) -> None:
    facts = reader.read(data, "x", ocr=True)
    assert (facts.width, facts.phash, facts.qr.state, facts.text.state) == (0, None, "refused", "refused")
    assert word in facts.qr.why


@pytest.mark.parametrize("kept", [0.2, 0.6, 0.95])
def test_a_truncated_file_is_refused(reader, draw_photo, kept) -> None:
    data = as_file(draw_photo((), URL))
    assert reader.read(data[: int(len(data) * kept)], "x").qr.state == "refused"


@settings(max_examples=60)
@given(
    data=st.binary(max_size=200),
    kind=st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8\xff\xe0", b"RIFF"]),
)
def test_any_bytes_give_an_answer_and_no_exception(data, kind) -> None:
    told = child.read(kind + data, with_text=False)
    assert "unreadable" in told or "qr" in told


def test_a_child_that_hangs_is_killed_and_the_next_picture_is_read(draw_photo) -> None:
    data = as_file(draw_photo((), URL))
    with PictureReader(now, Limits(seconds=0.001, memory=3 << 30)) as hurried:
        facts = hurried.read(data, "x")
        assert (facts.qr.state, facts.phash) == ("failed", None)
        assert facts.qr.why
        hurried._child.limits = Limits(seconds=30.0, memory=3 << 30)
        assert hurried.read(data, "x").qr.value == (URL,)


def test_a_picture_that_needs_more_memory_than_allowed_has_failed(draw_photo) -> None:
    big = as_file(Image.new("RGB", (6200, 6200)))
    with PictureReader(now, Limits(seconds=30.0, cpu_seconds=20, memory=300 << 20)) as narrow:
        assert narrow.read(big, "x").qr.state in {"failed", "refused"}
        assert narrow.read(as_file(draw_photo((), URL)), "x").qr.value == (URL,)


def test_the_child_opens_no_connection() -> None:
    with pytest.raises(PermissionError, match="nothing is fetched"):
        child._refuse("socket.connect", ())
    child._refuse("open", ())


def test_transparent_ground_counts_as_white(draw_photo) -> None:
    clear = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    white = Image.new("RGB", (200, 200), "white")
    assert child._open(as_file(clear)).tobytes() == white.tobytes()


def test_a_photo_is_turned_as_the_camera_says(draw_photo) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    facts = read_picture(as_file(draw_photo((), URL), "JPEG", exif=exif.tobytes()), "x", now, ocr=False)
    assert (facts.width, facts.height, facts.qr.value) == (700, 1100, (URL,))


def test_the_hash_survives_scaling_and_compression_and_tells_others_apart(draw_photo) -> None:
    card = draw_photo((), URL, "https://u.wechat.com/EAdemo")
    scaled = Image.open(BytesIO(as_file(card.resize((400, 254)), "JPEG", quality=40)))
    other = Image.radial_gradient("L").resize((1100, 700))
    mine = phash(card.convert("L"))
    assert far(mine, phash(scaled.convert("L"))) <= 4
    assert far(mine, phash(other)) >= 16


def test_the_hash_is_the_usual_one() -> None:
    rng = np.random.default_rng(7)
    pixels = rng.integers(0, 255, (32, 32), dtype=np.uint8)
    waves = np.cos(np.pi * np.outer(np.arange(32), 2 * np.arange(32) + 1) / 64)
    low = (waves @ pixels.astype(float) @ waves.T)[:8, :8]
    bits = "".join("1" if value > np.median(low) else "0" for value in low.flatten())
    assert phash(Image.fromarray(pixels)) == int(bits, 2)


def test_pieces_of_one_row_are_one_line_in_reading_order() -> None:
    boxes = [
        (102.0, 30.0, 300.0, "张某某"),
        (40.0, 30.0, 10.0, "操作证"),
        (100.0, 30.0, 10.0, "姓名"),
        (160.0, 30.0, 10.0, "证号"),
    ]
    assert ocr.rows(boxes) == ["操作证", "姓名 张某某", "证号"]


def test_without_the_extra_the_text_is_unknown_and_says_how_to_install_it(monkeypatch, draw_photo) -> None:
    def missing() -> None:
        raise ocr.Missing(ocr.MISSING)

    monkeypatch.setattr(ocr, "_recogniser", missing)
    told = child.read(as_file(draw_photo()), with_text=True)["text"]
    assert told["missing"]
    assert "pip install 'lookalike[ocr]'" in told["why"]


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("rapidocr") is None, reason="the extra ocr is not installed")
def test_the_text_of_a_photo_is_read_within_limits_and_without_a_network(reader, draw_photo) -> None:
    photo = draw_photo(CARD).rotate(3, expand=True, fillcolor=(90, 80, 70)).filter(ImageFilter.GaussianBlur(0.8))
    started = time.monotonic()
    facts = reader.read(as_file(photo, "JPEG", quality=60), "x", ocr=True)
    assert time.monotonic() - started < 30
    read = "".join(facts.text.value or ()).replace(" ", "")
    assert facts.text.state == "ok", facts.text.why
    assert all(word in read for word in ("特种作业操作证", "张某某", "电工作业", "2031-03-31", "应急管理部"))
