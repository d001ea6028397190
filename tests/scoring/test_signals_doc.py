"""The page on signals has exactly one line for every signal, with the title and the points of the code.

Run as a program it writes the points of the shipped weights into that page.
"""

from __future__ import annotations

import re
from pathlib import Path

from scoring.signals import SIGNALS
from scoring.weights import Weights, shipped

PAGE = Path(__file__).resolve().parents[2] / "docs" / "signals.md"
ROW = re.compile(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)


def rows() -> list[tuple[str, ...]]:
    return [m.groups() for m in ROW.finditer(PAGE.read_text())]


def with_points(text: str, weights: Weights) -> str:
    def line(m: re.Match[str]) -> str:
        name, title, _, _, *rest = m.groups()
        return f"| `{name}` | {title} | {weights.site[name]:+g} | {weights.advert[name]:+g} | {' | '.join(rest)} |"

    return ROW.sub(line, text)


def test_every_signal_has_exactly_one_line_and_no_line_is_orphaned():
    named = [row[0] for row in rows()]
    assert sorted(named) == sorted(s.name for s in SIGNALS)


def test_every_line_bears_the_signal_s_chinese_title():
    assert {row[0]: row[1] for row in rows()} == {s.name: s.title for s in SIGNALS}


def test_the_points_are_those_of_the_shipped_weights():
    text = PAGE.read_text()
    assert text == with_points(text, shipped()), "run this file as a program: it writes the points anew"


def test_every_table_line_is_a_signal_with_all_its_columns():
    lines = [x for x in PAGE.read_text().splitlines() if x.startswith("| ") and not x.startswith("| signal |")]
    assert len(lines) == len(rows())
    assert all(len(cell.strip()) >= 5 for row in rows() for cell in row[4:])


if __name__ == "__main__":
    PAGE.write_text(with_points(PAGE.read_text(), shipped()))
