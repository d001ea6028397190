"""Reads the list of well-known honest domains: one a line, ``#`` begins a comment."""

from __future__ import annotations

from pathlib import Path

from seeds.hosts import BadHostError, check_host
from seeds.tables import Problems


def read_known_names(path: Path, label: str, problems: Problems) -> frozenset[str]:
    """The domains of one file; an absent file holds none."""
    if not path.is_file():
        return frozenset()
    found = set()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        name = line.partition("#")[0].strip()
        if not name:
            continue
        try:
            check_host(name)
        except BadHostError as error:
            problems.add(label, f"line {number}", *error.args)
        else:
            found.add(name)
    return frozenset(found)
