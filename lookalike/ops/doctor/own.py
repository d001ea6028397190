"""What the operator wrote: settings, seeds, the files that settings name. Asks no network."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from lookalike.config import Config, load_config
from lookalike.errors import ConfigError
from lookalike.ops.doctor.model import Finding
from lookalike.ops.in_force import unknown, written
from lookalike.ops.secret_files import named, secret_names
from spiders.options import settings_file

FILES = (
    *("ca_file", "networks", "chromium", "deadlines", "smtp_ca_file", "webhook_ca_file"),
    *("sign_certificate", "sign_key", "s3_ca_file"),
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
    odd = unknown()
    yield Finding("unknown_settings", "warn" if odd else "ok", facts={"names": ", ".join(odd)} if odd else {})


def _open_secrets() -> Iterator[Finding]:
    """Secrets that other users of this machine can read; a container's own are for it alone."""
    names = secret_names(Config.model_fields)
    held = {settings_file(): [name for name in names if name in written()]}
    for name, path, _ in named(Config.model_fields):
        if path.parent != Path("/run/secrets"):
            held.setdefault(path, []).append(name)
    for path, inside in held.items():
        if inside and path.exists():
            open_to_others = bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))
            facts = {"file": str(path), "names": ", ".join(inside)}
            yield Finding("secrets", "warn" if open_to_others else "ok", facts=facts)
