"""声明了浏览器不认识、却能让采集程序出错的编码。An encoding label that no browser knows and that trips decoders.

``hex``, ``rot13``, ``zip``, ``utf-7`` and their like are names of codecs, not of encodings of the web: a page that
names one is made against machines. Misspelt labels (``uft-8``, ``gb-2312``) and wrong ones stand on honest pages and
do not count.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scoring.result import MISS, Evidence, SignalResult, hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.case import Case
    from scoring.context import Context
    from scoring.seen import Seen

TRICKS = frozenset(
    (
        *("hex", "hexcodec", "rot13", "zip", "zlib", "zlibcodec", "bz2", "bz2codec", "base64", "base64codec"),
        *("uu", "uucodec", "uuencode", "quopri", "quotedprintable", "idna", "punycode", "unicodeescape"),
        *("rawunicodeescape", "stringescape", "undefined", "utf7", "xuserdefined", "mbcs", "oem", "charmap"),
        *("ebcdic", "cp037", "cp500", "cp875", "cp1026", "cp1140"),
    )
)
"""Without blanks, hyphens, underscores and dots."""
_NOTED = re.compile(r"odd label ([^\s;]{1,40})")
_MARKS = re.compile(r"[\s._-]")


class OddCharset:
    """Labels that the header or the page itself declares."""

    name = "odd_charset"
    title = "异常编码声明"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """Hit for a label of ``TRICKS``; a miss for pages without a label."""
        missing = ctx.no_page()
        if missing is not None:
            return missing
        for seen in () if ctx.official else ctx.pages:
            for label, where in _labels(seen):
                if _MARKS.sub("", label.lower()) in TRICKS:
                    text = f"网页声明的编码“{label}”不是网页编码，会让采集程序读不出内容"
                    quote = Evidence(f"charset={label}", seen.view.final_url, where, seen.view.body_sha256)
                    return hit(text, quote)
        return MISS


def _labels(seen: Seen) -> Iterator[tuple[str, str]]:
    noted = _NOTED.search(seen.view.encoding_note)
    if noted is not None:
        yield noted.group(1), "header or meta: charset"
    if seen.page.charset:
        yield seen.page.charset[:40], "meta[charset]"
