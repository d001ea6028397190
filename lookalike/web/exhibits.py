"""The exact evidence behind one row of a score, with the quote marked: the captured source, the raw WHOIS answer, the
DNS answer, the search result that was seen. It is text throughout.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from lookalike.store.models import Sighting
from lookalike.web import captured
from lookalike.web.finding import Shown, shown
from lookalike.web.hosting_lines import dns_text, network_text, registration_text, tls_text
from lookalike.web.shots import Seen, facts_of
from lookalike.web.waterfall import Quote
from spiders.clock import CHINA
from spiders.parse_child import parse

SHORTEST = 4
"""Letters of another way to write a quote."""
COMPUTED = frozenset({"screen", "favicon", "html", "views"})
"""Places whose quote was counted or compared, and stands in no text."""
RAW = 200_000
"""Bytes of a raw answer that are read."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One text in which the quote was looked for."""

    kind: str
    """Key below ``exhibit`` in the catalogue."""
    address: str
    """Where it was fetched; empty: nowhere in particular."""
    text: Shown
    page: int | None = None
    """Number of the captured page whose source it is."""

    @property
    def found(self) -> bool:
        """Whether the quote stands in it."""
        return self.text.line is not None


def exhibit(quote: Quote, seen: Seen | None, sightings: Sequence[Sighting]) -> Exhibit | None:
    """The first text that holds the quote, else one that holds its parts, else where it was looked for."""
    best = None
    for candidate in _candidates(quote, seen, sightings):
        if candidate.text.whole:
            return candidate
        if best is None or (candidate.found and not best.found):
            best = candidate
    return best


def _candidates(quote: Quote, seen: Seen | None, sightings: Sequence[Sighting]) -> Iterator[Exhibit]:
    where = quote.where.partition(":")[0]
    if where in COMPUTED:
        yield Exhibit("computed", quote.url, shown(quote.quote, quote.quote))
    elif where in {"whois", "rdap"} and seen is not None:
        yield from _registration(quote, seen)
    elif where == "dns" and seen is not None:
        yield Exhibit("dns", "", shown(dns_text(seen.hosting), quote.quote))
    elif where == "tls" and seen is not None:
        yield Exhibit("tls", "", shown(tls_text(seen.hosting.tls), _dated(quote.quote)))
    elif where == "network" and seen is not None:
        yield Exhibit("network", "", shown(network_text(seen.hosting.networks), quote.quote))
    elif where in {"search result", "advert"}:
        yield Exhibit("sighting", "", shown(_sightings(sightings), quote.quote))
    elif seen is not None:
        yield from _pages(quote, seen)


def _registration(quote: Quote, seen: Seen) -> Iterator[Exhibit]:
    """The raw answer first, in which days are written in many ways; then what was read in it."""
    name, fact = (
        ("rdap.json", seen.hosting.rdap) if quote.where.startswith("rdap") else ("whois.txt", seen.hosting.whois)
    )
    raw = seen.raw.get(name, b"")[:RAW].decode("utf-8", "replace")
    kind = name.partition(".")[0]
    for wanted in dict.fromkeys((quote.quote, *_days(quote.quote))):
        if raw:
            yield Exhibit(f"{kind}_raw", fact.origin, shown(raw, wanted))
    yield Exhibit(kind, fact.origin, shown(registration_text(fact), _dated(quote.quote)))


def _pages(quote: Quote, seen: Seen) -> Iterator[Exhibit]:
    """Source, then visible text, of the page with the quote's hash; where none has it, of every page."""
    pages = list(enumerate(seen.pages))
    mine = [(number, page) for number, page in pages if quote.capture and page.body_sha256 == quote.capture]
    for drawn in seen.rendered.pages if seen.rendered is not None and not mine else ():
        if hashlib.sha256(drawn.dom).hexdigest() == quote.capture:
            dom = drawn.dom.decode("utf-8", "replace")
            yield Exhibit("rendered", drawn.final_url, shown(dom, quote.quote))
            yield Exhibit("text", drawn.final_url, shown(parse(dom, drawn.final_url).text, quote.quote))
    for number, page in mine or pages:
        source = captured.source_of(page).text
        for wanted in _written(quote.quote):
            yield Exhibit("source", page.requested_url, shown(source, wanted), number)
        facts = facts_of(page)
        if facts is not None:
            yield Exhibit("text", page.requested_url, shown(f"{facts.title}\n{facts.text}", quote.quote), number)
    hops = (hop for _, page in pages for hop in page.hops)
    told = dict.fromkeys(f"{hop.status or '—'} {hop.via} {hop.url} {hop.location}".rstrip() for hop in hops)
    yield Exhibit("hops", "", shown("\n".join(told), quote.quote))


def _written(quote: str) -> tuple[str, ...]:
    """The ways in which a source writes it: as it is, escaped, an address by its path, an id without its kind."""
    ways = [quote, escape(quote)]
    if "://" in quote and " " not in quote:
        ways.append(quote.partition("://")[2].partition("/")[2])
    elif ":" in quote:
        ways.append(quote.partition(":")[2])
    return tuple(way for way in dict.fromkeys(ways) if len(way) >= SHORTEST)


def _sightings(sightings: Sequence[Sighting]) -> str:
    lines = []
    for one in sightings:
        at = f"{one.seen_at.astimezone(CHINA):%Y-%m-%d %H:%M} {one.source} “{one.query}” 第 {one.position} 位"
        lines += [at, f"  {one.title}", f"  {one.snippet}", f"  {one.display_url or one.url}", ""]
    return "\n".join(lines)


def _days(quote: str) -> tuple[str, ...]:
    """Days as raw answers write them: in UTC, or by the registry's own clocks in China."""
    at = _instant(quote)
    if at is None:
        return ()
    return (f"{at:%Y-%m-%dT%H:%M:%S}", f"{at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}", f"{at:%Y-%m-%d}")


def _dated(quote: str) -> str:
    """An instant as our own lines begin with it."""
    at = _instant(quote)
    return at.isoformat() if at is not None else quote


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None
