"""Finds the folders that travel with the program, in a checkout and in an installed wheel alike."""

from __future__ import annotations

from pathlib import Path

from lookalike.errors import StoreError

_PACKAGE = Path(__file__).resolve().parent


def alembic_folder() -> Path:
    """The migration scripts: ``alembic/`` beside the package in a checkout, else the copy inside the wheel.

    Raises StoreError when neither is there.
    """
    for folder in (_PACKAGE.parent / "alembic", _PACKAGE / "_data" / "alembic"):
        if (folder / "env.py").is_file():
            return folder
    raise StoreError("the migration scripts are missing; install the program again")


def demo_range() -> Path:
    """The range that ships with the program."""
    return _PACKAGE / "cyber_range" / "demo"
