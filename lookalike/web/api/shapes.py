"""Shapes of what programs send and get. The document of the interface is made from these, and answers are checked by
them: what a program is told and what it is sent cannot differ.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from lookalike.store.queue import PAGE

MOST = 200
"""Rows of one page at most."""

Text = Annotated[str, StringConstraints(max_length=200)]
Note = Annotated[str, StringConstraints(max_length=2000, strip_whitespace=True)]
Number = Annotated[int, Field(ge=1, lt=2**31)]
Several = Annotated[tuple[Text, ...], Field(max_length=20)]
Share = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
Band = Literal["high", "medium", "low"]
LeadKind = Literal["site", "advert"]
YesNo = Literal["yes", "no"]


class Sent(BaseModel):
    """What a program sends: a name that is not known is an error, as it would be left out in silence else."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Given(BaseModel):
    """What a program gets."""

    model_config = ConfigDict(frozen=True)


class NoQuery(Sent):
    """Nothing can be asked."""


class LeadsQuery(Sent):
    """Which leads; several values of one name: one of them."""

    status: Several = ()
    band: Annotated[tuple[Band, ...], Field(max_length=3)] = ("high", "medium")
    kind: Annotated[tuple[LeadKind, ...], Field(max_length=2)] = ()
    platform: Several = ()
    alive: Annotated[tuple[Literal["yes", "no", "unknown"], ...], Field(max_length=3)] = ()
    contact: Annotated[tuple[YesNo, ...], Field(max_length=2)] = ()
    source: Several = ()
    jurisdiction: Several = ()
    campaign: Several = ()
    signal: Several = ()
    icp: Literal["stolen", "missing", "unknown", ""] = ""
    region: Annotated[str, StringConstraints(pattern=r"^([A-Z]{2}|unknown)?$")] = ""
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    min_score: Share | None = None
    max_score: Share | None = None
    q: Text = ""
    order: Literal["rank", "score", "new", "seen", "raised"] = "rank"
    after: Annotated[str, StringConstraints(max_length=100)] | None = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = PAGE


class PageQuery(Sent):
    """A page of a list that is ordered by number."""

    after: Annotated[int, Field(ge=0, lt=2**31)] = 0
    limit: Annotated[int, Field(ge=1, le=MOST)] = PAGE


class NewVerdict(Sent):
    """A verdict on a lead as it was seen."""

    verdict: Literal["confirmed", "false_positive", "duplicate"]
    version: Number
    reason: Text = ""
    note: Note = ""
    duplicate_of: Number | None = None


class NewAnswer(Sent):
    """What became of a hand-over."""

    state: Literal["accepted", "closed", "refused"]
    at: AwareDatetime
    receipt: Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)] = ""
    note: Note = ""


class NewTips(Sent):
    """Reports, each an address or a text."""

    reports: Annotated[tuple[Note, ...], Field(min_length=1, max_length=200)]
    channel: Annotated[str, StringConstraints(max_length=60, strip_whitespace=True)] = ""
    number: Annotated[str, StringConstraints(max_length=60, strip_whitespace=True)] = ""


class TipTaken(Given):
    """What came of one report."""

    row: int
    came: Literal["new", "repeated", "bad"]
    why: str


class TipsTaken(Given):
    """What came of the reports."""

    id: int
    reports: tuple[TipTaken, ...]


class LeadLine(Given):
    """One lead of a list."""

    id: int
    kind: LeadKind
    host: str
    url: str
    registrable_domain: str
    score: float
    rank: float
    band: Band
    impersonates: str | None
    status: str
    version: int
    jurisdiction: str | None
    campaign: str | None
    alive: bool | None
    first_seen: datetime
    last_seen: datetime
    raised_at: datetime | None
    raised_why: str | None
    reasons: tuple[str, ...]
    sources: tuple[str, ...]


class Leads(Given):
    """A page of leads."""

    items: tuple[LeadLine, ...]
    next: str | None


class Step(Given):
    """One row of the sum that the score is made of."""

    signal: str
    points: float
    text: str
    evidence: tuple[dict[str, Any], ...]


class Unchecked(Given):
    """What could not be found out, and why."""

    what: str
    why: str


class Contact(Given):
    """How the crew is reached."""

    type: str
    value: str


class Seen(Given):
    """Where and when it was shown."""

    source: str
    query: str
    position: int
    paid: bool
    seen_at: datetime
    url: str
    title: str
    snippet: str


class Judged(Given):
    """A verdict; the newest one stands. Who gave it is the unit's own business."""

    verdict: str
    reason: str
    at: datetime


class LeadFile(LeadLine):
    """One lead with everything that speaks for and against it."""

    rows: tuple[Step, ...]
    unchecked: tuple[Unchecked, ...]
    contacts: tuple[Contact, ...]
    contacts_total: int
    sightings: tuple[Seen, ...]
    sightings_total: int
    verdicts: tuple[Judged, ...]


class VerdictGiven(Given):
    """The lead after the verdict."""

    id: int
    lead: int
    status: str
    version: int


class CampaignLine(Given):
    """One crew of a list."""

    id: str
    leads: int
    found_at: datetime
    changed_at: datetime


class Campaigns(Given):
    """A page of crews."""

    items: tuple[CampaignLine, ...]
    next: int | None


class Tie(Given):
    """One kind of key that holds a crew together."""

    type: str
    text: str
    pairs: int
    values: tuple[str, ...]


class Link(Given):
    """One reason why two leads belong together."""

    a: int
    b: int
    type: str
    value: str
    weight: float
    reason: str


class CampaignFile(Given):
    """One crew."""

    id: str
    leads: int
    hosts: tuple[str, ...]
    impersonates: tuple[str, ...]
    contacts: tuple[Contact, ...]
    first_seen: datetime | None
    last_seen: datetime | None
    found_at: datetime
    ended_at: datetime | None
    why: tuple[Tie, ...]
    members: tuple[int, ...]
    links: tuple[Link, ...]
    links_total: int


class AnswerLine(Given):
    """One answer to a hand-over."""

    id: int
    state: str
    at: datetime
    noted_at: datetime
    receipt: str
    note: str


class HandoverLine(Given):
    """What was handed over to the key's own office."""

    id: int
    lead: int
    kind: Literal["police", "notice", "report"]
    state: str
    handed_at: datetime
    answered_at: datetime | None
    receipt: str
    pack_sha256: str | None
    answers: tuple[AnswerLine, ...]


class Handovers(Given):
    """A page of hand-overs."""

    items: tuple[HandoverLine, ...]
    next: int | None


class AnswerGiven(Given):
    """The hand-over after an answer."""

    id: int
    handover: int
    state: str


class Night(Given):
    """The newest night."""

    id: int
    state: Literal["running", "done", "failed", "lost"]
    started_at: datetime
    finished_at: datetime | None


class Health(Given):
    """Whether the system works, and what this key opens."""

    state: Literal["ok", "late", "failed", "empty"]
    version: str
    now: datetime
    night: Night | None
    office: str
    scopes: tuple[str, ...]
    until: datetime


class Wrong(Given):
    """One thing of a request that is not right."""

    name: str
    reason: str


class Problem(Given):
    """Why there is no answer (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    errors: tuple[Wrong, ...] = ()
    changes: tuple[str, ...] = ()
