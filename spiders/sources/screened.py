"""The route that name feeds share: read every name, keep those that look like a genuine one, forget the others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any, ClassVar

from scoring.case import Sighting
from scoring.domains import normalise_host, unicode_host
from scoring.names import NameIndex, name_index
from scoring.screen import Hit, Screener
from seeds.loader import load_seeds
from spiders.feeds.folder import FeedError, FeedFile, file_of
from spiders.feeds.name_lists import NameLine, name_lines
from spiders.feeds.row import BadRow
from spiders.items import SerpItem
from spiders.sources.files import FileSpider

BATCH = 20_000
"""Lines that are judged together; between two batches the crawl may be told to stop."""
LARGE = 1 << 20
"""Bytes from which a file is worth the seconds that preparing the compiled pass takes."""
MOST_BAD = 1_000
"""Bad lines that are told one by one; the others are counted."""


@dataclass(slots=True)
class Screened:
    """What one file held."""

    names: int = 0
    bad: int = 0
    rows: list[Sighting | BadRow] = field(default_factory=list)
    error: FeedError | None = None
    """Why it could not be read any further."""

    @property
    def note(self) -> str:
        """The counts, for people."""
        hits = sum(isinstance(row, Sighting) for row in self.rows)
        return f"读 {self.names} 个域名，{hits} 个形近" + f"，坏行 {self.bad}" * bool(self.bad)


class ScreenedSpider(FileSpider):
    """A feed of names; what looks alike becomes a sighting, everything else costs a moment and leaves nothing."""

    title: ClassVar[str]
    """What a sighting of the feed is headed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._screened: dict[str, Screened] = {}

    async def start(self) -> AsyncIterator[SerpItem]:
        """As files are read, but names are judged beside the event loop: other sources go on meanwhile."""
        for given, task in self._tasks():
            file = given
            with suppress(FeedError):  # told by ``_items``, which meets it again
                file = file or file_of(self._folder(), task.query)
            if file is not None:
                self._screened[file.digest] = await asyncio.to_thread(self.screen, file)
            for item in self._items(file, task):
                if self.stop_taking:
                    return
                self._count(item)
                yield item
                await self._stored()

    def read(self, file: FeedFile) -> Iterator[Sighting | BadRow]:
        """The names that look alike, and the lines that hold none, in their order."""
        found = self._screened.get(file.digest) or self.screen(file)
        self._screened[file.digest] = found
        yield from found.rows
        if found.error is not None:
            raise found.error

    def screen(self, file: FeedFile) -> Screened:
        """All of a file, names once each; never raises ``FeedError``."""
        found = Screened()
        seen: set[str] = set()
        try:
            lines = name_lines(file.path)
            screener = self._compiled if file.path.stat().st_size > LARGE else self._careful
            while (batch := list(islice(lines, BATCH))) and not self.stop_taking:
                found.rows += self._judged(batch, found, seen, screener)
        except FeedError as error:
            found.error = error
        except OSError as error:
            found.error = FeedError(f"{file.name}：无法读取（{error.strerror}）；检查权限")
        self._inc("names", found.names)
        self._inc("bad_lines", found.bad)
        return found

    def _judged(
        self, batch: list[NameLine], found: Screened, seen: set[str], screener: Screener
    ) -> Iterable[Sighting | BadRow]:
        told: list[tuple[int, Sighting | BadRow]] = []
        for line in batch:
            if line.why:
                found.bad += 1
                if found.bad <= MOST_BAD:
                    told.append((line.number, BadRow(line.number, line.why)))
        named = [(line.number, name) for line in batch for name in line.names]
        found.names += len(named)
        buffer = "".join(f"{name}\n" for _, name in named).encode("utf-8", "replace")
        hits = {hit.name: hit for hit in screener.hits(buffer) if hit.name not in seen} if named else {}
        for number, name in named if hits else ():
            if (hit := hits.pop(host_of(name), None)) is not None:
                seen.add(hit.name)
                told.append((number, self._sighting(hit, number)))
        return [row for _, row in sorted(told, key=lambda t: t[0])]

    def _sighting(self, hit: Hit, number: int) -> Sighting:
        why = f"{hit.text}（规则 {hit.rule}，命中 {hit.matched}；第 {number} 行）"
        return self.sighting(f"http://{hit.name}/", title=self.title, snippet=why, display_url=unicode_host(hit.name))

    @cached_property
    def _known(self) -> tuple[NameIndex, frozenset[str]]:
        seeds = load_seeds(self._options().seeds_folder)
        return name_index(seeds.platforms, seeds.lexicon), seeds.known_names

    @cached_property
    def _careful(self) -> Screener:
        return Screener(*self._known, fast=False)

    @cached_property
    def _compiled(self) -> Screener:
        return Screener(*self._known)

    def _item(self, query: str, page: int, file: FeedFile, piece: list[Sighting | BadRow], *, more: bool) -> SerpItem:
        item = super()._item(query, page, file, piece, more=more)
        found = self._screened.get(file.digest)
        if found is not None and not more:
            item.note = "；".join(filter(None, (found.note, item.note)))
            if found.names and item.outcome in {"none", "unparsed"}:
                item.outcome = "results" if item.sightings else "none"
        return item


def host_of(name: str) -> str:
    """The host that a word of a feed names, normalised; "" for none."""
    try:
        return normalise_host(name)
    except ValueError:
        return ""
