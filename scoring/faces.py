"""What kind of answer a visitor got: a page, or one of the many things that stand where no page is.

Works on what can be read of an answer without a parse (``Glimpse``), so that it costs little on every fetched page.
Never says whether a site is a fake.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from scoring.challenge import ALSO_COMMON, HEAD, wall_in
from scoring.domains import registrable_domain
from scoring.literals import any_of
from scoring.page_urls import host_of
from scoring.papers import PAPERS
from scoring.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.case import Client, SiteKey

Kind = Literal[
    "page",
    "blank",
    "parked",
    "taken_down",
    "missing",
    "refused",
    "broken",
    "challenge",
    "elsewhere",
    "silent",
    "ours",
]
"""``page``: a page of the site's own; ``blank``: nothing on it; ``parked``: for sale, or a server's own page;
``taken_down``: closed by hoster, registrar or authority; ``missing``: 404, 410; ``refused``: another 4xx;
``broken``: 5xx; ``challenge``: a wall; ``elsewhere``: it ended at somebody else's site; ``silent``: no answer;
``ours``: we refused, or ran out of budget: nothing was learned."""

LIMITS = {"taken_down": 800, "sale": 1500, "placeholder": 600}
"""Characters of visible text up to which a phrase in it makes a page a notice."""
LONGEST = 5000
"""Characters up to which a phrase in the title does; servers' own pages explain themselves at length."""
SHORT = 300
"""Characters of a page that only asks for another program."""
LEAST = 8
"""Characters of visible text below which a page without scripts, pictures or forms is blank."""
GATEWAY = frozenset({502, 503, 504})
"""What a proxy answers for a host that it cannot reach: no page of the site."""
BUSY = "E_BUSY"
"""The code of an answer that only says *later*."""
THEIRS = frozenset({"E_DNS", "E_CONNECT", "E_TIMEOUT", "E_PROTOCOL", "E_RESET"})
"""Codes of failures that are the site's; every other one is a refusal of our own."""


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What one client got at one address, read without a parse."""

    client: Client
    requested_url: str
    final_url: str = ""
    """The address that answered last; empty when none did."""
    status: int | None = None
    """Its status; None when nothing answered."""
    error: str = ""
    """The code that the way ended with (``E_TIMEOUT``), or empty."""
    onward: str = ""
    """Where the last answer pointed that was not followed or did not answer."""
    title: str = ""
    text: str = ""
    """Visible text without the title, bounded."""
    tags: tuple[str, ...] = ()
    """Element names in their order, bounded."""
    body_sha256: str = ""
    moves: bool = False
    """Whether scripts, frames, pictures or fields stand on it: it may show more than its text."""
    wall: str = ""
    """The wall that hides the site (``scoring.challenge``), or empty."""


def kind_of(seen: Glimpse, site: SiteKey) -> Kind:
    """The kind of one answer of ``site``."""
    if seen.status is None:
        return _unanswered(seen)
    if seen.wall:
        return "challenge"
    said = notice_of(seen.title, seen.text)
    if said == "parked" and sale_words(seen.title, seen.text):
        return said  # sellers of names send visitors on to a host of their own
    if seen.onward:
        followed = seen.error in THEIRS
        return "elsewhere" if followed and foreign(seen.onward, site) else _unanswered(seen)
    if foreign(seen.final_url, site):
        return "elsewhere"
    return said or _by_status(seen)


def _unanswered(seen: Glimpse) -> Kind:
    return "silent" if seen.error in THEIRS else "ours"


def _by_status(seen: Glimpse) -> Kind:
    status = seen.status or 0
    if status in GATEWAY and seen.error != BUSY:
        return "silent"
    if status >= 500:
        return "broken"
    if status >= 400:
        return "missing" if status in {404, 410} else "refused"
    return "blank" if is_blank(seen) else "page"


def is_blank(seen: Glimpse) -> bool:
    """Whether it came whole and shows nothing, by itself or by a script."""
    return not seen.error and not seen.moves and len(seen.title) + len(seen.text) < LEAST


def foreign(url: str, site: SiteKey) -> bool:
    """Whether an address lies on a domain that is not the site's."""
    host = host_of(url)
    return bool(host) and host != site.host and _domain(host) != _domain(site.host)


def notice_of(title: str, text: str) -> Literal["", "parked", "taken_down"]:
    """Which notice stands in the place of a page; none on pages of many words, or that speak of certificates."""
    if len(text) > LONGEST or not _may_be_notice(shown := f"{title}\n{text}") or PAPERS.search(shown) is not None:
        return ""
    for name, limit in LIMITS.items():
        pattern = _patterns()[name]
        if pattern.search(title) is not None or (len(text) <= limit and pattern.search(text) is not None):
            return "taken_down" if name == "taken_down" else "parked"
    return ""


def sale_words(title: str, text: str) -> tuple[str, ...]:
    """The phrases of sale or parking on a page of few words, each once."""
    if len(text) > LIMITS["sale"]:
        return ()
    found = (match.group(0) for match in _patterns()["sale"].finditer(f"{title}\n{text}"))
    return tuple(dict.fromkeys(found))


def asks_for_another_program(text: str) -> bool:
    """Whether a short page says openly that it wants WeChat, a telephone or a browser."""
    return len(text) <= SHORT and _patterns()["notice"].search(text) is not None


def hiding_wall(status: int | None, headers: Iterable[tuple[str, str]], html: str, shown: str) -> str:
    """Name of the wall that hides the site; empty for a page, and for a login, which is the site's own."""
    found = wall_in(status, headers, html[:HEAD], shown)
    return found.name if found is not None and found.hides else ""


def _domain(host: str) -> str:
    return registrable_domain(host) or host


def _may_be_notice(shown: str) -> bool:
    """Whether a phrase of a notice may stand in a text; never wrongly no."""
    return bool(_notices().standing(shown.encode("utf-8", "replace")))


@cache
def _notices() -> Words:
    return Words([*dict.fromkeys(phrase for name in LIMITS for phrase in _data()[name]), *ALSO_COMMON], anycase=True)


@cache
def _data() -> dict[str, list[str]]:
    phrases: dict[str, list[str]] = tomllib.loads(files("scoring").joinpath("faces.toml").read_text(encoding="utf-8"))
    return phrases


@cache
def _patterns() -> dict[str, Any]:
    return {name: any_of(phrases) for name, phrases in _data().items()}
