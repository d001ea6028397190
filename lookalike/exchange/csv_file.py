"""The list of leads as CSV that Excel opens: UTF-8 with BOM, no cell that a spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import unicodedata
from io import StringIO

from lookalike.exchange.columns import heading, rows
from lookalike.exchange.facts import Share

_SIGNS = frozenset("=+-@|%")
"""What formulas, macros and DDE calls begin with."""


def render(share: Share) -> bytes:
    """Every cell quoted; lines end as RFC 4180 says."""
    out = StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(heading())
    writer.writerows([neutral(cell) for cell in row] for row in rows(share))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def neutral(cell: str) -> str:
    """With an apostrophe in front where the first sign would make it a formula, in any width and behind any blanks."""
    first = unicodedata.normalize("NFKC", cell).lstrip()[:1]
    return f"'{cell}" if first in _SIGNS or cell[:1] in {"\t", "\r", "\n"} else cell
