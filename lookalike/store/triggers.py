# ruff: noqa: S608 - every part of the statements is a constant of this program
"""Triggers that note which leads have changed, and how many there are of each kind, whoever changes them and how.

They belong to this program and not to a migration: rebuilding a table loses them on SQLite, so they are taken away
before every migration and made anew after it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

CELL = "status, band, kind, platform, alive, contact"
_NAME = "lookalike_"


@dataclass(frozen=True, slots=True)
class _Trigger:
    name: str
    table: str
    event: str
    body: tuple[str, ...]
    changed: tuple[str, ...] = ()
    """Columns of which one has to differ."""


def cell(row: str) -> str:
    """The columns of ``CELL`` of one row of ``lead``, as SQL."""
    return (
        f"{row}.status, {row}.band, {row}.kind, coalesce({row}.impersonates, ''), "
        f"CASE WHEN {row}.alive IS NULL THEN 'unknown' WHEN {row}.alive THEN 'yes' ELSE 'no' END, "
        f"CASE WHEN json_array_length({row}.contacts) > 0 THEN 'yes' ELSE 'no' END"
    )


def _counted(row: str, n: int) -> str:
    """All cells that one row of ``lead`` is counted in."""
    return (
        f"INSERT INTO lead_delta (facet, value, {CELL}, n) SELECT '', '', {cell(row)}, {n} "
        f"UNION ALL SELECT 'jurisdiction', {row}.jurisdiction, {cell(row)}, {n} WHERE {row}.jurisdiction IS NOT NULL "
        f"UNION ALL SELECT 'source', s.source, {cell(row)}, {n} FROM lead_source s WHERE s.lead_id = {row}.id"
    )


def _of_source(row: str, n: int) -> str:
    return (
        f"INSERT INTO lead_delta (facet, value, {CELL}, n) "
        f"SELECT 'source', {row}.source, {cell('l')}, {n} FROM lead l WHERE l.id = {row}.lead_id"
    )


def _stale(lead_id: str) -> str:
    return f"INSERT INTO lead_stale (lead_id) VALUES ({lead_id})"


_OF_SITE = "INSERT INTO lead_stale (lead_id) SELECT id FROM lead WHERE site_id = NEW.site_id"
_OF_TIP = "INSERT INTO lead_stale (lead_id) SELECT id FROM lead WHERE id = NEW.lead_id"
_OF_JUDGED = "INSERT INTO lead_stale (lead_id) SELECT id FROM lead WHERE site_id = NEW.site_id"
_OF_JUDGED += " AND assessment_id = NEW.id"
_READ = "site_id, host, url, registrable_domain, impersonates, contacts, raised_why, assessment_id"
_RANKED = "score, first_seen, raised_at, priority"
_COUNTED = ("status", "band", "kind", "impersonates", "alive", "jurisdiction", "contacts")

TRIGGERS = (
    _Trigger("lead_new", "lead", "INSERT", (_counted("NEW", 1), _stale("NEW.id"))),
    _Trigger("lead_gone", "lead", "DELETE", (_counted("OLD", -1),)),
    _Trigger("lead_read", "lead", f"UPDATE OF {_READ}, {_RANKED}", (_stale("NEW.id"),)),
    _Trigger(
        "lead_counted",
        "lead",
        f"UPDATE OF {', '.join(_COUNTED)}",
        (_counted("OLD", -1), _counted("NEW", 1)),
        _COUNTED,
    ),
    _Trigger("source_new", "lead_source", "INSERT", (_of_source("NEW", 1),)),
    _Trigger("source_gone", "lead_source", "DELETE", (_of_source("OLD", -1),)),
    _Trigger("sighting_new", "sighting", "INSERT", (_OF_SITE,)),
    _Trigger("sighting_read", "sighting", "UPDATE OF site_id, source, title, snippet", (_OF_SITE,)),
    _Trigger("visited", "visit", "INSERT", (_OF_SITE,)),
    _Trigger("visit_told", "visit", "UPDATE OF outcome", (_OF_SITE,)),
    _Trigger("judged_anew", "assessment", "UPDATE OF rows", (_OF_JUDGED,)),
    _Trigger("noted", "verdict", "INSERT", (_stale("NEW.lead_id"),)),
    _Trigger("tip_new", "tip", "INSERT", (_OF_TIP,)),
    _Trigger("tip_read", "tip", "UPDATE OF lead_id, text", (_OF_TIP,)),
)


def make(connection: Connection) -> None:
    """Makes all triggers; none of them may be there."""
    sqlite = connection.dialect.name == "sqlite"
    for trigger in TRIGGERS:
        for statement in _sqlite(trigger) if sqlite else _postgres(trigger):
            connection.exec_driver_sql(statement)


def remove(connection: Connection) -> None:
    """Takes away whichever of them are there."""
    run = connection.exec_driver_sql
    if connection.dialect.name == "sqlite":
        there = run(f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND name GLOB '{_NAME}*'")
        for (name,) in there.all():
            run(f"DROP TRIGGER {name}")
        return
    there = run(
        "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE n.nspname = current_schema() AND p.prorettype = 'trigger'::regtype "
        f"AND starts_with(p.proname, '{_NAME}')"
    )
    for (function,) in there.all():
        run(f"DROP FUNCTION {function} CASCADE")


def _sqlite(trigger: _Trigger) -> list[str]:
    when = " OR ".join(f"OLD.{c} IS NOT NEW.{c}" for c in trigger.changed)
    head = f"CREATE TRIGGER {_NAME}{trigger.name} AFTER {trigger.event} ON {trigger.table}"
    return [f"{head}{f' WHEN {when}' if when else ''} BEGIN {'; '.join(trigger.body)}; END"]


def _postgres(trigger: _Trigger) -> list[str]:
    name = f"{_NAME}{trigger.name}"
    when = " OR ".join(f"OLD.{c}::text IS DISTINCT FROM NEW.{c}::text" for c in trigger.changed)
    body = "; ".join(trigger.body)
    head = f"CREATE TRIGGER {name} AFTER {trigger.event} ON {trigger.table} FOR EACH ROW"
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN {body}; RETURN NULL; END$$",
        f"{head}{f' WHEN ({when})' if when else ''} EXECUTE FUNCTION {name}()",
    ]
