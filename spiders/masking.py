"""Takes credentials out of addresses before they are written down: passwords, keys of our own, keys in parameters."""

from __future__ import annotations

from urllib.parse import quote, quote_plus

import re2

MASK = "***"
_secrets: set[str] = set()
SHORTEST = 6
"""A shorter key would be found in innocent words."""
_USER = re2.compile(r"^([A-Za-z][A-Za-z0-9+.-]*://)[^/?#@]*(?:@[^/?#@]*)*@")
_PARAMETER = re2.compile(
    r"(?i)([?&;](?:api[-_]?key|key|access[-_]?token|token|auth|secret|signature|sign|sig|password|subscription-key"
    r"|email)=)[^&#;]*"
)


def keep_secret(value: str) -> None:
    """From now on ``value`` is masked wherever it stands, as it is and as URLs write it."""
    if len(value) >= SHORTEST:
        _secrets.update({value, quote(value, safe=""), quote_plus(value)})


def masked(url: str, *, ours: bool = False) -> str:
    """``url`` without user names, passwords and secrets.

    ``ours``: the address is that of a service that we ask, so that parameters that carry keys are masked as well; a
    suspect's address keeps them: they are its own, and evidence.
    """
    clean = str(_USER.sub(r"\1", url)) if "@" in url else url
    for secret in _secrets:
        clean = clean.replace(secret, MASK)
    return str(_PARAMETER.sub(rf"\1{MASK}", clean)) if ours else clean
