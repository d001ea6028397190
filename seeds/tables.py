"""Typed reading of TOML tables. Collects every problem with file, key and mend; decides nothing about meaning."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from seeds.errors import SeedError

T = TypeVar("T")
_NAMES = {str: "text", int: "a whole number", float: "a number", bool: "true or false", list: "a list", dict: "a table"}


def kind_of(value: object) -> str:
    """What a TOML value is, in words for a message."""
    return _NAMES.get(type(value), "a date" if isinstance(value, date) else type(value).__name__)


@dataclass(slots=True)
class Problems:
    """Everything that is wrong, in the order it was met."""

    found: list[SeedError] = field(default_factory=list)

    def add(self, file: str, key: str, expected: str, mend: str) -> None:
        """Note one problem and go on."""
        self.found.append(SeedError(file, key, expected, mend))

    def stop(self) -> None:
        """Raise the first problem, if there is one."""
        if self.found:
            raise self.found[0]


class Table:
    """One TOML table with its place in a file; every key that is not asked for is a problem at ``close``."""

    def __init__(self, data: dict[str, Any], file: str, place: str, problems: Problems) -> None:
        self._data = data
        self.file = file
        self.place = place
        self.problems = problems
        self._asked: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._data

    def key(self, key: str) -> str:
        """The full name of a key, as messages print it."""
        return f"{self.place}.{key}" if self.place else key

    def wrong(self, key: str, expected: str, mend: str) -> None:
        """Note a problem with one key of this table."""
        self.problems.add(self.file, self.key(key), expected, mend)

    def _take(self, key: str, kinds: type | tuple[type, ...], default: T, wanted: str) -> Any | T:
        self._asked.add(key)
        if key not in self._data:
            return default
        value = self._data[key]
        is_bool = isinstance(value, bool)
        if not isinstance(value, kinds) or (is_bool and kinds is not bool):
            self.wrong(key, f"expected {wanted}, got {kind_of(value)}", f"write {wanted} here")
            return default
        return value

    def text(self, key: str, default: str = "", *, required: bool = False) -> str:
        """A text; a required one may be neither absent nor empty."""
        value: str = self._take(key, str, default, 'a text in quotes, such as "…"')
        if required and (key not in self._data or (isinstance(self._data[key], str) and not value.strip())):
            self.wrong(key, "expected a text, got nothing", f'add {key} = "…"')
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts without repeats or empty ones; absent is empty."""
        values: list[Any] = self._take(key, list, [], 'a list of texts, such as ["…", "…"]')
        good: list[str] = []
        for i, value in enumerate(values):
            if not isinstance(value, str) or not value.strip():
                self.wrong(f"{key}[{i}]", f"expected a text, got {kind_of(value)}", 'write it in quotes: "…"')
            elif value in good:
                self.wrong(f"{key}[{i}]", f"expected each text once, {value!r} came again", "remove the repeat")
            else:
                good.append(value)
        return tuple(good)

    def integer(self, key: str, default: int, low: int, high: int) -> int:
        """A whole number within bounds, both included."""
        wanted = f"a whole number from {low} to {high}"
        value: int = self._take(key, int, default, wanted)
        if not low <= value <= high:
            self.wrong(key, f"expected {wanted}, got {value}", "choose a number within these bounds")
            return default
        return value

    def number(self, key: str, default: float, low: float, high: float, *, above: bool = False) -> float:
        """A number within bounds; ``above`` leaves the lower bound out."""
        wanted = f"a number {'above' if above else 'from'} {low:g} {'up to' if above else 'to'} {high:g}"
        value = float(self._take(key, (int, float), default, wanted))
        if not low <= value <= high or (above and value == low):
            self.wrong(key, f"expected {wanted}, got {value:g}", "choose a number within these bounds")
            return default
        return value

    def boolean(self, key: str, *, default: bool) -> bool:
        """True or false."""
        return bool(self._take(key, bool, default, "true or false, without quotes"))

    def day(self, key: str) -> date:
        """A day; required."""
        value = self._take(key, date, None, "a day without quotes, such as 2026-11-21")
        if value is None and key not in self._data:
            self.wrong(key, "expected a day, got nothing", f"add {key} = 2026-11-21 (the day it was checked)")
        if value is None:
            return date.min
        return value.date() if isinstance(value, datetime) else value

    def tables(self, key: str) -> Iterator[Table]:
        """The tables of an array of tables, ``[[key]]``."""
        values: list[Any] = self._take(key, list, [], f"tables, each beginning with [[{key}]]")
        for i, value in enumerate(values):
            place = self.key(f"{key}[{i}]")
            if isinstance(value, dict):
                yield Table(value, self.file, place, self.problems)
            else:
                self.wrong(f"{key}[{i}]", f"expected a table, got {kind_of(value)}", f"begin it with [[{key}]]")

    def section(self, key: str) -> Table | None:
        """The table ``[key]``; None where there is none."""
        value: dict[str, Any] | None = self._take(key, dict, None, f"a table that begins with [{key}]")
        return None if value is None else Table(value, self.file, self.key(key), self.problems)

    def items(self, key: str) -> list[Any]:
        """A list of anything, for callers that tell its elements apart."""
        return list(self._take(key, list, [], "a list"))

    def close(self) -> None:
        """Note every key that nobody asked for."""
        for key in self._data:
            if key not in self._asked:
                known = ", ".join(sorted(self._asked))
                self.wrong(key, f"unknown key; expected one of {known}", "correct the spelling or remove the key")


def read_toml(path: Path, label: str, problems: Problems) -> Table | None:
    """One file as a table; None when it cannot be read, with the problem noted."""
    try:
        data = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as e:
        problems.add(label, "file", f"cannot be read ({e.strerror})", "check that it exists and may be read")
    except UnicodeDecodeError as e:
        problems.add(label, f"byte {e.start}", "expected UTF-8", "save the file as UTF-8")
    except tomllib.TOMLDecodeError as e:
        problems.add(label, "syntax", f"not valid TOML: {e}", "correct the line it names")
    else:
        return Table(data, label, "", problems)
    return None
