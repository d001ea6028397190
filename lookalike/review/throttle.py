"""How many wrong attempts to sign in are looked at: each is charged before it is checked, so a thousand at once are no
way round. Whoever guesses from elsewhere does not lock people out of the office where they sign in every day.
"""

from __future__ import annotations

import hashlib
import ipaddress
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lookalike.review.people import folded
from lookalike.store import people
from lookalike.store.models import SignInThrottle

FREE: dict[str, int] = {"account": 5, "known": 10, "address": 30}
"""Wrong attempts in a row from which one has to wait."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
"""The wait doubles with every further attempt."""
FADES = timedelta(days=1)
HOME = timedelta(days=30)
"""How long a network counts as one's own after one has signed in from it."""
NOWHERE = "local"


def network(address: str) -> str:
    """What is counted of an address: an IPv4 one itself, the /64 of an IPv6 one; anything else is ``local``."""
    try:
        found = ipaddress.ip_address(address.strip().partition("%")[0])
    except ValueError:
        return NOWHERE
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))


def charge(session: Session, name: str, address: str, now: datetime) -> timedelta | None:
    """Charges an attempt to the account and to the network; or the time to wait before one is looked at again.

    ``address`` is a ``network``. Commit before the password is checked.
    """
    counters = people.throttles(session, keys(session, name, address, now), now)
    waits = [counter.until - now for counter in counters.values() if _shut(counter, now) and counter.until]
    if waits:
        return max(waits)
    for scope, counter in counters.items():
        fresh = not counter.last_at <= now < counter.last_at + FADES
        counter.failures, counter.last_at = (1 if fresh else counter.failures + 1), now
        over = counter.failures - FREE[scope]
        counter.until = now + min(FIRST_WAIT * 2 ** min(over, 10), LONGEST_WAIT) if over >= 0 else None
    session.flush()
    return None


def settle(session: Session, name: str, address: str, now: datetime) -> None:
    """Somebody came in with all that was asked: the account starts anew, the network is given this attempt back."""
    for scope, counter in people.throttles(session, keys(session, name, address, now), now).items():
        counter.failures = max(counter.failures - 1, 0) if scope == "address" else 0
        if counter.failures < FREE[scope]:
            counter.until = None
    session.flush()


def keys(session: Session, name: str, address: str, now: datetime) -> list[tuple[str, str]]:
    """What an attempt is charged to: scope and key."""
    who = folded(name)
    person = people.by_folded(session, who)
    home = person is not None and people.at_home(session, person.id, address, now - HOME)
    mine = ("known", _hash(f"{who}\n{address}")) if home else ("account", _hash(who))
    return [mine, ("address", _hash(address))]


def _shut(counter: SignInThrottle, now: datetime) -> bool:
    """A clock that went back must not shut anybody out for a year."""
    return counter.until is not None and counter.last_at <= now < counter.until


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
