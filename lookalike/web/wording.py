"""All words of the pages, from one catalogue a language; Chinese is the first and the complete one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

LANGUAGES = {"zh": "zh-CN", "en": "en"}
"""Catalogue by its name, and the language tag (BCP 47) of pages in it."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language: ``words("queue.title")``, ``words("queue.hidden", n=3)``."""

    language: str
    said: Mapping[str, str]

    @property
    def tag(self) -> str:
        """Language tag of the page."""
        return LANGUAGES[self.language]

    def __call__(self, key: str, /, **values: Any) -> str:
        """The words of a key. Raises KeyError for one that the catalogue does not have."""
        text = self.said[key]
        return text.format_map(values) if values else text

    def of(self, group: str, code: str | None) -> str:
        """The word for a code of ours (a status, a band); an unknown code is its own word."""
        return self.said.get(f"{group}.{code}", code or "") if code else ""


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(language: str) -> Words:
    """The words of ``zh`` or ``en``; anything else is Chinese."""
    name = language if language in LANGUAGES else "zh"
    table = tomllib.loads(files("lookalike.web").joinpath("words", f"{name}.toml").read_text(encoding="utf-8"))
    return Words(name, dict(_flat(table)))


def _flat(table: Mapping[str, Any], above: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        found += _flat(value, f"{above}{key}.") if isinstance(value, dict) else [(above + key, value)]
    return found
