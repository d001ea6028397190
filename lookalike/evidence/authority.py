"""A time-stamping authority as the settings name it (RFC 3161); none by default."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator


class Authority(BaseModel):
    """One authority: where it is asked, and the root by which its answers are believed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(description="Its name, as documents print it.")
    url: str = Field("", description="Where it is asked; empty: its files are attached by hand.")
    root: Path = Field(description="Its root certificate, PEM.")
    algorithm: Literal["sha256", "sm3"] = Field("sha256", description="Hash that is stamped.")

    @field_validator("url")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
            raise ValueError("expected http://host/path or https://host/path")
        return value

    @field_validator("name")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if not value.strip() or "," in value or not value.isprintable():
            raise ValueError("expected a name without commas")
        return value.strip()
