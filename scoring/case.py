"""What scoring is told: one frozen case from one or more captures of a site, or from one advert.

Every field can be absent, and then says why. Nothing here fetches, stores or reads the clock:
``Case.now`` is the only time that signals see.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

if TYPE_CHECKING:
    from scoring.page import PageFacts

T = TypeVar("T")

FactState = Literal["ok", "refused", "failed", "unknown"]
"""``ok``: an answer came (an empty value is then a definite *none*); ``refused``: we or the other
side declined (rate limit, guard); ``failed``: it was tried and broke; ``unknown``: never tried."""

Client = Literal["desktop", "wechat", "mobile", "referred", "mobile_referred"]
"""``referred`` and ``mobile_referred`` come from a page of search results, the others from none."""


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """One observed value with when, from where, and how sure; unknown is never *no*."""

    state: FactState = "unknown"
    value: T | None = None
    observed_at: datetime | None = None
    origin: str = ""
    """Who answered: ``dns:127.0.0.1:5353``, ``whois:whois.cnnic.cn``, ``rdap:https://…``, ``network:ip2asn``."""
    why: str = ""
    """The reason when the state is not ``ok``: a code of ``spiders.refusal`` and a sentence."""

    @property
    def known(self) -> bool:
        """Whether an answer came."""
        return self.state == "ok"


@dataclass(frozen=True, slots=True)
class DnsFacts:
    """Answers of one resolver; a record type that was not answered is missing from ``records``."""

    records: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By type: A, AAAA, NS, MX, TXT, CNAME; an empty tuple means *asked, and there is none*."""
    rcode: str = "NOERROR"
    errors: dict[str, str] = field(default_factory=dict)
    """By type, for those that could not be answered: ``timeout``, ``SERVFAIL`` …"""
    by_server: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """IPv4 addresses by name server, where several were asked and did not agree; empty: this one knows none."""


@dataclass(frozen=True, slots=True)
class RegistrationFacts:
    """A domain's registration as WHOIS or RDAP tells it (claimed by the registrant, not proven)."""

    registered: bool = True
    """False: the registry answered that there is no such domain."""
    created: datetime | None = None
    updated: datetime | None = None
    expires: datetime | None = None
    registrar: str = ""
    registrant: str = ""
    email: str = ""
    privacy: bool | None = None
    name_servers: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    raw_sha256: str = ""


@dataclass(frozen=True, slots=True)
class NetworkFacts:
    """Which network announces an address, by the offline database."""

    address: str
    asn: int | None = None
    name: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class TlsFacts:
    """The certificate that port 443 presents; ``verified`` is the chain's result against our roots."""

    issuer: str = ""
    subject: str = ""
    names: tuple[str, ...] = ()
    not_before: datetime | None = None
    not_after: datetime | None = None
    self_signed: bool = False
    verified: bool | None = None
    verify_error: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Hosting:
    """Hosting facts of one site. ``whois`` and ``rdap`` stand beside each other: they may disagree."""

    dns: Fact[DnsFacts] = field(default_factory=Fact)
    whois: Fact[RegistrationFacts] = field(default_factory=Fact)
    rdap: Fact[RegistrationFacts] = field(default_factory=Fact)
    networks: Fact[tuple[NetworkFacts, ...]] = field(default_factory=Fact)
    tls: Fact[TlsFacts] = field(default_factory=Fact)
    """``ok`` with value None: port 443 is closed (a definite *no certificate*)."""


@dataclass(frozen=True, slots=True)
class SiteKey:
    """The unit of a site: host and port; on hosts shared by strangers also the top path or the post."""

    host: str
    """Lower case, punycode, no trailing dot; an IP literal stands as it is (IPv6 without brackets)."""
    port: int = 80
    """The port of the address; 80 and 443 are one site and stand as 80."""
    scope: str = ""
    """Empty; on a shared host the first path segment (``/shop123``), among posts the post (``/p/12``, ``/s?mid=1``)."""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}{'' if self.port == 80 else f':{self.port}'}{self.scope}"


@dataclass(frozen=True, slots=True)
class Hop:
    """One exchange on the way to a page; ``via`` says what led to the next one."""

    url: str
    status: int | None
    via: Literal["start", "http", "meta", "script", "link"] = "start"
    location: str = ""
    error: str = ""
    """A code when this hop was refused or failed: ``E_NET_PRIVATE``, ``E_TIMEOUT`` …"""


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What one picture says: of a page, or a photo that was handed in. Read in a limited child process."""

    url: str
    """Where it was fetched; for a file its name."""
    sha256: str
    page_url: str = ""
    """The page that shows it; empty for a photo by itself."""
    width: int = 0
    """Pixels; 0 when the file could not be read."""
    height: int = 0
    phash: int | None = None
    """64-bit perceptual hash (DCT) of the whole picture; None when it could not be read."""
    qr: Fact[tuple[str, ...]] = field(default_factory=Fact)
    """Contents of its QR codes; ``ok`` and empty: there are none."""
    text: Fact[tuple[str, ...]] = field(default_factory=Fact)
    """Lines read by OCR, top to bottom; ``ok`` and empty: there are none; ``unknown``: nobody looked."""


@dataclass(frozen=True, slots=True)
class Screen:
    """A rendered page as it looks: perceptual hashes (64-bit, DCT) of the whole page and of its first screenful."""

    whole: int
    fold: int
    sha256: str = ""
    """Of the picture of the first screenful."""
    fine_whole: int | None = None
    """256 bits of the same kind: what is compared. Pages are text on white, of which 64 bits tell little."""
    fine_fold: int | None = None


@dataclass(frozen=True, slots=True)
class View:
    """One page as one client saw it: the hops that led there, and the parsed page."""

    client: Client
    requested_url: str
    hops: tuple[Hop, ...] = ()
    page: PageFacts | None = None
    """None when no page came; then ``error`` says why."""
    error: str = ""
    body_sha256: str = ""
    encoding: str = ""
    encoding_note: str = ""
    """How the encoding was found, odd labels and replacement count."""
    favicon_mmh3: int | None = None
    favicon_sha256: str = ""
    truncated: bool = False
    observed_at: datetime | None = None
    screen: Fact[Screen] = field(default_factory=Fact)
    """How a browser showed it; ``unknown`` where no browser went."""
    rendered: bool = False
    """Whether ``page`` is what a browser made of it, scripts included; the plain view stands before it."""

    @property
    def answered(self) -> Hop | None:
        """The hop that answered last; a later one may have been refused or have failed."""
        return next((h for h in reversed(self.hops) if h.status is not None), None)

    @property
    def final_url(self) -> str:
        """The URL that answered last."""
        for hop in reversed(self.hops):
            if hop.status is not None:
                return hop.url
        return self.requested_url

    @property
    def status(self) -> int | None:
        """The status that answered last; None when nothing answered."""
        for hop in reversed(self.hops):
            if hop.status is not None:
                return hop.status
        return None


@dataclass(frozen=True, slots=True)
class Sighting:
    """A URL stood here, for this query, at this position, paid or not, with this text around it."""

    source: str
    query: str
    position: int
    """1 for the first; paid and organic results are counted apart."""
    paid: bool
    url: str
    """The true target where it is known, else the address that the results page links to."""
    title: str = ""
    snippet: str = ""
    display_url: str = ""
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """All that is known of one site or one advert at ``now``."""

    now: datetime
    site: SiteKey | None = None
    """None for an advert that came as bare text or as a file without a host."""
    url: str = ""
    views: tuple[View, ...] = ()
    hosting: Hosting = field(default_factory=Hosting)
    sightings: tuple[Sighting, ...] = ()
    text: str = ""
    """The advert's own text, when the case is a text and not a page."""
    pictures: tuple[PictureFacts, ...] = ()
    """Pictures of its pages that were fetched and read, or the photo that the case is about."""

    def view(self, client: Client) -> View | None:
        """The first view of ``client`` that brought a page, else its first view, else None."""
        mine = [v for v in self.views if v.client == client]
        return next((v for v in mine if v.page is not None), mine[0] if mine else None)

    @property
    def pages(self) -> tuple[View, ...]:
        """All views that brought a page, in the order they were made."""
        return tuple(v for v in self.views if v.page is not None)
