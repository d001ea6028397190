"""The ways that a digest goes out, as the settings switch them on; none by default."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lookalike.errors import UsageError
from lookalike.ops import mail, webhook
from lookalike.ops.digest_text import subject, text
from lookalike.ops.settings import OpsOptions


@dataclass(frozen=True, slots=True)
class Channel:
    """One way; ``send`` raises ``dialling.Undelivered``."""

    name: str
    send: Callable[[Mapping[str, Any], datetime], None]


def configured(options: OpsOptions) -> list[Channel]:
    """Those that are set. Raises UsageError for one that is set by half."""
    found = []
    if options.digest_to:
        missing = [name for name in ("smtp_host", "digest_from") if not getattr(options, name)]
        if missing:
            raise UsageError(f"digest_to is set, but not {' and '.join(missing)}; set them, or empty digest_to")
        found.append(Channel("email", lambda facts, now: _mail(options, facts, now)))
    if options.webhook_url.get_secret_value():
        found.append(Channel("webhook", lambda facts, now: webhook.send(options, facts, text(facts), now)))
    return found


def _mail(options: OpsOptions, facts: Mapping[str, Any], now: datetime) -> None:
    mail.send(options, mail.message(options, subject(facts), text(facts), now))
