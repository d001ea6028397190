"""``custody-log.jsonl``: what happened to the evidence, in order, each line sealing the one before it.

A line is canonical JSON (RFC 8785) ``{seq, at, actor, action, detail, prev}``; ``prev`` is the SHA-256 of the line
before, without its line feed, and zeros in the first. It is an export of the tables; the last line names the head of
the audit trail, so that the two hold each other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from lookalike.evidence.canonical import canonical, utc
from lookalike.evidence.facts import Json
from lookalike.evidence.hashes import digest
from lookalike.store.evidence import PROGRAM, Story
from lookalike.store.models import Audit

FIRST = "0" * 64
FIELDS = {"seq", "at", "actor", "action", "detail", "prev"}
_DEEDS_OF_THEIR_OWN = {"export.pack"}
"""Entries of the trail that the log tells in words of its own."""


class Event(NamedTuple):
    """One line before it is chained."""

    at: datetime
    actor: str
    action: str
    detail: Json


def events(stories: Sequence[Story]) -> list[Event]:
    """What the tables tell of the leads, oldest first; of one instant in the order of the deed."""
    found = [event for story in stories for event in (*_made(story), *_decided(story))]
    return sorted(found, key=lambda e: e.at)


def export_event(at: datetime, by: str, detail: Json, head: Audit | None) -> Event:
    """The last line: who had the pack written, and where the audit trail stood."""
    trail = {"audit": head.id, "hash": head.hash} if head else None
    return Event(at, by, "export", detail | {"audit_head": trail})


def chain(found: Iterable[Event]) -> bytes:
    """The log."""
    lines, previous = list[bytes](), FIRST
    for seq, event in enumerate(found, 1):
        told = {"seq": seq, "at": utc(event.at), "actor": event.actor, "action": event.action}
        line = canonical(told | {"detail": event.detail, "prev": previous})
        previous = digest(line, "sha256")
        lines.append(line + b"\n")
    return b"".join(lines)


def read(log: bytes) -> list[Json]:
    """The lines as objects."""
    return [json.loads(line) for line in log.splitlines()]


def head_of(log: bytes) -> str:
    """Hash of the last line: what documents print."""
    lines = log.split(b"\n")[:-1]
    return digest(lines[-1], "sha256") if lines else FIRST


def broken(log: bytes) -> str:
    """Where the chain does not hold; empty: it does."""
    previous = FIRST
    if log and not log.endswith(b"\n"):
        return "最后一行不完整"
    for seq, line in enumerate(log.split(b"\n")[:-1], 1):
        try:
            told = json.loads(line)
        except ValueError:
            return f"第 {seq} 行不是 JSON"
        if not isinstance(told, dict) or set(told) != FIELDS:
            return f"第 {seq} 行的字段与约定不同"
        if told["seq"] != seq or told["prev"] != previous:
            return f"第 {seq} 行与上一行接不上"
        if canonical(told) != line:
            return f"第 {seq} 行不是规范形式"
        previous = digest(line, "sha256")
    return "" if previous != FIRST else "没有任何记录"


def _made(story: Story) -> Iterable[Event]:
    """What was found, captured, rendered, judged, and what became of the site."""
    lead, host = story.lead.id, {"lead": story.lead.id, "host": story.lead.host}
    yield Event(story.lead.first_seen, PROGRAM, "found", host | {"sightings": len(story.view.sightings)})
    for visit in story.visits:
        told = {"lead": lead, "visit": visit.id, "run": visit.run_id, "url": visit.url, "outcome": visit.outcome}
        yield Event(visit.started_at, PROGRAM, "capture", told | _sealed(story, "warc", visit.warc_sha256))
        if visit.rendered_sha256:
            seen = {"lead": lead, "visit": visit.id} | _sealed(story, "rendered", visit.rendered_sha256)
            yield Event(visit.started_at, PROGRAM, "render", seen)
    for event in story.events:
        yield Event(
            event.at, PROGRAM, "life", {"lead": lead, "before": event.before, "after": event.after, "why": event.why}
        )
    if judged := story.assessment:
        score = {"lead": lead, "assessment": judged.id, "score": repr(round(judged.score, 6)), "band": judged.band}
        yield Event(judged.at, PROGRAM, "assessment", score | {"weights": judged.weights_version})


def _sealed(story: Story, name: str, sha256: str | None) -> Json:
    entry = story.seals.get(sha256 or "")
    return {f"{name}_sha256": sha256, "sealed_by": {"audit": entry.id, "hash": entry.hash} if entry else None}


def _decided(story: Story) -> Iterable[Event]:
    """Deeds of people and of the program that the audit trail holds."""
    for entry in story.trail:
        if entry.what not in _DEEDS_OF_THEIR_OWN:
            detail = {"lead": story.lead.id, "before": entry.before, "after": entry.after}
            yield Event(entry.at, entry.who, entry.what, detail | {"audit": entry.id, "hash": entry.hash})
        else:
            after = entry.after or {}
            told = {"lead": story.lead.id, "number": after.get("number"), "version": after.get("version")}
            told |= {"sha256": after.get("sha256"), "audit": entry.id, "hash": entry.hash}
            yield Event(entry.at, entry.who, "exported", told)
