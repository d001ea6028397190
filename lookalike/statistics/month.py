"""The figures of a span: what was found, decided, handed over and closed, and how long that took. Decides nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lookalike.statistics.counted import fake_site_keys, is_fake_site
from lookalike.statistics.spread import Spread, spread
from lookalike.store import figures
from lookalike.store.figures import Decided, Handled
from lookalike.store.models import Lead

ROWS = (
    ("found", "新发现线索（条）"),
    ("confirmed", "人工确认线索（条）"),
    ("fake_sites", "　其中：假冒政府网站平台（个，按网站计）"),
    ("others", "　其中：广告、引流等其他线索（条）"),
    ("innocent", "人工判为误报（条）"),
    ("police", "移送公安机关（条）"),
    ("notice", "通知平台或服务商（条）"),
    ("report", "报告主管部门（条）"),
    ("accepted", "对方已受理、尚未办结（条）"),
    ("closed", "对方答复已关停或清理（条）"),
    ("refused", "对方答复不予立案或不予处置（条）"),
    ("raised", "处置后复活（条）"),
)
NOBODY = "不仿冒具体平台"
ALONE = "未归入团伙"


@dataclass(frozen=True, slots=True)
class Span:
    """The figures of one period."""

    numbers: Mapping[str, int]
    """By the keys of ``ROWS``."""
    sources: Mapping[str, int]
    """Confirmed leads by the id of the source that showed them first; ``""``: none is on record."""
    platforms: Mapping[str, int]
    """Confirmed leads by id of the imitated platform; ``""``: none."""
    crews: Mapping[str, int]
    """Confirmed leads by campaign as it stands today; ``""``: none."""
    to_handover: Spread | None
    """From first sight to the first hand-over, of leads first handed over in the period."""
    to_closure: Spread | None
    """From first sight to the answer that it is closed, of leads so answered in the period."""


def span(session: Session, start: datetime | None, until: datetime) -> Span:
    """The figures from ``start`` (None: ever) to just before ``until``, as things stood then.

    Crews and imitated platforms are those that are on record today.
    """
    decided, handled = figures.decided(session, until), figures.handled(session, until)
    made = {n: d for n, d in decided.items() if _in(d.at, start)}
    guilty = sorted(n for n, d in made.items() if d.guilty)
    fakes = fake_site_keys(session, {n for n in guilty if is_fake_site(made[n])})
    leads = figures.leads(session, {*guilty, *(h.lead_id for h in handled)})
    sources = figures.first_sources(session, guilty)
    numbers = {
        "found": figures.first_seen(session, start, until),
        "confirmed": len(guilty),
        "fake_sites": len(set(fakes.values())),
        "others": len(guilty) - len(fakes),
        "innocent": len(made) - len(guilty),
        "raised": len(figures.raised(session, start, until)),
        **_handling(handled, decided, start),
    }
    return Span(
        numbers,
        Counter(sources.get(n, "") for n in guilty),
        Counter(leads[n].impersonates or "" for n in guilty),
        Counter(leads[n].campaign or "" for n in guilty),
        spread(_waits(_first_handed(handled), leads, start)),
        spread(_waits({h.lead_id: h.state_at for h in handled if h.state == "closed"}, leads, start)),
    )


def _handling(handled: Iterable[Handled], decided: Mapping[int, Decided], start: datetime | None) -> dict[str, int]:
    """Leads by what was done with them, and by what offices answered; each lead once a line."""
    found: dict[str, set[int]] = {
        name: set() for name in ("police", "notice", "report", "accepted", "closed", "refused")
    }
    for one in handled:
        if _in(one.at, start):
            found[one.kind].add(one.lead_id)
        if one.state != "handed" and _in(one.state_at, start):
            found[one.state].add(one.lead_id)
    found["closed"] = {n for n in found["closed"] if n in decided and decided[n].guilty}
    return {name: len(leads) for name, leads in found.items()}


def _first_handed(handled: Iterable[Handled]) -> dict[int, datetime]:
    first: dict[int, datetime] = {}
    for one in handled:
        first[one.lead_id] = min(first.get(one.lead_id, one.at), one.at)
    return first


def _waits(ends: Mapping[int, datetime], leads: Mapping[int, Lead], start: datetime | None) -> list[timedelta]:
    return [max(at - leads[n].first_seen, timedelta()) for n, at in ends.items() if _in(at, start)]


def _in(at: datetime, start: datetime | None) -> bool:
    return start is None or at >= start
