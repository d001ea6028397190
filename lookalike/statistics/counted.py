"""The three figures of the table that this program knows, cumulative from the first day to the last. Definitions here.

Everything is counted as it stood at the end of the last day: a verdict taken back after it, or an answer given after
it, changes nothing, so the same two days always give the same figures. What was handed over by mistake and withdrawn
since was never handed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lookalike.statistics.periods import Period
from lookalike.store import figures
from lookalike.store.figures import Decided, Handled

SITES = frozenset({"fake_site", "fake_query"})
"""Reasons of confirming verdicts that say: a site passes for an official one, or for an official look-up."""
NO_SITES = frozenset({"advert", "middleman"})
"""Reasons that say: somebody sells or leads there, which is no fake site."""
MEANINGS = {
    "fake_sites": "经人工确认的假冒网站，按网站（主机与端口；www. 视为同一网站）计，不按线索或网址；未确认的线索不计",
    "cleared": "已移交或通知、且对方答复已关停或清理的线索，每条计一次；仍在处理的不计，之后复活的不重复计",
    "referred": "已移送公安机关的线索，每条计一次；通知平台或报告主管部门的不计，录错撤回的不计",
}


@dataclass(frozen=True, slots=True)
class Counted:
    """The figures, and the leads that they were counted from."""

    fake_sites: int
    cleared: int
    referred: int
    leads: tuple[int, ...]

    def values(self) -> dict[str, int]:
        """By key of the column."""
        return {"fake_sites": self.fake_sites, "cleared": self.cleared, "referred": self.referred}


def counted(session: Session, period: Period) -> Counted:
    """The figures of a period."""
    decided, passed = figures.decided(session, period.until), figures.handled(session, period.until)
    fakes = {d.lead_id for d in decided.values() if period.holds(d.at) and is_fake_site(d)}
    keys = fake_site_keys(session, fakes)
    closed = cleared(passed, decided, period)
    police = {p.lead_id for p in passed if p.kind == "police" and period.holds(p.at)}
    return Counted(len(set(keys.values())), len(closed), len(police), tuple(sorted({*keys, *closed, *police})))


def is_fake_site(decided: Decided) -> bool:
    """Whether a person said that it is a fake site: by the reason; where that is silent, by what scoring called it."""
    if not decided.guilty or decided.reason in NO_SITES:
        return False
    return decided.reason in SITES or decided.judged == "site"


def fake_site_keys(session: Session, leads: set[int]) -> dict[int, tuple[str, int, str]]:
    """By lead the site that is counted; ``www.x`` and ``x`` are one."""
    keys = figures.site_keys(session, sorted(leads))
    return {lead_id: (host.removeprefix("www."), port, scope) for lead_id, (host, port, scope) in keys.items()}


def cleared(passed: list[Handled], decided: Mapping[int, Decided], period: Period) -> set[int]:
    """Guilty leads of which some office answered within the period that they are closed."""
    closed = {p.lead_id for p in passed if p.state == "closed" and period.holds(p.state_at)}
    return {lead_id for lead_id in closed if lead_id in decided and decided[lead_id].guilty}
