"""Writes evidence packs from what is stored; nothing is fetched. A pack appears whole or not at all.

What two exports of the same leads differ in, and nothing else: ``STATED``.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from lookalike.config import Config
from lookalike.durable import sync_file, sync_folder
from lookalike.errors import StoreError
from lookalike.evidence import bag, custody, hooks
from lookalike.evidence.canonical import readable
from lookalike.evidence.carried import Review, carried, content_sha256
from lookalike.evidence.content import Content, Gathered, gather
from lookalike.evidence.detection import detection_json
from lookalike.evidence.environment import environment_json
from lookalike.evidence.facts import LeadFacts, PackFacts, ReceiptFacts
from lookalike.evidence.hashes import digest
from lookalike.evidence.lead_json import schema
from lookalike.evidence.members import write_zip
from lookalike.evidence.sealing import write_sums
from lookalike.evidence.stamping import configured_roots
from lookalike.evidence.workshop import one_at_a_time, usable, workshop
from lookalike.opening import open_blobs
from lookalike.store import evidence as rows
from lookalike.store.engine import Factory, reading, told, writing
from lookalike.store.evidence import Numbered, Written
from seeds.loader import load_seeds

_EACH = ("number of the version", "time of export", "who exported")
_LOG = "the log's lines and its head from the export before on"
STATED = {
    "bag-info.txt": ("External-Identifier", "Bagging-Date", "Payload-Oxum"),
    "data/02_lead/lead.json": ("pack_version", "supersedes", "exported_at"),
    "data/04_process/custody-log.jsonl": (_LOG,),
    "data/04_process/environment.json": ("at",),
    "data/01_documents/01-transfer-letter.docx": _EACH,
    "data/01_documents/02-lead-list.xlsx": _EACH,
    "data/01_documents/03-extraction-record.docx": (*_EACH, _LOG),
    "data/01_documents/03-extraction-record.pdf": (*_EACH, _LOG),
    "data/01_documents/04-fixed-list.docx": _EACH,
    "data/01_documents/04-fixed-list.pdf": _EACH,
    "data/01_documents/05-lead-report.pdf": _EACH,
    "data/01_documents/05-lead-report.docx": _EACH,
}
"""By file what differs between two exports of the same leads; hashes of these files follow in the manifests."""
PROCESS, LEADS, DOCUMENTS = "data/04_process", "data/02_lead", "data/01_documents"


@dataclass(frozen=True, slots=True)
class Exported:
    """Where a pack lies."""

    path: Path
    """The zip; its folder holds the hashes and the receipt beside it."""
    pack_id: int
    number: str
    version: int
    leads: tuple[int, ...]
    sha256: str
    sm3: str
    bytes: int
    tag_sha256: str
    captures: int


def export(
    config: Config,
    factory: Factory,
    leads: Sequence[int],
    folder: Path,
    *,
    now: datetime,
    by: str,
    campaign: str | None,
) -> Exported:
    """Write one pack of these leads into ``folder``.

    Raises UsageError for an unknown lead or a folder that cannot be used, StoreError when stored bytes are missing.
    """
    folder = usable(folder)
    wanted = tuple(sorted(set(leads)))
    with told(), one_at_a_time(config.home / "export.lock"), workshop(folder) as work:
        content = Content(config, factory, open_blobs(config), load_seeds(config.seeds_folder))
        gathered = gather(
            content,
            wanted,
            campaign,
            now,
            taken=[p.name.removesuffix(".pack") for p in folder.iterdir()],
            into=work / "bag",
        )
        facts = _write_bag(config, factory, gathered, work / "bag", now, by)
        outer = work / facts.name
        written = _wrap(config, gathered, facts, outer)
        final = folder / f"{facts.name}.pack"
        pack_id = _publish(factory, gathered.numbered, written, outer, final, facts)
    return Exported(
        path=final / written.file,
        pack_id=pack_id,
        number=facts.number,
        version=facts.version,
        leads=wanted,
        sha256=written.sha256,
        sm3=written.sm3,
        bytes=written.bytes,
        tag_sha256=written.tag_sha256,
        captures=sum(len(lead.captures) for lead in facts.leads),
    )


def _write_bag(config: Config, factory: Factory, gathered: Gathered, root: Path, now: datetime, by: str) -> PackFacts:
    """Everything inside the zip; ``data/03_evidence`` is there already."""
    for name in (PROCESS, LEADS, DOCUMENTS):
        (root / name).mkdir(parents=True)
    numbered = gathered.numbered
    told = {"number": numbered.number, "version": numbered.version, "leads": list(gathered.ids)}
    last = custody.export_event(now, by, told, gathered.trail_head)
    log = custody.chain([*custody.events(gathered.stories), last])
    environment, detection = environment_json(config, now), detection_json(gathered.stories)
    leads = tuple(_with_legal(lead) for lead in gathered.leads)
    with reading(factory) as session:
        seen = carried(session, numbered, content_sha256((lead.record for lead in leads), detection))
    leads = tuple(_reviewed(lead, seen) for lead in leads)
    files = {
        f"{PROCESS}/custody-log.jsonl": log,
        f"{PROCESS}/environment.json": readable(environment),
        f"{PROCESS}/detection.json": readable(detection),
        f"{LEADS}/lead.schema.json": schema(),
    } | {f"{LEADS}/{lead_file(lead, len(leads))}": readable(lead.record) for lead in leads}
    for path, data in files.items():
        (root / path).write_bytes(data)
    names = [authority.name for authority in config.time_stamps]
    facts = PackFacts(
        number=numbered.number,
        version=numbered.version,
        supersedes=numbered.supersedes,
        name=numbered.name,
        made_at=now,
        made_by=by,
        unit=config.unit,
        state="reviewed" if seen else "draft",
        reviewed_by=seen.by if seen else None,
        reviewed_at=seen.at if seen else None,
        campaign=gathered.campaign,
        leads=leads,
        items=gathered.items,
        environment=environment,
        custody=tuple(custody.read(log)),
        detection=detection,
        stamps=f"待加盖（{'、'.join(names)}）" if names else "未配置可信时间戳服务",
        bag=root,
        pdf=config.pdf,
        record_title=config.record_title,
    )
    hooks.documents(facts, root / DOCUMENTS)
    bag.write_tags(root, bag.payload(root), bag.bag_info(config.unit, facts.name, facts.number, now, names))
    return facts


def lead_file(lead: LeadFacts, of: int) -> str:
    """``lead.json``; in a pack of several leads one file each, by the lead's number."""
    return "lead.json" if of == 1 else f"lead-{lead.lead.id:04}.json"


def _with_legal(lead: LeadFacts) -> LeadFacts:
    return replace(lead, record=lead.record | hooks.legal(lead))


def _reviewed(lead: LeadFacts, seen: Review | None) -> LeadFacts:
    told = {"status": "reviewed", "reviewed_by": seen.by} if seen else {}
    return replace(lead, record=lead.record | told)


def _wrap(config: Config, gathered: Gathered, facts: PackFacts, outer: Path) -> Written:
    """The zip and what lies beside it."""
    outer.mkdir()
    root = facts.bag
    path = outer / f"{facts.name}.zip"
    members = [(f"{facts.name}/{p.relative_to(root).as_posix()}", p) for p in root.rglob("*") if p.is_file()]
    with path.open("wb") as stream:
        write_zip(stream, members)
    hashes = write_sums(path)
    tag = digest((root / bag.TAG).read_bytes(), "sha256")
    size = path.stat().st_size
    told = ReceiptFacts(
        path.name,
        size,
        hashes["sha256"],
        hashes["sm3"],
        tag,
        configured_roots(config),
        facts.made_at,
        facts.made_by,
        facts.unit,
        facts.pdf,
    )
    hooks.receipt(told, outer)
    head = custody.head_of((root / PROCESS / "custody-log.jsonl").read_bytes())
    content = content_sha256((lead.record for lead in facts.leads), facts.detection)
    sums = hashes["sha256"], hashes["sm3"]
    return Written(gathered.ids, gathered.campaign_id, *sums, size, path.name, tag, head, content)


def _publish(factory: Factory, numbered: Numbered, written: Written, outer: Path, final: Path, facts: PackFacts) -> int:
    """The folder gets its name within the transaction that records it: after a kill there is at most a whole pack."""
    for path in outer.iterdir():
        sync_file(path)
    sync_folder(outer)
    if final.exists():
        raise StoreError(f"{final}: appeared meanwhile; run the export again")
    moved = False
    try:
        with writing(factory) as session:
            seen = (facts.reviewed_by, facts.reviewed_at) if facts.reviewed_by and facts.reviewed_at else None
            row = rows.record_pack(session, numbered, written, facts.made_at, facts.made_by, seen)
            outer.rename(final)
            moved = True
            sync_folder(final.parent)
            return row.id
    except BaseException:
        if moved:
            shutil.rmtree(final, ignore_errors=True)
        raise
