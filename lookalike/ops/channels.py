"""The ways that a notice goes out, as the settings switch them on; none by default."""

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
class Notice:
    """What goes out, for people and for programs."""

    subject: str
    text: str
    facts: Mapping[str, Any]
    """``kind`` says which notice it is; without one it is the digest."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One way; ``tell`` raises ``dialling.Undelivered``."""

    name: str
    tell: Callable[[Notice, datetime], None]

    def send(self, facts: Mapping[str, Any], now: datetime) -> None:
        """The digest of these facts."""
        self.tell(Notice(subject(facts), text(facts), facts), now)


def configured(options: OpsOptions) -> list[Channel]:
    """Those that are set. Raises UsageError for one that is set by half."""
    found = []
    if options.digest_to:
        missing = [name for name in ("smtp_host", "digest_from") if not getattr(options, name)]
        if missing:
            raise UsageError(f"digest_to is set, but not {' and '.join(missing)}; set them, or empty digest_to")
        found.append(Channel("email", lambda notice, now: _mail(options, notice, now)))
    if options.webhook_url.get_secret_value():
        found.append(Channel("webhook", lambda told, now: webhook.send(options, told.facts, told.text, now)))
    return found


def _mail(options: OpsOptions, notice: Notice, now: datetime) -> None:
    mail.send(options, mail.message(options, notice.subject, notice.text, now))
