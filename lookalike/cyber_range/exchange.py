"""One HTTP request and its answer, as the range's parts hand them to each other. No sockets here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote

from lookalike.cyber_range.model import RouteBehaviour


@dataclass(frozen=True, slots=True)
class Request:
    """A request that a client sent through the proxy."""

    method: str
    scheme: str
    host: str
    """As ``names.plain`` writes it."""
    port: int
    target: str
    """Path and query as they came: ``/s?wd=%C3%E2``."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case; the last of several wins."""
    client_port: int = 0

    @property
    def raw_path(self) -> str:
        """The path as it came, never empty."""
        return self.target.partition("?")[0].partition("#")[0] or "/"

    @property
    def path(self) -> str:
        """The path, percent-decoded."""
        return unquote(self.raw_path)

    @property
    def query(self) -> str:
        """The query as it came, without the question mark."""
        return self.target.partition("?")[2].partition("#")[0]

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The query's names and values, decoded as UTF-8."""
        return parse_qsl(self.query, keep_blank_values=True)

    @property
    def authority(self) -> str:
        """``host`` or ``host:port``, as it stands in addresses."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        default = (self.scheme, self.port) in {("http", 80), ("https", 443)}
        return host if default else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole address."""
        return f"{self.scheme}://{self.authority}{self.target or '/'}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is answered with; ``behaviour`` says how the bytes then go wrong on the way."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    delay_s: float = 0.0
    drip_bytes_per_s: float = 0.0
    behaviour: RouteBehaviour = "ok"

    def header(self, name: str) -> str:
        """The first header of that name (lower case), or nothing."""
        return next((value for key, value in self.headers if key.lower() == name), "")


def html(status: int, title: str, text: str) -> Answer:
    """A small page of the range's own; both texts are its own, never a client's."""
    page = (
        f"<!doctype html><html><head><meta charset=utf-8><title>{title}</title></head><body><p>{text}</p></body></html>"
    )
    return Answer(status, (("Content-Type", "text/html; charset=utf-8"),), page.encode())


def redirect(location: str, status: int = 302) -> Answer:
    """A redirect without a body."""
    return Answer(status, (("Location", location),))
