"""Life of suspects: who is visited again tonight, what each visit told, and which leads are raised again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lookalike.night import Night
from lookalike.review.relapse import DEALT_WITH, RELAPSED, raise_again
from lookalike.revisits import Intervals
from lookalike.store import leads, life, runs
from lookalike.store.engine import reading, writing
from lookalike.store.life import Known
from lookalike.store.models import Lead, Run
from lookalike.store.visits import Tidings
from scoring.faces import Glimpse
from scoring.life import Past, Told, tell
from spiders.glimpse import glimpses
from spiders.items import VisitItem
from spiders.warc import BrokenWarc, read_visit


def plan_revisits(night: Night) -> int:
    """Lets tonight's due sites wait for a visit, within the night's budget; once a run, however often it is resumed.

    Returns how many.
    """
    with writing(night.factory) as session:
        run = session.get_one(Run, night.run_id)
        if (planned := run.summary.get("revisits")) is not None:
            return int(planned["planned"])
        now = night.now()
        due = life.due(session, run, now)
        chosen = life.make_pending(session, run, now, night.config.revisits)
        runs.note_step(session, run, "revisits", {"due": due, "planned": len(chosen)})
        return len(chosen)


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was known of one site before its visit, and what was seen there when it was judged."""

    known: Known
    judged_by: tuple[Glimpse, ...] = ()

    @property
    def past(self) -> Past:
        """As scoring takes it."""
        known = self.known
        return Past(known.life, known.since, known.been_up, self.judged_by, known.judged_at)


def remember(night: Night, site_ids: Sequence[int]) -> dict[int, Remembered]:
    """What is known of these sites; reads the captures that they were judged by, so call it outside a transaction."""
    with reading(night.factory) as session:
        found = {site_id: life.known(session, site_id) for site_id in site_ids}
    return {site_id: Remembered(known, _judged_by(night, known)) for site_id, known in found.items()}


def _judged_by(night: Night, known: Known) -> tuple[Glimpse, ...]:
    if known.warc_sha256 is None:
        return ()
    try:
        return glimpses(read_visit(night.blobs.path(known.warc_sha256)).pages)
    except BrokenWarc:
        return ()  # scoring tells of it; here it only means that nothing can be compared


def tidings(night: Night, visit: VisitItem, before: Remembered, *, way_out: bool) -> Tidings:
    """What a visit told, and when to look again."""
    told = told_by(visit, before.past, way_out=way_out)
    lives = told.life if told.life != "unknown" else before.known.life
    since = before.known.since if lives == before.known.life else None
    due_at = Intervals.of(night.config).next_visit(
        visit.started_at, lives, since or visit.started_at, before.known.band
    )
    return Tidings(told, due_at)


def told_by(visit: VisitItem, past: Past, *, way_out: bool) -> Told:
    """The visit as scoring judges it: pages, name server's answer, and whether the way out is known to work."""
    dns = visit.hosting.dns
    return tell(
        visit.site,
        glimpses(visit.pages),
        past,
        no_such_name=dns.value is not None and dns.value.rcode == "NXDOMAIN",
        resolver_failed=dns.state in {"failed", "refused"},
        way_out=way_out,
    )


def raise_returned(night: Night, session: Session, site_id: int, told: Told) -> bool:
    """Raises the lead of a site that shows again what was judged; part of the transaction that stores the visit."""
    if not told.back or told.life != "alive":
        return False
    lead = leads.of_site(session, site_id)
    return lead is not None and raise_again(session, lead, "back", told.why, night.now())


def settle(night: Night) -> dict[str, int]:
    """After scoring: raises leads whose sites show another page that scores like a suspect's, sets the next visits.

    Done twice it changes nothing. Returns counts for the night's summary.
    """
    with writing(night.factory) as session:
        run = session.get_one(Run, night.run_id)
        for lead, back in life.page_changed(session, run):
            if (why := _why_changed(lead, back=back)) and not _raised_by(lead, run):
                raise_again(session, lead, "changed", why, night.now())
        life.reschedule(session, run, Intervals.of(night.config))
        raised = life.raised_since(session, run)
        counts = {**run.summary.get("revisits", {}), **life.counts(session, run), "raised": raised}
        runs.note_step(session, run, "life", counts)
    return counts


def _why_changed(lead: Lead, *, back: bool) -> str:
    """Why another page on a lead's site concerns the analysts; empty where it does not."""
    score = f"新页面得分 {lead.score:.1f}"
    if lead.status == "false_positive" and lead.band == "high":
        return f"判为误报后页面已更换，{score}"
    if back and lead.status in DEALT_WITH | {RELAPSED, "later"} and lead.band in leads.SHOWN:
        return f"失效后恢复访问，页面已更换，{score}"
    return ""


def _raised_by(lead: Lead, run: Run) -> bool:
    return lead.raised_at is not None and lead.raised_at >= run.started_at
