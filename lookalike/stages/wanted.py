"""What is asked of each source tonight, queries of the lexicon or the files that lie there, and what is remarkable.

Asks nothing itself.
"""

from __future__ import annotations

import os
from pathlib import Path

from scrapy.spiderloader import SpiderLoader
from sqlalchemy.orm import Session

from lookalike.night import Night
from lookalike.runner import project_settings
from lookalike.store.models import Run
from lookalike.store.search_notes import read_before, remarks
from seeds.asked import asked, cities_of
from seeds.model import Source
from spiders.sources.ct import CtSpider, log_queries
from spiders.sources.files import FileSpider

COSTLY = ("不能用", "有缺", "未读")
"""Words of a remark on a file that tell of rows left out; another remark only counts what was read."""
MOST_PIECES = 1_000_000
"""Pieces of one file: a setting that bounds pages of results must not cut a file."""


def searches_of(night: Night, session: Session, source: Source) -> list[str]:
    """The searches of one source; none for a source that cannot be asked (see ``not_ready``).

    Files that an earlier run read to the end are left out: the same file read twice gives nothing new. Logs are asked
    every night for what is new.
    """
    if not_ready(night, source):
        return []
    if source.kind == "file":
        found = _files(night, source)
        read = read_before(session, source.id, found) if found else frozenset()
        logs = log_queries(night.seeds) if source.spider == CtSpider.name else []
        return [query for query in found if query not in read] + logs
    limit = night.config.queries or source.queries
    return list(asked(source, night.seeds, limit, night.run_id - 1, night.config.cities))


def page_limit(night: Night, source: Source) -> int:
    """Result pages that are asked for one query."""
    return MOST_PIECES if source.kind == "file" else night.config.pages or source.pages


def not_ready(night: Night, source: Source) -> dict[str, str] | None:
    """Why a source is not asked although it is chosen: ``{"source", "status", "why"}``; None where it is ready."""
    if source.key and not os.environ.get(source.key, "").strip():
        why = f"没有密钥：设置环境变量 {source.key} 后才会询问"
        return {"source": source.id, "status": "no key", "why": why}
    if source.kind == "api" and not source.host and not night.config.searxng:
        why = "没有地址：设置 LOOKALIKE_SEARXNG，或在 sources.toml 中写 host"
        return {"source": source.id, "status": "no address", "why": why}
    if source.cities and not cities_of(source, night.config.cities):
        why = f"LOOKALIKE_CITIES 中没有它的城市；可写：{'、'.join(c.name for c in source.cities[:8])}…"
        return {"source": source.id, "status": "no city", "why": why}
    return None


def note_remarks(night: Night, session: Session, source: Source) -> list[str]:
    """Enter what is worth telling of a source that did answer into ``night.notes``; returns why pages failed.

    Bad rows of a file, and engines that an interface could not reach, cost a part of the results and no more; of
    searches in general only the numbers are told.
    """
    if unready := not_ready(night, source):
        night.notes.append(unready)
        return []
    if source.kind == "search":
        return []
    found = remarks(session, session.get_one(Run, night.run_id), source.id)
    for remark in found:
        if remark.outcome in {"results", "none"}:
            pages = f"（{remark.pages} 页）" if remark.pages > 1 else ""
            status = "partial" if source.kind != "file" or any(word in remark.note for word in COSTLY) else "read"
            night.notes.append({"source": source.id, "status": status, "why": remark.note + pages})
    return list(dict.fromkeys(remark.note for remark in found if remark.outcome not in {"results", "none"}))


def _files(night: Night, source: Source) -> list[str]:
    folder = Path(night.config.feeds) if night.config.feeds else None
    spiders = SpiderLoader.from_settings(project_settings())
    spider = spiders.load(source.spider) if source.spider in spiders.list() else None
    if spider is None or not issubclass(spider, FileSpider):
        return []
    return [file.query for file in spider.files(folder)]
