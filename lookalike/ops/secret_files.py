"""Secrets read from files, as containers and systemd hand them over: ``LOOKALIKE_<SETTING>_FILE`` names one.

The same as ``<setting>_file`` in ``lookalike.toml``. A file that is missing, empty or holds more than one line is
refused: an empty secret would switch off what it guards.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from lookalike.errors import ConfigError
from spiders.options import settings_file

PREFIX, SUFFIX = "LOOKALIKE_", "_file"
HOLDS_ONE = "database_url"
"""Holds a password within, and is no secret as a whole."""
LONGEST = 64 * 1024


def secret_names(fields: Mapping[str, FieldInfo]) -> tuple[str, ...]:
    """Settings that may be given by file."""
    return tuple(name for name, field in fields.items() if field.annotation is SecretStr or name == HOLDS_ONE)


class SecretFiles(PydanticBaseSettingsSource):
    """Between the arguments and the environment. Raises ConfigError."""

    def __init__(self, settings_cls: type[BaseSettings]) -> None:
        """``settings_cls``: whose fields are looked for."""
        super().__init__(settings_cls)

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002 - its base asks
        """Not asked: ``__call__`` reads all of them."""
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """The secrets that are given by file."""
        return {name: read_secret(path, where) for name, path, where in named(self.settings_cls.model_fields)}


def named(fields: Mapping[str, FieldInfo]) -> Iterator[tuple[str, Path, str]]:
    """Each setting that is given by file, the file, and where that was said. Raises ConfigError when given twice."""
    told = _toml()
    for name in secret_names(fields):
        variable, key = f"{PREFIX}{name.upper()}{SUFFIX.upper()}", f"{name}{SUFFIX}"
        by_variable, by_file = os.environ.get(variable, ""), told.get(key, "")
        if not by_variable and not by_file:
            continue
        where = variable if by_variable else f"{settings_file()}: {key}"
        # what is nearer wins, as with every setting; two of one kind are a contradiction
        open_one = os.environ.get(f"{PREFIX}{name.upper()}") if by_variable else told.get(name)
        if open_one:
            raise ConfigError(f"{where}: {name} is set openly as well; remove one of the two")
        if not by_variable and os.environ.get(f"{PREFIX}{name.upper()}"):
            continue
        yield name, Path(str(by_variable or by_file)), where


def read_secret(path: Path, where: str) -> str:
    """The one line that stands in a file. Raises ConfigError, and tells nothing of what stands there."""
    try:
        with path.open("rb") as stream:
            data = stream.read(LONGEST + 1)
        text = data.decode("utf-8")
    except OSError as error:
        raise ConfigError(f"{where}: {path}: {error.strerror or error}; expected a file with the secret") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{where}: {path}: expected UTF-8 text") from error
    secret = text.strip("\r\n")
    if not secret.strip():
        raise ConfigError(f"{where}: {path} is empty; write the secret into it, or remove the setting")
    if "\n" in secret or "\x00" in secret or len(data) > LONGEST:
        raise ConfigError(f"{where}: {path}: expected one line, the secret alone")
    return secret


def _toml() -> dict[str, Any]:
    file = settings_file()
    try:
        return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    except (OSError, ValueError):
        return {}  # the settings' own reader tells of it
