"""What happened among the workers of a night, for its summary: read from what was noted when it happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg


def happened(connection: psycopg.Connection[Any], run: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Who took part, batches by step, what went wrong and how often; and the jumps of workers' clocks."""
    took_part = connection.execute(
        "SELECT count(DISTINCT member) FROM night_batches WHERE run = %s AND ended", [run]
    ).fetchone()
    batches = connection.execute(
        "SELECT step, count(*), sum(tries) FROM night_batches WHERE run = %s GROUP BY step ORDER BY step",
        [run],
    ).fetchall()
    events = connection.execute(
        "SELECT what, count(*) FROM night_events WHERE run = %s GROUP BY what ORDER BY what",
        [run],
    ).fetchall()
    lost = connection.execute(
        "SELECT DISTINCT host || ':' || pid FROM night_events JOIN members ON members.id = member"
        " WHERE run = %s AND what = 'lost' ORDER BY 1",
        [run],
    ).fetchall()
    why = connection.execute(
        "SELECT why, count(*) FROM night_events WHERE run = %s AND what IN ('broken', 'unfit', 'abandoned')"
        " GROUP BY why ORDER BY 2 DESC, 1 LIMIT 20",
        [run],
    ).fetchall()
    jumps = connection.execute(
        "SELECT why::jsonb FROM night_events WHERE run = %s AND what = 'clock' ORDER BY id",
        [run],
    ).fetchall()
    counts = dict(events)
    told = {
        "workers": took_part[0] if took_part else 0,
        "batches": {step: number for step, number, _ in batches},
        "lost": [name for (name,) in lost],
        **{name.replace(" ", "_"): counts.get(name, 0) for name in ("redone", "given back", "broken", "abandoned")},
        "troubles": [{"why": text, "batches": number} for text, number in why],
    }
    return told, [jump for (jump,) in jumps]
