"""What the operator wrote: settings, seeds, the files that settings name. Asks no network."""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path

from lookalike.config import Config, load_config
from lookalike.errors import ConfigError
from lookalike.ops.doctor.model import Finding
from spiders.options import settings_file

PREFIX = "LOOKALIKE_"
BESIDE = frozenset({"LOOKALIKE_RANGE_LOG"})
"""Variables that are read and are no settings."""
SECRETS = ("smtp_password", "webhook_url", "webhook_secret", "metrics_token", "oidc_client_secret", "database_url")
FILES = (
    *("ca_file", "networks", "chromium", "deadlines", "smtp_ca_file", "webhook_ca_file"),
    *("sign_certificate", "sign_key"),
)
"""Settings that name a file."""
FOLDERS = ("seeds", "feeds")


def settings() -> tuple[Config | None, list[Finding]]:
    """The settings in force, or None with the reason."""
    try:
        config = load_config()
    except ConfigError as error:
        return None, [Finding("settings", "fail", facts={"why": str(error), "file": str(settings_file())})]
    return config, [Finding("settings", "ok", facts={"file": str(settings_file())}), *_unknown(), *_open_secrets()]


def own(config: Config) -> Iterator[Finding]:
    """Files, folders and seeds."""
    for name in FILES:
        value = str(getattr(config, name))
        if value:
            yield _named(name, Path(value), Path(value).is_file())
    for name in FOLDERS:
        value = str(getattr(config, name))
        if value:
            yield _named(name, Path(value), Path(value).is_dir())
    yield _seeds(config)


def _named(name: str, path: Path, there: bool) -> Finding:
    readable = there and os.access(path, os.R_OK)
    return Finding("file", "ok" if readable else "fail", facts={"setting": name, "path": str(path)})


def _seeds(config: Config) -> Finding:
    from seeds.loader import check_seeds  # noqa: PLC0415 - reads many files

    problems = check_seeds(config.seeds_folder)
    if problems:
        return Finding("seeds", "fail", facts={"count": str(len(problems)), "first": problems[0][:300]})
    return Finding("seeds", "ok")


def _unknown() -> Iterator[Finding]:
    """A misspelt setting is left out without a word: here it is told."""
    known = set(Config.model_fields)
    odd = [n for n in os.environ if n.startswith(PREFIX) and n[len(PREFIX) :].lower() not in known and n not in BESIDE]
    odd += [name for name in _file() if name not in known]
    if odd:
        yield Finding("unknown_settings", "warn", facts={"names": ", ".join(sorted(odd))})
    else:
        yield Finding("unknown_settings", "ok")


def _open_secrets() -> Iterator[Finding]:
    path = settings_file()
    held = [name for name in SECRETS if name in _file()]
    if not held:
        return
    open_to_others = bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))
    facts = {"file": str(path), "names": ", ".join(held)}
    yield Finding("secrets", "warn" if open_to_others else "ok", facts=facts)


def _file() -> dict[str, object]:
    path = settings_file()
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
