"""Names of those who decide: given, and told apart, however they are typed."""

from __future__ import annotations

import unicodedata

from lookalike.errors import UsageError


def named(by: str, deed: str) -> str:
    """The name without blanks around it. Raises UsageError where there is none."""
    if not by.strip():
        raise UsageError(f"--by: who {deed}? expected a name")
    return by.strip()


def same_person(one: str, other: str) -> bool:
    """Whether two names are one: width, letter case and blanks make no difference."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
