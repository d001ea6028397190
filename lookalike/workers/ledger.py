"""What all workers of a night have spent on owners and addresses: each adds its own, and takes in what others spent.

Between two looks a worker knows its own alone: a budget can be overdrawn by what the others spend meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic

from sqlalchemy import event, text
from sqlalchemy.orm import Session

from lookalike.workers.database import SCHEMA
from seeds.model import SharedHosts
from spiders.budgets import Budgets, Limits, Spent
from spiders.options import Options

Key = tuple[str, str]
TOTAL = ""
"""Stands for the host in the row that holds pages, bytes and seconds; the other rows are its hosts."""
LOOK_S = 2.0
"""Seconds between two looks at what others have spent: each reads all of it, which grows with the night."""
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


class OwnBudgets(Budgets):
    """One worker's budgets, which know what was asked of them since it was last added: a night has many accounts."""

    def __init__(self, options: Options, shared: SharedHosts) -> None:
        super().__init__(options, shared)
        self.asked: set[Key] = set()

    def _accounts(self, owner: str, addresses: Iterable[str]) -> list[tuple[str, Spent, Limits]]:
        told = super()._accounts(owner, addresses)
        self.asked.add(("owner", owner))
        self.asked.update(("address", name) for name, _, _ in told[1:])
        return told


class Ledger:
    """One worker's budgets beside those of the others."""

    def __init__(self, run: int, budgets: OwnBudgets) -> None:
        self._run = run
        self._budgets = budgets
        self._known: dict[Key, _Known] = {}
        self._looked: float | None = None

    def add(self, session: Session) -> None:
        """Add what was spent since, in the transaction that stores what it was spent for."""
        rows, after = [], {}
        asked = sorted(self._budgets.asked)  # one order everywhere: no deadlocks
        for key in asked:
            spent = self._budgets.account(*key)
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
        event.listen(session, "after_commit", lambda _session: self._added(asked, after), once=True)

    def _added(self, asked: Iterable[Key], after: dict[Key, _Known]) -> None:
        self._known.update(after)
        self._budgets.asked.difference_update(asked)

    def look(self, session: Session, every: float = LOOK_S) -> None:
        """Take in what others have added, unless that was done less than ``every`` seconds ago."""
        if self._looked is not None and monotonic() - self._looked < every:
            return
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
        self._looked = monotonic()

    def _row(self, key: Key, host: str, pages: int = 0, size: int = 0, seconds: float = 0.0) -> dict[str, object]:
        kind, name = key
        told = {"pages": pages, "size": size, "seconds": seconds}
        return {"run": self._run, "kind": kind, "name": name, "host": host} | told


def _take_in(spent: Spent, known: _Known, pages: int, size: int, seconds: float) -> None:
    spent.pages += pages - known.pages
    spent.size += size - known.size
    spent.seconds += seconds - known.seconds
    known.pages, known.size, known.seconds = pages, size, seconds
