"""Parting campaigns: who may, what is remembered, and that it can be taken back. What links, linking decides.

A campaign is no merge: its leads stay what they are, and who is taken out of it is never linked with those that he was
tied to, this night or another, until somebody takes that back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lookalike.errors import UsageError
from lookalike.review import rights
from lookalike.review.people import named
from lookalike.store import audit, campaign_parting, campaigns

MOST_PAIRS = 2000
"""Pairs that one act tells apart; a larger campaign is parted step by step."""
FEW_KEYS = 20_000
"""Keys in the store up to which everything is linked anew at once when a parting is taken back."""


@dataclass(frozen=True, slots=True)
class Split:
    """What taking leads out of a campaign came to."""

    campaign: str
    pairs: int
    """Pairs that were told apart."""
    after: dict[int, str | None]
    """The campaign of each lead that was taken out; None: of none."""


@dataclass(frozen=True, slots=True)
class Rejoined:
    """What taking a parting back came to."""

    pairs: int
    at_once: bool
    """Whether they are linked anew already; else the next night does it."""


class PartingError(UsageError):
    """Leads cannot be taken out of a campaign; ``code`` says why, for a page that has its own words."""

    def __init__(self, code: str, text: str) -> None:
        """``text`` is the sentence for the command line."""
        self.code = code
        super().__init__(text)


def part(session: Session, number: int, leads: Iterable[int], by: str, why: str, now: datetime) -> Split:
    """Takes leads out of a campaign: one alone, or several together, which stay linked among themselves.

    Each pair that tied the two sides is told apart for ever, and each lead taken out has its entry in the audit trail.
    Raises PartingError for a campaign that is no more, leads that are not (all) in it, all of its leads, none, too many
    pairs, or no reason; NotAllowedError for who may not judge.
    """
    who, reason, chosen = _who(session, by), why.strip(), set(leads)
    if not reason:
        raise PartingError("why", "--why: expected some words, got nothing")
    campaigns.lock(session)
    campaign = campaign_parting.standing(session, number)
    name = campaigns.campaign_name(number)
    if campaign is None:
        raise PartingError("ended", f"campaign {name}: it does not stand any more")
    if not chosen or not chosen < set(campaign.members):
        code = "none" if not chosen else "strange" if chosen - set(campaign.members) else "all"
        raise PartingError(code, f"campaign {name}: expected some of its leads, not all, got {sorted(chosen)[:10]}")
    pairs = campaign_parting.crossing(session, number, chosen)
    if len(pairs) > MOST_PAIRS:
        raise PartingError("many", f"campaign {name}: {len(pairs)} pairs to tell apart; at most {MOST_PAIRS} at once")
    fresh = campaign_parting.forbid(session, pairs, who, reason, now)
    parted = campaign_parting.rework(session, campaign, now)
    after = {lead: parted.after[lead] for lead in sorted(chosen)}
    for lead in sorted(chosen):
        never = [b if a == lead else a for a, b in pairs if lead in (a, b)]
        told = {"campaign": after[lead], "never_with": never, "reason": reason}
        audit.note(session, now, who, "campaign.part", lead_id=lead, before={"campaign": name}, after=told)
    return Split(name, len(fresh), after)


def rejoin(
    session: Session, one: int, other: int, by: str, why: str, now: datetime, relink: Callable[[Session], object]
) -> Rejoined:
    """Takes back the act by which two leads were told apart, with every other pair of that same act.

    ``relink`` links the whole store, which somebody waits for only where the store is small; else the next night does.
    Raises PartingError where nothing stands between the two.
    """
    who = _who(session, by)
    pairs = campaign_parting.act_of(session, one, other)
    if not pairs:
        raise PartingError("together", f"leads {one} and {other}: nothing stands between them")
    for a, b in pairs:
        campaigns.take_back(session, a, b, who, why, now)
    at_once = campaign_parting.few_keys(session, FEW_KEYS)
    if at_once:
        relink(session)
    return Rejoined(len(pairs), at_once)


def _who(session: Session, by: str) -> str:
    who = named(by, "parts the campaign")
    rights.check(session, who, "leads.judge")
    return who
