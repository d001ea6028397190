"""What the pages work with: store, captures, words, templates; and what one request brings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jinja2 import Environment
from sqlalchemy.orm import Session
from starlette.datastructures import URL, QueryParams
from starlette.responses import HTMLResponse, RedirectResponse, Response

from lookalike.config import Config
from lookalike.review import veil
from lookalike.review.sessions import Origin, Visitor
from lookalike.store.blobs import Blobs
from lookalike.store.engine import Factory
from lookalike.store.models import Lead
from lookalike.web.forms import Form
from lookalike.web.jobs import Jobs
from lookalike.web.oidc import Provider
from lookalike.web.wording import Words
from spiders import clock


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts that all requests share."""

    config: Config
    factory: Factory
    blobs: Blobs
    templates: Environment
    platforms: Mapping[str, str]
    """Names of genuine platforms by id."""
    signals: Mapping[str, str]
    """Names of signals by id."""
    sources: Mapping[str, str]
    """Names of search engines and other sources by id."""
    secure: bool
    """Whether the pages are reached by TLS."""
    provider: Provider | None = None
    """Where people may sign in as well."""
    jobs: Jobs = field(default_factory=Jobs)
    """Work that goes on behind the pages."""

    def now(self) -> datetime:
        """The one clock."""
        return clock.now(self.config)

    @property
    def cookie(self) -> str:
        """The ``__Host-`` prefix binds a cookie to this very host and to TLS (RFC 6265bis, 4.1.3.2)."""
        return "__Host-sid" if self.secure else "sid"

    @property
    def pending_cookie(self) -> str:
        """Of a sign-in elsewhere that is under way."""
        return "__Host-elsewhere" if self.secure else "elsewhere"


@dataclass(frozen=True, slots=True)
class Likes:
    """How somebody likes the pages, in this browser."""

    keys: bool = True
    """Single keys do things (WCAG 2.2, 2.1.4: they can be switched off)."""
    advance: bool = True
    """The next lead opens after a verdict."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request, read."""

    desk: Desk
    now: datetime
    words: Words
    origin: Origin
    token: str
    visitor: Visitor | None
    path: Mapping[str, Any]
    query: QueryParams
    url: URL
    form: Form = field(default_factory=lambda: Form([]))
    partial: bool = False
    """Whether a script asks for a part of a page."""
    likes: Likes = field(default_factory=Likes)
    pending: str = ""
    """Token of a sign-in elsewhere that is under way in this browser."""

    @property
    def who(self) -> Visitor:
        """Who is signed in; only where the page's scope asks for somebody."""
        assert self.visitor is not None, "the scope of this page asks for a session"
        return self.visitor

    @property
    def blind(self) -> bool:
        """Whether who looks may be asked to read a verdict a second time: till then it is hidden from him."""
        return self.who.may("handover.approve")

    def veiled(self, session: Session, leads: Iterable[Lead]) -> frozenset[int]:
        """Of these leads those whose verdict must not be shown on this page."""
        return veil.veiled(session, leads, self.who.name) if self.blind else frozenset()

    def render(self, template: str, status: int = 200, **facts: Any) -> Response:
        """A page; what every page needs is added."""
        shared = {name: getattr(self, name) for name in ("words", "visitor", "now", "here", "desk", "likes")}
        text = self.desk.templates.get_template(template).render(shared | facts)
        return HTMLResponse(text, status)

    @property
    def here(self) -> str:
        """Path and query of this page."""
        return self.url.path + (f"?{self.url.query}" if self.url.query else "")


def go(path: str) -> Response:
    """On to one of our own pages, by GET."""
    return RedirectResponse(path, 303)


def inside(path: str, otherwise: str = "/") -> str:
    """A path of ours from outside: another host's address, however it is disguised, becomes ``otherwise``."""
    plain = path.isascii() and path.isprintable() and "\\" not in path
    return path if plain and path.startswith("/") and not path.startswith("//") else otherwise
