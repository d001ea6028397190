"""Visits by a worker: one crawl takes batch after batch, so that a slow site holds up no other batch.

The sites of one owner or address are in one batch: their pace and budgets are kept where they are visited, and by way
of the database beside what redirects and pictures lead to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from sqlalchemy.orm import Session

from lookalike.errors import Passing, StoreError
from lookalike.night import Night
from lookalike.stages.visit import StoredFrontier, visit_all
from lookalike.store import sites
from lookalike.store.engine import writing
from lookalike.store.models import Run
from lookalike.workers.again import PAUSES, again
from lookalike.workers.batches import Batch, Claims
from lookalike.workers.ledger import Ledger, OwnBudgets
from lookalike.workers.member import owner_of
from spiders.visit import VisitJob


class ClaimedFrontier(StoredFrontier):
    """Hands out the sites of the batches that this worker has claimed, and claims more when it has room."""

    def __init__(self, night: Night, claims: Claims, ledger: Ledger) -> None:
        super().__init__(night, owner_of(claims.member))
        self._claims = claims
        self._ledger = ledger
        self._held: dict[int, tuple[Batch, set[int]]] = {}
        """Batches by number, each with the sites of it that nobody has been sent to yet."""
        self.full = ""
        """Why nothing is taken: the disk is nearly full."""

    async def take(self, limit: int) -> Sequence[VisitJob]:
        """As every frontier; what was not committed is not believed."""
        before = {number: (batch, set(left)) for number, (batch, left) in self._held.items()}
        for pause in (*PAUSES, None):
            try:
                return await super().take(limit)
            except Passing:
                self._held = {number: (batch, set(left)) for number, (batch, left) in before.items()}
                if pause is None:
                    raise
                await asyncio.sleep(pause)
        return []

    def lease(self, session: Session, run: Run, limit: int) -> list[sites.SiteJob]:
        """Of the batches that are held, then of the next ones."""
        self._end(session)
        found: list[sites.SiteJob] = []
        while len(found) < limit:
            waiting = [number for _, left in self._held.values() for number in left]
            if waiting:
                found += sites.lease(session, run, self._owner, limit - len(found), among=waiting)
                if len(found) >= limit:
                    break
            self._sent([job.id for job in found] if len(found) >= limit else waiting)
            batch = self._claims.take(session)
            if batch is None:
                break
            self._held[batch.id] = batch, set(batch.work["sites"])
            self._ledger.look(session)
        self._sent([job.id for job in found])
        return found

    def refuse(self, full: str) -> None:
        self.full = full

    def stored(self, session: Session) -> None:
        self._ledger.add(session)

    def over(self, why: str = "", *, poison: bool = False) -> None:
        """The crawl is over: end what is done, give back the rest of what is held.

        ``poison``: a visit broke the crawl, and may do so again: what was under way counts as an attempt.
        """
        with writing(self._night.factory) as session:
            self._ledger.add(session)
            run = session.get_one(Run, self._night.run_id)
            if poison:
                sites.release_stale(session, run, owner=self._owner, attempts=self._night.config.attempts)
            else:
                sites.give_back(session, run, owner=self._owner)
            self._end(session, give_back=True, why=why or self.full)
        self.ids.clear()
        self._held.clear()

    def _sent(self, ids: list[int]) -> None:
        for _, left in self._held.values():
            left.difference_update(ids)

    def _end(self, session: Session, *, give_back: bool = False, why: str = "") -> None:
        """Batches all of whose sites have been visited, or left with a reason, are done."""
        under_way = set(self.ids.values())
        for number, (batch, left) in list(self._held.items()):
            if not left and under_way.isdisjoint(batch.work["sites"]):
                self._claims.end(session, [batch])
                del self._held[number]
            elif give_back:
                self._claims.give_back(session, [batch], why)


async def visit_batches(night: Night, claims: Claims) -> None:
    """Visit what is in the batches of this step, until none is left."""
    night.budgets = budgets = OwnBudgets(night.config, night.seeds.shared_hosts)
    frontier = ClaimedFrontier(night, claims, Ledger(night.run_id, budgets))
    why, poison = "", False
    try:
        crawled = await visit_all(night, frontier)
        why, poison = next(iter(crawled.failures), ""), bool(crawled.failures)
    except Exception as error:  # noqa: BLE001 - told to whoever waits for the batches, who has them done again
        why = str(error) if isinstance(error, StoreError) else f"{type(error).__name__}: {error}"
    except BaseException:
        frontier.over()
        raise
    await again(lambda: frontier.over(why, poison=poison))
