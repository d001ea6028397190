"""Settings of where captures are kept: in the home folder, or in an S3-compatible store that many machines share."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from lookalike.ops.secret_files import SecretFiles
from lookalike.ops.settings import OpsOptions

_STORE = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:/[A-Za-z0-9!_.*'()-]+)*)/?")


class StoreOptions(OpsOptions):
    """Between the operator's settings and the whole."""

    captures_store: str = Field(
        "", description="Where captures are kept, as s3://bucket/prefix; empty: in the home folder's captures."
    )
    s3_endpoint: str = Field("", description="Address of the S3-compatible store, as https://host:port; empty: AWS's.")
    s3_region: str = Field("us-east-1", description="Its region; most stores of one's own take any.")
    s3_key_id: str = Field("", description="Name of the access key.")
    s3_secret: SecretStr = Field(
        SecretStr(""), description="The access key's secret; better by file, as LOOKALIKE_S3_SECRET_FILE."
    )
    s3_path_style: bool = Field(
        True, description="Whether the bucket stands in the path; false: in the host name, as some clouds ask for."
    )
    s3_ca_file: str = Field("", description="Root certificate (PEM) of the store; empty: the system's.")
    s3_seconds: float = Field(30.0, gt=0, description="Seconds without a byte after which the store counts as silent.")
    s3_cache_mib: int = Field(
        2048, ge=0, description="MiB of captures from the store that are held on this machine, trimmed at each night."
    )

    @field_validator("captures_store")
    @classmethod
    def _store(cls, value: str) -> str:
        if value and not _STORE.fullmatch(value):
            raise ValueError("expected s3://bucket or s3://bucket/prefix")
        return value.rstrip("/")

    @field_validator("s3_endpoint")
    @classmethod
    def _endpoint(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/")):
            raise ValueError("expected https://host:port, without a path")
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
        """Arguments, secrets by file, then the environment and ``lookalike.toml``."""
        first, *rest = super().settings_customise_sources(
            settings_cls, init_settings, env_settings, dotenv_settings, file_secret_settings
        )
        return (first, SecretFiles(settings_cls), *rest)
