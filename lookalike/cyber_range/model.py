"""The shapes of a range, as its folder describes them. Nothing here reads a file or answers a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

UsesBrowser = Literal["", "auto", "off"]
RouteBehaviour = Literal[
    "ok", "reset", "truncate", "endless", "gzip_bomb", "bad_gzip", "bad_headers", "deep_html", "loop"
]
DnsBehaviour = Literal["ok", "servfail", "refused", "timeout"]
WhoisBehaviour = Literal["ok", "rate_limited", "timeout", "garbage"]

RECORD_TYPES = ("A", "AAAA", "NS", "MX", "TXT", "CNAME")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a range's folder."""

    file: str
    """Path below the range's folder."""
    key: str
    """``[dns].A[0]``, ``[[route]][2].file``; empty when it is about the whole file."""
    text: str
    """What was expected, what is there, what to do."""
    serious: bool = True
    """Whether the range cannot be served as it is described; the others are slips that only ``check`` tells."""

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.key, self.text) if part)


@dataclass(frozen=True, slots=True)
class When:
    """What a request must hold for a route to fit: substrings, letter case aside; empty ones always fit."""

    user_agent: str = ""
    referer: str = ""
    method: str = ""
    accept_language: str = ""
    query: tuple[tuple[str, str], ...] = ()
    """Parameter name (must be present) and a substring of its value."""


@dataclass(frozen=True, slots=True)
class Route:
    """One answer of a host; the first that fits is given."""

    path: str
    """Percent-decoded, without the ``*``."""
    prefix: bool = False
    when: When = field(default_factory=When)
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    file: Path | None = None
    body: str | None = None
    redirect: str = ""
    delay_s: float = 0.0
    drip_bytes_per_s: float = 0.0
    behaviour: RouteBehaviour = "ok"


@dataclass(frozen=True, slots=True)
class Dns:
    """What the name server answers for the host; a type without records is an empty answer."""

    records: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ttl: int = 600
    behaviour: DnsBehaviour = "ok"


@dataclass(frozen=True, slots=True)
class Whois:
    """The registry's raw text for the host's registrable domain."""

    file: Path | None = None
    behaviour: WhoisBehaviour = "ok"


@dataclass(frozen=True, slots=True)
class Asn:
    """The network that announces the host's addresses."""

    number: int
    name: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Tls:
    """The certificate that the host presents."""

    issuer: str = ""
    """``common name, organisation, country``, or as RFC 4514 writes it."""
    not_before: datetime | None = None
    not_after: datetime | None = None
    names: tuple[str, ...] = ()
    self_signed: bool = False


@dataclass(frozen=True, slots=True)
class Host:
    """One folder below ``hosts``."""

    host: str
    """Lower case, punycode; an IP literal without brackets."""
    port: int | None
    """None: answers on 80 and 443."""
    folder: Path
    names: tuple[str, ...] = ()
    indexed: bool = False
    dns: Dns | None = None
    whois: Whois | None = None
    rdap: Path | None = None
    asn: Asn | None = None
    tls: Tls | None = None
    routes: tuple[Route, ...] = ()
    files: Mapping[str, Path] = field(default_factory=dict)
    """URL path, percent-decoded, to the file that answers it when no route fits."""

    @property
    def all_names(self) -> tuple[str, ...]:
        """The folder's own name and the further ones."""
        return (self.host, *self.names)

    @property
    def ports(self) -> tuple[int, ...]:
        """The ports that it answers on."""
        return (80, 443) if self.port is None else (self.port,)

    @property
    def origin(self) -> str:
        """``https://host[:port]`` where it has a certificate, else ``http://…``."""
        scheme = "https" if self.tls else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        default = self.port is None or (scheme, self.port) in {("http", 80), ("https", 443)}
        return f"{scheme}://{host}" + ("" if default else f":{self.port}")


@dataclass(frozen=True, slots=True)
class Ad:
    """One paid result, shown when any of its words stands in the query."""

    match: tuple[str, ...]
    host: str
    url: str
    title: str = ""
    snippet: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Engine:
    """A search page that answers any query."""

    name: str
    host: str
    path: str
    query_param: str
    template: str
    """File name below ``engines``."""
    offset_param: str = ""
    """Empty: one page."""
    offset_start: int = 0
    offset_unit: Literal["result", "page"] = "result"
    page_size: int = 10
    redirect_path: str = ""
    redirect_param: str = "url"
    redirect_style: Literal["302", "script"] = "302"
    encoding: str = "utf-8"
    ads: tuple[Ad, ...] = ()
    captcha_every: int = 0
    captcha_url: str = ""
    content_type: str = "text/html"
    """Of its answers; ``application/json`` for an interface: in its template ``{{ title|tojson }}`` writes a string."""
    when: tuple[tuple[str, str], ...] = ()
    """Parameters with values that must be sent: two kinds of search at one address, such as ``type=1``."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What a perfect system says about one host; for measuring only."""

    host: str
    label: Literal["fake", "advert", "benign"]
    impersonates: str = ""
    campaign: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Range:
    """A whole range."""

    folder: Path
    name: str
    now: datetime
    seeds: Path | None = None
    """Overlay of the project's seeds."""
    sources: tuple[str, ...] = ()
    """Source ids that a night runs; empty: all that the range can answer."""
    browser: UsesBrowser = ""
    """``auto`` or ``off``: whether nights here use a browser; empty: as is set elsewhere."""
    feeds: Path | None = None
    engines: tuple[Engine, ...] = ()
    hosts: tuple[Host, ...] = ()
    truth: tuple[Truth, ...] = ()
