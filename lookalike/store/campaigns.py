"""Campaigns: their numbers stay the same from night to night, and what was told apart stays apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from lookalike.errors import UsageError
from lookalike.store import audit, campaign_keys
from lookalike.store.models import Campaign, CampaignLink, Lead, NeverLink
from lookalike.store.models.campaign import HeldLink
from scoring import link

_LOCK = 0x6C6F6F63
"""Key of the PostgreSQL advisory lock under which one transaction at a time links leads."""
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Counts:
    """What linking came to."""

    campaigns: int
    leads: int
    """Leads in a campaign."""
    new: int
    """Campaigns that got a number of their own just now."""
    ended: int
    """Campaigns that are no more: taken in by an older one, or fallen apart."""


def campaign_name(number: int) -> str:
    """``C-0003`` for 3."""
    return f"C-{number:04d}"


def number_of(name: str) -> int:
    """3 for ``C-0003``; UsageError for anything else."""
    digits = name.strip().upper().removeprefix("C-")
    if not digits.isascii() or not digits.isdigit():
        raise UsageError(f"campaign {name}: expected a number such as C-0003; see them in: lookalike campaigns")
    return int(digits)


def lock(session: Session) -> None:
    """Lets one transaction at a time link, to its end; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))


def apart(session: Session) -> list[tuple[int, int]]:
    """Pairs of leads that must never be in one campaign."""
    stands = select(NeverLink.lead_a, NeverLink.lead_b).where(NeverLink.undone_at.is_(None))
    return [(a, b) for a, b in session.execute(stands.order_by(NeverLink.id))]


def save(session: Session, found: link.Campaigns, now: datetime) -> Counts:
    """Stores the campaigns that linking found in place of those that stood, under the same numbers where they go on."""
    stored = session.scalars(select(Campaign).order_by(Campaign.id)).all()
    numbers = keep_numbers([(c.id, c.members, c.ended_at is None) for c in stored], found.groups)
    by_id = {c.id: c for c in stored}
    rows = [by_id[n] if n is not None else Campaign(made_at=now, members=[]) for n in numbers]
    for row, group in zip(rows, found.groups, strict=True):
        if row.members != list(group) or row.ended_at is not None:
            row.members, row.changed_at, row.ended_at = list(group), now, None
            row.size = len(group)
    session.add_all(_by_host(session, [row for row in rows if row.id is None]))  # numbers are given in this order
    kept = {number for number in numbers if number is not None}
    ended = [c for c in stored if c.ended_at is None and c.id not in kept]
    for row in ended:
        row.ended_at = now
    session.flush()
    _save_links(session, found, rows)
    _name_leads(session, rows)
    return Counts(len(rows), sum(map(len, found.groups)), numbers.count(None), len(ended))


def _by_host(session: Session, new: Sequence[Campaign]) -> list[Campaign]:
    """An order that does not depend on which lead was stored first: a resumed night gives the same numbers."""
    members = [member for row in new for member in row.members]
    hosts: dict[int, str] = {}
    for start in range(0, len(members), _CHUNK):
        some = select(Lead.id, Lead.host).where(Lead.id.in_(members[start : start + _CHUNK]))
        hosts.update((lead, host) for lead, host in session.execute(some))
    return sorted(new, key=lambda row: min((hosts[member], member) for member in row.members))


def keep_numbers(
    known: Sequence[tuple[int, Sequence[int], bool]], groups: Sequence[tuple[int, ...]]
) -> list[int | None]:
    """For every group its number, None for a new one. ``known``: number, last members, whether it stands.

    The largest part of what a campaign was (two members or more; of equal ones that with the first lead) goes on as it;
    where several come together the oldest number stays. A group in which none goes on takes up the number of an ended
    campaign when it holds most of that one's last members.
    """
    at = {member: n for n, group in enumerate(groups) for member in group}
    standing: dict[int, list[int]] = defaultdict(list)
    ended: dict[int, list[int]] = defaultdict(list)
    for number, members, stands in known:
        parts = Counter(at[m] for m in members if m in at)
        if not parts:
            continue
        group, size = min(parts.items(), key=lambda part: (-part[1], part[0]))
        if size >= 2 and stands:
            standing[group].append(number)
        elif size >= 2 and 2 * size > len(members):
            ended[group].append(number)
    return [min(standing.get(n) or ended.get(n) or [0]) or None for n in range(len(groups))]


def tell_apart(session: Session, one: int, other: int, who: str, why: str, now: datetime) -> bool:
    """Remembers that two leads are never to be linked; False when that stands already. UsageError for unknown leads."""
    a, b = _pair(session, one, other)
    name, reason = _said(who, "--by"), _said(why, "--why")
    lock(session)
    if _standing(session, a, b) is not None:
        return False
    session.add(NeverLink(lead_a=a, lead_b=b, made_by=name, made_at=now, reason=reason))
    session.flush()
    for lead, against in ((a, b), (b, a)):
        audit.note(session, now, name, "campaign.apart", lead_id=lead, after={"never_with": against, "reason": reason})
    return True


def take_back(session: Session, one: int, other: int, who: str, why: str, now: datetime) -> bool:
    """Two leads may be linked again; False when nothing stood between them. The row stays, with who took it back."""
    a, b = _pair(session, one, other)
    name = _said(who, "--by")
    lock(session)
    row = _standing(session, a, b)
    if row is None:
        return False
    row.undone_by, row.undone_at, row.undone_why = name, now, why.strip()
    session.flush()
    for lead, against in ((a, b), (b, a)):
        before = {"never_with": against, "reason": row.reason}
        audit.note(session, now, name, "campaign.together", lead_id=lead, before=before, after={"reason": why.strip()})
    return True


def _standing(session: Session, a: int, b: int) -> NeverLink | None:
    pair = select(NeverLink).where(NeverLink.lead_a == a, NeverLink.lead_b == b, NeverLink.undone_at.is_(None))
    return session.scalar(pair)


def _pair(session: Session, one: int, other: int) -> tuple[int, int]:
    if one == other:
        raise UsageError(f"lead {one}: expected two different leads")
    for lead in (one, other):
        if session.get(Lead, lead) is None:
            raise UsageError(f"lead {lead}: there is no such lead; see the numbers in: lookalike leads")
    return min(one, other), max(one, other)


def _said(value: str, option: str) -> str:
    if not value.strip():
        raise UsageError(f"{option}: expected some words, got nothing")
    return value.strip()


def _save_links(session: Session, found: link.Campaigns, rows: Sequence[Campaign]) -> None:
    at = {member: row.id for row in rows for member in row.members}
    session.execute(delete(CampaignLink))
    for start in range(0, len(found.links), _CHUNK):
        chunk = found.links[start : start + _CHUNK]
        seen = campaign_keys.seen(session, {evidence for x in chunk for evidence in x.evidence})
        made = [
            {
                "campaign_id": at[x.a],
                "lead_a": x.a,
                "lead_b": x.b,
                "type": x.type,
                "value": x.value,
                "weight": x.weight,
                "reason": x.reason,
                "evidence": [seen[e] for e in x.evidence],
            }
            for x in chunk
        ]
        session.execute(insert(CampaignLink), made)
    _save_held(session, found.held)


def _save_held(session: Session, held: Sequence[link.HeldLink]) -> None:
    session.execute(delete(HeldLink))
    made = [
        {"lead_a": x.a, "lead_b": x.b, "weight": x.weight, "why": x.why, "ties": [list(tie) for tie in x.ties]}
        for x in held
    ]
    for start in range(0, len(made), _CHUNK):
        session.execute(insert(HeldLink), made[start : start + _CHUNK])


def _name_leads(session: Session, rows: Sequence[Campaign]) -> None:
    """Writes each lead's campaign beside it; only where it has changed."""
    wanted = {member: campaign_name(row.id) for row in rows for member in row.members}
    told = session.execute(select(Lead.id, Lead.campaign).where(Lead.campaign.is_not(None)))
    named = {lead: name for lead, name in told}  # noqa: C416 - rows are no pairs to the type checker
    changed = [{"id": lead, "campaign": name} for lead, name in sorted(wanted.items()) if named.get(lead) != name]
    changed += [{"id": lead, "campaign": None} for lead in sorted(named.keys() - wanted.keys())]
    if changed:
        session.execute(update(Lead), changed)
