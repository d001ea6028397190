"""Every setting of the network-facing part, typed: defaults < ``lookalike.toml`` < ``LOOKALIKE_*``.

A range, a test and an operator use the same settings: nothing is patched. ``lookalike.config``
adds those of the upper floor.
"""

from __future__ import annotations

import ipaddress
import os
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)


def home_folder() -> Path:
    """``LOOKALIKE_HOME``, by default ``./var``: everything that is kept lies below it."""
    return Path(os.environ.get("LOOKALIKE_HOME") or "var")


def settings_file() -> Path:
    """``lookalike.toml`` beside the home folder."""
    return home_folder().parent / "lookalike.toml"


class SettingError(Exception):
    """A setting cannot be used; one line names it, what was expected, and the mend."""


class Options(BaseSettings):
    """Settings of searches, visits and look-ups."""

    model_config = SettingsConfigDict(env_prefix="LOOKALIKE_", extra="ignore", frozen=True)

    proxy: str = Field("", description="Exit proxy for all HTTP and HTTPS, as http://host:port; empty: direct.")
    proxy_resolves: bool = Field(
        False, description="Whether a name that our name servers cannot resolve is left to the proxy; for ranges."
    )
    nameservers: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Name servers as host or host:port, comma separated; empty: the system's."
    )
    whois: str = Field("", description="One WHOIS server as host:port for every name; empty: each registry's own.")
    rdap: str = Field("https://rdap.org", description="Base URL of the RDAP service.")
    networks: str = Field(
        "", description="Offline IP-to-network data (ip2asn .tsv/.tsv.gz or .mmdb); empty: the bundled table."
    )
    now: datetime | None = Field(None, description="A fixed clock, ISO 8601 with offset; empty: the real one.")
    allow_networks: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Reserved networks that the guard lets through, comma separated; for ranges only."
    )
    ca_file: str = Field("", description="Extra root certificates (PEM) that count as trusted when a chain is checked.")
    seeds: str = Field("", description="Folder laid over the bundled seeds/ (platforms, lexicon, sources).")
    sources: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Sources that a night runs, comma separated; empty: all enabled ones."
    )
    cities: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Cities whose classifieds are searched, by name or host, comma separated; empty: each source's."
    )
    feeds: str = Field("", description="Folder with name feeds, tips, exports and saved pages.")
    searxng: str = Field("", description="The unit's own SearXNG, as http://host:port/path; may stand inside.")
    delay: float | None = Field(None, description="Seconds between requests to one host; empty: each source's own.")
    address_delay: float | None = Field(
        None, description="Seconds between requests to one address, whoever's the hosts; empty: a quarter of delay."
    )
    request_log: str = Field("", description="Folder of the request log; empty: logs in the home folder.")
    user_agent_contact: str = Field("", description="Contact URL named in the honest user agent of look-ups.")
    timeout: float = Field(20.0, description="Seconds for one exchange, body included.")
    dns_timeout: float = Field(4.0, description="Seconds for one DNS answer.")
    whois_timeout: float = Field(8.0, description="Seconds for one WHOIS or RDAP answer.")
    max_body: int = Field(8 * 1024 * 1024, description="Bytes of one body that are kept, after decompression.")
    max_hops: int = Field(10, description="Redirects followed for one page.")
    max_pages: int = Field(4, description="Pages of one suspect that a visit fetches, each client counted once.")
    max_pictures: int = Field(3, description="Telling pictures of one suspect that a visit fetches; 0: none.")
    max_picture: int = Field(2 * 1024 * 1024, description="Bytes of one picture that are kept.")
    browser: Literal["auto", "off"] = Field(
        "auto", description="auto: pages that can matter are also shown to a browser where there is one; off: never."
    )
    chromium: str = Field("", description="Path of the Chromium to use; empty: the system's, else Playwright's own.")
    site_seconds: float = Field(90.0, description="Seconds that one visit may take in all.")
    budget_hosts: int = Field(60, description="Hosts of one registrable domain that a night visits.")
    budget_pages: int = Field(600, description="Requests that one registrable domain gets in a night.")
    budget_mib: int = Field(512, description="MiB that are taken from one registrable domain in a night.")
    budget_seconds: float = Field(900.0, description="Seconds that a night waits for one registrable domain.")
    budget_address_factor: int = Field(5, description="So many times these budgets are one address's.")
    look_ups: bool = Field(
        True, description="Whether DNS, WHOIS, RDAP, network and certificate of a suspect are asked for."
    )
    concurrency: int = Field(48, description="Suspects visited at the same time.")
    ports: Annotated[tuple[int, ...], NoDecode] = Field(
        (), description="Further ports that the guard allows, beside the web's usual ones."
    )

    @property
    def seeds_folder(self) -> Path | None:
        """The overlay folder, or None."""
        return Path(self.seeds) if self.seeds else None

    @field_validator("nameservers", "allow_networks", "sources", "cities", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(p.strip() for p in value.split(",") if p.strip()) if isinstance(value, str) else value

    @field_validator("ports", mode="before")
    @classmethod
    def _split_ports(cls, value: Any) -> Any:
        return tuple(int(p) for p in value.split(",") if p.strip()) if isinstance(value, str) else value

    @field_validator("now")
    @classmethod
    def _aware(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("expected an instant with offset, such as 2026-03-01T02:00:00+08:00")
        return value

    @field_validator("allow_networks")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for item in value:
            ipaddress.ip_network(item)
        return value

    @field_validator("searxng")
    @classmethod
    def _address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
            raise ValueError("expected http://host:port/path")
        return value

    @field_validator("proxy")
    @classmethod
    def _proxy(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme != "http" or not parts.hostname or parts.port is None):
            raise ValueError("expected http://host:port")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then the file."""
        del dotenv_settings, file_secret_settings
        file = settings_file()
        toml = (TomlConfigSettingsSource(settings_cls, file),) if file.is_file() else ()
        return (init_settings, env_settings, *toml)
