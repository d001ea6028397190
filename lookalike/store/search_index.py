# ruff: noqa: S608 - every part of the statements is a constant of this program
"""The index of leads' texts, and their ranks: brought up to date in every transaction that changed one, or made anew.

Triggers note the leads (``store/triggers.py``), ``writing`` calls ``refresh`` before it commits. Decides nothing
about what matches.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select, text

from lookalike.store import counts, ranking, search_marks
from lookalike.store.models import Assessment, Lead, LeadSource, LeadText, Sighting, Tip, Verdict, Visit
from lookalike.store.search_text import canonical, tokens_of
from spiders.feeds.tip_items import SOURCE as TIPS

_REGION = (
    select(Visit.region)
    .where(Visit.site_id == Lead.site_id, Visit.region.is_not(None))
    .order_by(Visit.id.desc())
    .limit(1)
    .correlate(Lead)
    .scalar_subquery()
)
NEWEST_SIGHTINGS = 50
"""Sightings and tips of one lead whose words are searched: the newest; their sources all count."""
_CHUNK = 500
_TABLE = "CREATE VIRTUAL TABLE lead_fts USING fts5(tokens, content='', detail='none', columnsize=0, tokenize='ascii')"
_PUT = "INSERT INTO lead_text (lead_id, text{more}) VALUES (:lead, :text{value}) ON CONFLICT (lead_id) DO UPDATE SET "
_PUT_SQLITE = text(_PUT.format(more="", value="") + "text = excluded.text")
_PUT_POSTGRES = text(
    _PUT.format(more=", tokens", value=", array_to_tsvector(CAST(:tokens AS text[]))")
    + "text = excluded.text, tokens = excluded.tokens"
)
_FTS_ADD = text("INSERT INTO lead_fts (rowid, tokens) VALUES (:lead, :tokens)")
_FTS_DROP = text("INSERT INTO lead_fts (lead_fts, rowid, tokens) VALUES ('delete', :lead, :tokens)")


def make_virtual(connection: Connection) -> None:
    """Makes ``lead_fts`` on SQLite; models cannot name it."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_TABLE)


def refresh(connection: Connection) -> int:
    """Brings the texts and sources of all leads that were noted up to date; returns how many it looked at."""
    done = 0
    while ids := _take(connection):
        for start in range(0, len(ids), _CHUNK):
            _index(connection, ids[start : start + _CHUNK])
        done += len(ids)
    counts.merge(connection)
    return done


def reindex(connection: Connection) -> int:
    """Makes texts, sources and counts of all leads anew, in the caller's transaction; returns how many leads."""
    run = connection.exec_driver_sql
    postgres = connection.dialect.name == "postgresql"
    if postgres:  # nobody may change a lead meanwhile; SQLite has one writer anyway
        run("LOCK TABLE lead, lead_source, lead_stale IN SHARE ROW EXCLUSIVE MODE")
        run("DROP INDEX ix_lead_text_tokens")
    else:
        run("INSERT INTO lead_fts (lead_fts) VALUES ('delete-all')")
    for table in ("lead_text", "lead_source", "lead_stale"):
        run(f"DELETE FROM {table}")
    done = last = 0
    while ids := list(connection.scalars(select(Lead.id).where(Lead.id > last).order_by(Lead.id).limit(_CHUNK))):
        _index(connection, ids)
        done, last = done + len(ids), ids[-1]
    if postgres:
        run("CREATE INDEX ix_lead_text_tokens ON lead_text USING gin (tokens)")
    counts.recount(connection)
    return done


def note_unread(connection: Connection) -> None:
    """Notes all leads that have no text yet, as those of a database have that is older than the index."""
    connection.exec_driver_sql(
        "INSERT INTO lead_stale (lead_id) SELECT id FROM lead "
        "WHERE NOT EXISTS (SELECT 1 FROM lead_text t WHERE t.lead_id = lead.id) ORDER BY id"
    )


def wrong(connection: Connection) -> list[int]:
    """Leads whose stored text or sources are not what they would be now, and those still noted; reads everything."""
    found = set(connection.scalars(text("SELECT lead_id FROM lead_stale")))
    last = 0
    while ids := list(connection.scalars(select(Lead.id).where(Lead.id > last).order_by(Lead.id).limit(_CHUNK))):
        stored, kept = _stored(connection, ids), _sources_kept(connection, ids)
        now = _read(connection, ids)
        found.update(i for i in ids if stored.get(i) != now.texts[i] or kept[i] != now.sources[i])
        last = ids[-1]
    return sorted(found)


def _take(connection: Connection) -> list[int]:
    skip = " FOR UPDATE SKIP LOCKED" if connection.dialect.name == "postgresql" else ""
    taken = connection.exec_driver_sql(
        f"DELETE FROM lead_stale WHERE id IN (SELECT id FROM lead_stale ORDER BY id LIMIT 5000{skip}) RETURNING lead_id"
    )
    return sorted(set(taken.scalars()))


def _index(connection: Connection, ids: Sequence[int]) -> None:
    # the row's lock comes first: what another writer of the same lead has committed is read, what he has not, he reads
    locked = select(Lead.id).where(Lead.id.in_(ids)).order_by(Lead.id).with_for_update(key_share=True)
    there = list(connection.scalars(locked))
    read = _read(connection, there)
    texts, stored = read.texts, _stored(connection, there)
    changed = [i for i in there if stored.get(i) != texts[i]]
    if connection.dialect.name == "postgresql":
        rows = [{"lead": i, "text": texts[i], "tokens": tokens_of(texts[i])} for i in changed]
        _many(connection, _PUT_POSTGRES, rows)
    else:
        # a table without contents forgets a row only when told which tokens it had
        _many(connection, _FTS_DROP, [_tokens_row(i, stored[i]) for i in changed if i in stored])
        _many(connection, _PUT_SQLITE, [{"lead": i, "text": texts[i]} for i in changed])
        _many(connection, _FTS_ADD, [_tokens_row(i, texts[i]) for i in changed])
    _put_sources(connection, there, read.sources)
    ranking.refresh(connection, there, read.marks)


def _tokens_row(lead: int, canonical_text: str) -> dict[str, object]:
    return {"lead": lead, "tokens": " ".join(tokens_of(canonical_text))}


def _many(connection: Connection, statement: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(statement, rows)


def _put_sources(connection: Connection, ids: Sequence[int], wanted: Mapping[int, set[str]]) -> None:
    kept = _sources_kept(connection, ids)
    new = [{"lead": i, "source": s} for i in ids for s in sorted(wanted[i] - kept[i])]
    gone = [{"lead": i, "source": s} for i in ids for s in sorted(kept[i] - wanted[i])]
    _many(connection, text("INSERT INTO lead_source (source, lead_id) VALUES (:source, :lead)"), new)
    _many(connection, text("DELETE FROM lead_source WHERE source = :source AND lead_id = :lead"), gone)


def _stored(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    found = connection.execute(select(LeadText.lead_id, LeadText.text).where(LeadText.lead_id.in_(ids)))
    return {row[0]: row[1] for row in found}


def _sources_kept(connection: Connection, ids: Sequence[int]) -> defaultdict[int, set[str]]:
    found: defaultdict[int, set[str]] = defaultdict(set)
    rows = connection.execute(select(LeadSource.lead_id, LeadSource.source).where(LeadSource.lead_id.in_(ids)))
    for lead, source in rows:
        found[lead].add(source)
    return found


@dataclass(frozen=True, slots=True)
class _Read:
    """What belongs to leads now, by their numbers."""

    texts: dict[int, str]
    sources: dict[int, set[str]]
    marks: dict[int, str]


def _read(connection: Connection, ids: Sequence[int]) -> _Read:
    """The texts, the sources and the marks of leads, as they would be now."""
    fields: dict[int, list[str]] = {i: [] for i in ids}
    sources: dict[int, set[str]] = {i: set() for i in ids}
    lines: dict[int, str] = {}
    marks: dict[int, str] = dict.fromkeys(ids, "")
    sites: dict[int, int] = {}
    for lead in _judged(connection, ids):
        rows, hosts = lead.rows or [], (lead.host, _unicode(lead.host))
        fields[lead.id] += [*hosts, lead.url, lead.registrable_domain, lead.impersonates or "", lead.raised_why or ""]
        fields[lead.id] += [str(contact.get("value", "")) for contact in lead.contacts]
        fields[lead.id] += _words_of(rows)
        lines[lead.id] = search_marks.line(search_marks.of_lead(rows, lead.contacts, hosts, lead.region))
        marks[lead.id] = search_marks.counted(rows, lead.region)
        if lead.site_id is not None:
            sites[lead.site_id] = lead.id
    _read_sightings(connection, sites, fields, sources)
    # the analysts' own words first among what may be cut
    notes = select(Verdict.lead_id, Verdict.note).where(Verdict.lead_id.in_(ids)).order_by(Verdict.id.desc())
    for of, note in connection.execute(notes):
        fields[of].insert(0, note)
    tips = select(Tip.lead_id, Tip.text).where(Tip.lead_id.in_(ids)).order_by(Tip.id.desc())
    for tip_of, told in connection.execute(tips):
        if tip_of is not None:
            sources[tip_of].add(TIPS)
            fields[tip_of].append(told)
    return _Read({i: canonical(fields[i]) + lines.get(i, "") for i in ids}, sources, marks)


def _judged(connection: Connection, ids: Sequence[int]) -> Iterable[Row[Any]]:
    """The leads' own fields, and the rows of their judgements."""
    mine = select(
        Lead.id,
        Lead.site_id,
        Lead.host,
        Lead.url,
        Lead.registrable_domain,
        Lead.impersonates,
        Lead.raised_why,
        Lead.contacts,
        Assessment.rows,
        _REGION.label("region"),
    )
    return connection.execute(mine.outerjoin(Assessment, Assessment.id == Lead.assessment_id).where(Lead.id.in_(ids)))


def _words_of(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for row in rows:
        yield str(row.get("text", ""))
        for item in (row.get("evidence") or {}).get("items", ()):
            yield str(item.get("quote", ""))


def _read_sightings(
    connection: Connection,
    leads: Mapping[int, int],
    fields: Mapping[int, list[str]],
    sources: Mapping[int, set[str]],
) -> None:
    """Adds what the sightings of sites say, and which sources they are of, to the sites' leads."""
    mine = Sighting.site_id.in_(list(leads))
    age = func.row_number().over(partition_by=Sighting.site_id, order_by=Sighting.id.desc())
    every = select(Sighting.id, Sighting.site_id, Sighting.title, Sighting.snippet, age.label("age")).where(mine)
    near = every.subquery()
    newest = select(near.c.site_id, near.c.title, near.c.snippet).where(near.c.age <= NEWEST_SIGHTINGS)
    for site, title, snippet in connection.execute(newest.order_by(near.c.id.desc())):
        fields[leads[site]] += [title, snippet]
    for site, source in connection.execute(select(Sighting.site_id, Sighting.source).where(mine).distinct()):
        if site is not None:
            sources[leads[site]].add(source)


def _unicode(host: str) -> str:
    """The host as it is read: punycode undone where it can be."""
    return ".".join(map(_label, host.split(".")))


def _label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label
