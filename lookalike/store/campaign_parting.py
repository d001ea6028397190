"""Taking leads out of a campaign at once: what is told apart, and what is left of the campaign, from its stored links.

Only one campaign is read and written, so that it costs the same among ten leads and a million. The next night links
everything anew under the same constraints.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from lookalike.store.campaigns import campaign_name, keep_numbers
from lookalike.store.models import Campaign, CampaignLink, Lead, LeadKey, NeverLink
from lookalike.store.models.campaign import HeldLink
from scoring.linking.types import TYPES

_T = TypeVar("_T")
_CHUNK = 500
_Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Parted:
    """What became of a campaign: names of the campaigns of those that were in it; None: of none."""

    before: str
    after: dict[int, str | None]


def standing(session: Session, number: int) -> Campaign | None:
    """A campaign that stands, locked to the end of the transaction."""
    mine = select(Campaign).where(Campaign.id == number, Campaign.ended_at.is_(None)).with_for_update()
    return session.scalar(mine.execution_options(populate_existing=True))


def crossing(session: Session, number: int, leads: Collection[int]) -> list[_Pair]:
    """The tied pairs of a campaign of which one lead is among ``leads`` and the other is not, ascending."""
    return sorted(pair for pair in _ties(session, number) if (pair[0] in leads) != (pair[1] in leads))


def forbid(session: Session, pairs: Iterable[_Pair], who: str, why: str, now: datetime) -> list[_Pair]:
    """Tells pairs (the smaller number first) apart for ever; returns those that were not yet."""
    wanted = sorted(set(pairs))
    known = set(_apart_among(session, {lead for pair in wanted for lead in pair}))
    fresh = [pair for pair in wanted if pair not in known]
    rows = [{"lead_a": a, "lead_b": b, "made_by": who, "made_at": now, "reason": why} for a, b in fresh]
    for chunk in _chunks(rows):
        session.execute(insert(NeverLink), chunk)
    return fresh


def act_of(session: Session, one: int, other: int) -> list[_Pair]:
    """All pairs that stand apart by the act that told these two apart; none where nothing stands between them."""
    a, b = min(one, other), max(one, other)
    stands = NeverLink.undone_at.is_(None)
    row = session.scalar(select(NeverLink).where(NeverLink.lead_a == a, NeverLink.lead_b == b, stands))
    if row is None:
        return []
    same = (NeverLink.made_by == row.made_by, NeverLink.made_at == row.made_at, NeverLink.reason == row.reason)
    found = session.execute(select(NeverLink.lead_a, NeverLink.lead_b).where(stands, *same).order_by(NeverLink.id))
    return [(first, second) for first, second in found]


def rework(session: Session, campaign: Campaign, now: datetime) -> Parted:
    """Works out what a campaign's links still join, under what is told apart by now; the caller holds it locked."""
    name, members = campaign_name(campaign.id), list(campaign.members)
    ties = _ties(session, campaign.id)
    groups = _joined({pair: _weight(found) for pair, found in ties.items()}, _apart_among(session, set(members)))
    at = {member: place for place, group in enumerate(groups) for member in group}
    rows = _rows(session, campaign, groups, now)
    _move_links(session, campaign.id, rows, ties, at)
    after: dict[int, str | None] = {m: campaign_name(rows[at[m]].id) if m in at else None for m in members}
    for new in {*after.values()} - {name}:
        ids = [member for member in members if after[member] == new]
        session.execute(update(Lead).where(Lead.id.in_(ids)).values(campaign=new))
    return Parted(name, after)


def few_keys(session: Session, most: int) -> bool:
    """Whether the store is so small that everything can be linked anew while somebody waits."""
    some = select(LeadKey.id).limit(most + 1).subquery()
    return (session.scalar(select(func.count()).select_from(some)) or 0) <= most


def _ties(session: Session, number: int) -> dict[_Pair, list[tuple[str, str, float]]]:
    found: dict[_Pair, list[tuple[str, str, float]]] = defaultdict(list)
    columns = select(
        CampaignLink.lead_a, CampaignLink.lead_b, CampaignLink.type, CampaignLink.value, CampaignLink.weight
    )
    for a, b, kind, value, weight in session.execute(
        columns.where(CampaignLink.campaign_id == number).order_by(CampaignLink.id)
    ):
        found[a, b].append((kind, value, weight))
    return found


def _weight(ties: Sequence[tuple[str, str, float]]) -> float:
    """Sum over families of the heaviest tie, as linking counts it."""
    best: dict[str, float] = {}
    for kind, _, weight in ties:
        family = TYPES[kind].family
        best[family] = max(best.get(family, 0.0), weight)
    return round(sum(best.values()), 4)


def _apart_among(session: Session, leads: Collection[int]) -> list[_Pair]:
    found: list[_Pair] = []
    for chunk in _chunks(sorted(leads)):
        mine = select(NeverLink.lead_a, NeverLink.lead_b).where(NeverLink.lead_a.in_(chunk))
        rows = session.execute(mine.where(NeverLink.undone_at.is_(None)).order_by(NeverLink.id))
        found += [(a, b) for a, b in rows if b in leads]
    return found


def _joined(weights: dict[_Pair, float], apart: Iterable[_Pair]) -> list[tuple[int, ...]]:
    """Groups of two or more, grown from the heaviest pair down; two that were told apart are never in one."""
    root: dict[int, int] = {}
    members: dict[int, set[int]] = {}
    never: dict[int, set[int]] = defaultdict(set)
    for a, b in apart:
        never[a].add(b)
        never[b].add(a)
    for lead in {lead for pair in weights for lead in pair}:
        root[lead], members[lead] = lead, {lead}
    for a, b in sorted(weights, key=lambda pair: (-weights[pair], pair)):
        one, other = root[a], root[b]
        if one == other or any(never[m] & members[other] for m in members[one]):
            continue
        for member in members[other]:
            root[member] = one
        members[one] |= members.pop(other)
    return sorted(tuple(sorted(group)) for group in members.values() if len(group) > 1)


def _rows(session: Session, campaign: Campaign, groups: Sequence[tuple[int, ...]], now: datetime) -> list[Campaign]:
    """A campaign for every group: the largest part goes on under the old number."""
    numbers = keep_numbers([(campaign.id, campaign.members, True)], groups)
    rows = []
    for number, group in zip(numbers, groups, strict=True):
        row = campaign if number is not None else Campaign(made_at=now, members=[])
        if row.members != list(group):
            row.members, row.size, row.changed_at = list(group), len(group), now
        session.add(row)
        session.flush()  # one by one: new numbers are given in this order
        rows.append(row)
    if campaign not in rows:
        campaign.ended_at = now
        session.flush()
    return rows


def _move_links(
    session: Session,
    number: int,
    rows: Sequence[Campaign],
    ties: dict[_Pair, list[tuple[str, str, float]]],
    at: dict[int, int],
) -> None:
    """Links within a part follow it; those between parts are held from now on, with why."""
    cut = [pair for pair in ties if pair[0] not in at or at[pair[0]] != at.get(pair[1])]
    mine = CampaignLink.campaign_id == number
    for a, b in cut:
        session.execute(delete(CampaignLink).where(mine, CampaignLink.lead_a == a, CampaignLink.lead_b == b))
    held = [
        {"lead_a": a, "lead_b": b, "weight": _weight(ties[a, b]), "why": "apart", "ties": [t[:2] for t in ties[a, b]]}
        for a, b in cut
    ]
    for chunk in _chunks(held):
        session.execute(insert(HeldLink), chunk)
    for place, row in enumerate(rows):
        if row.id != number:
            ids = [lead for lead, group in at.items() if group == place]
            session.execute(update(CampaignLink).where(mine, CampaignLink.lead_a.in_(ids)).values(campaign_id=row.id))


def _chunks(rows: Sequence[_T]) -> Iterator[list[_T]]:
    for start in range(0, len(rows), _CHUNK):
        yield list(rows[start : start + _CHUNK])
