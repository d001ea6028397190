"""Reads a page with lexbor, once. Text that inline elements split is put together again, blocks stay apart."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from scoring.page_model import (
    MAX_FIELDS,
    MAX_IMAGES,
    MAX_INLINE,
    MAX_LINKS,
    MAX_RESOURCES,
    MAX_TAGS,
    Form,
    FormField,
    Image,
    Link,
    Raw,
    lines,
    squeeze,
)

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from scoring.page_urls import Base

MAX_NEAR = 12
_as_link = partial(tuple.__new__, Link)
_as_image = partial(tuple.__new__, Image)
_INLINE_NAMES = "b i span font strong em u s small big label bdi mark ruby rb"
_INLINE = frozenset(_INLINE_NAMES.split())
_SILENT = frozenset({"script", "style", "template", "title", "rp", "rt"})
_FIELDS = frozenset({"input", "select", "textarea", "button"})


def read(html: bytes, base: Base) -> Raw:
    """Facts of one page in UTF-8; the tree is changed on the way and thrown away."""
    tree = LexborHTMLParser(html)
    raw = Raw(base)
    root = tree.root
    if root is None:
        return raw
    silent: list[LexborNode] = []
    inline: list[LexborNode] = []
    fields: list[LexborNode] = []
    tags = raw.tags
    told_by = _TELLING.get
    for node in root.traverse():
        tag = node.tag or "-"
        telling = told_by(tag)
        if telling is None:  # most elements say nothing but their name
            if tag[0] != "-":
                tags.append(tag)
            continue
        tags.append(tag)
        if telling == _SHOWN:
            inline.append(node)
            continue
        reader = _READERS.get(tag)
        if reader is not None:
            reader(raw, node)
        if telling == _HIDDEN:
            silent.append(node)
        elif telling == _ASKING:
            fields.append(node)
    del tags[MAX_TAGS:]
    _loose_fields(raw, fields)
    raw.text = _text(tree, silent, inline)
    return raw


def _text(tree: LexborHTMLParser, silent: list[LexborNode], inline: list[LexborNode]) -> str:
    """The visible text, after which the tree is another one."""
    for node in silent:
        node.decompose(recursive=False)
    for node in inline:
        node.unwrap()
    body = tree.body or tree.root
    if body is None:
        return ""
    body.merge_text_nodes()
    return lines(body.text(separator="\n", skip_empty=True))


def _title(raw: Raw, node: LexborNode) -> None:
    raw.title = raw.title or squeeze(node.text(), 500)


def _meta(raw: Raw, node: LexborNode) -> None:
    a = node.attributes
    content = a.get("content") or ""
    if a.get("charset"):
        raw.charset = raw.charset or str(a["charset"])[:40]
    http = (a.get("http-equiv") or "").lower()
    if http == "refresh":
        raw.on_refresh(content)
    elif http == "content-type":
        raw.charset = raw.charset or content.lower().partition("charset=")[2].strip()[:40]
    name = a.get("name") or a.get("property")
    if name:
        raw.on_meta(name, content)


def _base(raw: Raw, node: LexborNode) -> None:
    href = node.attributes.get("href")
    if href and not raw.links:
        raw.base = type(raw.base)(raw.base.join(href))


def _link(raw: Raw, node: LexborNode) -> None:
    a = node.attributes
    raw.on_link(a.get("rel") or "", a.get("href") or "")


def _heading(raw: Raw, node: LexborNode) -> None:
    text = squeeze(node.text())
    if text and len(raw.headings) < 50:
        raw.headings.append(text)


def _anchor(raw: Raw, node: LexborNode) -> None:
    href = node.attrs.get("href")
    if href and len(raw.links) < MAX_LINKS:
        raw.links.append(_as_link((raw.base.join(href), " ".join(node.text()[:1200].split())[:300])))


def _image(raw: Raw, node: LexborNode) -> None:
    a = node.attrs
    if len(raw.images) < MAX_IMAGES:
        alt = a.get("alt")
        raw.images.append(
            _as_image((raw.base.join(a.get("src") or a.get("data-src") or ""), squeeze(alt) if alt else ""))
        )


def _script(raw: Raw, node: LexborNode) -> None:
    a = node.attributes
    if a.get("sitecode"):
        raw.site_code = str(a["sitecode"])[:20]
    src = a.get("src")
    if src:
        if len(raw.scripts) < MAX_RESOURCES:
            raw.scripts.append(raw.base.join(src))
        return
    body = node.text() or ""
    if body and raw.inline_size < MAX_INLINE:
        raw.inline.append(body[:MAX_INLINE])
        raw.inline_size += len(raw.inline[-1])


def _frame(raw: Raw, node: LexborNode) -> None:
    src = node.attributes.get("src")
    if src and len(raw.frames) < MAX_RESOURCES:
        raw.frames.append(raw.base.join(src))


def _form(raw: Raw, node: LexborNode) -> None:
    if len(raw.forms) >= 50:
        return
    a = node.attributes
    fields = tuple(_field(n) for n in node.css("input,select,textarea,button")[:MAX_FIELDS])
    action = raw.base.join(a.get("action") or "") if a.get("action") else ""
    text = squeeze(node.text(separator=" "), 1500)
    raw.forms.append(Form(action, (a.get("method") or "get").lower(), fields, text))


def _loose_fields(raw: Raw, nodes: list[LexborNode]) -> None:
    inside = sum(len(f.fields) for f in raw.forms)
    if len(nodes) <= inside or inside >= MAX_FIELDS:
        return
    loose = [n for n in nodes[: 2 * MAX_FIELDS] if not _in_form(n)]
    if loose:
        near = [_near(n) for n in loose[:MAX_NEAR]]
        text = squeeze(" ".join(dict.fromkeys(filter(None, near))), 1500)
        raw.forms.append(Form("", "", tuple(_field(n) for n in loose[:MAX_FIELDS]), text, loose=True))


def _in_form(node: LexborNode) -> bool:
    parent = node.parent
    while parent is not None:
        if parent.tag == "form":
            return True
        parent = parent.parent
    return False


def _near(node: LexborNode) -> str:
    """The words beside a field: of the nearest ancestor that has any, else of the sibling before it."""
    parent = node.parent
    for _ in range(4):
        if parent is None or parent.tag in ("body", "html"):
            break
        text = squeeze(parent.text(separator=" "), 200)
        if text:
            return text
        parent = parent.parent
    before = node.prev
    while before is not None and before.is_text_node and not (before.text() or "").strip():
        before = before.prev
    return squeeze(before.text(), 40) if before is not None else ""


def _field(node: LexborNode) -> FormField:
    a = node.attributes
    kind = (a.get("type") or ("text" if node.tag == "input" else node.tag or "")).lower()
    words = " ".join(filter(None, (a.get("placeholder"), a.get("title"), a.get("aria-label"), a.get("alt"))))
    if node.tag in ("button", "select"):
        words = f"{words} {node.text(separator=' ')}"
    return FormField(
        (a.get("name") or "")[:80], (a.get("id") or "")[:80], kind[:20], squeeze(words), squeeze(a.get("value"), 80)
    )


_READERS = {
    "title": _title,
    "meta": _meta,
    "base": _base,
    "link": _link,
    "h1": _heading,
    "h2": _heading,
    "a": _anchor,
    "area": _anchor,
    "img": _image,
    "script": _script,
    "iframe": _frame,
    "frame": _frame,
    "form": _form,
}
_SHOWN, _HIDDEN, _ASKING, _ELSE = range(4)
_TELLING = (
    dict.fromkeys(_READERS, _ELSE)
    | dict.fromkeys(_FIELDS, _ASKING)
    | dict.fromkeys(_SILENT, _HIDDEN)
    | dict.fromkeys(_INLINE, _SHOWN)
)
"""Elements of which more is kept than the name, by what."""
