"""What a batch of a log's entries becomes: a page of the store with its sightings, and words for analysts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from scoring.case import Sighting
from scoring.domains import unicode_host
from scoring.screen import Hit
from seeds.ct_model import CtLog
from spiders.feeds.ctlog.tree_head import instant
from spiders.items import SerpItem
from spiders.sources.ct_reading import SHOWN, Batch

PREFIX = "log:"
"""A search of a log is ``log:ID``; of a file its name, a blank and its digest."""
TITLE = "证书透明日志"


@dataclass(slots=True)
class CtItem(SerpItem):
    """One batch of one log."""

    log: str = ""
    start: int = 0
    stop: int = 0
    tree_size: int = 0
    entries: int = 0
    names: int = 0
    """Names that had not come before, from this log or another."""
    repeated: int = 0
    bad: int = 0
    shown: list[tuple[int, str]] = field(default_factory=list)
    newest_at: datetime | None = None
    """When the log took the newest entry that was read."""
    hits: list[Hit] = field(default_factory=list)

    @property
    def behind(self) -> int:
        """Entries that the log has and that have not been read."""
        return max(0, self.tree_size - self.stop)


@dataclass(slots=True)
class Totals:
    """One log in one run, as far as this process has read it."""

    entries: int = 0
    names: int = 0
    repeated: int = 0
    hits: int = 0
    bad: int = 0
    shown: list[tuple[int, str]] = field(default_factory=list)
    behind_at_first: int | None = None

    def add(self, item: CtItem) -> None:
        """One more batch."""
        self.entries += item.entries
        self.names += item.names
        self.repeated += item.repeated
        self.hits += len(item.sightings)
        self.bad += item.bad
        self.shown = (self.shown + item.shown)[:SHOWN]
        if self.behind_at_first is None:
            self.behind_at_first = max(0, item.tree_size - item.start)


def item_of(
    log: CtLog, batch: Batch, found: list[tuple[Hit, int]], fresh: int, *, source: str, page: int, at: datetime
) -> CtItem:
    """The page of a batch; ``found``: hits with the entries that have them, ``fresh``: names that were judged."""
    outcome: Any = "results" if found or batch.more else "none"
    item = CtItem(source, PREFIX + log.id, page, log.url, outcome, seen_at=at)
    item.log, item.start, item.stop, item.tree_size = log.id, batch.start, batch.stop, batch.size
    item.entries, item.bad, item.shown = batch.entries, batch.bad, batch.shown
    item.names, item.repeated = fresh, len(batch.named) - fresh
    item.newest_at = instant(batch.place.newest_ms)
    item.hits = [hit for hit, _ in found]
    for place, (hit, number) in enumerate(found, 1):
        item.sightings.append(_sighting(item, hit, number, place))
    if batch.more:
        item.next_url = f"{log.url}#{batch.stop}"
    return item


def failed_item(log: CtLog, why: str, *, source: str, page: int, at: datetime) -> CtItem:
    """A log that is not read any further in this run."""
    return CtItem(
        source, PREFIX + log.id, page, log.url, "failed", note=f"{log.id}：{why}"[:500], seen_at=at, log=log.id
    )


def told(item: CtItem, totals: Totals, now: datetime, *, verified: bool) -> str:
    """A run over one log, in one line: what was read, what was bad, how far it is behind."""
    parts = [
        f"{item.log}：读 {totals.entries} 条，{totals.names} 个新域名（重复 {totals.repeated}），{totals.hits} 个形近",
        bad_words(totals.bad, totals.shown),
        lag(item, now),
        "" if verified else "树头未验签（没有配置公钥）",
    ]
    first = totals.behind_at_first
    if first is not None and item.behind and item.behind > first - totals.entries // 2:
        parts.append("赶不上日志的增长：加大 ct_logs.toml 的 entries、seconds")
    return "；".join(filter(None, parts))


def lag(item: CtItem, now: datetime) -> str:
    """``落后 120 条，最新一条 2.0 小时前``."""
    age = f"，读到的最新一条 {ago(item.newest_at, now)}" if item.newest_at is not None else ""
    return f"落后 {item.behind} 条{age}"


def ago(at: datetime, now: datetime) -> str:
    """How long ago, roughly."""
    seconds = max(0.0, (now - at).total_seconds())
    for unit, size in (("天", 86_400), ("小时", 3600), ("分钟", 60)):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}前"
    return f"{seconds:.0f} 秒前"


def bad_words(count: int, shown: list[tuple[int, str]]) -> str:
    """Bad entries, the first by their numbers; "" for none."""
    if not count:
        return ""
    named = "；".join(f"第 {number} 条：{why}" for number, why in shown)
    return f"坏条目 {count}（{named}{' 等' if count > len(shown) else ''}）"


def _sighting(item: CtItem, hit: Hit, number: int, place: int) -> Sighting:
    return Sighting(
        source=item.source,
        query=item.query,
        position=place,
        paid=False,
        url=f"http://{hit.name}/",
        title=TITLE,
        snippet=f"{hit.text}（规则 {hit.rule}，命中 {hit.matched}；日志 {item.log} 第 {number} 条）",
        display_url=unicode_host(hit.name),
        seen_at=item.seen_at,
    )
