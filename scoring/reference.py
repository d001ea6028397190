"""Everything known beforehand, indexed once: who is genuine, what belongs to whom, which words mean what.

Answers questions about single values; whether a site is a fake is for the signals.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from copy import copy
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from scoring.bodies import BodyIndex, BodyMatch, plain_name
from scoring.domains import is_gov_label, is_ip, registrable_domain
from scoring.generations import GenerationIndex, distinctive_path
from scoring.marks import SourceMarks
from scoring.names import name_index
from scoring.page_urls import host_of, path_of, port_of
from scoring.similarity import Baseline, Sketches
from scoring.text import Match, TermSet
from scoring.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.case import SiteKey
    from seeds.model import Platform, Seeds

LEXICON_GROUPS = ("slogans", "promises", "quoting", "school", "topics", "products", "query", "price")
NAME_GROUP = "@"
"""Prefix of the term groups that hold platform names: ``@mem-cx``."""
OWN_SHARE = 0.6
_DATED = re.compile(r"\d+[年月日]?")
"""Digits and dates beside a name do not make it a smaller part of its line."""
SUBJECT_GROUP = "subject@"
"""Prefix of the term groups that hold the certificates of a platform: ``subject@mem-cx``."""
_KELVIN = "\u212a".encode()
"""Its small letter is a plain k."""
_PLUMBING = frozenset({"beian-miit", "beian-mps", "conac"})
"""Official services that honest sites link and load by the million: no sign of anything."""


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A platform's name in a title or heading."""

    platform: str
    name: str
    share: float
    """How much of the segment the name fills, in (0, 1]."""
    generic: bool
    """True for names that are common phrases as well, such as 特种作业操作证查询."""
    about: bool = False
    """True where words beside the name say that the title is about the platform: 怎么查, 有“李鬼”, 教程."""

    @property
    def own(self) -> bool:
        """Whether the name stands as the page's own: proper, filling its segment, and not talked about."""
        return self.share >= OWN_SHARE and not self.generic and not self.about


class Reference:
    """Seeds, baselines and confirmed addresses, ready to be asked; built once, never changed."""

    def __init__(
        self, seeds: Seeds, baselines: Iterable[Baseline] = (), confirmed_ips: frozenset[str] = frozenset()
    ) -> None:
        self.seeds = seeds
        self.baselines = tuple(baselines)
        self.confirmed_ips = confirmed_ips
        self.platforms = {p.id: p for p in sorted(seeds.platforms, key=_core_first)}
        self.names = name_index(seeds.platforms, seeds.lexicon)
        self.bodies = BodyIndex(self.platforms.values())
        self._body = lru_cache(maxsize=16384)(self.bodies.find)  # the same lines head page after page
        self.generations = GenerationIndex(self.platforms.values())
        self.source_marks = SourceMarks(self.generations.words)
        self._sites: dict[tuple[str, int], Platform] = {}
        self._domains: dict[str, Platform] = {}
        for platform in self.platforms.values():
            self._enter_addresses(platform)
        self._hosts = frozenset(host for host, _ in self._sites)
        self._plumbing = frozenset(a.host for p in self.platforms.values() if p.id in _PLUMBING for a in p.addresses)
        self.icp = self._owners("icp")
        self.police = self._owners("police")
        self.site_codes = {k.lower(): v for k, v in self._owners("site_codes").items()}
        self.conac = {k.upper(): v for k, v in self._owners("conac").items()}
        self.analytics = self._analytics()
        self.weights = {(g, t.text): t.weight for g in LEXICON_GROUPS for t in seeds.lexicon.groups.get(g, ())}

    def _enter_addresses(self, platform: Platform) -> None:
        for address in platform.addresses:
            self._sites.setdefault((address.host, address.port), platform)
            if is_ip(address.host) or is_gov_label(address.host):
                continue
            if domain := registrable_domain(address.host):
                self._domains.setdefault(domain, platform)

    def _owners(self, key: str) -> dict[str, tuple[str, ...]]:
        owners: dict[str, list[str]] = defaultdict(list)
        for platform in self.platforms.values():
            for value in getattr(platform, key):
                owners[value].append(platform.id)
        return {value: tuple(ids) for value, ids in owners.items()}

    def _analytics(self) -> dict[str, tuple[str, ...]]:
        owners: dict[str, list[str]] = defaultdict(list)
        for p in self.platforms.values():
            for value in (*p.analytics, *(a for g in p.generations for a in g.analytics)):
                key = value.rpartition(":")[2].lower()
                if p.id not in owners[key]:
                    owners[key].append(p.id)
        return {value: tuple(ids) for value, ids in owners.items()}

    @cached_property
    def core(self) -> tuple[str, ...]:
        """The platforms that are reported by name, in their order."""
        return tuple(p.id for p in self.platforms.values() if p.group == "core")

    @cached_property
    def terms(self) -> TermSet:
        """The lexicon's groups, the phrases of ``phrases.toml``, and platform names by ``@id``."""
        groups: dict[str, tuple[str, ...]] = {g: self.seeds.lexicon.words(g) for g in LEXICON_GROUPS}
        groups |= phrases()
        for p in self.platforms.values():
            if p.kind != "body" and p.id not in _PLUMBING:
                groups[NAME_GROUP + p.id] = tuple(n for n in (p.name, *p.aliases) if len(n) >= 3)
            if p.group == "core" and p.kind == "web" and (subjects := self._subjects(p)):
                groups[SUBJECT_GROUP + p.id] = subjects
        return TermSet(groups)

    def _subjects(self, platform: Platform) -> tuple[str, ...]:
        """The certificates that a platform answers for: as its row says, else those that its names carry."""
        if platform.subjects:
            return platform.subjects
        names = (platform.name, *platform.aliases)
        words = (*self.seeds.lexicon.words("topics"), *self.seeds.lexicon.words("products"))
        return tuple(dict.fromkeys(word for word in words if any(word in name for name in names)))

    def portal(self, platform_id: str) -> bool:
        """Whether a platform is the general site of its organ: it bears the organ's name and answers for nothing."""
        platform = self.platforms.get(platform_id)
        if platform is None or platform.subjects:
            return False
        organs = {plain_name(name) for name in (platform.organ, *platform.organ_aliases)}
        return plain_name(platform.name) in organs

    @cached_property
    def sketches(self) -> Sketches:
        """The baselines' sketches, in the order of ``baselines``."""
        return Sketches(self.baselines)

    @cached_property
    def _hosts_search(self) -> Words:
        return Words(sorted({host.removeprefix("www.") for host in self._hosts}), anycase=True)

    def may_be_genuine(self, encoded: bytes) -> bool:
        """Whether a platform's address, ``www.`` before it or not, may stand in a text in UTF-8; never wrongly no."""
        return bool(self._hosts_search.standing(encoded)) or _KELVIN in encoded

    def may_be_home(self, url: str) -> bool:
        """Whether a platform may answer at this address, ``www.`` put before its host or not; never wrongly no."""
        host = host_of(url)
        return self.lives_at(host) or self.lives_at(f"www.{host}")

    def lives_at(self, host: str) -> bool:
        """Whether a platform answers at this host, at whatever port."""
        return host in self._hosts

    @cached_property
    def _paths_search(self) -> Words:
        return Words(sorted(frozenset().union(*self.deep_paths.values())))

    def may_lead_deep(self, encoded: bytes) -> bool:
        """Whether one of ``deep_paths`` may stand among addresses in UTF-8; never wrongly no."""
        return bool(self._paths_search.standing(encoded))

    @cached_property
    def deep_paths(self) -> dict[str, frozenset[str]]:
        """By platform, the odd paths below its hosts: of its generations, and that its captured pages link to."""
        found: dict[str, set[str]] = defaultdict(set)
        for p in self.platforms.values():
            for generation in p.generations:
                found[p.id].update(path.partition("?")[0] for path in generation.paths)
        for baseline in self.baselines:
            host = host_of(baseline.url)
            found[baseline.platform].update(path_of(x.url) for x in baseline.page.links if host_of(x.url) == host)
        return {pid: frozenset(filter(distinctive_path, paths)) for pid, paths in found.items()}

    def weight(self, match: Match) -> float:
        """The lexicon's weight of a matched term; 1 for phrases."""
        return self.weights.get((match.group, match.term), 1.0)

    def leaving_out(self, confirmed: frozenset[str]) -> Reference:
        """The same without these confirmed addresses: nobody's own address is evidence against him."""
        if not confirmed & self.confirmed_ips:
            return self
        other = copy(self)
        other.confirmed_ips = self.confirmed_ips - confirmed
        return other

    def genuine(self, site: SiteKey) -> Platform | None:
        """The platform that lives at this host *and* port; on shared hosts below this path."""
        found = self._sites.get((site.host, site.port))
        if found is None or not site.scope:
            return found
        paths = (a.path for a in found.addresses if (a.host, a.port) == (site.host, site.port))
        return found if any(p.startswith(site.scope) for p in paths) else None

    def genuine_url(self, url: str) -> Platform | None:
        """The platform that answers at this address."""
        host = host_of(url)
        return self._sites.get((host, port_of(url))) if host in self._hosts else None

    def sister(self, host: str) -> Platform | None:
        """The platform whose own registered domain (not under gov.cn, not shared) this host stands under."""
        return None if is_ip(host) else self._domains.get(registrable_domain(host))

    def official_host(self, host: str) -> bool:
        """Whether a host belongs to a registered platform or stands at a gov.cn label boundary."""
        return bool(host) and (
            is_gov_label(host) or self.sister(host) is not None or (host, 80) in self._sites or self._any_port(host)
        )

    def _any_port(self, host: str) -> bool:
        return host in self._hosts and is_ip(host)

    def plumbing(self, host: str) -> bool:
        """Whether a host is one of the official services that every honest site loads or links."""
        return host in self._plumbing

    def body(self, value: str) -> BodyMatch | None:
        """Whom a claimed body's name means."""
        return self._body(value)

    def names_in(self, title: str) -> list[NameMatch]:
        """Platforms named in a title, best first."""
        found: list[NameMatch] = []
        for segment in segments(title):
            size = len(_DATED.sub("", plain_name(segment))) or 1
            matches = self.terms.find(segment)
            names = [m for m in matches if m.group.startswith(NAME_GROUP)]
            spoken = [m for m in matches if m.group == "about"]
            for match in names:
                pid, name = match.group[1:], match.term
                share = min(1.0, len(plain_name(name)) / size)
                about = any(m.end <= match.start or m.start >= match.end for m in spoken)
                found.append(NameMatch(pid, name, share, _generic(name), about))
        order = list(self.platforms)
        return sorted(found, key=lambda m: (m.about, m.generic, -m.share, -len(m.name), order.index(m.platform)))


def segments(title: str) -> list[str]:
    """A title cut at the marks that join a page's name with its site's name."""
    for mark in "|_-—–·•/\\>»丨,，":
        title = title.replace(mark, "\n")
    return [s.strip() for s in title.split("\n") if s.strip()]


def phrases() -> dict[str, tuple[str, ...]]:
    """The groups of ``phrases.toml``."""
    text = files("scoring").joinpath("phrases.toml").read_text(encoding="utf-8")
    return {group: tuple(words) for group, words in tomllib.loads(text).items()}


def _generic(name: str) -> bool:
    """Whether a name says what is done and not who does it: 特种作业操作证查询, and not 学信网 or 国家安全生产考试."""
    return name.endswith(_DOING) and not name.endswith("全国联网查询") and len(name) < 16


_DOING = ("查询", "核验", "验证", "查验", "备案表", "合格信息")


def _core_first(platform: Platform) -> tuple[int, str]:
    return ({"core": 0, "provincial": 1}.get(platform.group, 2), platform.id)
