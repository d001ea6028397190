"""The settings in force as people may see them: each with its value, where it was set, and what it means.

Secrets are told as set or not, never shown; of an address with a password the password is left out.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr, ValidationError
from pydantic_settings import SettingsError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from lookalike.config import Config, explain
from lookalike.errors import ConfigError, UsageError
from lookalike.ops.channels import configured
from lookalike.ops.secret_files import HOLDS_ONE, PREFIX, SUFFIX, named, secret_names
from lookalike.store.bucket import address_of
from spiders.options import home_folder, settings_file

BESIDE = frozenset({"LOOKALIKE_RANGE_LOG"})
"""Variables that are read and are no settings."""
HIDDEN = "******"


@dataclass(frozen=True, slots=True)
class Shown:
    """One setting."""

    name: str
    value: str
    origin: str
    """Variable or file that set it; empty: the default."""
    meaning: str

    def as_json(self) -> dict[str, str]:
        """As ``config show --json`` prints it."""
        return {"name": self.name, "value": self.value, "origin": self.origin, "meaning": self.meaning}


def in_force(config: Config) -> list[Shown]:
    """Every setting, by name."""
    by_file = {name: where for name, _, where in named(Config.model_fields)}
    told = written()
    return [
        Shown(name, _value(name, getattr(config, name)), _origin(name, by_file, told), field.description or "")
        for name, field in sorted(Config.model_fields.items())
    ]


def wrong() -> list[str]:
    """One line for each setting that cannot be used, or that this version does not know; empty: all is well."""
    found = [f"{name}: there is no such setting; correct its name or remove it" for name in unknown()]
    try:
        found += _halves(Config(home=home_folder()))
    except ValidationError as error:
        found += [explain(error, number) for number in range(error.error_count())]
    except (ConfigError, SettingsError) as error:
        found.append(str(error))
    except ValueError as error:  # the TOML reader's own
        found.append(f"{settings_file()}: expected TOML ({error}); mend the line it names")
    return found


def _halves(config: Config) -> Iterator[str]:
    """What is set by half: each setting is good, and together they are not."""
    for ask in (configured, lambda told: address_of(told) if told.captures_store else None):
        try:
            ask(config)
        except UsageError as error:
            yield str(error)


def unknown() -> list[str]:
    """Variables and keys that name no setting of this version, in order."""
    by_file = {f"{name}{SUFFIX}" for name in secret_names(Config.model_fields)}
    known = set(Config.model_fields) | by_file
    odd = [n for n in os.environ if n.startswith(PREFIX) and n[len(PREFIX) :].lower() not in known and n not in BESIDE]
    return sorted(odd + [name for name in written() if name not in known])


def written() -> dict[str, Any]:
    """What stands in ``lookalike.toml``; of a file that cannot be read, nothing."""
    path = settings_file()
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (OSError, ValueError):
        return {}


def _value(name: str, value: Any) -> str:
    if isinstance(value, SecretStr):
        return HIDDEN if value.get_secret_value() else ""
    if name == HOLDS_ONE and value:
        try:
            return make_url(value).render_as_string(hide_password=True)
        except ArgumentError:
            return HIDDEN
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _origin(name: str, by_file: dict[str, str], told: dict[str, Any]) -> str:
    variable = f"{PREFIX}{name.upper()}"
    if name in by_file:
        return by_file[name]
    if variable in os.environ:
        return variable
    return str(settings_file()) if name in told else ""
