"""快照、存档或翻译的外框。Counter-evidence: somebody else's page in the frame of an archive, cache or translator.

Known services by host; unknown ones by a banner at the top that names the original's address.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scoring.result import MISS, Evidence, SignalResult, hit
from scoring.signals._hosting import age_days, registration

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context

HOSTS = (
    "web.archive.org",
    "archive.org",
    "archive.today",
    "archive.ph",
    "archive.is",
    "archive.md",
    "cache.baiducontent.com",
    "snapshot.sogoucdn.com",
    "c.360webcache.com",
    "cc.bingj.com",
    "webcache.googleusercontent.com",
    "translate.goog",
    "translate.baiducontent.com",
    "webarchive.nlc.cn",
    "perma.cc",
)
SUSPECT_NAME, YOUNG = 0.6, 180
TOP = 400
"""Characters of visible text in which a banner stands."""
_ADDRESS = re.compile(r"https?://[^\s\"'<>]{4,}|(?:[a-z0-9-]+\.){2,}cn")


def _too_new_to_archive(case: Case, ctx: Context) -> bool:
    """A banner is believed of nobody whose name imitates a genuine one or was registered half a year ago."""
    if any(f.strength >= SUSPECT_NAME for f in ctx.findings):
        return True
    found = registration(ctx)
    days = None if isinstance(found, SignalResult) else age_days(found[0].created, case.now)
    return days is not None and days <= YOUNG


class ArchiveFrame:
    """Hosts and banners of archives."""

    name = "archive_frame"
    title = "快照或存档"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """Full for a known service, half for a visible banner that names the original."""
        for known in HOSTS:
            if ctx.host == known or ctx.host.endswith("." + known):
                return hit(f"存档、快照或翻译服务（{known}）", Evidence(ctx.host, case.url, "host"))
        if _too_new_to_archive(case, ctx):
            return MISS
        for seen in ctx.pages:
            if "archive" not in seen.text.matches:
                continue
            top = seen.page.text[:TOP]
            banner = next((m for m in ctx.ref.terms.find(top) if m.group == "archive"), None)
            address = _ADDRESS.search(top)
            if banner is not None and address is not None and ctx.host not in address.group():
                text = f"页面顶部注明是快照或存档，原址 {address.group()[:80]}"
                return hit(text, seen.evidence(top[:120], "body"), strength=0.5)
        return MISS
