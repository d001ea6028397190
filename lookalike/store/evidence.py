"""What is stored of a lead, read for a pack; and the rows of packs, each with its entry in the audit trail."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import or_, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from lookalike.errors import StoreError, UsageError
from lookalike.store import audit, life, listing, verdicts, visits
from lookalike.store.listing import LeadView
from lookalike.store.models import (
    Assessment,
    Audit,
    Baseline,
    Export,
    Lead,
    LifeEvent,
    Pack,
    ReferenceSet,
    Run,
    Site,
    Tip,
    Verdict,
    Visit,
    WeightsVersion,
)
from spiders.feeds.tip_items import SOURCE

PROGRAM = "lookalike"
"""Who did what no person did."""
_ROW = re.compile(r"(.*) 第 ([0-9]{1,9}) 行")
CAPTURED = ("capture", "render")
"""Deeds of the audit trail that seal what visits brought."""


@dataclass(frozen=True, slots=True)
class Story:
    """All rows about one lead that a pack tells."""

    lead: Lead
    view: LeadView
    site: Site | None
    assessment: Assessment | None
    reference: ReferenceSet | None
    weights: WeightsVersion | None
    visits: tuple[Visit, ...]
    """Those whose captures go in, the oldest first: the judged one, the last that showed a page of its own, the newest,
    and all that told of a change."""
    runs: dict[int, Run]
    verdicts: tuple[Verdict, ...]
    events: tuple[LifeEvent, ...]
    tips: tuple[Tip, ...]
    trail: tuple[Audit, ...]
    """Entries of the audit trail about this lead."""
    seals: dict[str, Audit]
    """By SHA-256 of a capture file the entry that was made when it was stored."""
    genuine: Baseline | None
    """The newest good capture of the platform that it imitates."""


def story(session: Session, lead_id: int) -> Story:
    """Everything about one lead. Raises UsageError when there is none of this number."""
    view = listing.get(session, lead_id)
    if view is None:
        raise UsageError(f"lead {lead_id}: there is no such lead; see the numbers in: lookalike leads")
    lead = session.get_one(Lead, lead_id)
    site = session.get(Site, lead.site_id) if lead.site_id else None
    judged = session.get(Assessment, lead.assessment_id) if lead.assessment_id else None
    events = tuple(life.events(session, site.id)) if site else ()
    chosen = _visits(session, site.id, judged, events) if site else ()
    runs = session.scalars(select(Run).where(Run.id.in_({v.run_id for v in chosen})))
    files = [sha256 for v in chosen for sha256 in (v.warc_sha256, v.rendered_sha256) if sha256]
    return Story(
        lead=lead,
        view=view,
        site=site,
        assessment=judged,
        reference=_reference(session, judged),
        weights=_weights(session, judged),
        visits=chosen,
        runs={run.id: run for run in runs},
        verdicts=tuple(verdicts.of_lead(session, lead_id)),
        events=events,
        tips=_tips(session, view),
        trail=tuple(session.scalars(select(Audit).where(Audit.lead_id == lead_id).order_by(Audit.id))),
        seals=_seals(session, files),
        genuine=_genuine(session, lead.impersonates),
    )


def _visits(
    session: Session, site_id: int, judged: Assessment | None, events: Iterable[LifeEvent]
) -> tuple[Visit, ...]:
    telling, newest = visits.telling(session, site_id), visits.latest(session, site_id)
    ids = {v.id for v in (telling, newest) if v} | {e.visit_id for e in events if e.visit_id}
    warcs = list(judged.documents[:1]) if judged else []
    mine = select(Visit).where(
        Visit.site_id == site_id,
        Visit.warc_sha256.is_not(None),
        or_(Visit.id.in_(ids), Visit.warc_sha256.in_(warcs)),
    )
    return tuple(session.scalars(mine.order_by(Visit.id).options(selectinload(Visit.captures))))


def _tips(session: Session, view: LeadView) -> tuple[Tip, ...]:
    """Reports that are the lead, and those that name its address: a sighting of these has their number, or row."""
    queries = {s["query"] for s in view.sightings if s["source"] == SOURCE}
    rows = [(m[1], int(m[2])) for q in queries if (m := _ROW.fullmatch(q))]
    named = or_(Tip.lead_id == view.id, Tip.number.in_(queries - {""}), tuple_(Tip.file, Tip.row).in_(rows))
    return tuple(session.scalars(select(Tip).where(named).order_by(Tip.id)))


def _reference(session: Session, judged: Assessment | None) -> ReferenceSet | None:
    if judged is None or judged.reference_sha256 is None:
        return None
    return session.scalar(select(ReferenceSet).where(ReferenceSet.sha256 == judged.reference_sha256))


def _weights(session: Session, judged: Assessment | None) -> WeightsVersion | None:
    if judged is None:
        return None
    return session.scalar(select(WeightsVersion).where(WeightsVersion.version == judged.weights_version))


def _genuine(session: Session, platform: str | None) -> Baseline | None:
    if platform is None:
        return None
    good = select(Baseline).where(Baseline.platform == platform, Baseline.ok)
    shown = Baseline.rendered_sha256.is_not(None)
    return session.scalar(good.order_by(shown.desc(), Baseline.id.desc()).limit(1))


def _seals(session: Session, files: Sequence[str]) -> dict[str, Audit]:
    wanted, found = set(files), dict[str, Audit]()
    if not wanted:
        return found
    for entry in session.scalars(select(Audit).where(Audit.what.in_(CAPTURED)).order_by(Audit.id)):
        found |= {f["sha256"]: entry for f in (entry.after or {})["files"] if f["sha256"] in wanted}
    return found


def note_captured(session: Session, now: datetime, who: str, deed: str, files: Sequence[tuple[int, str]]) -> None:
    """Seals files that visits brought (visit and SHA-256) in the audit trail: call it last in the transaction.

    The trail is locked to the transaction's end, so a row that is locked after it may be waited for the wrong way
    round.
    """
    if files:
        told = [{"visit": visit_id, "sha256": sha256} for visit_id, sha256 in files]
        audit.note(session, now, who, deed, after={"files": told})


def trail_head(session: Session) -> Audit | None:
    """The newest entry of the audit trail."""
    return session.scalar(select(Audit).order_by(Audit.id.desc()).limit(1))


@dataclass(frozen=True, slots=True)
class Numbered:
    """Number and version that the next pack of these leads has."""

    number: str
    version: int
    supersedes: str | None
    """File name, without its ending, of the version before."""

    @property
    def name(self) -> str:
        """Of folder and file."""
        return pack_name(self.number, self.version)


def pack_name(number: str, version: int) -> str:
    """``XS-20261121-0001``, then ``XS-20261121-0001-v2``."""
    return number if version == 1 else f"{number}-v{version}"


def next_number(
    session: Session, leads: Sequence[int], campaign: str | None, day: str, taken: Iterable[str]
) -> Numbered:
    """The number of these leads' pack, and its next version; ``taken`` are names that lie in the folder already."""
    lying = set(taken)
    mine = select(Pack).where(Pack.campaign == campaign if campaign else Pack.campaign.is_(None))
    earlier = [p for p in session.scalars(mine.order_by(Pack.id.desc())) if p.leads == list(leads)]
    if earlier:
        version = earlier[0].version + 1
        while pack_name(earlier[0].number, version) in lying:
            version += 1
        return Numbered(earlier[0].number, version, pack_name(earlier[0].number, earlier[0].version))
    known = set(session.scalars(select(Pack.number).where(Pack.number.startswith(f"XS-{day}-"))))
    serial = 1
    while f"XS-{day}-{serial:04}" in known | lying:
        serial += 1
    return Numbered(f"XS-{day}-{serial:04}", 1, None)


@dataclass(frozen=True, slots=True)
class Written:
    """A pack as it lies on the disk."""

    leads: Sequence[int]
    campaign: str | None
    sha256: str
    sm3: str
    bytes: int
    file: str
    tag_sha256: str
    custody_head: str
    content_sha256: str = ""
    """Over what its papers tell; the same in the next version if nothing has changed."""


def record_pack(
    session: Session,
    numbered: Numbered,
    written: Written,
    made_at: datetime,
    made_by: str,
    reviewed: tuple[str, datetime] | None = None,
) -> Pack:
    """Stores the pack, that it left the system, and the entry of the audit trail, in the caller's transaction.

    ``reviewed``: by whom and when, where a review of the version before holds for this one.
    """
    row = Pack(number=numbered.number, version=numbered.version, leads=list(written.leads), campaign=written.campaign)
    row.made_at, row.made_by, row.state = made_at, made_by, "reviewed" if reviewed else "draft"
    if reviewed:
        row.reviewed_by, row.reviewed_at = reviewed
    row.sha256, row.sm3, row.bytes = written.sha256, written.sm3, written.bytes
    row.file, row.tag_sha256 = written.file, written.tag_sha256
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise StoreError(f"{numbered.name}: another export took this number meanwhile; run it again") from error
    export = Export(at=made_at, by=made_by, form="pack", to="", leads=list(written.leads), file=written.file)
    export.sha256 = written.sha256
    session.add(export)
    told = asdict(written) | {"pack": row.id, "number": row.number, "version": row.version}
    told |= {"state": row.state, "reviewed_by": row.reviewed_by}
    lead_id = written.leads[0] if len(written.leads) == 1 else None
    audit.note(session, made_at, made_by, "export.pack", lead_id=lead_id, after=told)
    return row


def by_tag(session: Session, tag_sha256: str) -> Pack | None:
    """The pack with this tag manifest."""
    return session.scalar(select(Pack).where(Pack.tag_sha256 == tag_sha256).order_by(Pack.id.desc()).limit(1))


def by_name(session: Session, name: str) -> Pack | None:
    """The pack with this file name."""
    return session.scalar(select(Pack).where(Pack.file == name).order_by(Pack.id.desc()).limit(1))


def rewritten(session: Session, pack: Pack, sha256: str, sm3: str, size: int, now: datetime, by: str) -> None:
    """The pack's file has another hash, since a time stamp or a signature was added to it."""
    before = {"sha256": pack.sha256, "sm3": pack.sm3, "bytes": pack.bytes}
    pack.sha256, pack.sm3, pack.bytes = sha256, sm3, size
    session.flush()
    after = {"pack": pack.id, "sha256": sha256, "sm3": sm3, "bytes": size}
    audit.note(session, now, by, "pack.sealed", before=before, after=after)
