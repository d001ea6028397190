"""Text from outside as every form may hold it: what breaks or reorders a line is written out, nothing is dropped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lookalike.evidence.documents import values
from spiders.log_lines import one_line


def clean(text: str) -> str:
    """One line that JSON, XML, a zone file and a table cell can hold.

    What a pack's documents write out, and beside it line ends and signs of no width: in a list nobody looks twice.
    """
    return one_line(values.clean(text))


def cut(text: str, most: int) -> str:
    """Clean text of at most ``most`` characters; what is cut ends in ``…（截断）``."""
    return values.cut(clean(text), most, "")


def clean_all(value: Any) -> Any:
    """The same for every string, keys included, inside a JSON value."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {clean(str(k)): clean_all(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean_all(v) for v in value]
    return value
