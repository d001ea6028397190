"""The texts from which the wording model learns: hand-written lines of several authors, and the labelled corpus."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "corpus"))

from cases import read_corpus  # noqa: E402 - found by the line above

CORPUS = "corpus"
SHORT = 320
"""Characters of a page of the corpus that is one text: what is longer quotes, lists and answers all at once."""
LINE = 400


@dataclass(frozen=True)
class Told:
    """One text with what it is and who wrote it."""

    text: str
    advert: bool
    author: str


def read_texts() -> list[Told]:
    """All texts, each once, by author and place."""
    found = [told for path in sorted(HERE.glob("*.jsonl")) for told in _lines(path)]
    found += [Told(text, label == "advert", CORPUS) for label, text in _corpus()]
    return list({told.text: told for told in reversed(found)}.values())[::-1]


def _lines(path: Path) -> list[Told]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [Told(row["text"], row["label"] == "advert", path.stem) for row in rows]


def _corpus() -> list[tuple[str, str]]:
    """Texts of the corpus that are short enough to be one thing; the beginning of long honest pages."""
    found = []
    for case in read_corpus():
        if case.label == "fake":
            continue
        texts = [case.case.text, *(f"{view.page.title}\n{view.page.text}" for view in case.case.pages)]
        found += [(case.label, text) for text in dict.fromkeys(texts) if text.strip() and len(text) <= SHORT]
    return found
