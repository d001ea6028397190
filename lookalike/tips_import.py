"""``lookalike tips import``: files of reports into the store, each file in one transaction, each content once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lookalike.config import Config
from lookalike.lock import only_one
from lookalike.night import Night, open_night
from lookalike.store import runs, weights
from lookalike.store import tips as stored
from lookalike.store.engine import reading, writing
from lookalike.store.models import Run
from lookalike.store.search_notes import read_before
from lookalike.tips import Kept, judged_texts, keep_piece
from spiders.feeds.folder import FeedError, FeedFile
from spiders.feeds.row import BadRow
from spiders.feeds.tip_items import SOURCE, TipsItem, tip_items
from spiders.feeds.tips import tips

KIND = "tips"


@dataclass(slots=True)
class Imported:
    """What came of one file."""

    file: str
    kept: Kept = field(default_factory=Kept)
    bad: list[BadRow] = field(default_factory=list)
    error: str = ""
    """Why the file as a whole is unusable."""
    read_before: bool = False
    """The same content was imported before: nothing was changed."""

    @property
    def unusable(self) -> bool:
        """Whether nothing could be taken from it."""
        return bool(self.error) or (bool(self.bad) and not self.kept.tips)

    @property
    def whole(self) -> bool:
        """Whether every row was taken as it stands."""
        return not (self.error or self.bad or self.kept.remarks)

    def as_json(self) -> dict[str, Any]:
        """As ``--json`` prints it."""
        return {
            "file": self.file,
            **self.kept.numbers(),
            "read_before": self.read_before,
            "bad": [{"row": row.number, "why": row.why} for row in self.bad],
            "remarks": [{"row": row, "why": why} for row, why in self.kept.remarks],
            "error": self.error,
        }


def import_files(config: Config, paths: Sequence[Path], *, dry_run: bool = False) -> list[Imported]:
    """Import the files in their order. ``dry_run`` reads and tells, and stores nothing.

    A kill leaves whole files behind, and none half: run again, it goes on with the next one.
    """
    night = open_night(config)
    if dry_run:
        return [_tried(night, path) for path in paths]
    with only_one(config.home / "tips.lock"):
        files = [FeedFile.at(path) for path in paths]
        with writing(night.factory) as session:
            night.weights = weights.keep_shipped(session, night.now())
            run, _ = runs.begin_or_resume(session, KIND, night.now(), {"files": [file.query for file in files]})
            night.run_id = run.id
        found = [_imported(night, file) for file in files]
        with writing(night.factory) as session:
            state: runs.RunState = "done" if all(one.whole for one in found) else "failed"
            runs.finish(session, session.get_one(Run, night.run_id), night.now(), state)
    return found


def _imported(night: Night, file: FeedFile) -> Imported:
    result = Imported(file.name)
    with reading(night.factory) as session:
        if read_before(session, _source(night), [file.query]):
            result.read_before = True
            return result
    items = _read(night, file, result)
    if result.error:
        return result
    judged = {f: j for item in items for f, j in judged_texts(night, item.tips).items()}
    with writing(night.factory) as session:
        run = session.get_one(Run, night.run_id)
        for item in items:
            result.kept += keep_piece(night, session, run, item, judged)
    return result


def _tried(night: Night, path: Path) -> Imported:
    result = Imported(path.name)
    items = _read(night, FeedFile.at(path), result)
    found = [tip for item in items for tip in item.tips]
    distinct = {tip.fingerprint for tip in found}
    with reading(night.factory) as session:
        new = distinct - stored.known(session, distinct)
    result.kept = Kept(len(found), len(new), len(found) - len(new), sum(len(tip.urls) for tip in found))
    result.kept.remarks = [(tip.row, remark) for tip in found for remark in tip.remarks]
    return result


def _read(night: Night, file: FeedFile, result: Imported) -> list[TipsItem]:
    """All pieces of a file, or none and why."""
    try:
        items = list(_pieces(night, file))
    except FeedError as error:
        result.error = str(error)
        return []
    result.bad = [row for item in items for row in item.bad]
    return items


def _pieces(night: Night, file: FeedFile) -> Iterator[TipsItem]:
    return tip_items(tips(file.path), source=_source(night), query=file.query, name=file.name, now=night.now())


def _source(night: Night) -> str:
    """The id of the source that reads reports."""
    return next((source.id for source in night.seeds.sources if source.spider == SOURCE), SOURCE)
