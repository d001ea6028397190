"""What all workers of a night have spent on owners and addresses: each adds its own, and takes in what others spent.

Between two looks a worker knows its own alone: a budget can be overdrawn by what the others spend meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import event, text
from sqlalchemy.orm import Session

from lookalike.workers.database import SCHEMA
from spiders.budgets import Budgets, Spent

Key = tuple[str, str]
TOTAL = ""
"""Stands for the host in the row that holds pages, bytes and seconds; the other rows are its hosts."""
_ADD = f"""
INSERT INTO {SCHEMA}.night_spent AS s (run, kind, name, host, pages, size, seconds)
VALUES (:run, :kind, :name, :host, :pages, :size, :seconds)
ON CONFLICT (run, kind, name, host) DO UPDATE
SET pages = s.pages + excluded.pages, size = s.size + excluded.size, seconds = s.seconds + excluded.seconds
"""  # noqa: S608 - the schema's name is ours


@dataclass(slots=True)
class _Known:
    """What of an account the database knows, as far as this worker does."""

    pages: int = 0
    size: int = 0
    seconds: float = 0.0
    hosts: set[str] = field(default_factory=set)


class Ledger:
    """One worker's budgets beside those of the others."""

    def __init__(self, run: int, budgets: Budgets) -> None:
        self._run = run
        self._budgets = budgets
        self._known: dict[Key, _Known] = {}

    def add(self, session: Session) -> None:
        """Add what was spent since, in the transaction that stores what it was spent for."""
        rows, after = [], {}
        for key, spent in sorted(self._budgets.accounts().items()):  # one order everywhere: no deadlocks
            known = self._known.get(key) or _Known()
            new = spent.hosts - known.hosts
            if spent.pages == known.pages and not new:
                continue
            more = {"pages": spent.pages - known.pages, "size": spent.size - known.size}
            rows.append(self._row(key, TOTAL, **more, seconds=spent.seconds - known.seconds))
            rows += [self._row(key, host) for host in sorted(new)]
            after[key] = _Known(spent.pages, spent.size, spent.seconds, set(spent.hosts))
        if rows:
            session.execute(text(_ADD), rows)
            event.listen(session, "after_commit", lambda _session: self._known.update(after), once=True)

    def look(self, session: Session) -> None:
        """Take in what others have added."""
        rows = session.execute(
            text(f"SELECT kind, name, host, pages, size, seconds FROM {SCHEMA}.night_spent WHERE run = :run"),  # noqa: S608 - as above
            {"run": self._run},
        )
        for row in rows:
            key = row.kind, row.name
            spent, known = self._budgets.account(*key), self._known.setdefault(key, _Known())
            if row.host == TOTAL:
                _take_in(spent, known, row.pages, row.size, row.seconds)
            else:
                spent.hosts.add(row.host)
                known.hosts.add(row.host)

    def _row(self, key: Key, host: str, pages: int = 0, size: int = 0, seconds: float = 0.0) -> dict[str, object]:
        kind, name = key
        told = {"pages": pages, "size": size, "seconds": seconds}
        return {"run": self._run, "kind": kind, "name": name, "host": host} | told


def _take_in(spent: Spent, known: _Known, pages: int, size: int, seconds: float) -> None:
    spent.pages += pages - known.pages
    spent.size += size - known.size
    spent.seconds += seconds - known.seconds
    known.pages, known.size, known.seconds = pages, size, seconds
