"""The analysts' page of reasons has every signal once, by the title that the lead's page shows."""

from __future__ import annotations

import re

from scoring.signals import SIGNALS
from tests.docs.markdown import ROOT

PAGE = ROOT / "docs" / "reasons.zh.md"
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def rows() -> list[tuple[str, str, str]]:
    found = [m.groups() for m in ROW.finditer(PAGE.read_text(encoding="utf-8"))]
    return [(title, says, look) for title, says, look in found if title != "信号"]


def test_every_signal_has_one_row_under_the_title_that_analysts_see() -> None:
    assert sorted(title for title, _, _ in rows()) == sorted(signal.title for signal in SIGNALS)


def test_every_row_says_something() -> None:
    assert all(len(says) >= 4 and len(look) >= 2 for _, says, look in rows())
