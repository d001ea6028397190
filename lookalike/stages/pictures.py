"""Pictures of the night's visits: codes and likeness of all, the text of those where it can matter; once a visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lookalike.night import Night
from lookalike.stages.visit import note_address
from lookalike.store import pictures, runs, sites
from lookalike.store.engine import reading, writing
from lookalike.store.models import Run, Visit
from scoring.case import Fact, PictureFacts
from scoring.engine import assess
from scoring.qr import read_code
from spiders.case import build_case
from spiders.items import VisitItem
from spiders.pictures.read import PictureReader, reader_version
from spiders.pictures.shown import Shown, pictures_of, speaks_by_pictures
from spiders.warc import BrokenWarc, read_visit

MAX_ONWARD = 3
"""Addresses of one visit's codes that are visited in turn."""
LEAST_SIDE = 100
"""Pixels: a picture that is narrower holds no text that a reader could read."""
SMALL = "图片太小，没有做文字识别"
NOT_SUSPECT = "页面自有文字，且嫌疑不高，没有做文字识别"
NO_BUDGET = "本次运行的文字识别额度已用完"


@dataclass(frozen=True, slots=True)
class _Read:
    """One visit with what was read in its pictures at first sight."""

    visit_id: int
    warc: str
    facts: tuple[PictureFacts, ...]
    score: float
    bare: bool
    """Whether its pages show little text of their own."""

    def onward(self, least: float) -> list[str]:
        """Addresses that a suspect's codes lead to."""
        codes = [read_code(text) for fact in self.facts for text in fact.qr.value or ()] if self.score >= least else []
        return list(dict.fromkeys(code.value for code in codes if code.kind == "url"))[:MAX_ONWARD]


def read_pictures(night: Night) -> int:
    """Read what is unread, and let sites that codes lead to wait for a visit; returns how many did not wait before."""
    with reading(night.factory) as session:
        waiting = [(v.id, v.site_id, str(v.warc_sha256), pictures.before(session, v)) for v in pictures.unread(session)]
    if not waiting:
        return 0
    night.progress("pictures", 0, len(waiting))
    with PictureReader(night.now) as reader:
        known: dict[str, PictureFacts] = {}
        seen: list[_Read] = []
        for visit_id, site_id, warc, before in waiting:
            if before:
                known |= {f.sha256: f for f in pictures.read_back(night.blobs, before) if f.text.state == "ok"}
            if (read := _at_first_sight(night, reader, known, visit_id, site_id, warc)) is not None:
                seen.append(read)
            night.progress("pictures", 1, None)
        texts = _Texts(night, reader, known)
        ranked = sorted(seen, key=lambda r: (-r.score, r.visit_id))
        return _store(night, [(read, texts.of(read)) for read in ranked], texts.counts)


def _at_first_sight(
    night: Night, reader: PictureReader, known: Mapping[str, PictureFacts], visit_id: int, site_id: int, warc: str
) -> _Read | None:
    try:
        visit = read_visit(night.blobs.path(warc))
    except BrokenWarc as error:
        night.failed.append({"stage": "pictures", "visit": visit_id, "why": str(error)})
        return None
    facts = tuple(_facts(reader, known, shown) for shown in pictures_of(visit))
    with reading(night.factory) as session:
        seen = sites.sightings(session, site_id)
    score = assess(build_case(visit, seen, night.now(), facts), night.reference, night.weights).score
    return _Read(visit_id, warc, facts, score, speaks_by_pictures(visit))


def _facts(reader: PictureReader, known: Mapping[str, PictureFacts], shown: Shown) -> PictureFacts:
    if not shown.data:
        failed: Fact[tuple[str, ...]] = Fact("failed", why=shown.why)
        return PictureFacts(shown.url, "", shown.page_url, qr=failed, text=failed)
    if (same := known.get(shown.sha256)) is not None:
        return replace(same, url=shown.url, page_url=shown.page_url)
    return reader.read(shown.data, shown.url, shown.page_url)


class _Texts:
    """Recognises text where it can matter, the most suspicious visits first, within the night's budget."""

    def __init__(self, night: Night, reader: PictureReader, known: dict[str, PictureFacts]) -> None:
        self._night = night
        self._reader = reader
        self._known = known
        self.left = night.config.picture_texts
        self.counts = {"visits": 0, "pictures": 0, "texts": 0, "left_out": 0}

    def of(self, read: _Read) -> tuple[PictureFacts, ...]:
        """The visit's facts, with texts or with the reason why there are none."""
        self.counts["visits"] += 1
        self.counts["pictures"] += len(read.facts)
        matters = read.bare or read.score >= self._night.config.picture_score
        shown: dict[str, Shown] | None = None
        facts = []
        for fact in read.facts:
            if fact.phash is None or fact.text.state != "unknown":
                facts.append(fact)
            elif min(fact.width, fact.height) < LEAST_SIDE:
                facts.append(replace(fact, text=Fact(why=SMALL)))
            elif not matters:
                facts.append(replace(fact, text=Fact(why=NOT_SUSPECT)))
            else:
                shown = shown if shown is not None else self._bytes(read)
                facts.append(self._recognised(fact, shown))
        return tuple(facts)

    def _bytes(self, read: _Read) -> dict[str, Shown]:
        visit: VisitItem = read_visit(self._night.blobs.path(read.warc))
        return {s.sha256: s for s in pictures_of(visit)}

    def _recognised(self, fact: PictureFacts, shown: Mapping[str, Shown]) -> PictureFacts:
        if (same := self._known.get(fact.sha256)) is not None:
            return replace(fact, text=same.text)
        if self.left <= 0:
            self.counts["left_out"] += 1
            return replace(fact, text=Fact(why=NO_BUDGET))
        self.left -= 1
        self.counts["texts"] += 1
        read = self._reader.read(shown[fact.sha256].data, fact.url, fact.page_url, ocr=True)
        self._known[fact.sha256] = read
        return replace(fact, text=read.text)


def _store(night: Night, read: list[tuple[_Read, tuple[PictureFacts, ...]]], counts: Mapping[str, int]) -> int:
    version = reader_version()
    with night.blobs.batch():
        documents = [(seen.visit_id, pictures.keep(night.blobs, facts, version)) for seen, facts in read]
    new = 0
    with writing(night.factory) as session:
        run = session.get_one(Run, night.run_id)
        for visit_id, sha256 in documents:
            pictures.note(session, visit_id, sha256)
        for seen, _ in read:
            for url in seen.onward(night.config.picture_score):
                new += note_address(night, session, run, url)
        # A night reads again when codes led on, and when it is taken up after a kill.
        before = run.summary.get("pictures", {})
        runs.note_step(session, run, "pictures", {key: before.get(key, 0) + n for key, n in counts.items()})
    return new


def readings(night: Night, visit: Visit | None) -> tuple[PictureFacts, ...]:
    """What was read in a visit's pictures; nothing where nobody read them."""
    if visit is None or visit.readings_sha256 is None:
        return ()
    return pictures.read_back(night.blobs, visit.readings_sha256)
