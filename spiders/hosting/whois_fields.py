"""Reads the lines of a WHOIS answer into fields: ``Key: value``, and the block formats of TWNIC, HKIRC and Freenom.

Decides nothing about what the fields mean (``whois_text`` does). One pass over the lines, linear in the text.
"""

from __future__ import annotations

import re
from collections import defaultdict

MAX_LINES = 1000
MAX_LINE = 512
MAX_BLOCK = 16
MAX_VALUES = 64

ALIASES = {
    "created": "creation date|registration time|registration date|created|created date|created on|domain registered"
    "|domain name commencement date|record created on|registered on|registered date|registered|domain record activated",
    "expires": "registry expiry date|registrar registration expiration date|expiration date|expiration time|expiry date"
    "|expire date|paid-till|record will expire on|record expires on|expires|expires on|expire|renewal date|validity",
    "updated": "updated date|changed|last modified|last-update|last updated|modified|updated|update date|last update",
    "registrar": "registrar|sponsoring registrar|registrar name|registration service provider|registrar organization",
    "organization": "registrant organization|registrant organisation|org|organisation|organization|owner-organization"
    "|company chinese name|company english name|holder chinese name|registrant|contact",
    "person": "registrant name|person|owner-name|holder english name|registrant contact name|owner",
    "email": "registrant email|registrant contact email|owner-email|administrative email|email|e-mail",
    "servers": "name server|nserver|nameserver|name servers|nameservers|name servers information|domain nameservers"
    "|domain servers in listed order",
    "statuses": "domain status|status|state|epp status",
    "referral": "registrar whois server|whois server",
    "domain": "domain name|domain|puny name",
}
FIELD_OF = {key: field for field, keys in ALIASES.items() for key in keys.split("|")}

_PAIR = re.compile(r"([A-Za-z][A-Za-z0-9/ _-]{0,40}?)(?:\s*\([^)]{0,160}\))?[ .]*:(?!//)\s*(.*)")
_RECORD = re.compile(r"(record (?:created|expires) on)\s+(.+)", re.IGNORECASE)
_END = re.compile(r">>> ?last update", re.IGNORECASE)
_COMMENT = ("%", "#", ";", "---")


def read_fields(text: str) -> dict[str, list[str]]:
    """Values by field of ``ALIASES``, in the order of the text, without empty ones.

    A key alone on its line takes the lines below it up to the next empty line or key (``Registrant:`` of
    TWNIC, ``Domain Nameservers:`` of Freenom); only such keys take more than one line.
    """
    fields: dict[str, list[str]] = defaultdict(list)
    block: tuple[str, int] | None = None
    for raw in text.splitlines()[:MAX_LINES]:
        line = raw[:MAX_LINE].strip()
        if _END.match(line):
            break
        if line.startswith(_COMMENT):
            continue
        if not line:
            block = block if block is not None and block[1] == 0 else None  # empty lines may follow the key
            continue
        pair = _RECORD.match(line) or _PAIR.match(line)
        if pair is not None:
            block = _take(fields, pair.group(1), pair.group(2))
        elif block is not None and block[1] < MAX_BLOCK:
            _add(fields, block[0], line)
            block = (block[0], block[1] + 1)
    return dict(fields)


def _take(fields: dict[str, list[str]], key: str, value: str) -> tuple[str, int] | None:
    field = FIELD_OF.get(" ".join(key.lower().split()))
    if field is None:
        return None
    if value.strip():
        _add(fields, field, value.strip())
        return None
    return field, 0


def _add(fields: dict[str, list[str]], field: str, value: str) -> None:
    if len(fields[field]) < MAX_VALUES:
        fields[field].append(value)
