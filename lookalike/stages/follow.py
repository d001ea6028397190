"""Redirects: where a round's visits were sent on to waits for a visit, and so does every other link of who sends on.

Redirects are kept with the visit that met them and followed when the round's visits are over: a site's visit then
knows the same addresses whether its neighbours' visits came before it, after it, or before a kill.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from lookalike.night import Night
from lookalike.stages.onward import LedOn, own, sighting, strangers_site, wait
from lookalike.store import links
from lookalike.store.engine import writing
from lookalike.store.models import Run, Sighting
from lookalike.store.upsert import insert_new
from scoring.case import SiteKey
from scoring.page_urls import as_asked
from scoring.sitekey import link_key

MAX_LINKS = 16
"""New links of one redirector that are visited in a night; the others wait for the next night that sees them."""


def note_redirects(night: Night, session: Session, run: Run, onward: Mapping[str, str]) -> None:
    """Keep where a visit was sent on to, and from which address; part of the transaction that stores the visit."""
    rows = []
    for place, (url, came_from) in enumerate(onward.items(), 1):
        key = strangers_site(night, url)
        if key is not None and not own(night, key, came_from):
            rows.append(sighting(night, run, None, url, LedOn("redirect", came_from, place)))
    insert_new(session, Sighting, rows)


def follow(night: Night) -> int:
    """Let what this run's redirects lead to wait for a visit; returns how many sites are new. Repeated, nothing."""
    with writing(night.factory) as session:
        run = session.get_one(Run, night.run_id)
        new = 0
        for row in links.unfollowed(session, run):
            if (key := strangers_site(night, row.url)) is not None:
                row.site_id, fresh = wait(night, session, run, key, row.url)
                new += fresh
        return new + _other_links(night, session, run)


def _other_links(night: Night, session: Session, run: Run) -> int:
    """A shortener's links lead to as many places as it has links: each seen tonight is a site of its own."""
    new = 0
    for site in links.seen_whole(session, run):
        sent_on = [url for url, ended in links.captured(session, site.id) if _elsewhere(night, url, ended)]
        if not sent_on:
            continue
        asked = {as_asked(url) for url, _ in links.captured(session, site.id)}
        told = [url for url in links.addresses(session, run, site.id) if as_asked(url) not in asked]
        known, taken = links.scopes(session, site), links.taken(session, run, site)
        apart = _apart(told)
        again = [url for key, url in apart if key.scope in known]
        first = [url for key, url in apart if key.scope not in known][: max(0, MAX_LINKS - taken)]
        for url in again:
            wait(night, session, run, link_key(url), url)
        for place, url in enumerate(first, taken + 1):
            site_id, fresh = wait(night, session, run, link_key(url), url)
            insert_new(session, Sighting, [sighting(night, run, site_id, url, LedOn("link", sent_on[0], place))])
            new += fresh
    return new


def _apart(urls: Iterable[str]) -> list[tuple[SiteKey, str]]:
    """Those that are links of their own, and not the redirector's front page, in one order."""
    by_key = {link_key(url): url for url in sorted(urls, reverse=True)}
    return [(key, by_key[key]) for key in sorted(by_key, key=lambda k: k.scope) if key.scope]


def _elsewhere(night: Night, asked: str, ended: str) -> bool:
    try:
        return night.unit(asked) != night.unit(ended)
    except ValueError:
        return False
