"""The shapes of ``ct_logs.toml``: certificate transparency logs that are read directly, and how far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CtLogKind = Literal["rfc6962", "tiled"]
"""``rfc6962``: get-sth and get-entries; ``tiled``: checkpoint and data tiles (C2SP static-ct-api)."""


@dataclass(frozen=True, slots=True)
class CtLog:
    """A certificate transparency log that is read directly."""

    id: str
    kind: CtLogKind
    url: str
    """What stands before ``/ct/v1/…`` or ``/tile/…``; no slash at its end."""
    name: str = ""
    key: str = ""
    """Its public key, base64 of DER, as lists of logs print it; empty: tree heads are not verified."""
    origin: str = ""
    """First line of its checkpoint; empty: as the checkpoint says."""
    enabled: bool = True
    delay_s: float | None = None
    """Between two requests; None: as all logs."""
    at_once: int = 256
    """Entries asked for in one request (``rfc6962``); logs give as many as they like."""


@dataclass(frozen=True, slots=True)
class CtFollow:
    """How far logs are followed."""

    newest: int = 20_000
    """A log that is read for the first time: so many entries before its end."""
    entries: int = 500_000
    """Of one log in one night, at most."""
    seconds: float = 1200.0
    """For one log in one night, at most."""
    batch: int = 4096
    """Entries that are judged and stored together."""
    delay_s: float = 0.5
    retry_s: float = 1.0
    """Pause before what failed is asked again; doubled each time."""
