"""Where a response sends its reader on: by status, by meta refresh, or by a script that does nothing else.

Reads only; decides nothing about whether the target may be fetched. All patterns are linear (RE2).
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urldefrag, urljoin, urlsplit

import re2

REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
HEAD = 65536
"""Characters searched; a page that redirects does so early."""
SPARSE = 400
"""Visible characters up to which a page with a script redirect is nothing but a front."""

_META = re2.compile(r"(?is)<meta\b[^>]*?http-equiv\s*=\s*[\"']?\s*refresh\b[^>]*>")
_CONTENT = re2.compile(r"(?is)\bcontent\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))")
_STRING = r"(?:\"(?:[^\"\\\n]|\\.)+\"|'(?:[^'\\\n]|\\.)+')"
_SCRIPT = re2.compile(
    r"(?i)(?:\b(?:window|document|self|top|parent)\s*\.\s*)?\blocation\s*"
    r"(?:\.\s*href\s*)?(?:=\s*|\.\s*(?:replace|assign)\s*\(\s*)"
    rf"({_STRING}(?:\s*\+\s*{_STRING})*)"
)
_PART = re2.compile(_STRING)
_TAGS = re2.compile(
    # What nothing ends goes on to the end, as in a browser: else every such beginning would be looked at to the end.
    r"(?is)<(?:script|style|noscript)\b(?:.*?</(?:script|style|noscript)\s*>|.*\z)|<!--(?:.*?-->|.*\z)|<[^>]*(?:>|\z)"
)
_BLANK = re2.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Onward:
    """The next address as written, resolved, and what led there."""

    url: str
    via: Literal["http", "meta", "script"]


def by_status(status: int, location: str, base: str) -> Onward | None:
    """The target of a 30x answer; raises ``ValueError`` where it cannot be resolved."""
    if status not in REDIRECT_STATUSES or not location.strip():
        return None
    return Onward(resolve(base, location), "http")


def by_page(text: str, base: str) -> Onward | None:
    """The target of a meta refresh, or of a script on a page that holds nothing else."""
    head = text[:HEAD]
    if meta := _META.search(head):
        content = _CONTENT.search(meta.group(0))
        value = html.unescape(next((g for g in content.groups() if g), "")) if content else ""
        if target := _refresh_target(value):
            found = resolve(base, target)
            if found != urldefrag(base).url:
                return Onward(found, "meta")
    script = _SCRIPT.search(head)
    if script and len(visible(head)) <= SPARSE:
        return Onward(resolve(base, _joined(script.group(1))), "script")
    return None


def resolve(base: str, target: str) -> str:
    """``target`` against ``base`` without fragment; ``ValueError`` where it is no URL."""
    clean = "".join(c for c in target.strip() if c not in "\r\n\t")
    if len(clean) > 4096:
        raise ValueError(f"{len(clean)} characters")
    url = urldefrag(urljoin(base, clean.replace("\\", "/"))).url
    urlsplit(url).port  # noqa: B018 - raises for a broken host or port
    return url


def visible(text: str) -> str:
    """What stands between the tags, blanks folded; a linear estimate, not a parse."""
    return str(_BLANK.sub(" ", _TAGS.sub(" ", text))).strip()


def _refresh_target(value: str) -> str:
    """The address in ``5; URL='…'`` (HTML, shared declarative refresh steps); '' when there is only a delay."""
    rest = value.lstrip().lstrip("0123456789.").lstrip()
    if rest[:1] in {";", ","}:
        rest = rest[1:].lstrip()
    if rest[:3].lower() == "url" and rest[3:].lstrip().startswith("="):
        rest = rest[3:].lstrip()[1:].lstrip()
    quote = rest[:1]
    return rest[1:].split(quote, 1)[0].strip() if quote in {'"', "'"} else rest.strip()


def _joined(expression: str) -> str:
    """``'http://a' + '.b/'`` as one string; escapes of slashes undone."""
    return "".join(part[1:-1] for part in _PART.findall(expression)).replace("\\/", "/")
