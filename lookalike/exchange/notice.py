"""Notices to registrars, hosts and platforms as docx: drafts that a person checks, signs and sends.

What a notice says stands in its template. A template is rendered with everything escaped and read again as a page,
so that no title of a fake can add a line of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from jinja2 import Environment, PackageLoader, StrictUndefined
from selectolax.lexbor import LexborHTMLParser, LexborNode

from lookalike.evidence.documents.model import Block, Fields, Grid, Heading, Sheet, Signatures, Text
from lookalike.evidence.documents.values import because
from lookalike.evidence.documents.word import as_docx
from lookalike.evidence.documents.words import word
from lookalike.exchange.facts import Share
from lookalike.exchange.masking import masked
from lookalike.exchange.recipients import Kind
from lookalike.exchange.sightings import rows_for
from lookalike.exchange.words import (
    KINDS,
    china,
    main_reasons,
    networks,
    registered_on,
    registrar,
    standing,
    whom,
)
from scoring.domains import unicode_host

DRAFT = "未签名草稿"
MOST_ROWS = 200
"""Rows of one table on paper; the list of leads as a workbook holds the others."""
_environment = Environment(
    loader=PackageLoader("lookalike.exchange", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    auto_reload=False,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters |= {
    "china": china,
    "whom": whom,
    "reasons": main_reasons,
    "networks": networks,
    "registrar": registrar,
    "registered_on": registered_on,
    "standing": standing,
    "because": because,
    "life": partial(word, "life"),
    "masked": masked,
    "unicode_host": unicode_host,
}


def render(share: Share, kind: Kind) -> bytes:
    """The docx."""
    return as_docx(sheet(share, kind), share.at)


def sheet(share: Share, kind: Kind) -> Sheet:
    """The notice as the pack's documents are built from."""
    page = html(share, kind)
    tree = LexborHTMLParser(page)
    title = tree.css_first("h1")
    assert title is not None, "every template has a title"
    body = tree.body
    assert body is not None
    number = f"线索 {'、'.join(str(lead.id) for lead in share.leads[:20])}{' 等' if len(share.leads) > 20 else ''}"
    return Sheet(
        title=_text(title),
        number=number,
        status=DRAFT,
        draft=True,
        blocks=tuple(_blocks(body)),
        foot=f"{share.at:%Y-%m-%d %H:%M} 由 {share.by} 生成；未经核对、签名、盖章不生效。",
    )


def html(share: Share, kind: Kind) -> str:
    """The rendered template."""
    template = _environment.get_template(f"{kind}.html.j2")
    shown = rows_for(share)
    return template.render(
        share=share,
        leads=share.leads[:MOST_ROWS],
        sightings=shown[:MOST_ROWS],
        more_leads=max(0, len(share.leads) - MOST_ROWS),
        more_sightings=max(0, len(shown) - MOST_ROWS),
        kinds=KINDS,
        many=MOST_ROWS,
    )


def _blocks(body: LexborNode) -> Iterator[Block]:
    """Headings, paragraphs, tables and lines for signatures, in their order; templates use nothing else."""
    for node in body.iter():
        if node.tag == "h2":
            yield Heading(_text(node))
        elif node.tag == "p":
            yield Text(_text(node), note=node.attributes.get("class") == "note")
        elif node.tag == "dl":
            yield Fields(tuple(zip(_texts(node, "dt"), _texts(node, "dd"), strict=True)))
        elif node.tag == "table":
            yield _grid(node)
        elif node.tag == "ul":
            yield Signatures(tuple(_texts(node, "li")))


def _grid(table: LexborNode) -> Grid:
    widths = tuple(float(cell.attributes.get("width") or 1) for cell in table.css("th"))
    lines = [tuple(_texts(row, "td")) for row in table.css("tr") if row.css_first("td") is not None]
    return Grid(tuple(_texts(table, "th")), tuple(lines), widths)


def _texts(node: LexborNode, tag: str) -> list[str]:
    return [_text(found) for found in node.css(tag)]


def _text(node: LexborNode) -> str:
    return node.text(deep=True, strip=True)
