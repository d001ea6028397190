"""Words of the forms, read once from the data file."""

from __future__ import annotations

from functools import cache
from typing import Any

from lookalike.evidence.documents.law import read


@cache
def forms() -> dict[str, Any]:
    """``forms.toml`` by section."""
    return read("forms.toml")


def word(section: str, code: str) -> str:
    """A code in Chinese; one that nobody has translated stands as it is."""
    return str(forms()[section].get(code, code))
