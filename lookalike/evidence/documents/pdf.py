"""Sheets as PDF, by WeasyPrint (70 or newer) with a fetcher that fetches nothing; absent, the reason is told.

No clock: the same sheet on the same machine gives the same bytes.
"""

from __future__ import annotations

import html
import logging
from functools import cache
from importlib.resources import files
from typing import Any

from lookalike.evidence.documents.glyphs import lacking
from lookalike.evidence.documents.model import (
    Block,
    Fields,
    Grid,
    Heading,
    Picture,
    Sheet,
    SideBySide,
    Signatures,
    Text,
)
from lookalike.evidence.documents.values import clean

_OLDEST = 70
_PICTURE = "picture:"
MISSING = "没有安装 WeasyPrint（pip install 'lookalike[pdf]'）"


@cache
def cannot_print() -> str:
    """Why no PDF can be made on this machine; empty: it can."""
    try:
        import weasyprint  # noqa: PLC0415 - an optional extra, slow to load
    except ModuleNotFoundError:
        return MISSING
    except OSError:
        return "缺少 WeasyPrint 所需的系统库 libpango（Debian：apt-get install libpango-1.0-0 libpangoft2-1.0-0）"
    major = int(weasyprint.__version__.split(".")[0])
    if major < _OLDEST:
        return f"WeasyPrint {weasyprint.__version__} 过旧，须为 {_OLDEST} 以上"
    return ""


def printer() -> str:
    """``WeasyPrint 70.0``. Raises ModuleNotFoundError where there is none."""
    import weasyprint  # noqa: PLC0415 - see above

    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)  # refusals of the fetcher are what is wanted
    return f"WeasyPrint {weasyprint.__version__}"


def as_pdf(sheet: Sheet) -> bytes:
    """The document. Raises ModuleNotFoundError or OSError where ``cannot_print`` says why."""
    printer()
    from weasyprint import HTML  # noqa: PLC0415 - see above

    pictures: dict[str, bytes] = {}
    page = as_html(sheet, pictures)
    made = HTML(string=page, url_fetcher=_fetcher(pictures), base_url=None).write_pdf()
    assert isinstance(made, bytes)
    return made


def _fetcher(pictures: dict[str, bytes]) -> Any:
    """Answers for the sheet's own pictures, refuses everything else without looking."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415 - see above

    class Nothing(URLFetcher):  # type: ignore[misc]  # untyped library
        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002 - its signature
            if url not in pictures:
                raise ValueError("nothing is fetched")
            return URLFetcherResponse(url, pictures[url], {"Content-Type": "image/png"})

    return Nothing(allowed_protocols=set(), allow_redirects=False)


def as_html(sheet: Sheet, pictures: dict[str, bytes]) -> str:
    """The page that is printed; ``pictures`` is filled by the addresses that it names."""
    style = files("lookalike.evidence.documents").joinpath("print.css").read_text("utf-8")
    body = "\n".join(_block(block, pictures) for block in sheet.blocks)
    uncovered = lacking(clean(sheet.texts()))
    codes = "、".join(f"U+{ord(c):04X}" for c in uncovered) or "无"
    mark = '<div class="mark">未签名草稿</div>' if sheet.draft else ""
    foot = f'<p class="foot">{_shown(sheet.foot)}\n本机字体未覆盖、以编码代印的字符：{codes}</p>'
    turn = "@page { size: A4 landscape }" if sheet.landscape else ""
    head = f"<title>{_shown(sheet.title)} {_shown(sheet.number)}</title><style>{style}{turn}</style>"
    told = f'<div class="running">{_shown(sheet.number)}　{_shown(sheet.status)}</div>'
    top = f'<h1>{_shown(sheet.title)}</h1><p class="number">{_shown(sheet.number)}　{_shown(sheet.status)}</p>'
    page = f'<html lang="zh-CN"><head>{head}</head><body>{told}{mark}{top}{body}{foot}</body></html>'
    return page.translate({ord(c): without_glyph(c) for c in uncovered})


def without_glyph(char: str) -> str:
    """How a character is printed that no font of this machine has: boxes would all look, and read, the same."""
    return f"〔U+{ord(char):04X}〕"


def _shown(text: str) -> str:
    return html.escape(clean(text))


def _block(block: Block, pictures: dict[str, bytes]) -> str:
    match block:
        case Heading():
            return f"<h{block.level + 1}>{_shown(block.text)}</h{block.level + 1}>"
        case Text():
            return f'<p class="{"note" if block.note else "text"}">{_shown(block.text)}</p>'
        case Fields():
            rows = (f"<tr><th>{_shown(name)}</th><td>{_shown(value)}</td></tr>" for name, value in block.rows)
            return f'<table class="fields">{"".join(rows)}</table>'
        case Grid():
            return _grid(block)
        case SideBySide():
            cells = "".join(_picture(p, pictures) for p in (block.left, block.right))
            return f'<table class="pair"><tr>{cells}</tr></table>'
        case Signatures():
            lines = "".join(f"<p>{_shown(line)}</p>" for line in block.lines)
            return f'<div class="sign">{lines}</div>'


def _grid(grid: Grid) -> str:
    total = sum(grid.widths)
    columns = "".join(f'<col style="width:{100 * w / total:.2f}%">' for w in grid.widths)
    head = "".join(f"<th>{_shown(cell)}</th>" for cell in grid.head)
    rows = "".join(f"<tr>{''.join(_cell(c, n in grid.mono) for n, c in enumerate(row))}</tr>" for row in grid.rows)
    more = f'<p class="note">{_shown(grid.more)}</p>' if grid.more else ""
    kind = "grid small" if grid.small else "grid"
    return f'<table class="{kind}">{columns}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{more}'


def _cell(text: str, mono: bool) -> str:
    return f'<td class="mono">{_shown(text)}</td>' if mono else f"<td>{_shown(text)}</td>"


def _picture(picture: Picture, pictures: dict[str, bytes]) -> str:
    caption = f"<p>{_shown(picture.caption)}</p>"
    if not picture.png and not picture.why:
        return "<td></td>"
    if not picture.png:
        return f'<td><div class="none">{_shown(picture.why)}</div>{caption}</td>'
    address = f"{_PICTURE}{len(pictures)}"
    pictures[address] = picture.png
    return f'<td><img src="{address}">{caption}</td>'
