"""One report of the hotline or the public, as it is kept: nothing of it is the reporter's own."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from scoring.invisible import visible


@dataclass(frozen=True, slots=True)
class Tip:
    """What one row says."""

    row: int
    """Its row in the file, 1 for the first."""
    text: str
    """Title, content and what is said of the suspect; the reporter's data masked."""
    number: str = ""
    channel: str = ""
    area: str = ""
    received_at: datetime | None = None
    urls: tuple[str, ...] = ()
    contacts: tuple[tuple[str, str], ...] = ()
    """Type and value of the sellers' contacts."""
    remarks: tuple[str, ...] = ()
    """What of the row could not be used, in Chinese; the rest is kept."""

    @property
    def fingerprint(self) -> str:
        """The same for every report that says the same, however it is spaced and whatever its width."""
        said = "\n".join((self.text, *self.urls, *(f"{kind}:{value}" for kind, value in self.contacts)))
        folded = "".join(visible(unicodedata.normalize("NFKC", said)).casefold().split())
        return hashlib.sha256(folded.encode("utf-8", "replace")).hexdigest()
