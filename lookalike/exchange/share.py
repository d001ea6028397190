"""Hands leads to another office as one file: chosen, checked, rendered, written and recorded, or none of it.

Nothing is sent: whoever runs it carries the file over.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from lookalike.config import Config
from lookalike.errors import UsageError
from lookalike.exchange import csv_file, misp, names, notice, report12377, stix, xlsx_file
from lookalike.exchange.clean import clean
from lookalike.exchange.eligible import BLOCKS, Form, left_out, require_confirmed
from lookalike.exchange.facts import Block, Crew, Share, SharedLead, Tlp
from lookalike.exchange.gather import Gathered, gather
from lookalike.exchange.recipients import Kind, Recipient, choose, recipients, source_of
from lookalike.exchange.writing import published, usable
from lookalike.store import exports
from lookalike.store.engine import Factory, writing
from scoring.domains import registrable_domain

_NOTICES: Mapping[Form, Kind] = {"notice-registrar": "registrar", "notice-host": "host", "notice-platform": "platform"}
_RENDER: Mapping[Form, Callable[[Share], bytes]] = {
    "stix": stix.render,
    "misp": misp.render,
    "rpz": names.render_zone,
    "hosts": names.render_hosts,
    "csv": csv_file.render,
    "xlsx": xlsx_file.render,
    "12377": report12377.render,
}
_ZONE = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for."""

    form: Form
    leads: Sequence[int]
    file: Path
    to: str
    """For whom; a notice may leave it to the suggestion."""
    by: str
    tlp: Tlp = "amber"
    zone: str = "rpz.lookalike.invalid"
    replace: bool = False
    may_be_empty: bool = False
    """Whether a list of names without any name is written: all that were on it were taken back."""
    shown: Callable[[str], str] = str
    """How tables write addresses."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What was written, and what was left out of it."""

    path: Path
    export: int
    form: Form
    to: str
    reason: str
    leads: tuple[int, ...]
    sha256: str
    bytes: int
    left_out: dict[int, str] = field(default_factory=dict)
    """By lead the reason."""


def share(config: Config, factory: Factory, asked: Request, now: datetime) -> Shared:
    """Write the file and the rows that say so.

    Raises UsageError where a lead is unknown or unconfirmed, where none of them may go out so, or where the file
    cannot lie there; StoreError when it cannot be written. Then there is no file and no row.
    """
    final = usable(asked.file, replace=asked.replace)
    _check(asked)
    found = gather(config, factory, asked.leads)
    require_confirmed(asked.form, found.leads)
    leads, dropped = _chosen(asked, found.leads)
    made = Share(
        leads=leads,
        crews=_crews(leads, found.crews),
        unit=clean(config.unit),
        to=clean(asked.to.strip()),
        by=clean(asked.by),
        at=now,
        tlp=asked.tlp,
        zone=asked.zone,
        as_json=final.suffix.lower() == ".json",
        shown=asked.shown,
    )
    if kind := _NOTICES.get(asked.form):
        made, elsewhere = _addressed(made, kind, found)
        dropped |= elsewhere
        data = notice.render(made, kind)
    else:
        data = _RENDER[asked.form](made)
    return _record(factory, asked, made, data, final, dropped)


def _check(asked: Request) -> None:
    if asked.form not in _NOTICES and not asked.to.strip():
        raise UsageError("--to is missing: for whom is this? it is written into the log of what left the system")
    if not asked.by.strip():
        raise UsageError("--by: who shares? expected a name")
    if len(asked.zone) > 100 or not _ZONE.fullmatch(asked.zone):
        raise UsageError(f"--zone {asked.zone[:80]}: expected the name of a zone, such as rpz.example.org")


def _chosen(asked: Request, found: Sequence[SharedLead]) -> tuple[tuple[SharedLead, ...], dict[int, str]]:
    """Those that go out, and why the others do not. UsageError when none does."""
    leads = [_fitting(lead, asked.zone) for lead in found] if asked.form == "rpz" else list(found)
    dropped = {lead.id: why for lead in leads if (why := left_out(asked.form, lead))}
    chosen = tuple(lead for lead in leads if lead.id not in dropped)
    if not chosen and not (asked.may_be_empty and asked.form in BLOCKS):
        told = "; ".join(f"{number}: {why}" for number, why in list(dropped.items())[:10])
        raise UsageError(f"--form {asked.form}: none of these leads may go out so: {told or 'there are none'}")
    return chosen, dropped


def _fitting(lead: SharedLead, zone: str) -> SharedLead:
    if lead.block.name and names.too_long([lead.block], zone):
        return replace(lead, block=Block(why=f"名称与区名 {zone} 合起来超过 253 个字符"))
    return lead


def _crews(leads: Sequence[SharedLead], crews: Sequence[Crew]) -> tuple[Crew, ...]:
    wanted = {lead.campaign for lead in leads}
    return tuple(crew for crew in crews if crew.id in wanted)


def _addressed(made: Share, kind: Kind, found: Gathered) -> tuple[Share, dict[int, str]]:
    """The notice with its office, and only that office's leads."""
    suggested = recipients(kind, made.leads, found.seeds)
    office = choose(kind, suggested, made.to)
    mine = set(office.leads)
    elsewhere = {lead.id: f"不归该单位（{office.name}）" for lead in made.leads if lead.id not in mine}
    leads = tuple(lead for lead in made.leads if lead.id in mine)
    services = _services(office, found) if kind == "platform" else {}
    return replace(made, leads=leads, to=office.name, reason=office.reason, services=services), elsewhere


def _services(office: Recipient, found: Gathered) -> dict[str, str]:
    """Search pages that are this platform's."""
    known = (source_of(source.id, found.seeds.sources) for source in found.seeds.sources)
    return {s.id: s.name for s in known if s and office.key in {registrable_domain(s.host), s.host}}


def _record(factory: Factory, asked: Request, made: Share, data: bytes, final: Path, dropped: dict[int, str]) -> Shared:
    sha256 = hashlib.sha256(data).hexdigest()
    numbers = tuple(lead.id for lead in made.leads)
    with published(data, final, replace=asked.replace), writing(factory) as session:
        row = exports.record(
            session,
            at=made.at,
            by=made.by,
            form=asked.form,
            to=made.to,
            leads=numbers,
            file=final.name,
            sha256=sha256,
        )
        number = row.id
    return Shared(final, number, asked.form, made.to, made.reason, numbers, sha256, len(data), dropped)
