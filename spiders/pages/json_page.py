"""An interface's JSON answer as a results page: nothing in it is markup, and what went wrong stands in it by name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property
from html import unescape
from typing import Any, ClassVar

from spiders.pages.addresses import absolute, kind_of, packed_target
from spiders.pages.base import SerpPage, SerpResult
from spiders.pages.blocks import SNIPPET, TITLE, parse, text_of, tidy
from spiders.pages.dates import iso_date
from spiders.pages.layout import Layout

MOST = 300
"""Results read of one answer."""
_REASON = 200

PLAIN = Layout(
    domains=(),
    authors=(),
    search_paths=(),
    redirectors=(),
    paid_links=(),
    organic="",
    paid="",
    rail="",
    titles=(),
    snippets=(),
    displays=(),
    dates=(),
    targets=(),
)
"""Shows true addresses, has no markup."""


class JsonPage(SerpPage):
    """One answer. Subclasses read ``answer``; ``error`` and ``remark`` are sentences for analysts."""

    layout: ClassVar[Layout] = PLAIN
    refusals: ClassVar[dict[int, str]] = {}
    """What a status means here, and what to do."""
    tree = None  # there is no markup, whatever its strings hold

    @cached_property
    def answer(self) -> dict[str, Any] | None:
        """The object; None where the body is none."""
        try:
            answer = json.loads(self.html.lstrip("\ufeff"), strict=False)
        except (ValueError, RecursionError):
            return None
        return answer if isinstance(answer, dict) else None

    @property
    def error(self) -> str:
        """Why there are no results although it answered; ``""`` where nothing went wrong."""
        if told := self.refusals.get(self.status):
            return f"{told}（HTTP {self.status}{self._said('：')}）"
        return ""

    @property
    def remark(self) -> str:
        """What is missing although there are results; ``""`` where nothing is."""
        return ""

    @property
    def reason(self) -> str:
        """The interface's own words for what went wrong."""
        return ""

    def _said(self, before: str) -> str:
        said = tidy(self.reason, _REASON)
        return before + said if said else ""

    def items(self, *path: str) -> Iterator[dict[str, Any]]:
        """The objects of the list that stands at ``path`` in the answer; none where there is no such list."""
        here: Any = self.answer
        for name in path:
            here = here.get(name) if isinstance(here, dict) else None
        if isinstance(here, list):
            yield from (item for item in here[:MOST] if isinstance(item, dict))

    def result(self, title: object, url: object, snippet: object, date: object = "", **more: Any) -> SerpResult | None:
        """One result; None without an address. A redirector's target is told where the address itself holds it."""
        link = absolute(self.url, url) if isinstance(url, str) else ""
        kind = kind_of(link, self.url, self.layout)
        if not kind:
            return None
        packed = packed_target(link) if kind == "redirector" else ""
        return SerpResult(
            title=plain(title, TITLE) or link,
            url=link,
            target=packed if kind == "redirector" else link,
            snippet=plain(snippet, SNIPPET),
            date=iso_date(date, self.now) if isinstance(date, str) else "",
            internal=kind in {"internal", "perhaps"},
            **more,
        )

    @cached_property
    def is_captcha(self) -> bool:
        """Never: an interface refuses by status; its strings may speak of other engines' verification pages."""
        return False

    @property
    def moved_to(self) -> str:
        """Never followed: the key would go wherever the answer says."""
        return ""

    @cached_property
    def next_url(self) -> str:
        """See subclasses; ``""``: there is one page only."""
        return ""


def plain(value: object, longest: int) -> str:
    """Text without the tags and entities by which interfaces highlight; ``""`` for what is no text."""
    if not isinstance(value, str):
        return ""
    cut = value[: longest * 8]
    tree = parse(cut) if "<" in cut else None
    return text_of(tree.body, longest) if tree is not None and tree.body is not None else tidy(unescape(cut), longest)
