"""A verdict on one address, saved page, text or photo: nothing is stored, the same scoring as at night."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from lookalike.check_verdict import NOT_REACHED, NOT_VISITED, Input, Verdict, named
from lookalike.config import Config
from lookalike.errors import UsageError
from lookalike.night import Night, open_night
from lookalike.picture_reading import PictureReading
from lookalike.stages.refresh import load_reference
from scoring.case import Case, Hop, PictureFacts, SiteKey, View
from scoring.domains import is_listed
from scoring.engine import assess
from scoring.qr import Code, read_code
from spiders.case import build_case
from spiders.decode import decode
from spiders.items import VisitItem
from spiders.parse_child import parse
from spiders.pictures.find import telling
from spiders.pictures.read import PictureReader
from spiders.pictures.shown import speaks_by_pictures
from spiders.visit import VisitJob

KINDS: dict[str, Input] = {
    ".html": "page",
    ".htm": "page",
    ".xhtml": "page",
    ".txt": "text",
    ".png": "photo",
    ".jpg": "photo",
    ".jpeg": "photo",
    ".webp": "photo",
}
EXPECTED = "网址、网页（.html）、文字（.txt）或照片（.png .jpg .jpeg .webp）"
MAX_FILE = 8 * 1024 * 1024
MAX_PHOTO = 32 * 1024 * 1024


class Unusable(Exception):
    """One input cannot be judged; the others can. The message names it and the mend."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """One input on its way: what is known without a visit, and the visit that is wanted."""

    text: str
    kind: Input
    case: Case | None = None
    job: VisitJob | None = None
    photo: PictureFacts | None = None
    notes: tuple[str, ...] = ()


def verdicts(inputs: Sequence[str], host: str, config: Config, *, visit: bool = True) -> list[Verdict]:
    """Verdicts in the order of ``inputs``; addresses, those on photos among them, are visited together, once.

    Without ``visit`` nothing is fetched. Must run alone in its process when something is: Scrapy's reactor starts once.
    """
    night = open_night(config)
    load_reference(night)
    with PictureReader(night.now) as reader:
        asked = [_asked(night, reader, text, host, visit=visit) for text in inputs]
        jobs = [a.job for a in asked if isinstance(a, _Asked) and a.job is not None]
        visited = _visit(night, list(dict.fromkeys(jobs))) if jobs and visit else {}
        look = PictureReading(reader, config)
        return [a if isinstance(a, Verdict) else _verdict(night, look, a, visited, visit=visit) for a in asked]


def is_address(text: str) -> bool:
    """An address, not a file: it has a scheme, or there is no such file and it ends as names do, not as files do."""
    if "://" in text:
        return True
    if Path(text).exists() or Path(text).suffix.lower() in KINDS or "." not in text:
        return False
    host = text.split("/", 1)[0]
    return is_listed(host) or mimetypes.guess_type(text)[0] is None


def _asked(night: Night, reader: PictureReader, text: str, host: str, *, visit: bool) -> _Asked | Verdict:
    try:
        return _address(night, text) if is_address(text) else _file(night, reader, Path(text), host, visit=visit)
    except Unusable as error:
        return Verdict(text, "address", error=f"{text}: {error}")


def _address(night: Night, text: str) -> _Asked:
    url = text if "://" in text else f"http://{text}"
    try:
        key = night.unit(url)
    except ValueError as error:
        raise Unusable(f"不是可以访问的网址（{error}）") from error
    return _Asked(text, "address", Case(night.now(), key, url), VisitJob(key, (url,)))


def _file(night: Night, reader: PictureReader, path: Path, host: str, *, visit: bool) -> _Asked:
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise Unusable(f"需要{EXPECTED}；文件类型 {path.suffix or '（无）'} 不认识")
    limit = MAX_PHOTO if kind == "photo" else MAX_FILE
    try:
        with path.open("rb") as file:
            body = file.read(limit + 1)
    except OSError as error:
        raise Unusable(f"文件读不出来（{error.strerror}）") from error
    if kind == "photo":
        if len(body) > limit:
            raise Unusable(f"照片过大（上限 {limit // 2**20} MB），请缩小后再试")
        return _photo(night, reader.read(body, path.name, ocr=True), str(path), visit=visit)
    decoded = decode(body[:limit]).text
    if kind == "text":
        return _Asked(str(path), "text", Case(now=night.now(), text=decoded))
    return _page(night, reader, str(path), decoded, host)


def _page(night: Night, reader: PictureReader, text: str, html: str, host: str) -> _Asked:
    url = f"http://{host}/" if host else ""
    key = None
    if host:
        try:
            key = night.unit(url)
        except ValueError as error:
            raise UsageError(f"--host {host}: expected a host name, optionally with a port ({error})") from error
    hop = Hop(url or "about:saved-page", 200)
    view = View(client="desktop", requested_url=hop.url, hops=(hop,), page=parse(html, url))
    notes = () if host else ("没有给出 --host，无法核对页面自称的单位与网址；知道网页来自哪里时请加上 --host 主机名",)
    inline = ((c.url, c.data) for c in telling(html, hop.url, night.config.max_pictures) if c.data)
    pictures = tuple(reader.read(data, f"{text}#{name}", hop.url, ocr=True) for name, data in inline)
    return _Asked(text, "page", Case(night.now(), key, url, (view,), pictures=pictures), notes=notes)


def _photo(night: Night, photo: PictureFacts, text: str, *, visit: bool) -> _Asked:
    """The site that a photo's code leads to is the case; without one, the photo alone."""
    if photo.phash is None:
        raise Unusable(photo.qr.why)
    bare = Case(now=night.now(), pictures=(photo,))
    for code in _addresses(night, photo):
        try:
            key = night.unit(code.value)
        except ValueError:
            continue
        official = night.reference.official_host(code.host)
        job = None if official else VisitJob(key, (code.value,))
        notes = () if job is None or visit else (NOT_VISITED,)
        return _Asked(text, "photo", replace(bare, site=key, url=code.value), job, photo, notes)
    return _Asked(text, "photo", bare, photo=photo)


def _addresses(night: Night, photo: PictureFacts) -> list[Code]:
    """Addresses of a photo's codes, those that are nobody official's first."""
    codes = [read_code(text) for text in photo.qr.value or ()]
    return sorted((c for c in codes if c.kind == "url"), key=lambda c: night.reference.official_host(c.host))


def _visit(night: Night, jobs: list[VisitJob]) -> dict[VisitJob, VisitItem]:
    from lookalike.runner import crawl, project_settings, run  # noqa: PLC0415 - the reactor, only when it is needed
    from spiders.site import Listed, SiteSpider  # noqa: PLC0415

    found: dict[tuple[SiteKey, str], VisitItem] = {}

    async def keep(item: Any) -> None:
        found[item.site, item.url] = item

    settings = project_settings(LOOKALIKE_OPTIONS=night.config, LOG_LEVEL="ERROR")
    run(partial(crawl, SiteSpider, settings, keep, frontier=Listed(jobs)))
    return {job: found[job.site, job.urls[0]] for job in jobs if (job.site, job.urls[0]) in found}


def _verdict(
    night: Night, look: PictureReading, asked: _Asked, visited: dict[VisitJob, VisitItem], *, visit: bool
) -> Verdict:
    case, notes = asked.case, asked.notes
    assert case is not None
    if asked.job is not None and visit:
        item = visited.get(asked.job)
        if item is None and asked.photo is None:
            return Verdict(asked.text, asked.kind, error=f"{asked.text}: 访问没有完成，请重试")
        if item is not None:
            case = _of_visit(night, look, item, asked.photo)
        if item is None or item.outcome == "failed":
            notes = (*notes, NOT_REACHED.format(why=item.why if item else "访问没有完成"))
    elif asked.job is not None and asked.photo is None:
        notes = (*notes, NOT_VISITED)
    judged = assess(case, night.reference, night.weights)
    return Verdict(asked.text, asked.kind, judged, case, asked.photo, notes, named(case, night.reference, judged))


def _of_visit(night: Night, look: PictureReading, item: VisitItem, photo: PictureFacts | None) -> Case:
    """The case of a visited site with its pictures, and the photo that led there."""
    facts = look.at_first_sight(item)
    shown = (photo,) if photo is not None else ()
    first = build_case(item, (), night.now(), (*shown, *facts))
    score = assess(first, night.reference, night.weights).score
    matters = look.matters(score, bare=speaks_by_pictures(item))
    return replace(first, pictures=(*shown, *look.with_texts(facts, lambda: item, matters=matters)))
