"""The keys of one case: everything about a site or advert by which another one of the same crew may be known.

What belongs to a genuine platform, to a service that strangers share, or to the bystander whose host carries somebody
else's page is left out. Whether a key is rare enough to tie is for ``link`` to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.contacts import Contact, contacts
from scoring.context import Context
from scoring.link import Key
from scoring.linking.hosting import hosting_keys, old
from scoring.linking.known import genuine, plain_contact
from scoring.linking.layout import layout_keys
from scoring.linking.places import place_of
from scoring.linking.targets import target_keys
from scoring.qr import code_contacts
from scoring.result import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.case import Case
    from scoring.reference import Reference
    from scoring.result import Assessment

QUOTING = frozenset({"quoting_context", "news_page"})
"""Signals of pages that name others' contacts: a warning repeats the number it warns of."""
MOST = 200
"""Keys of one case: a page that lists more is a directory or an attack."""
LONGEST = 300
"""Characters of a value."""
MAX_QUOTE = 200


def keys_of(case: Case, ref: Reference, judged: Assessment | None = None) -> tuple[Key, ...]:
    """All keys, each once, by type and value. ``judged`` tells bystanders' hosts and quoted contacts from the crew's.

    Without ``judged`` the case counts as one that imitates nobody and quotes nobody.
    """
    ctx = Context(case, ref)
    found: dict[tuple[str, str], Key] = {}
    for key in _all(ctx, judged):
        if 0 < len(key.value) <= LONGEST and len(found) < MOST:
            found.setdefault((key.type, key.value), key)
    return tuple(found[name] for name in sorted(found))


def _all(ctx: Context, judged: Assessment | None) -> Iterator[Key]:
    case = ctx.case
    if case.site is not None:
        place = place_of(case.site)
        yield Key("domain", place, Evidence(str(case.site), case.url, "host"))
    if judged is None or not any(row.signal in QUOTING for row in judged.rows):
        yield from _contacts(ctx)
    yield from target_keys(ctx)
    strangers = ctx.official or bool(ctx.free_suffix) or old(ctx)
    if not strangers:
        yield from hosting_keys(ctx)
    if not strangers or ctx.free_suffix:
        yield from _analytics(ctx)
        yield from _favicons(ctx)
    if not (strangers and judged is not None and judged.kind == "advert") and not ctx.official:
        yield from layout_keys(ctx, judged.impersonates if judged else None)


def _contacts(ctx: Context) -> Iterator[Key]:
    known = genuine(ctx.ref).contacts
    for contact, url, where, capture in _found(ctx):
        value = plain_contact(contact.type, contact.value)
        official = contact.type == "email" and ctx.ref.official_host(contact.value.rpartition("@")[2])
        if value not in known and not official:
            yield Key("contact", value, Evidence(contact.quote[:MAX_QUOTE], url, where, capture))


def _found(ctx: Context) -> Iterator[tuple[Contact, str, str, str]]:
    for text, url, where, capture in _texts(ctx):
        yield from ((contact, url, where, capture) for contact in contacts(text))
    for picture in ctx.case.pictures:
        for content in picture.qr.value or ():
            shown = picture.page_url or picture.url
            yield from ((contact, shown, "qr", picture.sha256) for contact in code_contacts(content))


def _texts(ctx: Context) -> Iterator[tuple[str, str, str, str]]:
    case = ctx.case
    for view in case.pages:
        if view.page is not None:
            yield view.page.text, view.final_url, "text", view.body_sha256
    for seen in case.sightings:
        yield f"{seen.title} {seen.snippet}", seen.url, f"{seen.source}「{seen.query}」", ""
    if case.text:
        yield case.text, case.url, "advert", ""
    for picture in case.pictures:
        if picture.text.value:
            yield "\n".join(picture.text.value), picture.url, "img", picture.sha256


def _analytics(ctx: Context) -> Iterator[Key]:
    for seen in ctx.pages:
        for account in seen.page.analytics:
            if account.rpartition(":")[2].lower() not in ctx.ref.analytics:
                yield Key("analytics", account.lower(), seen.evidence(account, "script"))


def _favicons(ctx: Context) -> Iterator[Key]:
    for view in ctx.case.views:
        mmh3 = view.favicon_mmh3
        if mmh3 is not None and mmh3 not in genuine(ctx.ref).favicons:
            yield Key("favicon", str(mmh3), Evidence(str(mmh3), view.final_url, "favicon", view.favicon_sha256))
