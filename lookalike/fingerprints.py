"""Hashes of what a judgement depends on beside the capture: seeds, and the code that reads and scores."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

CODE = {"scoring": ("*.py", "*.toml"), "spiders": ("case.py", "decode.py", "fetch.py", "views.py", "warc.py")}
APART = frozenset({"weights.toml", "weights_judged.toml"})
"""Weights have versions of their own."""


def of_seeds(seeds: Any) -> str:
    """SHA-256 of the seeds as they were loaded, overlay included."""
    return hashlib.sha256(json.dumps(_plain(seeds), ensure_ascii=False).encode()).hexdigest()


@lru_cache(maxsize=1)
def of_program() -> str:
    """SHA-256 over the code and data that turn a capture into rows."""
    digest = hashlib.sha256()
    for package, patterns in CODE.items():
        root = Path(str(files(package)))
        for path in sorted({found for pattern in patterns for found in root.rglob(pattern)}):
            if path.name not in APART:
                digest.update(f"{package}/{path.relative_to(root).as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _plain(value: Any) -> Any:
    """The same in what JSON knows, sets and keys in a fixed order."""
    if is_dataclass(value):
        return [type(value).__name__, *((f.name, _plain(getattr(value, f.name))) for f in fields(value))]
    if isinstance(value, dict):
        return sorted(([str(key), _plain(item)] for key, item in value.items()), key=lambda pair: pair[0])
    if isinstance(value, (set, frozenset)):
        return sorted((_plain(item) for item in value), key=str)
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
