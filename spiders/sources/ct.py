"""Names of certificates: from transparency logs themselves, and from files of their mirrors in the feeds folder."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.http import Response

from scoring.screen import Hit
from seeds.ct_model import CtFollow, CtLog
from seeds.loader import load_seeds
from seeds.model import Seeds
from spiders.feeds.ctlog.errors import CtError
from spiders.feeds.ctlog.seen import Seen
from spiders.feeds.ctlog.state import Place, State, StateError, opened
from spiders.options import home_folder
from spiders.sources.ct_asking import CtClient, NotAnswered
from spiders.sources.ct_items import PREFIX, TITLE, CtItem, Totals, failed_item, item_of, told
from spiders.sources.ct_reading import POLL, Batch, LogReader
from spiders.sources.merging import merged
from spiders.sources.screened import ScreenedSpider, host_of
from spiders.sources.task import SearchTask

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

NIGHTS, BY_HAND = "state.json", "screen.json"
"""State files in the home folder: what was read by hand must not be missing from the nights."""


def log_queries(seeds: Seeds) -> list[str]:
    """The searches of all logs that are followed."""
    return [PREFIX + log.id for log in seeds.ct_logs if log.enabled]


class CtSpider(ScreenedSpider):
    """``scrapy crawl ct -a logs=ID,ID|all``, or of a mirror's file: ``-a file=/path/certstream.jsonl -O out.jsonl``.

    A batch of a log is entered into the state file, and its names into those seen before, when its item is stored:
    a kill loses nothing and reads one batch a log again.
    """

    name = feed = "ct"
    title = TITLE

    def __init__(
        self,
        *args: Any,
        logs: str | Sequence[str] = (),
        state: str | Path = "",
        searches: Sequence[SearchTask] = (),
        bounds: Mapping[str, float] | None = None,
        poll: float | None = None,
        **kwargs: Any,
    ) -> None:
        """``-a logs=`` ids of logs, or ``all`` · ``-a state=`` another state file than that of readings by hand.

        From a program: ``searches`` of logs beside those of files; ``bounds`` replace those of ``ct_logs.toml`` by
        name; ``poll``: seconds between looks for new entries, without end.
        """
        of_files = [task for task in searches if not task.query.startswith(PREFIX)]
        super().__init__(*args, searches=of_files, **kwargs)
        self._of_logs = [task for task in searches if task.query.startswith(PREFIX)]
        self._named = tuple(logs.split(",") if isinstance(logs, str) else logs)
        self._state = Path(state) if state else None
        self._bounds = dict(bounds or {})
        self._poll = POLL if poll == 0 else poll
        self._only_logs = bool(self._named or self._of_logs) and not (of_files or self.given)
        self._totals: dict[str, Totals] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> CtSpider:
        """Raises ``ValueError`` in one line for a log that is not known."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.log_tasks()
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Files first; then all logs side by side."""
        if not self._only_logs:
            async for item in super().start():
                yield item
        tasks = self.log_tasks()
        if tasks:
            async for item in self._all_logs(tasks):
                yield item

    def log_tasks(self) -> list[tuple[CtLog, SearchTask]]:
        """The logs that are asked, each with its search. Raises ``ValueError`` for one that is not known."""
        known = {log.id: log for log in self._seeds.ct_logs}
        named = [log.id for log in known.values() if log.enabled] if "all" in self._named else list(self._named)
        if unknown := [name for name in named if name not in known]:
            raise ValueError(f"spider {self.name}: no log {unknown[0]!r} in ct_logs.toml; known: {', '.join(known)}")
        asked = self._of_logs or [SearchTask(PREFIX + name) for name in named]
        return [(known[i], task) for task in asked if (i := task.query.removeprefix(PREFIX)) in known]

    async def _all_logs(self, tasks: Sequence[tuple[CtLog, SearchTask]]) -> AsyncIterator[CtItem]:
        pages = {log.id: task.page for log, task in tasks}
        async with AsyncExitStack() as stack:
            try:
                state = stack.enter_context(opened(self._state_path()))
                seen = stack.enter_context(Seen(state.path.with_suffix(".seen")))
                readers = [self._reader(log, state) for log, _ in tasks]
                stream = await stack.enter_async_context(aclosing(merged((r, r.batches()) for r in readers)))
                async for reader, batch in stream:
                    async for item in self._one(reader, batch, state, seen, pages):
                        yield item
                    if self.stop_taking:
                        return
            except (StateError, OSError) as error:
                for log, _ in tasks:
                    yield self._failed(log, pages[log.id], str(error))

    async def _one(
        self, reader: LogReader, batch: Batch | Exception, state: State, seen: Seen, pages: dict[str, int]
    ) -> AsyncIterator[CtItem]:
        """The item of one batch, or of what ended a log; when it is stored, that is noted."""
        log = reader.log
        fresh: list[str] = []
        if isinstance(batch, Exception):
            item, place = self._broken(log, pages[log.id], batch), reader.place
        else:
            fresh, place = seen.fresh(batch.named), batch.place
            item = await self._judged_batch(log, batch, fresh, pages[log.id])
        if item.entries or item.note:
            pages[log.id] += 1
            yield item
            await self._stored()
            await asyncio.sleep(0)  # whoever could not store it says so now
        if not self.stop_taking:
            seen.enter(fresh)
            if place is not None:
                state.put(log.id, place)

    def _reader(self, log: CtLog, state: State) -> LogReader:
        follow, options = self._follow, self._options()
        deadline = float("inf") if self._poll is not None else monotonic() + follow.seconds
        client = CtClient(log, follow, options, self._download, deadline=deadline)
        place: Place | None = state.place(log.id, log.url)
        return LogReader(log, follow, client, place, self._now, deadline=deadline, poll=self._poll)

    async def _judged_batch(self, log: CtLog, batch: Batch, fresh: list[str], page: int) -> CtItem:
        found = await asyncio.to_thread(self._hits, fresh, batch.named) if fresh else []
        at = self._now()
        item = item_of(log, batch, found, len(fresh), source=self.source_id, page=page, at=at)
        totals = self._totals.setdefault(log.id, Totals())
        totals.add(item)
        if not batch.more:
            item.note = told(item, totals, at, verified=batch.verified)
        elif batch.trouble:
            item.note = f"{log.id}：{batch.trouble}；稍后再问"
        self._count_log(item)
        return item

    def _hits(self, names: list[str], named: Mapping[str, int]) -> list[tuple[Hit, int]]:
        buffer = "".join(f"{name}\n" for name in names).encode("utf-8", "replace")
        hits = {hit.name: hit for hit in self._compiled.hits(buffer)}
        first = {host_of(name): named[name] for name in reversed(names)} if hits else {}
        return [(hit, first.get(hit.name, 0)) for hit in hits.values()]

    def _broken(self, log: CtLog, page: int, error: BaseException) -> CtItem:
        why = str(error)
        if not isinstance(error, (CtError, NotAnswered)):
            self.logger.error("log %s", log.id, exc_info=error)
            why = f"程序出错 {type(error).__name__}: {error}"
        totals = self._totals.get(log.id, Totals())
        before = f"；此前读 {totals.entries} 条，{totals.hits} 个形近" if totals.entries else ""
        return self._failed(log, page, why + before)

    def _failed(self, log: CtLog, page: int, why: str) -> CtItem:
        item = failed_item(log, why, source=self.source_id, page=page, at=self._now())
        self._count_log(item)
        return item

    def _count_log(self, item: CtItem) -> None:
        self._count(item)
        for key in ("entries", "names", "repeated"):
            self._inc(key, getattr(item, key))
        self._inc("bad_entries", item.bad)

    async def _download(self, request: Request) -> Response:
        engine = self.crawler.engine
        if engine is None:
            raise RuntimeError("no crawl is running")
        return await engine.download_async(request)

    def _state_path(self) -> Path:
        home: Path = getattr(self._options(), "home", home_folder())
        return self._state or home / "ct" / (NIGHTS if self._of_logs else BY_HAND)

    @cached_property
    def _seeds(self) -> Seeds:
        return load_seeds(self._options().seeds_folder)

    @property
    def _follow(self) -> CtFollow:
        return replace(self._seeds.ct_follow, **self._bounds)  # type: ignore[arg-type]
