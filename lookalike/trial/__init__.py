"""The nightly trial of what judges: every captured genuine address must be known, and a fake of our own seen through.

The fake is a page of this project's on a host under ``.invalid``, which nobody can register; it is a quiet one, so
that one broken signal is enough to let it pass.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from importlib.resources import files

from scoring.case import Case, Hop, View
from scoring.engine import assess
from scoring.page import parse
from scoring.reference import Reference
from scoring.result import Assessment
from scoring.sitekey import site_key
from scoring.weights import Weights

FAKE_URL = "http://zs-canary.invalid/"


def unrecognised(captured: Iterable[tuple[str, str]], reference: Reference) -> list[tuple[str, str]]:
    """Of captured genuine pages (platform id, address) those that would be treated as suspects."""
    shared = reference.seeds.shared_hosts
    return [(platform, url) for platform, url in captured if reference.genuine(site_key(url, shared)) is None]


def judged_fake(now: datetime, reference: Reference, weights: Weights) -> Assessment:
    """What the scorer makes of the project's own fake."""
    html = files(__name__).joinpath("fake.html").read_text(encoding="utf-8")
    hop = Hop(FAKE_URL, 200)
    view = View(client="desktop", requested_url=FAKE_URL, hops=(hop,), page=parse(html, FAKE_URL))
    return assess(Case(now, site_key(FAKE_URL, reference.seeds.shared_hosts), FAKE_URL, (view,)), reference, weights)
