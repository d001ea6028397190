"""How blocks of a page become results: by the engine's layout, or by headings where that fails."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import re2
from selectolax.lexbor import LexborNode

from spiders.pages import blocks, linear
from spiders.pages.addresses import absolute, kind_of, leads_on, packed_target
from spiders.pages.blocks import ancestors, attribute, first, select, text_of, tidy
from spiders.pages.dates import is_date, iso_date
from spiders.pages.result import SerpResult

if TYPE_CHECKING:
    from spiders.pages.base import SerpPage

MOST = 300
"""Blocks read of one page."""
TITLE_LENGTH = 4
"""Characters from which a link in a paid block may be its title."""
LOST = 3
"""Headings missing from the tree from which content counts as lost."""
_ASIDE = re2.compile(
    r"(?is)<script\b.*?</script\s*>|<style\b.*?</style\s*>|<!--.*?-->|<template\b.*?</template\s*>|<textarea\b.*?</textarea\s*>"
)
_HEADING = re2.compile(r"(?i)<h[23][\s>]")


def by_layout(page: SerpPage) -> list[SerpResult]:
    """Organic and paid blocks by the layout's selectors, then paid links that stand in none of them."""
    tree, layout = page.tree, page.layout
    if tree is None:
        return []
    paid = {n.mem_id for n in select(tree, layout.paid)}
    candidates = select(tree, ", ".join(s for s in (layout.organic, layout.paid) if s))
    nodes = _outermost(_titled(page, candidates, paid))[:MOST]
    ids = frozenset(n.mem_id for n in nodes)
    found = [_result(page, node, node.mem_id in paid, ids) for node in nodes]
    found += [_result(page, node, True, ids) for node in _stray_ads(page, nodes)]
    return _unique([r for r in found if r is not None])


def by_headings(page: SerpPage) -> list[SerpResult]:
    """Headings with a link that leads out; fewer than two distinct ones are no list of results."""
    found = []
    for heading in linear.headings(page.html):
        url = absolute(page.url, heading.href)
        if kind_of(url, page.url, page.layout) not in {"outside", "redirector"}:
            continue
        target = _target_of([heading.attributes], url, page)
        paid = heading.paid or leads_on(url, page.layout.paid_links)
        found.append(SerpResult(heading.title, url, target, heading.display, heading.snippet, "", paid))
    return _unique(found) if len({r.url for r in found}) > 1 else []


def lost_content(page: SerpPage) -> bool:
    """Whether the source has clearly more headings than the tree: an open comment or title swallowed the rest."""
    if page.tree is None:
        return True
    written = len(_HEADING.findall(_ASIDE.sub(" ", page.html)))
    return written - len(page.tree.css("h2, h3")) >= LOST


def outside_links(page: SerpPage, chrome: tuple[str, ...]) -> int:
    """Different addresses outside the engine, or hidden behind its redirector, that the page links to."""
    if page.tree is None:
        return 0
    found = set()
    for link in page.tree.css("a[href]"):
        url = absolute(page.url, attribute(link, "href"))
        url = _target_of([{k: v or "" for k, v in link.attributes.items()}], url, page) or url
        host = url.split("/", 3)[2] if url else ""
        kind = kind_of(url, page.url, page.layout)
        if kind == "redirector" or (kind == "outside" and not host.endswith(chrome)):
            found.add(url)
    return len(found)


def _titled(page: SerpPage, candidates: list[LexborNode], paid: set[int]) -> list[LexborNode]:
    """Blocks with a title; of those without one the paid, unless they hold or are part of a block that has one."""
    titled = {n.mem_id for n in candidates if _title(page, n, weak=False) is not None}
    around = {a.mem_id for n in candidates if n.mem_id in titled for a in ancestors(n)}
    return [
        n
        for n in candidates
        if n.mem_id in titled
        or (
            n.mem_id in paid - around
            and not any(a.mem_id in titled for a in ancestors(n))
            and _title(page, n, weak=True) is not None
        )
    ]


def _outermost(nodes: list[LexborNode]) -> list[LexborNode]:
    """A block within a block is part of it; what holds several blocks is a list and no block."""
    ids = {n.mem_id for n in nodes}
    children: dict[int, int] = {}
    for node in nodes:
        parent = next((a.mem_id for a in ancestors(node) if a.mem_id in ids), None)
        if parent is not None:
            children[parent] = children.get(parent, 0) + 1
    groups = {k for k, count in children.items() if count > 1}
    kept = ids - groups
    return [n for n in nodes if n.mem_id in kept and not any(a.mem_id in kept for a in ancestors(n))]


def _title(page: SerpPage, node: LexborNode, weak: bool) -> LexborNode | None:
    """The title link; ``weak``: any link may be it, for paid blocks, whose place says enough."""
    found = first(node, page.layout.titles)
    if found is None and weak:
        links = [node] if node.tag == "a" else node.css("a[href]")
        found = next((a for a in links if len(text_of(a)) >= TITLE_LENGTH), None)
    return found


def _result(page: SerpPage, node: LexborNode, paid: bool, ids: frozenset[int]) -> SerpResult | None:
    title = _title(page, node, weak=paid)
    if title is None:
        return None
    url = absolute(page.url, attribute(title, "href"))
    target = _target(page, node, title, url)
    kind = kind_of(target or url, page.url, page.layout)
    if not url or not kind:
        return None
    layout = page.layout
    paid = paid or leads_on(url, layout.paid_links) or blocks.labelled(node, title) or blocks.in_paid_group(node, ids)
    if (not paid or kind == "internal") and page.rail_ids.intersection(a.mem_id for a in (node, *ancestors(node))):
        return None
    display = first(node, layout.displays)
    read = SerpResult(
        title=text_of(title, blocks.TITLE),
        url=url,
        target=target,
        display_url=_display(text_of(display, 200)) if display is not None else "",
        snippet=_snippet(page, node, title),
        date=_date(page, node, display),
        paid=paid,
        internal=kind == "internal",
    )
    return page.refined(node, read)


def _target(page: SerpPage, node: LexborNode, title: LexborNode, url: str) -> str:
    holders = [title, *[a for a in ancestors(title) if a.mem_id == node.mem_id or a.tag in {"h2", "h3", "h4"}], node]
    holders += select(node, page.layout.inner_targets)
    return _target_of([{k: v or "" for k, v in h.attributes.items()} for h in holders], url, page)


def _target_of(holders: list[dict[str, str]], url: str, page: SerpPage) -> str:
    """The first true address that the holders' attributes tell, else what the link itself shows; ``""``: hidden."""
    for name in page.layout.targets:
        for attributes in holders:
            value = absolute(page.url, _address_in(attributes.get(name, "")))
            if value and kind_of(value, page.url, page.layout) in {"outside", "internal"}:
                return value
    kind = kind_of(url, page.url, page.layout)
    if kind == "redirector":
        packed = packed_target(url)
        return packed if kind_of(packed, page.url, page.layout) == "outside" else ""
    return "" if kind == "perhaps" else url


def _address_in(value: str) -> str:
    """An attribute's value, or the ``url`` of a JSON object in it (Baidu's data-tools)."""
    if not value.lstrip().startswith("{"):
        return value if value.startswith(("http://", "https://", "//")) else ""
    try:
        found = json.loads(value[:4000]).get("url", "")
    except (ValueError, AttributeError, RecursionError):
        return ""
    return found if isinstance(found, str) else ""


def _snippet(page: SerpPage, node: LexborNode, title: LexborNode) -> str:
    asides = {n.mem_id for n in select(node, page.layout.asides)}
    chosen = first(node, page.layout.snippets)
    if chosen is not None and (text := text_of(chosen, without=frozenset(asides))):
        return text.strip("·- ")
    shown = {n.mem_id for css in page.layout.displays for n in node.css(css)}
    labels = {n.mem_id for n in blocks.labels(node)}
    return text_of(node, without=frozenset({title.mem_id, *asides, *shown, *labels})).strip("·- ")


def _display(text: str) -> str:
    """The address part of ``站名 - www.example.com/a - 2012-8-14``: what holds a dot and no blank; else all of it."""
    parts = [p.strip(" -") for p in text.split(" - ")]
    chosen = next((p for p in parts if "." in p), parts[0])
    head = chosen.split(" ", 1)[0]
    return head if "." in head else chosen


def _date(page: SerpPage, node: LexborNode, display: LexborNode | None) -> str:
    chosen = first(node, page.layout.dates)
    if chosen is not None and (found := iso_date(text_of(chosen, 60), page.now)):
        return found
    if display is not None and (found := iso_date(text_of(display, 200)[-24:], page.now)):
        return found
    for leaf in node.css("span, em, cite, p, div, date, time, font, td"):
        text = text_of(leaf, 40)
        if is_date(text) and (found := iso_date(text, page.now)):
            return found
    return iso_date(_snippet_head(page, node), page.now)


def _snippet_head(page: SerpPage, node: LexborNode) -> str:
    chosen = first(node, page.layout.snippets)
    return text_of(chosen, 24) if chosen is not None else ""


def _stray_ads(page: SerpPage, nodes: list[LexborNode]) -> list[LexborNode]:
    """Links used for paid results alone that lie in no block: their nearest list item or block element."""
    if page.tree is None:
        return []
    taken = {n.mem_id for n in nodes}
    found = []
    seen: set[str] = set()
    for link in page.tree.css("a[href]"):
        url = absolute(page.url, attribute(link, "href"))
        landing = next((attribute(link, n) for n in ("data-landurl", "e-landurl") if attribute(link, n)), "")
        heads = landing or (link.parent is not None and link.parent.tag in {"h2", "h3", "h4"})
        if not heads or not (landing or leads_on(url, page.layout.paid_links)) or len(text_of(link)) < TITLE_LENGTH:
            continue
        around = list(ancestors(link))
        if (landing or url) in seen or any(a.mem_id in taken for a in around):
            continue
        seen.add(landing or url)
        found.append(
            next(
                (a for a in around if a.tag in {"li", "div", "td", "table"} and len(text_of(a)) > len(text_of(link))),
                link,
            )
        )
    return found


def _unique(found: list[SerpResult]) -> list[SerpResult]:
    """One result an address, title and kind: nested markup shows some twice."""
    seen: set[tuple[str, str, bool]] = set()
    kept = []
    for result in found:
        key = (result.url, tidy(result.title), result.paid)
        if key not in seen:
            seen.add(key)
            kept.append(result)
    return kept
