"""One lead: why it scores what it scores, what was captured, and what people decided."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from starlette.responses import Response

from lookalike.errors import StoreError
from lookalike.review import leases
from lookalike.review.reasons import reasons
from lookalike.store import casefile, worklist
from lookalike.store.casefile import CaseFile
from lookalike.store.engine import reading
from lookalike.store.models import Lead
from lookalike.web import captured, shots
from lookalike.web.comparison import Fact, Side, compared
from lookalike.web.desk import Call
from lookalike.web.shots import Seen
from lookalike.web.timeline import timeline
from lookalike.web.troubles import NotFound
from lookalike.web.views.queue import address, decided, filters_of
from lookalike.web.waterfall import waterfall
from scoring.case import Hosting

logger = logging.getLogger("lookalike.web")


def lead(call: Call) -> Response:
    """The page of a lead."""
    return page(call, call.path["lead_id"])


def page(
    call: Call, lead_id: int, status: int = 200, *, refused: str = "", note: str = "", conflict: Sequence[str] = ()
) -> Response:
    """The lead's page; ``refused`` and ``conflict`` tell why a verdict was not taken, ``note`` is what was typed."""
    filters = filters_of(call.query)
    with reading(call.desk.factory) as session:
        file = casefile.read(session, lead_id)
        if file is None:
            raise NotFound
        known = casefile.known_contacts(session, file.lead)
        held = leases.held(session, [lead_id], call.who.name, call.now).get(lead_id)
        up, down = worklist.neighbours(session, filters, worklist.Key(file.lead.score, file.lead.id))
        done = decided(session, call)
    seen, broken = _seen(call, file)
    sum_of = waterfall(file.assessment.rows if file.assessment else [], call.desk.signals)
    return call.render(
        "lead.html",
        status,
        file=file,
        lead=file.lead,
        sum=sum_of,
        seen=seen,
        broken=broken,
        captures={shot.sha256: shot.number for shot in seen.shots if shot.sha256} if seen else {},
        facts=_compared(call, file, seen),
        events=timeline(file),
        sources=file.sources,
        known=known,
        held=held,
        reasons=reasons(),
        queue=address(filters),
        asked=address(filters)[6:],
        up=up,
        down=down,
        done=done,
        refused=refused,
        note=note,
        conflict=conflict,
        may_judge=call.who.may("leads.judge"),
    )


def source(call: Call) -> Response:
    """The source of one captured page, as text."""
    with reading(call.desk.factory) as session:
        visit = casefile.visit(session, call.path["lead_id"], call.path["visit"])
        lead_row = session.get(Lead, call.path["lead_id"])
    if visit is None or visit.warc_sha256 is None or lead_row is None:
        raise NotFound
    pages = captured.visit_of(call.desk.blobs, visit.warc_sha256).pages
    if call.path["page"] >= len(pages):
        raise NotFound
    taken = pages[call.path["page"]]
    return call.render("source.html", lead=lead_row, visit=visit, page=taken, source=captured.source_of(taken))


def _seen(call: Call, file: CaseFile) -> tuple[Seen | None, str]:
    """What the judged visit brought; a damaged file is told and keeps nobody from the rest of the page."""
    if file.judged_visit is None:
        return None, ""
    try:
        return shots.seen(call.desk.blobs, file.judged_visit), ""
    except StoreError as error:
        logger.warning("lead %d: %s", file.lead.id, error)
        return None, str(error)


def _compared(call: Call, file: CaseFile, seen: Seen | None) -> tuple[Fact, ...]:
    if file.genuine is None or file.genuine.warc_sha256 is None or seen is None:
        return ()
    try:
        item = captured.visit_of(call.desk.blobs, file.genuine.warc_sha256)
    except StoreError as error:
        logger.warning("baseline %d: %s", file.genuine.id, error)
        return ()
    theirs = next((facts for page in item.pages if (facts := shots.facts_of(page))), None)
    mine = next((shot.facts for shot in seen.shots if shot.facts), None)
    hosting: Hosting = seen.hosting
    return compared(Side(file.lead.host, mine, hosting), Side(item.site.host, theirs, item.hosting))
