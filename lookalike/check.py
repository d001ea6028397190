"""A verdict on one address, saved page or text: nothing is stored, the same scoring as at night."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from lookalike.config import Config
from lookalike.errors import UsageError
from lookalike.night import Night, open_night
from lookalike.stages.refresh import load_reference
from scoring import page as pages
from scoring.case import Case, Hop, SiteKey, View
from scoring.domains import is_listed
from scoring.engine import assess
from scoring.result import Assessment
from spiders.case import build_case
from spiders.decode import decode
from spiders.items import VisitItem
from spiders.visit import VisitJob

PAGES = frozenset({".html", ".htm", ".xhtml"})
TEXTS = frozenset({".txt"})
PICTURES = frozenset({".png", ".jpg", ".jpeg"})
MAX_FILE = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of one input."""

    input: str
    assessment: Assessment | None
    host: str | None
    error: str = ""
    """Why there is no verdict; the other inputs have theirs."""
    notes: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """As ``check --json`` prints it; an input without a verdict has ``error`` in the place of a score."""
        if self.assessment is None:
            return {"input": self.input, "error": self.error}
        judged = self.assessment
        return {
            "input": self.input,
            "kind": judged.kind,
            "score": round(judged.score, 4),
            "band": judged.band,
            "impersonates": judged.impersonates,
            "host": self.host,
            "reasons": [row.as_json() for row in judged.rows],
            "unchecked": [{"what": u.what, "why": u.why} for u in judged.unchecked],
            "qr": [],
        }


def verdicts(inputs: Sequence[str], host: str, config: Config) -> list[Verdict]:
    """Verdicts in the order of ``inputs``; addresses are visited together, once, as at night.

    Must run alone in its process when an address is among them: Scrapy's reactor starts once.
    """
    night = open_night(config)
    load_reference(night)
    made: dict[int, Verdict] = {}
    jobs: dict[int, VisitJob] = {}
    for number, text in enumerate(inputs):
        if is_address(text):
            try:
                jobs[number] = _job(night, text)
            except ValueError as error:
                made[number] = Verdict(text, None, None, f"{text}: 不是可以访问的网址（{error}）")
        else:
            made[number] = _of_file(night, text, host)
    if jobs:
        visited = _visit(night, list(dict.fromkeys(jobs.values())))
        for number, job in jobs.items():
            made[number] = _of_visit(night, inputs[number], visited.get(job))
    return [made[number] for number in range(len(inputs))]


def is_address(text: str) -> bool:
    """An address, not a file: it has a scheme, or there is no such file and it ends as names do, not as files do."""
    if "://" in text:
        return True
    if Path(text).exists() or Path(text).suffix.lower() in PAGES | TEXTS | PICTURES or "." not in text:
        return False
    host = text.split("/", 1)[0]
    return is_listed(host) or mimetypes.guess_type(text)[0] is None


def _job(night: Night, text: str) -> VisitJob:
    url = text if "://" in text else f"http://{text}"
    return VisitJob(night.unit(url), (url,))


def _visit(night: Night, jobs: list[VisitJob]) -> dict[VisitJob, VisitItem]:
    from lookalike.runner import crawl, project_settings, run  # noqa: PLC0415 - the reactor, only when it is needed
    from spiders.site import Listed, SiteSpider  # noqa: PLC0415

    found: dict[tuple[SiteKey, str], VisitItem] = {}

    async def keep(item: Any) -> None:
        found[item.site, item.url] = item

    settings = project_settings(LOOKALIKE_OPTIONS=night.config, LOG_LEVEL="ERROR")
    run(partial(crawl, SiteSpider, settings, keep, frontier=Listed(jobs)))
    return {job: found[job.site, job.urls[0]] for job in jobs if (job.site, job.urls[0]) in found}


def _of_visit(night: Night, text: str, visit: VisitItem | None) -> Verdict:
    if visit is None:
        return Verdict(text, None, None, f"{text}: 访问没有完成，请重试")
    case = build_case(visit, (), night.now())
    notes = (f"站点没有正常应答：{visit.why}",) if visit.outcome == "failed" else ()
    return Verdict(text, assess(case, night.reference, night.weights), str(visit.site), notes=notes)


def _of_file(night: Night, text: str, host: str) -> Verdict:
    path = Path(text)
    suffix = path.suffix.lower()
    if suffix in PICTURES:
        return Verdict(text, None, None, f"{text}: 本版本还不能读图片；请给出图片上二维码的网址，或页面、文字文件")
    if suffix not in PAGES | TEXTS:
        return Verdict(
            text, None, None, f"{text}: 需要网址、网页（.html）或文字（.txt）；文件类型 {suffix or '（无）'} 不认识"
        )
    try:
        with path.open("rb") as file:
            body = file.read(MAX_FILE + 1)
    except OSError as error:
        return Verdict(text, None, None, f"{text}: 文件读不出来（{error.strerror}）")
    decoded = decode(body[:MAX_FILE]).text
    if suffix in TEXTS:
        case = Case(now=night.now(), text=decoded)
        return Verdict(text, assess(case, night.reference, night.weights), None)
    return _of_page(night, text, decoded, host)


def _of_page(night: Night, text: str, html: str, host: str) -> Verdict:
    url = f"http://{host}/" if host else ""
    key = None
    if host:
        try:
            key = night.unit(url)
        except ValueError as error:
            raise UsageError(f"--host {host}: expected a host name, optionally with a port ({error})") from error
    hop = Hop(url or "about:saved-page", 200)
    view = View(client="desktop", requested_url=hop.url, hops=(hop,), page=pages.parse(html, url))
    case = Case(now=night.now(), site=key, url=url, views=(view,))
    notes = () if host else ("没有给出 --host，无法核对页面自称的单位与网址",)
    return Verdict(text, assess(case, night.reference, night.weights), host or None, notes=notes)
