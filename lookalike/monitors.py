"""Whether tonight's numbers can be believed: a parser that yields nothing raises no error, so somebody has to count.

Pure: numbers in, alarms out. A night is held against the last finished ones; with fewer than three of them nothing
is called unusual. Which sources are asked, and what becomes of an alarm, is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any, Literal

Level = Literal["fail", "warn"]
"""``fail``: the source's data is not to be trusted, the night has partly failed; ``warn``: somebody should look."""

HISTORY = 14
"""Finished runs that a night is held against."""
FEWEST_RUNS = 3
"""With fewer, a median is an accident."""
ENOUGH_PAGES = 5
UNPARSED = 0.2
"""Share of pages that are not understood from which the layout has changed."""
FEW = 0.3
"""Share of the usual results below which somebody should look."""
CAPTCHAS = 0.3
SHALLOW = 0.1
"""Share of the usual part of results on second pages and beyond, below which turning pages has broken."""
NIGHTS_WITHOUT_LEADS = 3
MEDIUM = "medium"


@dataclass(frozen=True, slots=True)
class SourceNight:
    """What one source gave in one run; all but the first three count pages or results."""

    source: str
    name: str = ""
    """Chinese."""
    asked: int = 0
    """Queries that were asked, whatever came."""
    depth: int = 1
    """Result pages a query that were allowed."""
    pages: int = 0
    results: int = 0
    """Organic results."""
    deep: int = 0
    """Results on second pages and beyond."""
    captcha: int = 0
    blocked: int = 0
    unparsed: int = 0
    failed: int = 0
    robots: int = 0

    @property
    def answered(self) -> int:
        """Pages that were an answer of some sort."""
        return self.pages - self.captcha - self.blocked - self.failed - self.robots

    @property
    def a_query(self) -> float:
        """Results for one query that was asked."""
        return self.results / max(self.asked, 1)

    @property
    def deep_share(self) -> float:
        """Part of the results that second pages and beyond gave."""
        return self.deep / max(self.results, 1)


@dataclass(frozen=True, slots=True)
class RunNight:
    """One run: its sources, and how many leads nobody had seen before."""

    sources: Mapping[str, SourceNight] = field(default_factory=dict)
    leads_new: int = 0


@dataclass(frozen=True, slots=True)
class Alarm:
    """One finding: what was measured, and against what."""

    level: Level
    rule: str
    source: str
    """Source id; empty: the night as a whole."""
    measured: float
    against: float
    text: str
    """One Chinese sentence."""

    def as_json(self) -> dict[str, Any]:
        """As it stands in a run's summary."""
        return {**asdict(self), "measured": round(self.measured, 3), "against": round(self.against, 3)}


def check(tonight: RunNight, history: Sequence[RunNight]) -> list[Alarm]:
    """All alarms of a night; ``history``: the finished runs before it, the newest first, at most ``HISTORY`` count."""
    before = history[:HISTORY]
    found: list[Alarm] = []
    for source in tonight.sources.values():
        earlier = [run.sources[source.source] for run in before if source.source in run.sources]
        found.extend(_of_source(source, [night for night in earlier if night.answered]))
    return [*found, *_leads(tonight, before)]


def canary(unrecognised: Iterable[tuple[str, str]], score: float, band: str, medium: float) -> list[Alarm]:
    """Alarms of the nightly trial: platforms whose own address is not known as genuine, and a fake that passes.

    ``unrecognised``: platform id and address; ``score``, ``band``: what the fake that the project keeps came to;
    ``medium``: the score that it must reach.
    """
    found = [
        Alarm("fail", "canary_genuine", "", 0, 1, f"正版平台 {platform} 的地址 {url} 没有被认作正版，白名单可能已损坏")
        for platform, url in unrecognised
    ]
    if score < medium:
        text = f"项目自带的仿冒样本只得 {score:.1f} 分（{band}），应不低于 {medium:.0f} 分，评分可能已损坏"
        found.append(Alarm("fail", "canary_fake", "", score, medium, text))
    return found


def _of_source(night: SourceNight, earlier: Sequence[SourceNight]) -> Iterator[Alarm]:
    name = night.name or night.source
    if night.pages and night.unparsed / night.pages > UNPARSED:
        text = f"{name}：{night.unparsed}/{night.pages} 页无法识别，页面版式可能已变"
        yield Alarm("fail", "unparsed", night.source, night.unparsed / night.pages, UNPARSED, text)
    if night.pages and night.captcha / night.pages > CAPTCHAS:
        text = f"{name}：{night.captcha}/{night.pages} 页要求验证码，已暂停询问"
        yield Alarm("warn", "captcha", night.source, night.captcha / night.pages, CAPTCHAS, text)
    if len(earlier) >= FEWEST_RUNS and night.answered:
        yield from _yield(night, name, earlier)


def _yield(night: SourceNight, name: str, earlier: Sequence[SourceNight]) -> Iterator[Alarm]:
    usual = median(e.results for e in earlier)
    expected = median(e.a_query for e in earlier) * night.asked
    if not night.results and night.pages >= ENOUGH_PAGES and usual > 0:
        text = f"{name}：{night.pages} 页没有一条结果，前 {len(earlier)} 晚的中位数是 {usual:.0f} 条"
        yield Alarm("fail", "silent", night.source, 0, usual, text)
    elif night.results < FEW * expected:
        text = f"{name}：只有 {night.results} 条结果，按前 {len(earlier)} 晚的中位数应有约 {expected:.0f} 条"
        yield Alarm("warn", "few", night.source, night.results, FEW * expected, text)
    share = median(e.deep_share for e in earlier)
    if night.depth > 1 and night.results and night.answered >= ENOUGH_PAGES and night.deep_share < SHALLOW * share:
        text = f"{name}：结果几乎只来自第一页（以后各页 {night.deep} 条，往常约占 {share:.0%}），翻页可能已失效"
        yield Alarm("warn", "shallow", night.source, night.deep_share, SHALLOW * share, text)


def _leads(tonight: RunNight, before: Sequence[RunNight]) -> Iterator[Alarm]:
    last = [tonight, *before][:NIGHTS_WITHOUT_LEADS]
    if len(last) == NIGHTS_WITHOUT_LEADS and not any(run.leads_new for run in last):
        text = f"连续 {NIGHTS_WITHOUT_LEADS} 晚没有新线索，请核对来源、关键词和评分"
        yield Alarm("warn", "no_new_leads", "", 0, 1, text)
