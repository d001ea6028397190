"""One event, one line: what sites say is escaped in every log, so that no title can forge a line or move a cursor.

The command line imports it: it loads nothing of Scrapy.
"""

from __future__ import annotations

import logging
import unicodedata

LONGEST = 8000
"""Characters of one line."""


def one_line(text: str) -> str:
    """Control, bidi and separator characters, and lone surrogates, written as Python escapes them."""
    if text.isprintable():
        return text
    return "".join(c if c == " " or _plain(c) else _escaped(c) for c in text)


def _plain(char: str) -> bool:
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


class OneLine(logging.Formatter):
    """Formats as its pattern says, tracebacks included, on a single line."""

    def format(self, record: logging.LogRecord) -> str:
        text = one_line(super().format(record))
        return text if len(text) <= LONGEST else f"{text[:LONGEST]}…（{len(text)} 字符）"


def escape_all() -> None:
    """Give every handler of the root logger this formatter, in the pattern that it has."""
    for handler in logging.getLogger().handlers:
        if not isinstance(handler.formatter, OneLine):
            old = handler.formatter
            pattern = old._fmt if old is not None else None  # noqa: SLF001 - logging offers no other way to it
            handler.setFormatter(OneLine(pattern, old.datefmt if old is not None else None))
