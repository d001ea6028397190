"""The one error of reading what a log answers."""

from __future__ import annotations


class CtError(ValueError):
    """An answer of a log that is not what it should be; ``str()`` is one sentence in Chinese."""
