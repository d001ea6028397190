"""Reads one log from where it was left to its end, batch by batch: by get-entries, or by data tiles.

A tree head that is not signed, has shrunk, or is another one of the same size ends the reading before an entry is
taken. Whether the log keeps its promise of only growing is not proven further: names are worth a look anyway.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic

from seeds.ct_model import CtFollow, CtLog
from spiders.feeds.ctlog.errors import CtError
from spiders.feeds.ctlog.leaves import Leaf, page_leaves, tile_leaves
from spiders.feeds.ctlog.names import names_of
from spiders.feeds.ctlog.state import Place
from spiders.feeds.ctlog.tiles import WIDTH, Tile, tile_of
from spiders.feeds.ctlog.tree_head import TreeHead, checkpoint, sth
from spiders.sources.ct_asking import AskedTooMuch, CtClient, NotAnswered, NotThere, TooLarge

SHOWN = 5
"""Bad entries of a batch that are told one by one."""
AHEAD = 86_400.0
"""Seconds that an entry may lie in the future: what is dated later says nothing of how far reading has come."""
GIVE_UP = 3
"""Runs in which a tile breaks off at the same entry; then what it hides is counted and passed over."""
POLL = 60.0
"""Seconds between two looks at a log that is followed and has nothing new."""


@dataclass(slots=True)
class Batch:
    """What some entries in a row gave."""

    start: int
    size: int
    """Of the tree."""
    place: Place
    """Where reading goes on behind it."""
    verified: bool
    stop: int = 0
    entries: int = 0
    named: dict[str, int] = field(default_factory=dict)
    """Names as they stand in certificates, with the entry that has them first."""
    bad: int = 0
    shown: list[tuple[int, str]] = field(default_factory=list)
    """The first entries that could not be read, or not in full, and why."""
    more: bool = True
    """Whether another batch, or an error, is to be expected."""
    trouble: str = ""
    """While a log is followed: why it did not answer; it will be asked again."""


class LogReader:
    """One log in one run."""

    def __init__(
        self,
        log: CtLog,
        follow: CtFollow,
        client: CtClient,
        place: Place | None,
        clock: Callable[[], datetime],
        *,
        deadline: float = float("inf"),
        poll: float | None = None,
    ) -> None:
        """``poll``: seconds between looks for new entries, without end; None: to the log's end, once."""
        self.log = log
        self._follow = follow
        self._client = client
        self._clock = clock
        self._deadline = deadline
        self._poll = poll
        self._place = place
        self._head = TreeHead(0, b"")
        self._next = place.next if place is not None else 0
        self._newest = place.newest_ms if place is not None else 0
        self._broken = (place.broken_at, place.broken_times) if place is not None else (-1, 0)
        self._left = follow.entries if poll is None else 1 << 62
        self._at_once = log.at_once

    @property
    def place(self) -> Place | None:
        """Where reading goes on; as before this run while no tree head was accepted."""
        return self._place

    async def batches(self) -> AsyncIterator[Batch]:
        """What is new, in order; one empty batch where nothing is. Raises ``CtError`` or ``NotAnswered`` at last."""
        await self._look()
        while True:
            batch, error = await self._batch()
            if error is None and self._poll is None:
                batch.more = self._next < self._head.size and self._may_go_on()
            if batch.entries or (error is None and self._poll is None):
                yield batch
            if error is not None and (self._poll is None or not isinstance(error, NotAnswered)):
                raise error
            if not batch.more:
                return
            if self._poll is not None and (error is not None or self._next >= self._head.size):
                yield await self._rested(error)

    async def _rested(self, error: Exception | None) -> Batch:
        """Wait, look for a new tree head, and tell what kept it from answering."""
        assert self._poll is not None
        trouble = str(error or "")
        await asyncio.sleep(self._poll)
        try:
            await self._look()
        except NotAnswered as again:
            trouble = str(again)
        return replace(self._empty(), trouble=trouble)

    def _may_go_on(self) -> bool:
        return self._left > 0 and monotonic() < self._deadline

    async def _look(self) -> None:
        """Accept the log's tree head, or raise ``CtError``."""
        if self.log.kind == "tiled":
            head = checkpoint(await self._client.ask("/checkpoint"), self.log.key, self.log.origin)
        else:
            head = sth(await self._client.ask("/ct/v1/get-sth"), self.log.key)
        before = self._place
        if before is not None and head.size < before.size:
            raise CtError(f"日志变小了：上次 {before.size} 条，现在 {head.size} 条；不再读取，待查明")
        if before is not None and head.size == before.size and head.root.hex() != before.root:
            raise CtError(f"日志分叉：同为 {head.size} 条，树根却与上次不同；不再读取，待查明")
        self._head = head
        if before is None:
            self._next = max(0, head.size - self._follow.newest)
            if self.log.kind == "tiled":
                self._next -= self._next % WIDTH
        self._note_place()

    def _note_place(self) -> None:
        at, times = self._broken
        self._place = Place(
            url=self.log.url,
            next=self._next,
            size=self._head.size,
            root=self._head.root.hex(),
            seen_at=self._clock().isoformat(),
            newest_ms=self._newest,
            broken_at=at,
            broken_times=times,
        )

    def _empty(self) -> Batch:
        assert self._place is not None
        return Batch(self._next, self._head.size, self._place, self._head.verified, stop=self._next)

    async def _batch(self) -> tuple[Batch, Exception | None]:
        """The next batch, and what ended it before its time."""
        batch, error = self._empty(), None
        end = min(self._head.size, self._next + min(self._follow.batch, self._left))
        step = self._tile if self.log.kind == "tiled" else self._page
        while self._next < end and monotonic() < self._deadline:
            try:
                await step(batch, end)
            except (CtError, NotAnswered) as problem:
                error = problem
                break
        self._left -= batch.entries
        self._note_place()
        assert self._place is not None
        batch.place, batch.stop = self._place, self._next
        return batch, error

    async def _page(self, batch: Batch, end: int) -> None:
        """One answer of get-entries, however long it is."""
        count = min(self._at_once, end - self._next)
        try:
            body = await self._client.ask(f"/ct/v1/get-entries?start={self._next}&end={self._next + count - 1}")
        except (AskedTooMuch, TooLarge) as error:
            self._at_once = count // 2 or self.log.at_once
            if count == 1 and isinstance(error, AskedTooMuch):
                raise
            if count == 1:
                self._pass_over(batch, self._next + 1, str(error))
            return
        self._take(batch, page_leaves(body, self._next, count))

    async def _tile(self, batch: Batch, _end: int) -> None:
        """The rest of the tile in which reading stands."""
        tile = tile_of(self._next, self._head.size)
        known = True
        try:
            leaves, why = await self._leaves_of(tile)
            known = bool(leaves)  # else it may be a page of words in place of a tile
        except TooLarge as error:
            leaves, why = [], str(error)
        self._take(batch, [leaf for leaf in leaves if leaf.number >= self._next])
        if not why:
            return
        at, times = self._broken
        times = times + 1 if at == self._next else 1
        self._broken = self._next, times
        if times < GIVE_UP or not known:
            raise CtError(f"数据块 {tile.path} {why}")
        self._pass_over(batch, tile.first + tile.width, why)

    async def _leaves_of(self, tile: Tile) -> tuple[list[Leaf], str]:
        """Asked once more where it breaks off: the line may have broken, not the tile."""
        leaves, why = tile_leaves(await self._tile_body(tile), tile.first, tile.width)
        if why:
            leaves, why = tile_leaves(await self._tile_body(tile), tile.first, tile.width)
        return leaves, why

    async def _tile_body(self, tile: Tile) -> bytes:
        try:
            return await self._client.ask(tile.path)
        except NotThere:
            if tile.full:
                raise
            return await self._client.ask(tile.full_path)  # it filled up, and the partial one was removed

    def _take(self, batch: Batch, leaves: list[Leaf]) -> None:
        soon = (self._clock().timestamp() + AHEAD) * 1000
        for leaf in leaves:
            why = leaf.why
            if not why:
                found = names_of(leaf.der, bare=leaf.bare)
                why = found.why
                for name in found.names:
                    batch.named.setdefault(name, leaf.number)
            if why:
                self._bad(batch, leaf.number, why, 1)
            if self._newest < leaf.at_ms < soon:
                self._newest = leaf.at_ms
        batch.entries += len(leaves)
        self._next += len(leaves)

    def _pass_over(self, batch: Batch, end: int, why: str) -> None:
        """Give up the entries before ``end``: counted, never silent."""
        self._bad(batch, self._next, f"连同其后共 {end - self._next} 条读不出来（{why}）", end - self._next)
        batch.entries += end - self._next
        self._next = end

    def _bad(self, batch: Batch, number: int, why: str, count: int) -> None:
        batch.bad += count
        if len(batch.shown) < SHOWN:
            batch.shown.append((number, why))
