"""Whether a page is too costly for a tree parser, or odd enough to be parsed at arm's length, told by counting alone.

Depth and attributes are estimated from the source, in one linear pass, and only where the page has
enough tags for it to matter: 200,000 nested elements lose their text below level 2,048 in one parser
and take minutes in another; so do 100,000 attributes on one tag, and 140,000 options of one list (150 s).
Counts, and no clock: the same page is always read in the same way.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from scoring.words import Words

if TYPE_CHECKING:
    from scoring.page_tags import Tags

MAX_TAGS = 150_000
DEPTH_MATTERS = 1000
MAX_DEPTH = 800
LONG_TAG = 4000
MAX_ATTRIBUTES = 600
LARGE = 100_000
"""Characters from which every tag is measured: below, a tag cut up by quoted ``<`` can hold 25,000 attributes (2 s)."""
MAX_UNCLOSED = 40
MAX_RECONSTRUCTED = 200_000
MAX_OPTIONS = 10_000
"""Lexbor looks at all earlier options of a list for each: 10,000 take 0.5 s, a list of all counties has 3,000."""
ODD_SIZE = 1_000_000
ODD_TAGS = 20_000
ODD_OPTIONS = 3_500

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*+)")
_FOREIGN = re.compile(r"<(?:[sS][vV][gG]|[mM][aA][tT][hH])\b")
_FOREIGN_END = re.compile(r"</(?:[sS][vV][gG]|[mM][aA][tT][hH])\b")
MAX_DRAWN = 700
_WHOLE_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*+)([^<>]*+)")
_ATTRIBUTE_FORM = r"""[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+))?"""
_ATTRIBUTE = re.compile(_ATTRIBUTE_FORM)
_OPENED = re.compile(rf"<[a-zA-Z][^\s/>]*+((?:[\s/]++|{_ATTRIBUTE_FORM})*+)")
_FORMATTING = re.compile(
    r"<(/?)(?:[bB](?:[iI][gG])?|[cC][oO][dD][eE]|[eE][mM]|[fF][oO][nN][tT]|[iIuU]|[nN][oO][bB][rR]"
    r"|[sS](?:[mM][aA][lL][lL]|[tT][rR](?:[iI][kK][eE]|[oO][nN][gG]))?|[tT][tT])\b"
)
_FORMATTED = frozenset({"b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"})
"""The same names."""
_OPTION = re.compile(r"<[oO][pP][tT][iI][oO][nN]")
_FLAT_NAMES = (
    "area base br col embed hr img input link meta param source track wbr p tr td th tbody thead tfoot html head body "
    "script style a"
)
_FLAT = frozenset(_FLAT_NAMES.split())
"""Void elements, and those that the parser closes by itself wherever they stand: they do not pile up."""
_SPECIAL_NAMES = (
    "address applet article aside blockquote button caption center dd details dir div dl dt fieldset figcaption figure "
    "footer form frameset h1 h2 h3 h4 h5 h6 header hgroup iframe li listing main marquee menu nav noembed noframes "
    "noscript object ol plaintext pre search section select summary table template textarea title ul xmp svg math "
    "foreignobject"
)
_SPECIAL = frozenset(_SPECIAL_NAMES.split())
"""An end tag of another element does not reach through these (HTML standard, 13.2.4.2)."""
_SCOPES = frozenset(
    {"applet", "caption", "marquee", "object", "table", "template", "select", "svg", "math", "foreignobject"}
)
"""No end tag reaches through these; one that does in a browser makes a page look deeper here, never flatter."""
_LISTS = _SCOPES | {"ol", "ul"}
"""Nor that of a list's item through these."""
_FAR = _SPECIAL - {"svg", "math", "foreignobject"}
_BEFORE_SIBLING = _SPECIAL - {"address", "div"}
_IMPLIED = {"li": ("li",), "dd": ("dd", "dt"), "dt": ("dd", "dt")}
"""What an element closes by beginning."""
_CLOSE_OPTION = frozenset({"option", "optgroup"})
"""They close an option in which they begin, and none further up."""
MAX_STEPS = 3_000_000
_NEVER_DEEP = (b"/", b"a ", b"li>", b"li ", b"p>", b"img ", b"p ", b"script>", b"script ", b"td>", b"td ", b"br>")
"""Closing tags, and the commonest ways in which flat ones are written, behind ``<``."""
_CLOSED = (b"/b>", b"/em>", b"/i>", b"/strong>", b"/font>", b"/u>", b"/s>", b"/small>", b"/big>", b"/code>")
"""The commonest ways in which formatting ends."""
_DRAWN = Words(("<svg", "<math"), anycase=True)


def odd(html: str) -> bool:
    """Whether a page is so large that a parser's bad case could be felt: ten times what pages of the web have."""
    opened = html.count("<")
    return len(html) > ODD_SIZE or opened > ODD_TAGS or (opened > ODD_OPTIONS and _options(html) > ODD_OPTIONS)


def too_costly(html: str, encoded: bytes | None = None) -> str:
    """The limit that the page breaks, in Chinese, or an empty string. ``encoded``: the page in UTF-8, where known."""
    encoded = html.encode("utf-8", "replace") if encoded is None else encoded
    opened = encoded.count(b"<")
    if opened > MAX_TAGS:
        return f"标签 {opened} 个"
    if opened > MAX_OPTIONS and (options := _options(html)) > MAX_OPTIONS:
        return f"列表选项 {options} 个"
    attributes = _attributes(html) if len(html) > LARGE or _has_long_stretch(html) else 0
    if attributes > MAX_ATTRIBUTES:
        return f"一个标签有 {attributes} 个属性"
    return _nested(html, encoded, opened) if opened * opened > MAX_RECONSTRUCTED else ""


def _nested(html: str, encoded: bytes, opened: int) -> str:
    """The limit of unclosed or nested elements that is broken."""
    from scoring.page_tags import Tags  # noqa: PLC0415 - small pages need no arrays

    tags = Tags(encoded)
    if _too_much(tags.like_formatting(), opened) and _too_much(_most_unclosed(tags), opened):
        unclosed = _unclosed_formatting(html)
        if _too_much(unclosed, opened):
            return f"{unclosed} 个格式标签没有关闭"
    if opened > DEPTH_MATTERS and _too_deep(html, encoded, opened, tags):
        return f"嵌套超过 {MAX_DEPTH} 层"
    return ""


def _too_much(unclosed: int, opened: int) -> bool:
    return unclosed > MAX_UNCLOSED and unclosed * opened > MAX_RECONSTRUCTED


def _too_deep(html: str, encoded: bytes, opened: int, tags: Tags) -> bool:
    if _draws(html, encoded):
        return _deepest(html, frozenset()) > MAX_DEPTH
    return opened - tags.count(_NEVER_DEEP) > MAX_DEPTH and _deepest(html, _FLAT) > MAX_DEPTH


def _draws(html: str, encoded: bytes) -> bool:
    """Whether a drawing or formula is so long that what is flat elsewhere may pile up in it."""
    if not _DRAWN.standing(encoded):
        return False
    at = 0
    while (begin := _FOREIGN.search(html, at)) is not None:
        end = _FOREIGN_END.search(html, begin.end())
        if end is None or html.count("<", begin.end(), end.start()) > MAX_DRAWN:
            return True
        at = end.end()
    return False


def _options(html: str) -> int:
    return len(_OPTION.findall(html))


def _has_long_stretch(html: str) -> bool:
    """Whether a stretch without ``<`` is so long that a long tag may end in it: seen by steps of half of that."""
    half = LONG_TAG // 2
    return any(html.find("<", at, at + half) < 0 for at in range(0, len(html) - half + 1, half))


def _attributes(html: str) -> int:
    """The most attributes of one long tag, told apart as the standard's tokenizer does, quoted values included."""
    long = (found[1] for found in _OPENED.finditer(html) if found.end() - found.start() >= LONG_TAG)
    return max((sum(1 for _ in _ATTRIBUTE.finditer(inside)) for inside in long), default=0)


def _most_unclosed(tags: Tags) -> int:
    """No more formatting elements stay open than this: all that may open one, without the plainest ends."""
    return tags.like_formatting() - tags.count(_CLOSED)


def _unclosed_formatting(html: str) -> int:
    """At least how many formatting elements stay open: each new block gets copies of all of them."""
    tags = _FORMATTING.findall(html)
    return len(tags) - 2 * tags.count("/")


def _deepest(html: str, flat: frozenset[str]) -> int:
    """How deep elements nest at most: by what is still open of each name, or, where that is too much, by a stack."""
    still: Counter[str] = Counter()
    depth = deepest = 0
    for close, written in _TAG.findall(html):
        name = written.lower()
        if name in flat:
            continue
        if not close:
            still[name] += 1
            depth += 1
            if depth > MAX_DEPTH:
                return _Stack().deepest(html)
            deepest = max(deepest, depth)
        elif still[name]:
            still[name] -= 1
            depth -= 1
    return deepest


class _Stack:
    """The open elements, as the standard's tree construction keeps them, a little simplified."""

    def __init__(self) -> None:
        self.open: list[str] = []
        self.still: Counter[str] = Counter()
        self.steps = 0

    def deepest(self, html: str) -> int:
        """The deepest place, or more than ``MAX_DEPTH`` as soon as that is reached or the search takes too long."""
        deepest = 0
        for found in _WHOLE_TAG.finditer(html):
            close, written, rest = found.groups()
            name = written.lower()
            drawn = self.still["svg"] or self.still["math"]
            if name in _FLAT and not drawn:
                continue
            if close:
                self._close(name)
            elif not (drawn and rest.endswith("/")):
                for sibling in () if drawn else _IMPLIED.get(name, ()):
                    self._close(sibling, beside=name)
                if name in _CLOSE_OPTION and self.open[-1:] == ["option"] and not drawn:
                    self._close("option")
                self.open.append(name)
                self.still[name] += 1
                deepest = max(deepest, len(self.open))
            if deepest > MAX_DEPTH or self.steps > MAX_STEPS:
                return MAX_DEPTH + 1
        return deepest

    def _close(self, name: str, beside: str = "") -> None:
        """Close the last open element of that name, and what is open in it; nothing when something stands before it."""
        if not self.still[name]:
            return
        ends = _BEFORE_SIBLING if beside else _LISTS if name == "li" else _SCOPES if name in _FAR else _SPECIAL
        for above, other in enumerate(reversed(self.open), 1):
            self.steps += 1
            if other == name:
                gone = self.open[-above:]
                # Behind an inline element the formatting that it held begins anew, outside of it.
                kept = [] if name in _SPECIAL else [inner for inner in gone[1:] if inner in _FORMATTED]
                self.open[-above:] = kept
                self.still.subtract(gone)
                self.still.update(kept)
                return
            if other in ends:
                return
