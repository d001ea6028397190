"""Which lead another one repeats: by its number, or by the link or the domain that somebody pasted, defanged or not."""

from __future__ import annotations

import re

from sqlalchemy.orm import Session

from lookalike.errors import UsageError
from lookalike.store import pasted
from lookalike.store.models import Lead
from scoring.domains import normalise_host, registrable_domain
from scoring.sitekey import site_key

LONGEST = 2000
_NUMBER = re.compile(r"#?([0-9]{1,18})")
_SCHEME = re.compile(r"(?i)h(?:xx|tt)ps?(?=:)")


class NoSuchLead(UsageError):
    """What was pasted leads to no lead, or to several."""

    def __init__(self, why: str, text: str, found: tuple[Lead, ...] = ()) -> None:
        """``why``: ``nothing``, ``itself``, or ``several`` with those that were ``found``."""
        super().__init__(text)
        self.why, self.found = why, found


def lead_of(session: Session, text: str, lead_id: int) -> int:
    """The lead that ``lead_id`` repeats. Raises NoSuchLead."""
    plain = _fanged(text)
    number = _NUMBER.fullmatch(plain)
    if number:
        row = session.get(Lead, int(number[1]))
        found = [row] if row is not None else []
    else:
        found = _at(session, plain)
    others = [lead for lead in found if lead.id != lead_id]
    if found and not others:
        raise NoSuchLead("itself", f"--of {text[:80]}: that is lead {lead_id} itself")
    if not others:
        raise NoSuchLead("nothing", f"--of {text[:80]}: no lead stands there; expected a number, a link or a domain")
    if len(others) > 1:
        listed = ", ".join(f"{lead.id} {lead.host}" for lead in others)
        raise NoSuchLead("several", f"--of {text[:80]}: several leads stand there: {listed}", tuple(others))
    return others[0].id


def _fanged(text: str) -> str:
    """The address as it was before somebody made it harmless."""
    plain = text.strip()[:LONGEST].replace("[.]", ".").replace("(.)", ".").replace("[:]", ":")
    return _SCHEME.sub(lambda found: found[0].lower().replace("xx", "tt"), plain, count=1)


def _at(session: Session, plain: str) -> list[Lead]:
    """Leads at a link's host; where none is, and for a bare name, those under its domain."""
    try:
        if "://" in plain:
            key = site_key(plain)
            host, port = key.host, key.port
        else:
            host, port = normalise_host(plain.partition("/")[0]), None
    except ValueError:
        return []
    domain = registrable_domain(host) or host
    found = pasted.at_host(session, host, port) or pasted.under_domain(session, domain, host)
    return found or pasted.under_domain(session, domain)
