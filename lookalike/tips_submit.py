"""Reports typed into a form, one a line: into the store as an import brings them. Nothing is fetched; nights visit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lookalike.config import Config
from lookalike.errors import UsageError
from lookalike.night import Night
from lookalike.opening import open_blobs
from lookalike.review import rights
from lookalike.review.people import named
from lookalike.store import audit, runs, weights
from lookalike.store import tips as stored
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.models import Run, Site
from lookalike.tips import judged_texts, keep_piece
from scoring.case import SiteKey
from scoring.contacts import contacts
from scoring.reference import Reference
from scoring.result import Assessment
from seeds.loader import load_seeds
from spiders import clock
from spiders.feeds.row import BadRow
from spiders.feeds.tip import Tip
from spiders.feeds.tip_items import SOURCE, TipsItem, tip_items
from spiders.feeds.tip_tables import Cell, TipRow
from spiders.feeds.tips import tip_of

KIND = "submit"
MOST = 200
"""Reports of one form; more belong into a file."""
SHOWN = 80
"""Characters of a report that are told again."""
_ADDRESS = re.compile(r"[\x21-\x7e]+|[^\s，。；、：]+\.[a-z]{2,}(?:/\S*)?", re.ASCII)
"""One word in ASCII, or an international name: meant as an address."""
_UNREAD = "读不出网址或联系方式；网址应如 www.example.com/a，联系方式应写明种类，如 微信 abc123"


class SubmitError(UsageError):
    """Nothing can be taken in; ``code`` says why, for a page that has its own words."""

    def __init__(self, code: str, text: str) -> None:
        """``text`` is the sentence for the command line."""
        self.code = code
        super().__init__(text)


@dataclass(frozen=True, slots=True)
class Submitted:
    """What came of a form."""

    run: int
    taken: int
    bad: int


def submit(config: Config, factory: Factory, typed: str, by: str, *, channel: str = "", number: str = "") -> Submitted:
    """Stores what somebody typed, each line a report, and notes line by line what came of it in the run's summary.

    Addresses wait for the next night, sellers without an address are leads at once. Raises SubmitError for nothing and
    for too many lines, NotAllowedError for who may not judge.
    """
    found = list(_read(typed, channel, number))
    if not found:
        raise SubmitError("none", "submit: there is no line with anything in it")
    if len(found) > MOST:
        raise SubmitError("many", f"submit: {len(found)} lines; at most {MOST}, or a file: lookalike tips import")
    who, night = named(by, "submits"), _night(config, factory)
    source = next((s.id for s in night.seeds.sources if s.spider == SOURCE), SOURCE)
    name = f"网页提交（{who}）"
    items = list(tip_items(iter(found), source=source, query=name, name=name, now=night.now()))
    judged = {f: j for item in items for f, j in judged_texts(night, item.tips).items()}
    with writing(night.factory) as session:
        rights.check(session, who, "leads.judge")
        return _keep(night, session, who, items, judged, found)


def lines_of(session: Session, number: int) -> tuple[Run, list[dict[str, Any]]] | None:
    """A form that was taken in, and what came of its lines; None: there is none of this number."""
    run = session.get(Run, number)
    return None if run is None or run.kind != KIND else (run, list(run.summary.get("lines", [])))


def recent(session: Session, most: int = 10) -> list[Run]:
    """The newest forms."""
    return runs.latest(session, KIND, limit=most)


def _night(config: Config, factory: Factory) -> Night:
    """What storing and judging a report needs, over a store that is open already."""
    seeds = load_seeds(config.seeds_folder)
    with reading(factory) as session:
        in_use = weights.active(session)
    now = partial(clock.now, config)
    return Night(config, seeds, factory, open_blobs(config), Reference(seeds), now, in_use)


def _read(typed: str, channel: str, number: str) -> Iterator[Tip | BadRow]:
    for row, line in enumerate(typed.splitlines(), 1):
        if text := line.strip():
            address = _ADDRESS.fullmatch(text) and not contacts(text)
            field, heading = ("url", "网址") if address else ("text", "内容")
            more = [("channel", "渠道", channel or "网页提交"), ("number", "编号", number)]
            cells = (Cell(field, heading, text), *(Cell(*cell) for cell in more if cell[2].strip()))
            read = tip_of(TipRow(row, cells, frozenset({"text", "url"})))
            unread = address and not (isinstance(read, Tip) and read.urls)
            yield BadRow(row, _UNREAD) if unread else read


def _standing(session: Session, night: Night, urls: Sequence[str]) -> dict[str, str]:
    """What is known by now of the sites that these addresses belong to: ``Site.state`` by address."""
    keys: dict[str, SiteKey] = {}
    for url in urls:
        with suppress(ValueError):
            keys[url] = night.unit(url)
    mine = select(Site).where(Site.host.in_(sorted({key.host for key in keys.values()})))
    known = {SiteKey(site.host, site.port, site.scope): site.state for site in session.scalars(mine)}
    return {url: known[key] for url, key in keys.items() if key in known}


def _keep(
    night: Night,
    session: Session,
    who: str,
    items: Sequence[TipsItem],
    judged: Mapping[str, Assessment],
    found: Sequence[Tip | BadRow],
) -> Submitted:
    now = night.now()
    night.weights = weights.keep_shipped(session, now)
    tips = [tip for tip in found if isinstance(tip, Tip)]
    known = stored.known(session, {tip.fingerprint for tip in tips})
    run, _ = runs.begin_or_resume(session, KIND, now, {"by": who})
    for item in items:
        keep_piece(night, session, run, item, judged)
    states = _standing(session, night, [url for tip in tips for url in tip.urls])
    told: list[dict[str, Any]] = []
    for one in found:
        if isinstance(one, BadRow):
            told.append({"row": one.number, "came": "bad", "why": one.why})
        else:
            told.append(_told(session, one, states, is_new=one.fingerprint not in known))
            known |= {one.fingerprint}
    runs.note_step(session, run, "lines", told)
    bad = len(found) - len(tips)
    runs.finish(session, run, now, "failed" if bad else "done")
    audit.note(session, now, who, "tips.submitted", after={"run": run.id, "taken": len(tips), "bad": bad})
    return Submitted(run.id, len(tips), bad)


def _told(session: Session, tip: Tip, states: Mapping[str, str], *, is_new: bool) -> dict[str, Any]:
    return {
        "row": tip.row,
        "came": "new" if is_new else "repeated",
        "why": "；".join(tip.remarks),
        "text": tip.text[:SHOWN],
        "sites": [{"url": url, "state": states.get(url, "")} for url in tip.urls],
        "contacts": [{"type": kind, "value": value} for kind, value in tip.contacts],
        "lead": stored.by_fingerprint(session, tip.fingerprint).lead_id,
    }
