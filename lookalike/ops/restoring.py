"""What a restore that is under way leaves in the home folder, so that nobody works on half of it."""

from __future__ import annotations

from pathlib import Path

from lookalike.errors import StoreError

MARKER = ".restore.json"
"""There from the moment that files begin to move until the last one has."""
STAGING = ".restore"
LEFT_OUT = (".lock", ".part", ".tmp")
"""Ends of names that no backup holds."""


def refuse_half_restored(home: Path) -> None:
    """Raises StoreError while a restore was begun and not ended."""
    if (home / MARKER).exists():
        raise StoreError(f"{home}: a restore was cut short; run it again to end it: lookalike restore --resume")
