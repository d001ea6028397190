"""The one error of this floor."""

from __future__ import annotations


class SeedError(Exception):
    """A seed file is wrong: names the file, the key, what was expected and the mend, in one line."""

    def __init__(self, file: str, key: str, expected: str, mend: str) -> None:
        super().__init__(f"{file}: {key}: {expected}; {mend}")
        self.file = file
        self.key = key
