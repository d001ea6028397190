"""快照、存档或翻译的外框。Counter-evidence: somebody else's page in the frame of an archive, cache or translator.

Known services by host (``seeds/services.toml``); unknown ones by a banner at the top that names the original's
address, if they have lived long under their name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scoring.domains import split
from scoring.result import MISS, Evidence, SignalResult, hit
from scoring.signals._hosting import age_days, registration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.case import Case
    from scoring.context import Context

RESERVED = frozenset({"edu.cn", "ac.cn"})
"""Suffixes where no crew registers."""
SUSPECT_NAME = 0.6
YOUNG, SETTLED = 180, 3 * 365
"""Days since registration: up to the first no banner is believed, from the second on one is."""
SETTLED_STRENGTH, UNSURE_STRENGTH = 0.35, 0.08
TOP = 400
"""Characters of visible text in which a banner stands."""
_ADDRESS = re.compile(r"https?://[^\s\"'<>]{4,}|(?:[a-z0-9-]+\.){2,}cn")


def _trust(case: Case, ctx: Context) -> float:
    """How far a banner is believed: anybody can write one, so the registry's word for the host's age decides.

    A name that imitates a genuine one, or one registered within half a year, has no banner; a host whose age nobody
    told, or that is not settled, gets a trifle that no copy of a genuine page is cleared by.
    """
    if any(f.strength >= SUSPECT_NAME for f in ctx.findings):
        return 0.0
    found = registration(ctx)
    if split(ctx.host)[2] in RESERVED:
        return SETTLED_STRENGTH
    days = None if isinstance(found, SignalResult) else age_days(found[0].created, case.now)
    if days is None:
        return UNSURE_STRENGTH
    return 0.0 if days <= YOUNG else SETTLED_STRENGTH if days >= SETTLED else UNSURE_STRENGTH


class ArchiveFrame:
    """Hosts and banners of archives."""

    name = "archive_frame"
    title = "快照或存档"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """Full for a known service; for a visible banner that names the original, by how settled the host is."""
        known = next((h for h in _and_above(ctx.host) if h in ctx.ref.seeds.services.archives), "")
        if known:
            return hit(f"存档、快照或翻译服务（{known}）", Evidence(ctx.host, case.url, "host"))
        telling = [seen for seen in ctx.pages if "archive" in seen.text.matches]
        trust = _trust(case, ctx) if telling else 0.0
        for seen in telling if trust else ():
            top = seen.page.text[:TOP]
            address = _ADDRESS.search(top)
            if address is None or ctx.host in address.group():
                continue
            if any(m.group == "archive" for m in ctx.ref.terms.find(top)):
                text = f"页面顶部注明是快照或存档，原址 {address.group()[:80]}"
                return hit(text, seen.evidence(top[:120], "body"), strength=trust)
        return MISS


def _and_above(host: str) -> Iterator[str]:
    parts = host.split(".")
    yield from (".".join(parts[i:]) for i in range(len(parts)))
