"""H42-H45: pictures, downloads and codes that attack whoever opens them, and titles that forge lines of the log."""

from __future__ import annotations

import json
import logging
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from spiders import parse_child
from spiders.attachment import attachment
from spiders.case import build_case
from spiders.log_lines import LONGEST, OneLine, escape_all, one_line
from spiders.pictures.qr import MAX_BYTES, MAX_CODES
from spiders.pictures.read import PictureReader
from spiders.refusal import sentence
from tests.hostile.conftest import ROOT, Crawl, visit_all
from tests.hostile.pages import NOW, visit_of
from tests.hostile.servers import HostileWeb, Site, answer, says

TITLE = "ok\n2026-11-22 02:00:00 [audit] INFO: lead 7 closed\x1b[2J\r\u202egnp.exe\u2028\x00\x85"


def a_zip(name: str) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr(name, b"x" * 100)
    return stream.getvalue()


PDF = b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj"
FILES: dict[str, tuple[bytes, str, tuple[str, ...]]] = {
    "pdf": (PDF, "application/pdf", ()),
    "office": (
        a_zip("word/document.xml"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        (),
    ),
    "old office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "application/msword", ()),
    "apk": (a_zip("AndroidManifest.xml"), "application/vnd.android.package-archive", ()),
    "program": (b"MZ" + bytes(500), "application/octet-stream", ()),
    "named attachment": (b"a,b,c", "text/csv", ('Content-Disposition: attachment; filename="../../名单.csv"',)),
    "pdf without a type": (PDF, "", ()),
}


@pytest.fixture(scope="module")
def downloaded(hostile_web: HostileWeb) -> tuple[Crawl, dict[str, Site]]:
    sites = {
        name: hostile_web.site(says(answer(data, *headers, kind=kind))) for name, (data, kind, headers) in FILES.items()
    }
    return visit_all([site.url for site in sites.values()]), sites


@pytest.mark.parametrize("name", FILES)
def test_a_download_is_kept_as_bytes_with_a_warning(downloaded, name) -> None:
    """H43: every byte in the WARC, the note for people, the visit partial."""
    crawl, sites = downloaded
    visit = crawl.visits[sites[name].url]
    last = crawl.last(sites[name].url)
    assert last["error"].startswith("E_ATTACHMENT 含可疑附件，勿直接打开：")
    assert last["size"] == len(FILES[name][0])
    assert visit["kept"]
    assert (visit["outcome"], visit["counts"]["E_ATTACHMENT"] >= 1) == ("partial", True)


@pytest.mark.parametrize("name", [name for name in FILES if name != "named attachment"])
def test_a_download_is_never_opened(name) -> None:
    """H43: no page is made of it, and no reader is started for it."""
    data, kind, _ = FILES[name]
    item = visit_of(data, kind=kind)
    item.pages[0].error = sentence("E_ATTACHMENT", "PDF")
    view = build_case(item, (), NOW).views[0]
    assert view.page is None
    assert "勿直接打开" in view.error
    assert parse_child._CHILD.pid is None


def test_a_page_that_begins_like_a_file_is_still_a_page() -> None:
    """H43: the type says HTML, so a browser shows it, and hiding behind four bytes fails."""
    assert attachment("text/html; charset=utf-8", "", b"%PDF-<html>") == ""
    assert attachment("image/png", "", b"MZ") == ""


@given(st.text(max_size=80), st.text(max_size=80), st.binary(max_size=40))
def test_any_type_and_any_bytes_are_a_kind_or_none(kind, disposition, data) -> None:
    """H43."""
    assert isinstance(attachment(kind, disposition, data), str)


@pytest.fixture(scope="module")
def looking() -> Iterator[PictureReader]:
    with PictureReader(lambda: NOW) as reader:
        yield reader


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *extra: bytes) -> bytes:
    """A picture of one colour, 1 bit a point, packed as small as it goes."""
    row = bytes(1 + (width + 7) // 8)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(extra) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def small_head(width: int, height: int) -> bytes:
    """A picture that only says how large it would be."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("100,000 squared", small_head(100_000, 100_000), "图片过大"),
        ("10,000 squared, packed to 13 kB", png(10_000, 10_000), "图片过大"),
        ("zTXt bomb", png(8, 8, chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(64 << 20)))), ""),
        ("truncated", png(600, 600)[:-30], "不完整"),
        ("eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(x) run", "不是可读的图片"),
        ("ico", b"\0\0\1\0\1\0\x10\x10\0\0\1\0\x20\0" + bytes(40), "不是可读的图片"),
        ("tiff", b"II*\0\x08\0\0\0" + bytes(60), "不是可读的图片"),
        ("svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "不是可读的图片"),
    ],
)
def test_a_picture_that_attacks_is_refused_within_bounds(looking, name, data, word) -> None:
    """H42: bombs of points and of text, cut files, other formats: a reason, and the next picture is read."""
    facts = looking.read(data, name)
    if word:
        assert facts.qr.state in {"refused", "failed"}
        assert word in facts.qr.why
    assert facts.sha256
    card = Image.new("L", (40, 40), 255)
    stream = BytesIO()
    card.save(stream, "PNG")
    assert looking.read(stream.getvalue(), "next").qr.known


def codes(*contents: str) -> bytes:
    """A sheet with a QR code for each content."""
    drawn = [
        Image.fromarray(zxingcpp.create_barcode(c, zxingcpp.BarcodeFormat.QRCode).to_image(scale=2)) for c in contents
    ]
    side = max(d.width for d in drawn) + 16
    across = max(1, int(len(drawn) ** 0.5) + 1)
    sheet = Image.new("L", (side * across, side * (len(drawn) // across + 1)), 255)
    for number, code in enumerate(drawn):
        sheet.paste(code, (8 + number % across * side, 8 + number // across * side))
    stream = BytesIO()
    sheet.save(stream, "PNG")
    return stream.getvalue()


def test_of_many_codes_on_a_picture_twenty_are_taken(looking) -> None:
    """H44: a sheet of a hundred."""
    found = looking.read(codes(*(f"http://e{n}.example/" for n in range(100))), "sheet").qr
    assert found.value is not None
    assert 0 < len(found.value) <= MAX_CODES


def test_a_code_is_text_whatever_it_says(looking) -> None:
    """H44: a script, a file, a command: kept as text, followed by nobody."""
    dangerous = ["javascript:alert(1)", "file:///etc/passwd", "=cmd|'/c calc'!A1"]
    for content in dangerous:
        assert looking.read(codes(content), "one").qr.value == (content,)


def test_a_long_code_is_cut(looking) -> None:
    """H44: at most 4 kB of text, here as much as a code can hold."""
    found = looking.read(codes("证" * 900), "long").qr
    assert found.value is not None
    assert all(len(text.encode()) <= MAX_BYTES for text in found.value)


def formatted(message: str, *args: Any, error: BaseException | None = None) -> str:
    record = logging.LogRecord("a", logging.WARNING, "f", 1, message, args, None)
    if error is not None:
        record.exc_info = (type(error), error, error.__traceback__)
    return OneLine("%(asctime)s %(levelname)s %(name)s: %(message)s").format(record)


def test_a_title_forges_no_line() -> None:
    """H45: one event, one line; escape sequences and bidi marks are written out."""
    line = formatted("title %s", TITLE)
    assert len(line.splitlines()) == 1
    assert line.isprintable()
    assert r"ok\n2026-11-22" in line
    assert r"\x1b[2J" in line
    assert r"\u202e" in line


def test_the_text_of_an_error_forges_no_line_either() -> None:
    """H45: tracebacks carry what sites said."""
    with pytest.raises(UnicodeDecodeError) as caught:
        b"\xff".decode()
    caught.value.reason = TITLE
    line = formatted("broke", error=caught.value)
    assert len(line.splitlines()) == 1
    assert "Traceback" in line


def test_chinese_stays_readable_and_lines_end() -> None:
    """H45: what is no control character is left alone; a title of 10 MB is cut."""
    assert one_line("证书查询　（特种作业）😀") == "证书查询　（特种作业）😀"
    assert len(formatted("a" * 10_000_000)) < LONGEST + 100


@given(st.text(max_size=300))
def test_any_text_is_one_line(text) -> None:
    """H45."""
    assert len(f"x{one_line(text)}x".splitlines()) == 1


def test_every_handler_is_given_the_escaping() -> None:
    """H45: handlers that others have set up keep their pattern."""
    root, handler = logging.getLogger(), logging.StreamHandler(BytesIO())  # type: ignore[type-var]
    handler.setFormatter(logging.Formatter("%(name)s|%(message)s"))
    before = {h: h.formatter for h in root.handlers}
    root.addHandler(handler)
    try:
        escape_all()
        record = logging.LogRecord("n", logging.INFO, "f", 1, TITLE, (), None)
        assert handler.format(record) == f"n|{one_line(TITLE)}"
    finally:
        root.removeHandler(handler)
        for other, formatter in before.items():
            other.setFormatter(formatter)


COMMAND_LINE = """
import lookalike.cli.app as app, logging
app._run = lambda argv: logging.getLogger("spiders.x").warning("%s", TITLE) or 0
app.main(["x"])
"""
SCRAPY = """
import logging, scrapy
from scrapy.crawler import CrawlerProcess
from lookalike.runner import project_settings
class Says(scrapy.Spider):
    name = "says"
    async def start(self):
        logging.getLogger("spiders.x").warning("%s", TITLE)
        return
        yield
process = CrawlerProcess(project_settings(LOG_LEVEL="WARNING", SPIDER_MODULES=["spiders.site"]))
process.crawl(Says)
process.start()
"""


@pytest.mark.parametrize("run", [COMMAND_LINE, SCRAPY], ids=["lookalike", "scrapy crawl"])
def test_the_program_s_own_log_has_one_line_an_event(run: str) -> None:
    """H45: as the command line and as Scrapy's own."""
    done = subprocess.run(
        [sys.executable, "-c", f"TITLE = {json.dumps(TITLE)}\n{run}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    told = [line for line in done.stderr.split("\n") if "spiders.x" in line]
    assert len(told) == 1, done.stderr
    assert "lead 7 closed" in told[0]
    assert "\x1b" not in done.stderr
    assert not [line for line in done.stderr.split("\n") if line.startswith("2026-11-22 02:00:00 [audit]")]


def test_a_sentence_for_people_is_one_line() -> None:
    """H45: reasons quote what sites said."""
    said = sentence("E_PROTOCOL", TITLE)
    assert said.isprintable()
    assert len(said.splitlines()) == 1
