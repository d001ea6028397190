"""Settings of the operator's side: timetable, notices, numbers, logs and how long what is harmless is kept."""

from __future__ import annotations

import re
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from spiders.options import Options

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_ADDRESS = re.compile(r"[^@\s,<>\x00-\x1f]{1,64}@[^@\s,<>\x00-\x1f]{1,255}")


class OpsOptions(Options):
    """Between the settings of the network-facing part and the whole."""

    night_at: str = Field("01:30", description="When a night begins, HH:MM in Beijing, for lookalike schedule.")
    catch_up_hours: float = Field(
        20.0, ge=0, description="Hours that a missed night may be late and is still made up for; 0: never."
    )
    night_most_hours: float = Field(
        20.0, gt=0, description="Hours after which lookalike schedule ends a night; the next one goes on from there."
    )
    digest_at: str = Field("08:00", description="When the morning digest is sent, HH:MM in Beijing.")
    digest_to: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="E-mail addresses that the digest goes to, comma separated; empty: no e-mail."
    )
    digest_from: str = Field("", description="The sender's e-mail address.")
    smtp_host: str = Field("", description="The unit's mail server.")
    smtp_port: int = Field(587, ge=1, le=65535, description="Its port: 587 for starttls, 465 for tls, mostly.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the mail server is spoken to; none: in plain, and then never with a password."
    )
    smtp_user: str = Field("", description="Account at the mail server; empty: it asks for none.")
    smtp_password: SecretStr = Field(SecretStr(""), description="Its password.")
    smtp_ca_file: str = Field("", description="Root certificate (PEM) of the mail server; empty: the system's.")
    webhook_url: SecretStr = Field(
        SecretStr(""), description="Address that the digest is posted to; its key is a secret; empty: none."
    )
    webhook_form: Literal["json", "wecom", "dingtalk", "feishu"] = Field(
        "json", description="What is posted: facts as JSON, or a text for 企业微信, 钉钉 or 飞书."
    )
    webhook_secret: SecretStr = Field(SecretStr(""), description="Secret that 钉钉 or 飞书 checks a signature by.")
    webhook_ca_file: str = Field("", description="Root certificate (PEM) of the webhook's server; empty: the system's.")
    metrics_file: str = Field(
        "", description="Where each night leaves its numbers for node_exporter, as …/lookalike.prom; empty: nowhere."
    )
    metrics_token: SecretStr = Field(
        SecretStr(""), description="Bearer token for /metrics; empty: only this machine may ask, and never over TLS."
    )
    log_format: Literal["plain", "json"] = Field("plain", description="Log lines for people, or JSON with run ids.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("WARNING", description="From which level on.")
    keep_days: float = Field(
        180.0, ge=30, description="Days that bytes of visits are kept that nobody needs as evidence; for prune."
    )
    keep_pages_days: float = Field(
        90.0, ge=7, description="Days that kept pages of search results are kept that show no lead; for prune."
    )

    @field_validator("night_at", "digest_at")
    @classmethod
    def _clock(cls, value: str) -> str:
        if not _CLOCK.fullmatch(value):
            raise ValueError("expected HH:MM, such as 01:30")
        return value

    @field_validator("digest_to", mode="before")
    @classmethod
    def _split_addresses(cls, value: Any) -> Any:
        return tuple(p.strip() for p in value.split(",") if p.strip()) if isinstance(value, str) else value

    @field_validator("digest_to")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for item in value:
            _check_address(item)
        return value

    @field_validator("digest_from")
    @classmethod
    def _sender(cls, value: str) -> str:
        if value:
            _check_address(value)
        return value

    @field_validator("webhook_url")
    @classmethod
    def _webhook(cls, value: SecretStr) -> SecretStr:
        parts = urlsplit(value.get_secret_value())
        if value.get_secret_value() and (parts.scheme not in {"http", "https"} or not parts.hostname):
            raise ValueError("expected http://host/path or https://host/path")
        return value

    @field_validator("metrics_file")
    @classmethod
    def _textfile(cls, value: str) -> str:
        if value and not value.endswith(".prom"):
            raise ValueError("expected a file that ends in .prom: node_exporter reads no others")
        return value

    @property
    def night_time(self) -> time:
        """When a night begins, Beijing's time."""
        return time.fromisoformat(self.night_at)

    @property
    def digest_time(self) -> time:
        """When the digest is sent, Beijing's time."""
        return time.fromisoformat(self.digest_at)

    @property
    def textfile(self) -> Path | None:
        """Where the numbers go, or None."""
        return Path(self.metrics_file) if self.metrics_file else None


def _check_address(text: str) -> None:
    if not _ADDRESS.fullmatch(text):
        raise ValueError(f"expected an e-mail address, got {text[:80]!r}")
