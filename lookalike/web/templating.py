"""Templates: everything is escaped, a missing name is an error, and what came from outside is shown for what it is."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from lookalike.review import veil
from lookalike.store.models import Lead
from lookalike.web.queue_rank import rank_of
from lookalike.web.views.statics import address_of
from lookalike.web.wording import Words
from scoring.domains import unicode_host
from spiders.clock import CHINA
from spiders.log_lines import one_line

_AGES = (("day", 86_400), ("hour", 3600), ("minute", 60))


def environment() -> Environment:
    """The templates' own names and filters."""
    found = Environment(
        loader=PackageLoader("lookalike.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {"visible": visible, "verbatim": verbatim, "defanged": defanged, "host": host}
    found.globals |= {"instant": instant, "ago": ago, "static": address_of, "rank_of": rank_of}
    found.globals |= {"status_of": status_of, "found_in": found_in}
    return found


def visible(text: object) -> str:
    """Text from outside: characters that reorder, hide or end a line are written out, lines stay lines."""
    return "\n".join(one_line(line) for line in str(text).splitlines())


def verbatim(text: object) -> str:
    """The same, where the text is a piece of another one: lines that begin or end it stay."""
    return "\n".join(one_line(line) for line in str(text).replace("\r\n", "\n").split("\n"))


def defanged(address: object) -> str:
    """An address that is no link, not even after it was copied: ``hxxp://a[.]b``."""
    text = visible(address)
    text = f"hxxp{text[4:]}" if text[:4].lower() == "http" else text
    head, mark, rest = text.partition("://")
    name, slash, path = (rest if mark else head).partition("/")
    return (head + mark if mark else "") + name.replace(".", "[.]") + slash + path


def host(name: object) -> Markup:
    """A host's name, defanged; of an international one both forms (RFC 5890): as people read it, as it is asked for."""
    text = str(name)
    read = unicode_host(text)
    if read == text:
        return Markup("<bdi>{}</bdi>").format(_breakable(text))
    return Markup('<bdi>{}</bdi> <bdi class="also">{}</bdi>').format(_breakable(read), _breakable(text))


def status_of(lead: Lead, veiled: Collection[int], words: Words) -> str:
    """Where the review of a lead stands, in words; of a verdict that is hidden from who looks, that there is one."""
    return words.of("status", veil.status_of(lead, veiled))


def found_in(where: str, words: Words) -> str:
    """Where a quote was found, in words: ``whois:created``, ``a[href]``, ``advert「host」``; what is unknown stays."""
    code, mark, rest = where.partition("「")
    return visible(words.of("found_in", code) + mark + rest)


def instant(at: datetime | str | None, *, seconds: bool = False) -> Markup:
    """An instant as China's clocks show it, with the same in UTC for who points at it."""
    if at is None:
        return Markup("—")
    exact = _parsed(at)
    text = exact.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")
    utc = exact.astimezone(UTC)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        utc.isoformat(), utc.strftime("%Y-%m-%d %H:%M:%S UTC"), text
    )


def ago(at: datetime, now: datetime, words: Words) -> Markup:
    """How long ago, roughly; the instant itself for who points at it."""
    seconds = max((now - at).total_seconds(), 0)
    unit, count = next(((u, int(seconds // s)) for u, s in _AGES if seconds >= s), ("now", 0))
    china = at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
    utc = at.astimezone(UTC)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        utc.isoformat(), f"{china} · {utc:%Y-%m-%d %H:%M:%S} UTC", words(f"ago.{unit}", n=count)
    )


def _breakable(name: str) -> Markup:
    """A long name breaks after its dots; letters that are neither plain Latin nor Chinese are marked and named."""
    if name.isascii():
        return escape(defanged(name)).replace("[.]", Markup("[.]<wbr>"))
    parts = (_marked(letter) for letter in defanged(name))
    return Markup("").join(parts).replace("[.]", Markup("[.]<wbr>"))


def _marked(letter: str) -> Markup:
    """A Cyrillic letter may look like ours: it comes with its name in Unicode for who points at it."""
    if letter.isascii() or unicodedata.name(letter, "").startswith("CJK UNIFIED"):
        return escape(letter)
    title = f"U+{ord(letter):04X} {unicodedata.name(letter, '')}".strip()
    return Markup('<mark class="odd" title="{}">{}</mark>').format(title, letter)


def _parsed(at: Any) -> datetime:
    return at if isinstance(at, datetime) else datetime.fromisoformat(at)
