"""Pages that stand before a site: a firewall's block, a check for robots, a login. What lies behind them is unknown.

Recognises by several marks of one vendor together (``challenge.toml``), on pages that say little else: whoever strews
such marks over a copy of a query site hides nothing. Never says what the site is.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

import re2

from scoring.literals import any_of
from scoring.papers import PAPERS
from scoring.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.case import Case, View
    from scoring.page import PageFacts

Kind = Literal["waf", "script", "captcha", "login"]

CODE = "E_CHALLENGE"
"""By which the fetcher marks a page that is a wall."""
HEAD = 65536
"""Characters of source that are searched: walls are small."""
THIN = 1000
"""Characters of visible text from which a page says more than a wall does."""
_LOGIN_WORDS = re2.compile(r"(?i)登录|登陆|扫码登|统一身份认证|sign in|log ?in")
_PASSWORD: Any = re2.compile(rb"(?i)<input[^>]{0,300}\btype\s*=\s*[\"']?password")
ALSO_COMMON = ("\u212a", "\u017f")
"""What a search without letter case takes for k and s."""


@dataclass(frozen=True, slots=True)
class Wall:
    """What stands in the way."""

    name: str
    """Chinese: the vendor or the kind."""
    kind: Kind

    @property
    def hides(self) -> bool:
        """Whether nothing of the site is to be seen; a login page is the site's own and may be judged."""
        return self.kind != "login"


@dataclass(frozen=True, slots=True)
class _Row:
    wall: Wall
    need: int
    marks: Any
    """None: no marks."""
    says: Any
    headers: tuple[str, ...]
    status: frozenset[int]


def wall_in(status: int | None, headers: Iterable[tuple[str, str]], html: str, shown: str) -> Wall | None:
    """The wall that an answer is; None for a page. ``shown``: what a reader sees of ``html``, from tags freed."""
    if len(shown) > THIN:
        return None
    lines = [f"{name}: {value}".lower() for name, value in headers]
    return _wall_in(status, lines, html[:HEAD].encode("utf-8", "replace"), shown)


def _wall_in(status: int | None, lines: list[str], head: bytes, shown: str) -> Wall | None:
    rows = _rows()
    likely = range(len(rows)) if lines else sorted(_marked(head))
    found = next((rows[at].wall for at in likely if _fits(rows[at], status, lines, head, shown)), None)
    if found is None:
        found = _login(head, shown)
    return None if found is None or (found.hides and PAPERS.search(shown)) else found


def wall_of(view: View) -> Wall | None:
    """The wall that a view ended at: as the fetcher marked it, else as its page shows."""
    page = view.page
    if page is not None and len(page.text) <= THIN:
        found = _of_page(view.status, page)
        if found is not None:
            return found
    if view.error.startswith(CODE):
        return Wall(view.error.removeprefix(CODE).strip().removeprefix("需要人工核验：") or "验证页", "waf")
    return None


def walls_of(case: Case, walled: Iterable[Wall | None] | None = None) -> dict[str, Wall]:
    """Walls that the views of a case ended at, by ``place_of``, in their order; ``walled``: of its views, known."""
    found = zip(case.views, map(wall_of, case.views) if walled is None else walled, strict=True)
    return {place_of(view): wall for view, wall in found if wall is not None}


def place_of(view: View) -> str:
    """By what a view is told from the others of its case."""
    return f"{view.client} {view.requested_url} {view.body_sha256}"


def _of_page(status: int | None, page: PageFacts) -> Wall | None:
    shown = f"{page.title}\n{page.text}"
    if len(shown) > THIN:
        return None
    whole = len(page.html) <= HEAD
    return _wall_in(status, [], page.encoded_html if whole else page.html[:HEAD].encode("utf-8", "replace"), shown)


def _marked(head: bytes) -> Iterable[int]:
    """Places of the rows of which marks enough stand in a source, in UTF-8; all where other letters pass for common
    ones.
    """
    words, owners, need = _marks()
    counts = list(need)
    for which in words.standing(head):
        if which >= len(owners):
            return range(len(need))
        for at in owners[which]:
            counts[at] -= 1
    return [at for at, missing in enumerate(counts) if missing <= 0]


def _fits(row: _Row, status: int | None, headers: list[str], head: bytes, shown: str) -> bool:
    if any(line.startswith(mark) for mark in row.headers for line in headers):
        return True
    if row.status and status not in row.status:
        return False
    if row.says is not None and row.says.search(shown) is None:
        return False
    met: set[str] = set()
    for match in row.marks.finditer(head) if row.marks is not None else ():
        met.add(match.group(0).decode().lower())
        if len(met) >= row.need:
            break
    return len(met) >= row.need


def _login(head: bytes, shown: str) -> Wall | None:
    """A page that asks for a password and shows little besides."""
    if len(shown) <= THIN // 2 and _LOGIN_WORDS.search(shown) and _PASSWORD.search(head):
        return Wall("登录页", "login")
    return None


@cache
def _data() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads(files("scoring").joinpath("challenge.toml").read_text(encoding="utf-8"))[
        "wall"
    ]
    return rows


@cache
def _marks() -> tuple[Words, tuple[frozenset[int], ...], tuple[int, ...]]:
    """All marks, looked for together, for each the places of its rows, and how many of them each row needs."""
    owners: dict[str, set[int]] = {}
    for at, row in enumerate(_data()):
        for mark in row.get("marks", ()):
            owners.setdefault(mark, set()).add(at)
    need = tuple(row["need"] for row in _data())
    return Words((*owners, *ALSO_COMMON), anycase=True), tuple(map(frozenset, owners.values())), need


@cache
def _rows() -> tuple[_Row, ...]:
    return tuple(
        _Row(
            Wall(row["name"], row["kind"]),
            row["need"],
            any_of(row.get("marks", ()), encoded=True),
            any_of(row.get("says", ())),
            tuple(row.get("headers", ())),
            frozenset(row.get("status", ())),
        )
        for row in _data()
    )
