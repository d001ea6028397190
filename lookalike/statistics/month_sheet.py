"""The monthly report (烟台 2021: by the 2nd of the following month) as a document to be read, corrected and signed.

A document and no workbook, as the plan asks for the progress of the work in words: the figures stand in its tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from lookalike.evidence.documents.model import Block, Fields, Grid, Heading, Sheet, Text
from lookalike.statistics.month import ALONE, NOBODY, ROWS, Span
from lookalike.statistics.periods import Period
from lookalike.statistics.spread import Spread
from seeds.model import Seeds

UNKNOWN_SOURCE = "没有记录"
_TIPS = {"tips": "群众举报与热线"}
_SHARES = (52, 24, 24)
MOST = 30
"""Rows of one table; the smallest beyond them are summed up in a line."""


def month_sheet(seeds: Seeds, period: Period, month: Span, ever: Span, since: date | None, unit: str) -> Sheet:
    """The report of one month; ``since`` is the first day of the cumulative figures, None: of everything on record."""
    whole = f"{since.isoformat()} 以来累计" if since else "累计"
    head = ("项目", "本月", whole)
    sources = {s.id: s.name for s in seeds.sources} | _TIPS
    platforms = {p.id: p.name for p in seeds.platforms}
    blocks: tuple[Block, ...] = (
        Fields((("统计期间", str(period)), ("报送单位", unit or "（待填写）"))),
        Heading("一、总体情况"),
        Grid(head, tuple((t, str(month.numbers[k]), str(ever.numbers[k])) for k, t in ROWS), _SHARES),
        Heading("二、确认线索的发现来源"),
        _table("来源", whole, month.sources, ever.sources, sources, UNKNOWN_SOURCE),
        Heading("三、被仿冒的平台"),
        _table("平台", whole, month.platforms, ever.platforms, platforms, NOBODY),
        Heading("四、团伙"),
        _table("团伙", whole, month.crews, ever.crews, {}, ALONE),
        Heading("五、办理用时"),
        Fields(
            (
                ("首次发现至首次移交（本月）", _told(month.to_handover)),
                ("首次发现至首次移交（累计）", _told(ever.to_handover)),
                ("首次发现至关停（本月）", _told(month.to_closure)),
                ("首次发现至关停（累计）", _told(ever.to_closure)),
            )
        ),
        Heading("六、统计口径"),
        *(Text(line, note=True) for line in _MEANINGS),
    )
    return Sheet(
        title="打击假冒政府网站制售假冒安全生产证书工作月报",
        number=f"{period.first.year}年{period.first.month}月",
        status="统计数字由系统生成，报送前请核对",
        draft=False,
        blocks=blocks,
    )


_MEANINGS = (
    "各数按北京时间自然日统计，反映统计期末的状态；期末之后的复核、撤销和答复不计入本期。",
    "假冒政府网站平台按网站（主机与端口，www. 视为同一网站）计，其余按线索计，同一线索在一栏中只计一次。",
    "来源为最早发现该线索的渠道；团伙与被仿冒的平台按当前归并和判定结果。",
    "首次移交包括移送公安机关、通知平台或服务商、报告主管部门；录错撤回的不计。",
)


def _table(
    title: str, whole: str, month: Mapping[str, int], ever: Mapping[str, int], names: Mapping[str, str], none: str
) -> Grid:
    """By name, those with most of the cumulative figure first; what has no name last."""
    order = sorted({*month, *ever}, key=lambda k: (k == "", -ever.get(k, 0), -month.get(k, 0), k))
    rows = [(names.get(k, k) or none, str(month.get(k, 0)), str(ever.get(k, 0))) for k in order]
    if not rows:
        rows = [("（没有确认的线索）", "0", "0")]
    rest = order[MOST:]
    if rest:
        sums = (f"其余 {len(rest)} 项", str(sum(month.get(k, 0) for k in rest)), str(sum(ever.get(k, 0) for k in rest)))
        rows = [*rows[:MOST], sums]
    return Grid((title, "本月（条）", f"{whole}（条）"), tuple(rows), _SHARES)


def _told(found: Spread | None) -> str:
    return str(found) if found else "没有"
