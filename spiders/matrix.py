"""Which clients look at which address, in which order: the desktop first, the others where they may see something else.

Decides from what the desktop got; fetches nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scoring.case import Client
from scoring.faces import Glimpse, Kind

OTHERS: tuple[Client, ...] = ("wechat", "mobile", "mobile_referred", "referred")
"""After the desktop: codes are opened in WeChat, adverts on telephones; some sites show only to whom a search sent."""
SHARED_PAGES = 2
"""Distinct pages that other clients are shown as well: the one a victim is sent to, and the front page."""
FAST = frozenset({"E_PROTOCOL", "E_RESET"})
"""Failures that come at once and may be meant for one client alone."""
OVER = frozenset({"E_BUDGET", "E_BUSY", "E_TIMEOUT"})
"""Codes after which nobody asks an address again: it would only wait, or trouble those who asked us to stay away."""


def asks(planned: Sequence[str], seen: Mapping[str, tuple[Glimpse, Kind]]) -> list[tuple[str, Client]]:
    """What is to be fetched after the desktop's round; ``seen`` by address is what the desktop got there.

    All clients look at the best address that answered. WeChat looks at one more, as codes often lead to a deep page;
    the rest do so only where the desktop was shown no page at either.
    """
    worth = [url for url in planned if url in seen and _worth(*seen[url])][:SHARED_PAGES]
    hidden = all(seen[url][1] != "page" for url in worth)
    return [
        (url, client)
        for number, url in enumerate(worth)
        for client in (OTHERS if number == 0 or hidden else OTHERS[:1])
    ]


def over(seen: Glimpse) -> bool:
    """Whether nobody else should ask this address after such an answer."""
    return seen.status is None and seen.error in OVER


def _worth(seen: Glimpse, kind: Kind) -> bool:
    if kind == "silent":
        return seen.error in FAST
    return seen.status is not None and seen.error not in {"E_BUDGET", "E_BUSY"}
