"""讲官方平台、指向官方平台的页面。

Counter-evidence: a page that names or links the genuine address and looks nothing up. Fakes do not send their
visitors to the original; those that do, as a decoy, look certificates up or show one, and are not cleared. What such
a page says of the platform's sponsor is about the platform.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scoring.lookups import best_form, shows_certificate
from scoring.result import MISS, SignalResult, hit
from scoring.starts import found_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.case import Case
    from scoring.context import Context
    from scoring.seen import Seen

LEAST = 0.4
COPIED = 0.35
_HOST = re.compile(r"(?<![A-Za-z0-9.-])(?:[a-z0-9-]{1,40}\.){1,4}(?:cn|org|com)(?![A-Za-z0-9-]|\.[a-z])")
_HOST_STARTS = re.compile(r"[a-z0-9-](?<![A-Za-z0-9.-].)")
"""Where a host can begin."""
HEAD = 20_000


class EntrancePortal:
    """Genuine addresses in links and in the visible text of pages without a query."""

    name = "entrance_portal"
    title = "查询入口导航"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """Hit when a page leads to a registered platform and no page of the site looks anything up.

        A page that is signed as an organ must print the address: links to the original stand in every copied menu.
        """
        if any(best_form(s)[0] >= LEAST or shows_certificate(s) for s in ctx.pages):
            return MISS
        if any(text >= COPIED for _, _, text, _ in ctx.likeness):
            return MISS
        for seen in ctx.pages:
            for address, quote, where in (*_printed(seen), *(() if _claims(ctx, seen) else _linked(seen))):
                # Look-up tools and people write the bare domain of an address that begins with www.
                platform = ctx.ref.genuine_url(address) or ctx.ref.genuine_url(address.replace("://", "://www.", 1))
                if platform is not None and (platform.group != "extra" or where == "body"):
                    text = f"本页不提供查询，指向官方平台“{platform.name}”"
                    return hit(text, seen.evidence(quote, where))
        return MISS


def _printed(seen: Seen) -> Iterator[tuple[str, str, str]]:
    if "host" not in seen.marks or not seen.ref.may_be_genuine(
        seen.page.encoded_text + seen.page.title.encode("utf-8", "replace")
    ):
        return
    text = f"{seen.page.title}\n{seen.page.text[:HEAD]}"
    for found in found_from(_HOST_STARTS, _HOST, text):
        yield f"http://{found.group()}/", text[max(0, found.start() - 30) : found.end() + 30].strip(), "body"


def _linked(seen: Seen) -> Iterator[tuple[str, str, str]]:
    if not seen.ref.may_be_genuine(seen.page.encoded_links):
        return
    own = seen.ref.genuine_url(seen.page.url) is not None
    for link in seen.page.links if own else seen.page.links_out:
        if seen.ref.may_be_home(link.url):
            yield link.url, f"{link.text} {link.url}", "a[href]"


def _claims(ctx: Context, seen: Seen) -> bool:
    matches = (ctx.ref.body(c.value) for c in seen.claims.bodies if c.kind in ("host", "copyright"))
    return any(m is not None and m.kind in ("organ", "platform") for m in matches)
