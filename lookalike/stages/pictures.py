"""Pictures of the night's visits: codes and likeness of all, the text of those where it can matter; once a visit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from lookalike.night import Night
from lookalike.picture_reading import PictureReading
from lookalike.stages.onward import LedOn, note_address
from lookalike.store import pictures, runs, sites
from lookalike.store.engine import reading, writing
from lookalike.store.models import Run
from scoring.case import PictureFacts
from scoring.engine import assess
from scoring.qr import read_code
from spiders.case import build_case
from spiders.pictures.read import PictureReader, reader_version
from spiders.pictures.shown import speaks_by_pictures
from spiders.warc import BrokenWarc, read_visit

MAX_ONWARD = 3
"""Addresses of one visit's codes that are visited in turn."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A visit whose pictures nobody has read."""

    visit_id: int
    site_id: int
    warc: str
    before: str | None
    """The readings of the site's previous visit."""


@dataclass(frozen=True, slots=True)
class _Read:
    """One visit with what was read in its pictures at first sight."""

    visit_id: int
    warc: str
    facts: tuple[PictureFacts, ...]
    score: float
    bare: bool
    """Whether its pages show little text of their own."""

    def onward(self, least: float) -> dict[str, str]:
        """Addresses that a suspect's codes lead to, and the pages that show the codes."""
        told = self.facts if self.score >= least else ()
        codes = [(read_code(text), fact.page_url or fact.url) for fact in told for text in fact.qr.value or ()]
        found: dict[str, str] = {}
        for code, shown_by in codes:
            if code.kind == "url" and len(found) < MAX_ONWARD:
                found.setdefault(code.value, shown_by)
        return found


def read_pictures(night: Night) -> int:
    """Read what is unread, and let sites that codes lead to wait for a visit; returns how many did not wait before."""
    with reading(night.factory) as session:
        waiting = [
            _Waiting(v.id, v.site_id, str(v.warc_sha256), pictures.before(session, v)) for v in pictures.unread(session)
        ]
    if not waiting:
        return 0
    night.progress("pictures", 0, len(waiting))
    with PictureReader(night.now) as reader:
        look = PictureReading(reader, night.config)
        seen = [read for item in waiting if (read := _at_first_sight(night, look, item)) is not None]
        told = []
        for read in sorted(seen, key=lambda r: (-r.score, r.warc)):
            visit = partial(read_visit, night.blobs.path(read.warc))
            told.append((read, look.with_texts(read.facts, visit, matters=look.matters(read.score, bare=read.bare))))
        return _store(night, told, look.counts)


def _at_first_sight(night: Night, look: PictureReading, item: _Waiting) -> _Read | None:
    night.progress("pictures", 1, None)
    try:
        visit = read_visit(night.blobs.path(item.warc))
    except BrokenWarc as error:
        night.failed.append({"stage": "pictures", "visit": item.visit_id, "why": str(error)})
        return None
    if item.before:
        look.remember(pictures.read_back(night.blobs, item.before))
    facts = look.at_first_sight(visit)
    with reading(night.factory) as session:
        seen = sites.sightings(session, item.site_id)
    score = assess(build_case(visit, seen, night.now(), facts), night.reference, night.weights).score
    return _Read(item.visit_id, item.warc, facts, score, speaks_by_pictures(visit))


def _store(night: Night, read: Sequence[tuple[_Read, tuple[PictureFacts, ...]]], counts: Mapping[str, int]) -> int:
    version = reader_version()
    with night.blobs.batch():
        documents = [(seen.visit_id, pictures.keep(night.blobs, facts, version)) for seen, facts in read]
    new = 0
    with writing(night.factory) as session:
        run = session.get_one(Run, night.run_id)
        for visit_id, sha256 in documents:
            pictures.note(session, visit_id, sha256)
        for seen, _ in read:
            for place, (url, shown_by) in enumerate(seen.onward(night.config.picture_score).items(), 1):
                new += note_address(night, session, run, url, LedOn("qr", shown_by, place))
        # A night reads again when codes led on, and when it is taken up after a kill.
        before = run.summary.get("pictures", {})
        runs.note_step(session, run, "pictures", {key: before.get(key, 0) + n for key, n in counts.items()})
    return new
