"""One finding of the doctor, and its words in Chinese and English from ``words.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

State = Literal["ok", "off", "warn", "fail", "unknown"]
"""``off``: not used here, nothing is missing by it; ``warn``: it works, with less; ``unknown``: nobody can tell."""
Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one thing. ``case`` names the words, ``facts`` fill them."""

    id: str
    state: State
    case: str = ""
    """Empty: the words of the state."""
    facts: Mapping[str, str] = field(default_factory=dict)

    def words(self, language: Language) -> dict[str, str]:
        """``title``, ``meaning`` and ``mend`` (empty where there is nothing to mend)."""
        found = texts()[self.id]
        case = self.case or self.state
        place = 0 if language == "zh" else 1
        mend = found.get(f"mend_{case}", ("", ""))
        facts = _Facts(self.facts)
        return {
            "title": found["title"][place],
            "meaning": found[case][place].format_map(facts),
            "mend": mend[place].format_map(facts),
        }

    def as_json(self, language: Language) -> dict[str, Any]:
        """As ``doctor --json`` prints it."""
        return {"id": self.id, "state": self.state, **self.words(language), "facts": dict(self.facts)}


class _Facts(dict[str, str]):
    """A fact that is not there leaves its name: a missing word must not hide what was found."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


@lru_cache(maxsize=1)
def texts() -> dict[str, dict[str, tuple[str, str]]]:
    """By finding and case: Chinese, English."""
    table = tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))
    return {name: {case: (pair[0], pair[1]) for case, pair in row.items()} for name, row in table.items()}
