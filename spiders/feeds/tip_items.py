"""Reports as pages of the store: each piece of a file with its tips, and a sighting for every address in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from scoring.case import Sighting
from spiders.feeds.pieces import CHUNK, Pieces, told
from spiders.feeds.row import BadRow
from spiders.feeds.tip import Tip
from spiders.items import Outcome, SerpItem

SOURCE = "tips"
LONG_NUMBER = 6
"""Characters from which a number is the hotline's own; shorter ones count the rows of one file."""
_TITLE = 60
_AROUND = 300
"""Characters kept of a report beside an address of it."""


@dataclass(slots=True)
class TipsItem(SerpItem):
    """One piece of a file of reports."""

    tips: list[Tip] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)


def tip_items(
    found: Iterator[Tip | BadRow], *, source: str, query: str, name: str, now: datetime, page: int = 1
) -> Iterator[TipsItem]:
    """The pieces of one file from ``page`` on. Passes on the reader's ``FeedError`` behind what came before it."""
    pieces = Pieces(found, skip=(page - 1) * CHUNK)
    while True:
        piece = pieces.take()
        bad = [row for row in piece if isinstance(row, BadRow)]
        tips = [row for row in piece if isinstance(row, Tip)]
        outcome: Outcome = "results" if tips or pieces.more or page > 1 else "unparsed" if bad else "none"
        item = TipsItem(source, query, page, name, outcome, note=_note(bad, tips), seen_at=now, tips=tips, bad=bad)
        item.sightings = sightings(tips, source, name, now)
        if pieces.more:
            item.next_url = f"{name}#{page * CHUNK + 1}"
        yield item
        if not pieces.more:
            return
        page += 1


def sightings(tips: Sequence[Tip], source: str, name: str, now: datetime) -> list[Sighting]:
    """One for every address; the query is the report's number, or its file and row, the place counts the piece."""
    found: list[Sighting] = []
    for tip in tips:
        for url in tip.urls:
            title, snippet = _excerpt(tip.text)
            told_by = tip.number if len(tip.number) >= LONG_NUMBER else f"{name} 第 {tip.row} 行"
            at = tip.received_at if tip.received_at is not None and tip.received_at < now else now
            found.append(Sighting(source, told_by, len(found) + 1, False, url, title, snippet, seen_at=at))
    return found


def _excerpt(text: str) -> tuple[str, str]:
    first, _, rest = text.partition("\n")
    if len(first) <= _TITLE:
        return first, " ".join(rest.split())[:_AROUND]
    return "", " ".join(text.split())[:_AROUND]


def _note(bad: Sequence[BadRow], tips: Sequence[Tip]) -> str:
    odd = [(tip.row, remark) for tip in tips for remark in tip.remarks]
    kept = f"{len(odd)} 处已保留但有缺：" + "；".join(f"第 {row} 行{why}" for row, why in odd[:10]) if odd else ""
    return "；".join(filter(None, (told(bad), kept)))[:1000]
