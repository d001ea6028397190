"""The shapes of what is known beforehand: platforms, lexicon, sources. The loader fills them from TOML."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from seeds.ct_model import CtFollow, CtLog

PlatformKind = Literal["web", "wechat", "miniprogram", "body"]
"""``body``: stands for organs at large (id ``gov``), has no address of its own."""

SourceKind = Literal["search", "api", "file"]
"""``search``: pages of results; ``api``: JSON by address, some with a key; ``file``: read from the feeds folder."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a genuine platform lives: a host, a port, and the path below which it answers."""

    host: str
    port: int = 80
    """80 and 443 are one site and stand as 80, as in ``scoring.case.SiteKey``."""
    path: str = "/"
    url: str = ""
    """The address as it is printed or typed, scheme included."""


@dataclass(frozen=True, slots=True)
class Erratum:
    """A misprint in a document: kept so that nobody allow-lists it; whoever registers it is a suspect."""

    printed: str
    meant: str
    where: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a fact comes from and the day it was checked."""

    what: str
    checked_on: date


@dataclass(frozen=True, slots=True)
class Generation:
    """One generation of a platform's pages; crews copy old ones long after they are gone."""

    name: str
    paths: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    """``name`` or ``id`` attributes of form fields, and query parameters."""
    labels: tuple[str, ...] = ()
    """Visible words of the form and of the result page."""
    markup: tuple[str, ...] = ()
    """Class names, ids and other strings of the markup."""
    analytics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """A genuine account on a network: kind ``wechat`` or ``miniprogram``, its name, the body behind it."""

    kind: str
    name: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class Platform:
    """One genuine platform."""

    id: str
    kind: PlatformKind
    name: str
    organ: str
    aliases: tuple[str, ...] = ()
    """Other names of the platform itself, as pages print them."""
    organ_aliases: tuple[str, ...] = ()
    addresses: tuple[Address, ...] = ()
    accounts: tuple[Account, ...] = ()
    generations: tuple[Generation, ...] = ()
    icp: tuple[str, ...] = ()
    """备案号 as normalised by ``scoring.claims``: ``京ICP备10036469号`` (no suffix)."""
    police: tuple[str, ...] = ()
    """公安备案号, 14 digits."""
    site_codes: tuple[str, ...] = ()
    """网站标识码."""
    conac: tuple[str, ...] = ()
    analytics: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    """Latin labels and initials that names use for it: ``mem``, ``yjgl``, ``cxmem``; never enough alone."""
    baselines: tuple[str, ...] = ()
    """URLs that ``platforms refresh`` captures; empty for rows without baselines."""
    errata: tuple[Erratum, ...] = ()
    sources: tuple[Provenance, ...] = ()
    subjects: tuple[str, ...] = ()
    """Words of the certificates that it answers for: name whom a page without a name would imitate, never guilt."""
    group: str = "core"
    """``core``: the platforms that leads name; ``provincial``: genuine rows without baselines; ``extra``: others."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word of the lexicon, in simplified characters, with a note on its honest uses."""

    text: str
    weight: float = 1.0
    """In (0, 1]: how much the word says by itself."""
    note: str = ""
    cls: str = ""
    """Of group ``pinyin``: ``organ``, ``gov``, ``agency``, ``topic``, ``paper`` or ``query``; of group ``name_parts``:
    ``before``, ``behind``, ``place``, ``office`` or ``dress``; empty elsewhere."""
    initials: bool = False
    """Short initials (``yjgl``, ``cx``): weak, only beside another class."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words, by group, and the query templates."""

    groups: dict[str, tuple[Term, ...]]
    """``slogans`` ``topics`` ``organs`` ``promises`` ``quoting`` ``school`` ``contacts`` ``query`` ``price``
    ``places`` ``products`` ``gov_markers`` ``pinyin`` (agency, topic and query words as names spell them) ``towns``
    ``name_parts``."""
    templates: tuple[str, ...]
    """Query templates in the order they are run: ``{product} 免考``, ``{place} {product} 查询 官网`` …"""

    def words(self, group: str) -> tuple[str, ...]:
        """The bare texts of a group; empty when there is no such group."""
        return tuple(t.text for t in self.groups.get(group, ()))


SourceAsks = Literal["words", "accounts"]
"""``words``: the lexicon's queries; ``accounts``: the names of genuine accounts and of who runs them."""


@dataclass(frozen=True, slots=True)
class City:
    """One city's own part of a site: ``烟台`` lives at ``yt`` below the source's host."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Source:
    """A place to look: which spider, at which address, how politely, how much a night."""

    id: str
    spider: str
    name: str
    host: str = ""
    path: str = ""
    enabled: bool = True
    pages: int = 3
    """Result pages a query, at most."""
    queries: int = 60
    """Queries a night, at most."""
    delay_s: float = 6.0
    """Between two requests to the source, on average."""
    robots: bool = False
    kind: SourceKind = "search"
    hours: str = ""
    """When it may be asked, local time, as ``22:00-06:00``; empty: at any hour."""
    proxy: str = ""
    """Its own exit proxy, as ``http://host:port``; empty: the common one."""
    user_agent: str = ""
    """Its own user agent; empty: a common browser's."""
    key: str = ""
    """Name of the environment variable that holds its key; without the key it is not asked."""
    asks: SourceAsks = "words"
    words: tuple[str, ...] = ()
    """Queries as they stand, in place of ``asks``."""
    cities: tuple[City, ...] = ()
    """Where every city has a site of its own below ``host``."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class SharedHosts:
    """Hosts that strangers share, beside the public suffix list's private part."""

    hosts: frozenset[str] = field(default_factory=frozenset)
    """A host, or with a leading dot all names below it; the site unit there is the host and the top path."""
    posts: frozenset[str] = field(default_factory=frozenset)
    """Written alike: hosts where every page is somebody else's post; the unit there is the page."""
    post_paths: tuple[str, ...] = ()
    """Paths by which forum and question software is known on any other host, ``*`` standing for a number."""


@dataclass(frozen=True, slots=True)
class Services:
    """Known services that hosting facts are held against; all names in lower case."""

    archives: frozenset[str] = field(default_factory=frozenset)
    """Hosts that show other people's pages: archives, caches, translators; all names below count."""
    delivery_networks: frozenset[str] = field(default_factory=frozenset)
    """Parts of network names behind which strangers share addresses."""
    domestic_registrars: frozenset[str] = field(default_factory=frozenset)
    """Parts of the Latin names of registrars in this country."""
    foreign_name_servers: frozenset[str] = field(default_factory=frozenset)
    """Domains of name servers that foreign services give to anybody."""


@dataclass(frozen=True, slots=True)
class Seeds:
    """Everything in ``seeds/``, with an optional overlay folder laid over it."""

    platforms: tuple[Platform, ...]
    lexicon: Lexicon
    sources: tuple[Source, ...]
    shared_hosts: SharedHosts = field(default_factory=SharedHosts)
    services: Services = field(default_factory=Services)
    known_names: frozenset[str] = field(default_factory=frozenset)
    """Well-known honest domains that screening never takes for a look-alike."""
    ct_logs: tuple[CtLog, ...] = ()
    ct_follow: CtFollow = field(default_factory=CtFollow)

    def platform(self, platform_id: str) -> Platform | None:
        """The platform with this id, or None."""
        return next((p for p in self.platforms if p.id == platform_id), None)
