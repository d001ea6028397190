"""The address of the next page where results pages name none but count them in a parameter."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

MOST_DIGITS = 6
MOST_FIELDS = 50


def number_in(url: str, name: str, first: int) -> int:
    """The parameter's value; ``first`` where it is absent or no number."""
    value = dict(_fields(url)).get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) <= MOST_DIGITS else first


def numbered(url: str, name: str, number: int) -> str:
    """The same address with the parameter set."""
    fields = [pair for pair in _fields(url) if pair[0] != name]
    return urlsplit(url)._replace(query=urlencode([*fields, (name, str(number))])).geturl()


def _fields(url: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(urlsplit(url).query, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return []
