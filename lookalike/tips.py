"""Reports into the store: tips, the sites that they name, and sellers that they tell of without an address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from sqlalchemy.orm import Session

from lookalike.night import Night
from lookalike.store import runs, searches
from lookalike.store import tips as stored
from lookalike.store.engine import reading
from lookalike.store.models import Run
from lookalike.store.text_leads import Sellers
from scoring.case import Case, Sighting
from scoring.engine import assess
from scoring.result import Assessment
from spiders.feeds.tip import Tip
from spiders.feeds.tip_items import TipsItem

PIECES = 1_000_000
"""Pieces of one file that are read: all."""


@dataclass(slots=True)
class Kept:
    """What one file, or several, changed."""

    tips: int = 0
    """Reports read, whether new or not."""
    new: int = 0
    repeated: int = 0
    """Reports that say what another one said before."""
    addresses: int = 0
    """Sightings of the new ones."""
    sites_new: int = 0
    leads_new: int = 0
    """Adverts without a site."""
    without: int = 0
    """New reports that name neither an address nor a seller whose text is an advert: kept as tips only."""
    remarks: list[tuple[int, str]] = field(default_factory=list)
    """Row and what of it could not be used."""

    def __iadd__(self, other: Kept) -> Self:
        """Add up."""
        for name, number in other.numbers().items():
            setattr(self, name, getattr(self, name) + number)
        self.remarks += other.remarks
        return self

    def numbers(self) -> dict[str, int]:
        """The counts by name."""
        names = ("tips", "new", "repeated", "addresses", "sites_new", "leads_new", "without")
        return {name: getattr(self, name) for name in names}


def judged_texts(night: Night, tips: Sequence[Tip]) -> dict[str, Assessment]:
    """Judgements of reports that name a seller and no address, by fingerprint; none of those known already."""
    texts = {tip.fingerprint: tip for tip in tips if tip.contacts and not tip.urls}
    with reading(night.factory) as session:
        known = stored.known(session, texts)
    now = night.now()
    return {
        fingerprint: assess(Case(now=now, text=tip.text), night.reference, night.weights)
        for fingerprint, tip in texts.items()
        if fingerprint not in known
    }


def keep_piece(night: Night, session: Session, run: Run, item: TipsItem, judged: Mapping[str, Assessment]) -> Kept:
    """Store one piece: tips, the sightings of the new ones, their sites, and leads without a site.

    Nothing changes where the run has stored the piece before.
    """
    if stored.piece_stored(session, run, item.source, item.query, item.page):
        return Kept()
    now = night.now()
    new = stored.record(session, run, item.url, item.tips, now)
    fresh = _first_of_each(item.tips, new)
    item.sightings = [s for s, tip in _sightings_with_tips(item) if tip in fresh]
    page = searches.record_page(
        session,
        run,
        item,
        max_pages=PIECES,
        now=now,
        unit=night.unit,
        suspicion=night.suspicion,
        revisit_after=night.revisit_after,
    )
    kept = Kept(len(item.tips), len(fresh), len(item.tips) - len(fresh), page.sightings, page.new_sites)
    sellers = Sellers(session, run)
    for tip in fresh:
        made, is_new = _lead(session, sellers, tip, judged.get(tip.fingerprint), night)
        kept.leads_new += is_new
        kept.without += not tip.urls and not made
    kept.remarks = [(tip.row, remark) for tip in item.tips for remark in tip.remarks]
    before = run.summary.get("tips", {})
    runs.note_step(session, run, "tips", {name: before.get(name, 0) + n for name, n in kept.numbers().items()})
    return kept


def _first_of_each(tips: Sequence[Tip], new: frozenset[str]) -> list[Tip]:
    """The new reports, each once."""
    first: dict[str, Tip] = {}
    for tip in tips:
        if (fingerprint := tip.fingerprint) in new:
            first.setdefault(fingerprint, tip)
    return list(first.values())


def _sightings_with_tips(item: TipsItem) -> zip[tuple[Sighting, Tip]]:
    owners = [tip for tip in item.tips for _ in tip.urls]
    return zip(item.sightings, owners, strict=True)


def _lead(session: Session, sellers: Sellers, tip: Tip, judged: Assessment | None, night: Night) -> tuple[bool, bool]:
    """Whether a report stands under an advert without a site, and whether that lead is new."""
    if judged is None:
        return False, False
    now = night.now()
    seen_at = min(tip.received_at or now, now)
    lead, is_new = sellers.record(judged, contacts=tip.contacts, seen_at=seen_at, now=now)
    if lead is None:
        return False, False
    stored.by_fingerprint(session, tip.fingerprint).lead_id = lead.id
    return True, is_new
