"""Reads TOML files key by key and collects every problem with its file and key, instead of stopping at the first."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar, get_args

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from lookalike.cyber_range.model import Problem

T = TypeVar("T")

_KINDS = {
    str: "text in quotes",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "a table",
    datetime: "an instant with offset, such as 2026-03-01T02:00:00+08:00",
}


class Table:
    """One TOML table: typed look-ups that note a problem and go on with the default."""

    def __init__(self, data: dict[str, Any], file: str, key: str, problems: list[Problem]) -> None:
        self.data, self.file, self.key, self.problems = data, file, key, problems
        self._asked: set[str] = set()

    def path(self, key: str) -> str:
        """The key as people write it: ``[dns].A``."""
        return f"{self.key}.{key}" if self.key and key else self.key or key

    def wrong(self, key: str, text: str, *, serious: bool = True) -> None:
        """Note a problem with ``key`` of this table."""
        self.problems.append(Problem(self.file, self.path(key), text, serious))

    def _get(self, key: str, kind: type[T], default: T) -> T:
        self._asked.add(key)
        if key not in self.data:
            return default
        value = self.data[key]
        fits = isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            return kind(value)  # type: ignore[call-arg]  # float(int)
        if not fits:
            self.wrong(key, f"expected {_KINDS[kind]}, found {_shown(value)}")
            return default
        return value  # type: ignore[no-any-return]  # checked just above

    def text(self, key: str, default: str = "", *, required: bool = False) -> str:
        """A text; ``required`` ones must be there and not be empty."""
        value = self._get(key, str, default)
        if required and key not in self.data:
            self.wrong(key, f'is missing; add {key} = "…"')
        elif required and self.data[key] == "":
            self.wrong(key, "is empty")
        return value

    def whole(self, key: str, default: int = 0, *, low: int = 0, high: int | None = None) -> int:
        """A whole number in ``low … high``."""
        value = self._get(key, int, default)
        if value < low or (high is not None and value > high):
            bounds = f"at least {low}" if high is None else f"{low} … {high}"
            self.wrong(key, f"expected {bounds}, found {value}")
            return default
        return value

    def number(self, key: str, default: float = 0.0) -> float:
        """A number that is not negative."""
        value = self._get(key, float, default)
        if not 0 <= value < float("inf"):
            self.wrong(key, f"expected a number from 0 up, found {value}")
            return default
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        """True or false."""
        return self._get(key, bool, default)

    def instant(self, key: str, *, required: bool = False) -> datetime | None:
        """An instant; one without offset is a problem, since nobody can say when it is."""
        self._asked.add(key)
        value = self.data.get(key)
        if value is None:
            if required:
                self.wrong(key, f"is missing; expected {_KINDS[datetime]}")
            return None
        if not isinstance(value, datetime) or value.tzinfo is None:
            self.wrong(key, f"expected {_KINDS[datetime]}, found {_shown(value)}")
            return None
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        items = self._get(key, list, [])
        for i, item in enumerate(items):
            if not isinstance(item, str):
                self.wrong(f"{key}[{i}]", f"expected {_KINDS[str]}, found {_shown(item)}")
        return tuple(item for item in items if isinstance(item, str))

    def choice(self, key: str, options: Any, default: T) -> T:
        """One of the words of a ``Literal``."""
        words = get_args(options)
        value = self._get(key, str, str(default))
        if value not in words:
            self.wrong(key, f"expected one of {', '.join(words)}, found {_shown(value)}{_meant(value, list(words))}")
            return default
        return value  # type: ignore[return-value]  # one of the Literal's words

    def table(self, key: str) -> Table | None:
        """A table below this one, or None when it is absent."""
        value = self._get(key, dict, {})
        return Table(value, self.file, self.path(f"[{key}]"), self.problems) if key in self.data else None

    def tables(self, key: str) -> list[Table]:
        """A list of tables; the first is ``[[key]][0]``."""
        found = []
        for i, item in enumerate(self._get(key, list, [])):
            where = self.path(f"[[{key}]][{i}]")
            if isinstance(item, dict):
                found.append(Table(item, self.file, where, self.problems))
            else:
                self.problems.append(Problem(self.file, where, f"expected {_KINDS[dict]}, found {_shown(item)}"))
        return found

    def finish(self, *also: str) -> None:
        """Note keys that look like a misspelling of one that was asked for; others may be extensions."""
        known = [*self._asked, *also]
        for key in self.data:
            if key not in known:
                meant = _meant(key, [k for k in known if k not in self.data])
                if meant:
                    self.wrong(key, f"is not a key of this table{meant}", serious=False)


def read_toml(file: Path, shown: str, problems: list[Problem]) -> Table | None:
    """The file's top table; None, with a problem noted, when it cannot be read or is not TOML."""
    try:
        return Table(tomllib.loads(file.read_text(encoding="utf-8")), shown, "", problems)
    except FileNotFoundError:
        problems.append(Problem(shown, "", "is missing"))
    except OSError as error:
        problems.append(Problem(shown, "", f"cannot be read: {error.strerror}"))
    except UnicodeDecodeError as error:
        problems.append(Problem(shown, "", f"is not UTF-8 (byte {error.start}); save it as UTF-8"))
    except tomllib.TOMLDecodeError as error:
        problems.append(Problem(shown, "", f"is not valid TOML: {error}"))
    return None


def _meant(word: str, words: list[str]) -> str:
    """``; did you mean X?`` when X is one or two slips away, swapped letters being one."""
    if len(word) < 3:  # one slip in two letters is another word
        return ""
    slips = 1 if len(word) < 6 else 2
    best = process.extractOne(word, words, scorer=DamerauLevenshtein.distance, score_cutoff=slips)
    return f"; did you mean {best[0]}?" if best else ""


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
