"""The blocks of a results page as a parsed tree holds them: title link, text, labels, what encloses them."""

from __future__ import annotations

from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scoring import page_guard
from spiders.pages.layout import LABEL_TAGS, MAIN, PAID_LABELS, PAID_STARTS, PAID_TOKENS

SNIPPET = 600
TITLE = 300
LABEL = 16
"""Longest raw text that can be a label."""
CLIMB = 12
"""Enclosing elements looked at."""

_UNSEEN = str.maketrans("", "", "\u200b\u200c\u200d\u2060\ufeff\u00ad\ue000\ue001")
_BRACKETS = "[]【】()（）·|-"
_QUIET = frozenset({"script", "style", "noscript", "template", "textarea"})


def tidy(text: str, longest: int = SNIPPET) -> str:
    """Blanks folded, invisible characters and the engines' private highlight marks taken away."""
    return " ".join(text.translate(_UNSEEN).split())[:longest].strip()


def parse(html: str) -> LexborHTMLParser | None:
    """The tree; None for a document whose shape would keep the parser busy for minutes.

    Lexbor needs quadratic time for many attributes on one tag (100,000: 36 s), for nested elements (75,000: half a
    minute) and for the options of one list (140,000: 150 s).
    """
    return None if page_guard.too_costly(html) else LexborHTMLParser(html)


def select(tree: LexborHTMLParser | LexborNode, css: str) -> list[LexborNode]:
    """Matches in document order, each once."""
    seen: set[int] = set()
    found = []
    for node in tree.css(css) if css else ():
        if node.mem_id not in seen:
            seen.add(node.mem_id)
            found.append(node)
    return found


def first(node: LexborNode, selectors: tuple[str, ...]) -> LexborNode | None:
    """The first match of the first selector that has text."""
    for css in selectors:
        for match in node.css(css):
            if text_of(match):
                return match
    return None


def text_of(node: LexborNode, longest: int = SNIPPET, without: frozenset[int] = frozenset()) -> str:
    """Visible text, highlight tags dissolved, scripts and the nodes ``without`` left out."""
    parts: list[str] = []
    size = 0
    for piece in _pieces(node, without):
        parts.append(piece)
        size += len(piece)
        if size > longest * 4:
            break
    return tidy("".join(parts), longest)


def _pieces(node: LexborNode, without: frozenset[int]) -> Iterator[str]:
    """Text in document order; an own stack, since depth is the page's choice."""
    stack = [node]
    while stack:
        here = stack.pop()
        if here.is_text_node:
            yield here.text_content or ""
            continue
        if not here.is_element_node or here.tag in _QUIET or here.mem_id in without:
            continue
        if here.tag in {"br", "p", "div", "li", "tr", "td"}:
            yield " "
        children = list(here.iter(include_text=True))
        stack.extend(reversed(children))


def ancestors(node: LexborNode) -> Iterator[LexborNode]:
    """What encloses ``node``, nearest first, at most ``CLIMB``, without body and html."""
    here = node.parent
    for _ in range(CLIMB):
        if here is None or here.tag in {"body", "html"}:
            return
        yield here
        here = here.parent


def attribute(node: LexborNode, name: str) -> str:
    """The attribute's value; ``""`` when there is none."""
    return node.attributes.get(name) or ""


def is_label(text: str) -> bool:
    """Whether ``text`` is one of the words that results pages print on paid results."""
    if len(text) > LABEL:
        return False
    bare = "".join(text.translate(_UNSEEN).split()).strip(_BRACKETS).lower()
    return bare in PAID_LABELS


def labels(block: LexborNode) -> list[LexborNode]:
    """Elements of the block that are nothing but a label of paid results."""
    return [n for n in block.css("*") if n.tag in LABEL_TAGS and _own_label(n)]


def labelled(block: LexborNode, title: LexborNode) -> bool:
    """Whether an element of the block says that it is paid: by its text alone, or by an attribute."""
    inside_title = {n.mem_id for n in title.css("*")} | {title.mem_id}
    if any(n.mem_id not in inside_title for n in labels(block)):
        return True
    return any("tuiguang" in name for n in block.css("*") for name in n.attributes)


def _own_label(node: LexborNode) -> bool:
    if len(list(node.iter())) > 1:
        return False
    return is_label(text_of(node, LABEL * 2)) or any(is_label(attribute(node, n)) for n in ("aria-label", "data-label"))


def marked_paid(node: LexborNode) -> bool:
    """Whether the class names or the id of ``node`` belong to advertising."""
    tokens = f"{attribute(node, 'class')} {attribute(node, 'id')}".lower().split()
    return any(t in PAID_TOKENS or t.startswith(PAID_STARTS) for t in tokens)


def in_paid_group(block: LexborNode, blocks: frozenset[int]) -> bool:
    """Whether what encloses the block is marked, or has a label beside its blocks (推广链接 above three)."""
    if marked_paid(block):
        return True
    for outer in ancestors(block):
        if marked_paid(outer):
            return True
        if MAIN.intersection(f"{attribute(outer, 'class')} {attribute(outer, 'id')}".split()):
            return False
        loose = [c for c in outer.iter() if c.mem_id not in blocks and c.tag in LABEL_TAGS]
        if len(loose) <= LABEL and any(is_label(text_of(c, LABEL * 2)) for c in loose):
            return True
    return False
