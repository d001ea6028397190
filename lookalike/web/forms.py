"""Forms as browsers send them: small, urlencoded, read in full before anything looks at them."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

FIELDS = 1000
LARGEST = 64 * 1024
"""Bytes of a request's body: no form of ours is near it."""
KIND = "application/x-www-form-urlencoded"


class BadForm(ValueError):
    """The body is no form of ours."""


class Form:
    """Fields by name; of one that comes twice the last counts."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self.pairs = pairs
        self._last: Mapping[str, str] = dict(pairs)

    def text(self, name: str, most: int = 2000) -> str:
        """A field without blanks around it, cut; empty where it is missing."""
        return self._last.get(name, "")[:most].strip()

    def secret(self, name: str) -> str:
        """A password: as it was typed."""
        return self._last.get(name, "")[:2000]

    def number(self, name: str) -> int | None:
        """A whole number from 0 to 2^31, as rows have; None where there is none."""
        text = self.text(name, 20)
        return int(text) if text.isascii() and text.isdigit() and int(text) < 2**31 else None


def read_form(kind: str, body: bytes) -> Form:
    """The form in a request's body. Raises BadForm."""
    if not body:
        return Form([])
    if kind.partition(";")[0].strip().lower() != KIND:
        raise BadForm(kind)
    try:
        text = body.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=FIELDS)
    except ValueError as error:
        raise BadForm(str(error)) from error
    return Form(pairs)
