"""What leaves with a lead, as plain clean values: every form is written from these and from nothing else.

No holder of a certificate, no reporter, no registrant: whoever needs those gets the evidence pack.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from scoring.case import Fact, Hosting, RegistrationFacts
from scoring.domains import is_ip, private_suffix

Tlp = Literal["white", "green", "amber", "red"]
"""Traffic light protocol, as STIX 2.1 has it."""


@dataclass(frozen=True, slots=True)
class Decided:
    """The verdict that stands on a lead."""

    verdict: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Block:
    """What a resolver may be told to refuse of a lead."""

    name: str = ""
    """Empty: nothing."""
    below: bool = False
    """Whether all names below it go with it."""
    why: str = ""
    """One sentence: why so much, and no more."""


@dataclass(frozen=True, slots=True)
class SharedLead:
    """One lead; all texts are clean."""

    id: int
    kind: str
    host: str
    """Empty: an advert that has no site."""
    port: int
    scope: str
    """Top path or post, where strangers share the host."""
    url: str
    registrable: str
    score: float
    band: str
    impersonates: str
    """Platform id; empty: nobody in particular."""
    platform: str
    """Its name."""
    organ: str
    official: str
    """Where the genuine platform is."""
    status: str
    campaign: str
    life: str
    first_seen: datetime
    last_seen: datetime
    changed_at: datetime
    """When what is told of it changed last: seen, visited, decided."""
    visited_at: datetime | None
    reasons: tuple[str, ...]
    """The weightiest first."""
    told: tuple[str, ...]
    """The same without contacts, for offices that need none."""
    sightings: tuple[dict[str, Any], ...]
    contacts: tuple[dict[str, str], ...]
    decided: Decided | None
    guilty: bool
    """Confirmed by a person, and neither taken back nor cleared."""
    hosting: Hosting
    addresses: tuple[str, ...]
    """Where it answered; IPv4 and IPv6."""
    unread: str = ""
    """Why nothing is known of its hosting, where its stored visit cannot be read."""
    owned: bool = False
    """Whether the registrable domain is the crew's own, as far as anything shows."""
    owner_why: str = ""
    """One sentence: by what the domain is held to be the crew's, or why not."""
    protected: bool = False
    """Whether the host is a public body's, a genuine platform's or a well-known one: its owner is told, nobody else."""
    block: Block = field(default_factory=Block)

    @property
    def is_name(self) -> bool:
        """Whether its host is a name, and not an address."""
        return bool(self.host) and not is_ip(self.host)

    @property
    def rented(self) -> str:
        """The suffix below which anybody gets a name for nothing (``github.io``); empty: there is none."""
        return private_suffix(self.host) if self.is_name else ""

    @property
    def registration(self) -> Fact[RegistrationFacts]:
        """RDAP, else WHOIS; of two without an answer the one that says why."""
        rdap, whois = self.hosting.rdap, self.hosting.whois
        return rdap if rdap.value is not None and rdap.value.registered else whois


@dataclass(frozen=True, slots=True)
class Crew:
    """A campaign that exported leads belong to."""

    id: str
    found_at: datetime
    first_seen: datetime
    last_seen: datetime
    why: tuple[str, ...]
    """What holds it together, in words."""


@dataclass(frozen=True, slots=True)
class Share:
    """What is asked for: these leads, for that office, in words and options that all forms understand."""

    leads: tuple[SharedLead, ...]
    crews: tuple[Crew, ...]
    unit: str
    """The unit's own name; empty: not configured."""
    to: str
    by: str
    at: datetime
    tlp: Tlp = "amber"
    zone: str = "rpz.lookalike.invalid"
    """Origin of the response policy zone."""
    as_json: bool = False
    """Whether a form that has both writes fields as JSON."""
    shown: Callable[[str], str] = str
    """How addresses stand in tables: as they are, or so that nobody can click them."""
    reason: str = ""
    """Why a notice goes to this office."""
    services: Mapping[str, str] = field(default_factory=dict)
    """Sources that belong to the platform that a notice is for, by id their names: only its own sightings are told."""


def zulu(at: datetime) -> str:
    """``2026-11-21T16:31:17.000Z``: milliseconds, as STIX writes an instant."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
