"""Reads the stored captures of leads back and lays them out below ``data/03_evidence``, one folder a capture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from lookalike.config import Config
from lookalike.errors import StoreError, UsageError
from lookalike.evidence import hooks
from lookalike.evidence.canonical import utc
from lookalike.evidence.capture import Made, captures_of
from lookalike.evidence.facts import CaptureFacts, GenuineFacts, Json, LeadFacts
from lookalike.evidence.hashes import file_digests
from lookalike.evidence.items import items
from lookalike.evidence.lead_json import lead_json
from lookalike.evidence.pictures import pictures_json
from lookalike.evidence.reach import reach
from lookalike.evidence.taken import Source
from lookalike.store import campaign_views
from lookalike.store import evidence as rows
from lookalike.store.blobs import Blobs
from lookalike.store.campaigns import number_of
from lookalike.store.engine import Factory, reading
from lookalike.store.evidence import Numbered, Story
from lookalike.store.models import Audit, Visit
from lookalike.store.pictures import read_back
from seeds.model import Seeds
from spiders.browser.warc import read_rendered
from spiders.clock import CHINA
from spiders.items import RenderedVisit
from spiders.warc import BrokenWarc, read_visit

T = TypeVar("T")
EVIDENCE = "data/03_evidence"


@dataclass(frozen=True, slots=True)
class Content:
    """Where everything is read from."""

    config: Config
    factory: Factory
    blobs: Blobs
    seeds: Seeds


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that goes into one pack, its evidence files written."""

    ids: tuple[int, ...]
    campaign_id: str | None
    campaign: Json | None
    numbered: Numbered
    stories: tuple[Story, ...]
    trail_head: Audit | None
    leads: tuple[LeadFacts, ...]
    items: tuple[Json, ...]


def gather(
    content: Content, ids: Sequence[int], campaign: str | None, now: datetime, taken: Iterable[str], into: Path
) -> Gathered:
    """Read the leads in one snapshot and write their captures below ``into``."""
    day = now.astimezone(CHINA).strftime("%Y%m%d")
    with reading(content.factory) as session:
        stories = tuple(rows.story(session, lead_id) for lead_id in ids)
        reaches = [reach(session, story.lead, hooks.posing()) for story in stories]
        numbered = rows.next_number(session, ids, campaign, day, taken)
        head = rows.trail_head(session)
        whole = campaign_views.show(session, number_of(campaign)) if campaign else None
    (into / EVIDENCE).mkdir(parents=True)
    stated = {
        "id": numbered.number,
        "pack_version": numbered.version,
        "supersedes": numbered.supersedes,
        "exported_at": utc(now),
        "status": "draft",
        "reviewed_by": None,
    }
    leads: list[LeadFacts] = []
    for story, reached in zip(stories, reaches, strict=True):
        first = 1 + sum(len(lead.captures) for lead in leads)
        leads.append(replace(_lead(content, story, first, stated, into), reach=reached, unit=content.config.unit))
    listed = [item | {"no": no} for no, item in enumerate((i for x in leads for i in x.record["items"]), 1)]
    return Gathered(tuple(ids), campaign, whole, numbered, stories, head, tuple(leads), tuple(listed))


def leads_of(content_factory: Factory, campaign: str) -> list[int]:
    """Leads of a campaign that stands. Raises UsageError when there is none of this name."""
    with reading(content_factory) as session:
        view = campaign_views.show(session, number_of(campaign))
    if view is None or view["ended_at"] is not None:
        raise UsageError(f"--campaign {campaign}: there is no such campaign; see: lookalike campaigns")
    return [member["id"] for member in view["members"]]


def _lead(content: Content, story: Story, first: int, stated: Json, into: Path) -> LeadFacts:
    made: list[Made] = []
    for visit in story.visits:
        source = _source(content, story, visit)
        for one in captures_of(source, story.lead.id, first + len(made)):
            _write(into / one.facts.folder, one.files)
            made.append(replace(one, files={}))
    facts = tuple(one.facts for one in made)
    listed = _items(into, facts)
    read = [f for v in story.visits if v.readings_sha256 for f in read_back(content.blobs, v.readings_sha256)]
    record = lead_json(story, made, content.seeds, stated, listed, pictures_json(read))
    return LeadFacts(story.lead, story.view, story.assessment, record, facts, _genuine(content, story))


def _write(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)


def _items(root: Path, captures: Sequence[CaptureFacts]) -> list[Json]:
    paths = [path for one in captures for path in sorted((root / one.folder).iterdir())]
    by_name = {path.relative_to(root).as_posix(): path for path in paths}
    sizes = {name: path.stat().st_size for name, path in by_name.items()}
    hashes = {name: file_digests(path, "sha256", "sm3", "md5") for name, path in by_name.items()}
    return items(captures, sizes, hashes)


def _source(content: Content, story: Story, visit: Visit) -> Source:
    assert visit.warc_sha256 is not None, "only visits that brought something are told"
    item = _read(content, visit.warc_sha256, read_visit)
    rendered: RenderedVisit | None = None
    if visit.rendered_sha256:
        rendered = _read(content, visit.rendered_sha256, read_rendered)
    return Source(visit, story.runs[visit.run_id], item, rendered, story.seals.get(visit.warc_sha256))


def _read(content: Content, sha256: str, read: Callable[[Path], T]) -> T:
    """A stored file, its own hash checked first. Raises StoreError when it is not what was stored."""
    path = content.blobs.path(sha256)
    if file_digests(path, "sha256")["sha256"] != sha256:
        raise StoreError(f"capture {sha256} is damaged: the bytes have another hash; restore it from a backup")
    try:
        return read(path)
    except BrokenWarc as error:
        raise StoreError(f"{error}; nothing was exported") from error


def _genuine(content: Content, story: Story) -> GenuineFacts | None:
    """The platform that is imitated, as it was captured; a broken file of it keeps no pack from being written."""
    kept: Any = story.genuine
    if kept is None:
        return None
    picture = b""
    if kept.rendered_sha256:
        try:
            shown = _read(content, kept.rendered_sha256, read_rendered)
        except StoreError:
            shown = None
        picture = next((p.fold for p in shown.pages if p.fold), b"") if shown else b""
    return GenuineFacts(kept.platform, kept.url, kept.captured_at, picture)
