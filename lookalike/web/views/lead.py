"""One lead: why it scores what it scores, what was captured, what people decided and wrote."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from sqlalchemy.orm import Session
from starlette.responses import Response

from lookalike.errors import StoreError
from lookalike.review import leases, readings, undo
from lookalike.review.leases import Held
from lookalike.review.reasons import reasons
from lookalike.store import casefile, desk, history, notes, references
from lookalike.store.casefile import CaseFile
from lookalike.store.engine import reading
from lookalike.store.history import Elsewhere
from lookalike.store.models import Baseline, Lead, LeadNote, SecondReading, Verdict
from lookalike.web import captured, shots
from lookalike.web.changes import changes
from lookalike.web.comparison import Side, compared
from lookalike.web.desk import Call
from lookalike.web.queue_address import address, filter_of
from lookalike.web.shots import Seen
from lookalike.web.timeline import timeline
from lookalike.web.troubles import NotFound
from lookalike.web.views.queue import beside, decided
from lookalike.web.waterfall import waterfall

logger = logging.getLogger("lookalike.web")


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody sent that was not taken, to be shown again."""

    refused: str = ""
    """Why, in the words of the page."""
    note: str = ""
    verdict: str = ""
    reason: str = ""
    conflict: tuple[str, ...] = ()
    """What others did since the page was opened."""
    version: int | None = None
    status: str = ""
    score: str = ""
    """Of the lead as it was seen."""


@dataclass(frozen=True, slots=True)
class People:
    """What people did and said about a lead, as far as who looks may know it."""

    blind: bool
    """Whether the first verdict is hidden from who looks: he is asked for a second reading."""
    standing: Verdict | None
    readings: tuple[SecondReading, ...]
    notes: tuple[LeadNote, ...]
    held: Held | None
    last: Verdict | None
    """What who looks decided last, a short while ago: one key takes it back."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the lead stands in the queue that it was opened from."""

    queue: str
    asked: str
    """The queue's filters, as a lead's address carries them."""
    up: int | None
    down: int | None
    done: Lead | None


def lead(call: Call) -> Response:
    """The page of a lead."""
    return page(call, call.path["lead_id"])


def page(call: Call, lead_id: int, status: int = 200, typed: Typed | None = None) -> Response:
    """The lead's page; ``typed`` is what was sent and not taken."""
    with reading(call.desk.factory) as session:
        file = casefile.read(session, lead_id)
        if file is None:
            raise NotFound
        people = people_of(call, session, file)
        place = place_of(call, session, file.lead)
        known = history.contacts(session, file.lead, call.who.name if call.blind else None)
        siblings = history.same_domain(session, file.lead)
        veiled = call.veiled(session, [*siblings, *(lead for one in known for lead in one.named)])
        program = program_of(session, file)
    seen, broken = seen_of(call, file)
    sides = sides_of(call, file, seen)
    return call.render(
        "lead.html",
        status,
        file=file,
        lead=file.lead,
        sum=waterfall(file.assessment.rows if file.assessment else [], call.desk.signals),
        seen=seen,
        broken=broken,
        facts=compared(*sides) if sides else (),
        events=timeline(file, changes(call.desk.blobs, file.visits), people.readings, blind=people.blind),
        people=people,
        place=place,
        done=place.done,
        back_to=place.asked,
        asked=place.asked,
        held=people.held,
        known=known,
        siblings=siblings,
        veiled=veiled,
        program=program,
        reasons=reasons(),
        typed=typed or Typed(),
        said=_said(known),
        may_judge=call.who.may("leads.judge"),
    )


def people_of(call: Call, session: Session, file: CaseFile) -> People:
    """What people did, without the first verdict and what tells of it where it has to stay hidden."""
    who, lead_id = call.who.name, file.lead.id
    held = leases.held(session, [lead_id], who, call.now).get(lead_id)
    last = desk.last_verdict(session, who, call.now - undo.WINDOW) if call.who.may("leads.judge") else None
    if readings.blind(session, lead_id, who):
        return People(blind=True, standing=None, readings=(), notes=(), held=held, last=last)
    given = file.standing
    found = tuple(desk.readings(session, [given.id])) if given is not None else ()
    written = tuple(notes.of_lead(session, lead_id))
    return People(blind=False, standing=given, readings=found, notes=written, held=held, last=last)


def place_of(call: Call, session: Session, row: Lead) -> Place:
    """The lead's neighbours in the queue that the address names."""
    up, down = beside(session, call, row)
    queue = address(filter_of(call.query, blind=call.blind))
    return Place(queue, queue[6:], up, down, decided(session, call))


def program_of(session: Session, file: CaseFile) -> str:
    """Hash of the signals' code and data that made the score; empty where it was not recorded."""
    sha256 = file.assessment.reference_sha256 if file.assessment else None
    found = references.get(session, sha256) if sha256 else None
    return found.program if found is not None else ""


def seen_of(call: Call, file: CaseFile) -> tuple[Seen | None, str]:
    """What the judged visit brought; a damaged file is told and keeps nobody from the rest of the page."""
    if file.judged_visit is None:
        return None, ""
    try:
        return shots.seen(call.desk.blobs, file.judged_visit), ""
    except StoreError as error:
        logger.warning("lead %d: %s", file.lead.id, error)
        return None, str(error)


def sides_of(call: Call, file: CaseFile, seen: Seen | None) -> tuple[Side, Side] | None:
    """The suspect and the genuine platform, each the page that its picture shows; None where one was not captured."""
    if file.genuine is None or file.genuine.warc_sha256 is None or seen is None or file.judged_visit is None:
        return None
    try:
        genuine = _genuine(call, file.genuine)
    except StoreError as error:
        logger.warning("baseline %d: %s", file.genuine.id, error)
        return None
    mine = next((shot for shot in seen.shots if shot.drawn is not None), None)
    mine = mine or next((shot for shot in seen.shots if shot.facts), None)
    facts = (shots.drawn_facts(seen.rendered, mine.drawn) or mine.facts) if mine else None
    hops, at = mine.hops if mine else (), file.judged_visit.started_at
    return Side(file.lead.host, facts, seen.hosting, hops, at, seen.icon, seen.pictures), genuine


def _genuine(call: Call, kept: Baseline) -> Side:
    """The genuine platform as it was captured: the page that its picture shows. Raises StoreError."""
    assert kept.warc_sha256 is not None, "the caller has looked"
    item = captured.visit_of(call.desk.blobs, kept.warc_sha256)
    rendered = captured.rendered_of(call.desk.blobs, kept.rendered_sha256) if kept.rendered_sha256 else None
    plain = next(((page, facts) for page in item.pages if (facts := shots.facts_of(page))), None)
    facts = shots.drawn_facts(rendered, 0) or (plain[1] if plain else None)
    hops = tuple(plain[0].hops) if plain else ()
    return Side(item.site.host, facts, item.hosting, hops, kept.captured_at, *shots.marks_of(item))


def _said(known: list[Elsewhere]) -> Elsewhere | None:
    """The contact that most guilty leads name: it is told at the top."""
    return known[0] if known and known[0].guilty else None
