"""Where sellers' pages lead: the addresses that an advert links or prints, kept as sightings and visited in turn."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy.orm import Session

from lookalike.night import Night
from lookalike.store import sites
from lookalike.store.models import Run
from lookalike.store.models import Sighting as Row
from lookalike.store.upsert import insert_new
from scoring.case import Case, Sighting
from scoring.context import LED
from scoring.domains import is_gov_label, is_ip, is_listed
from scoring.page_urls import host_of
from scoring.reference import Reference
from scoring.result import Assessment

MAX_ONWARD = 3
AROUND = 60
"""Characters kept on either side of a printed address."""
MAX_TEXT = 20_000
_PRINTED = re.compile(
    r"(?<![A-Za-z0-9@._/-])(?:https?://)?(?P<host>(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,18}|(?:[0-9]{1,3}\.){3}[0-9]{1,3})"
    r"(?::[0-9]{2,5})?(?:/[A-Za-z0-9._~/?=&%-]{0,200})?(?![A-Za-z0-9@-])"
)
_LOOK_UP = re.compile(r"查|验|核|官网|官方|入口|系统|平台|扫码|样")
"""Words of a label behind which a victim would look his paper up; a seller's other links are anybody's."""
_HERE = re.compile(r"点此|点击|点我|这里|此处|打开")
"""Labels that say nothing: what they lead to stands beside them."""


def onward(case: Case, judged: Assessment, ref: Reference) -> tuple[Sighting, ...]:
    """Sightings of the sites that an advert sends its readers to; nothing for what is not shown as an advert.

    The advert's own host, official hosts and hosts that no suffix list knows are left out.
    """
    if judged.kind != "advert" or judged.band == "low" or case.site is None:
        return ()
    found: dict[str, tuple[str, str, str]] = {}
    for url, title, words in (*_printed(case), *_linked(case, ref)):
        host = host_of(url)
        if host and host != case.site.host and not _known(host, ref):
            found.setdefault(host, (url, title, words))
    return tuple(
        Sighting(LED, str(case.site), place, False, url, title, words, host)
        for place, (host, (url, title, words)) in enumerate(list(found.items())[:MAX_ONWARD], 1)
    )


def _known(host: str, ref: Reference) -> bool:
    return ref.official_host(host) or is_gov_label(host) or ref.plumbing(host) or not (is_ip(host) or is_listed(host))


def _printed(case: Case) -> Iterator[tuple[str, str, str]]:
    for view in case.pages:
        if view.page is None:
            continue
        text = view.page.text[:MAX_TEXT]
        for match in _PRINTED.finditer(text):
            around = text[max(0, match.start() - AROUND) : match.end() + AROUND]
            if _LOOK_UP.search(around):
                url = match[0] if "://" in match[0] else f"http://{match[0]}"
                yield url, view.page.title, " ".join(around.split())


def _linked(case: Case, ref: Reference) -> Iterator[tuple[str, str, str]]:
    for view in case.pages:
        if view.page is None:
            continue
        for link in view.page.links_out:
            host = host_of(link.url)
            if _LOOK_UP.search(link.text) or _HERE.search(link.text) or is_ip(host) or ref.names.judge(host):
                yield link.url, view.page.title, link.text


def note_onward(night: Night, session: Session, run: Run, found: tuple[Sighting, ...]) -> int:
    """Keep the sightings, and let their sites wait for a visit; returns how many did not wait before."""
    new = 0
    for seen in found:
        try:
            key = night.unit(seen.url)
        except ValueError:
            continue
        if night.reference.genuine(key) is not None:
            continue
        ids, fresh = sites.note_seen(
            session, run, [sites.Seen(key, seen.url, night.now())], revisit_after=night.revisit_after
        )
        row = {"run_id": run.id, "site_id": ids[key], "page": 0, "seen_at": night.now()}
        told = ("source", "query", "position", "paid", "url", "title", "snippet", "display_url")
        insert_new(session, Row, [row | {name: getattr(seen, name) for name in told}])
        new += fresh
    return new
