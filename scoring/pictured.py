"""A picture's recognised lines read like a page of the site: the same words, claims and cards. Judges nothing."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from scoring.case import Hop, View
from scoring.marks import marks_of
from scoring.once import once
from scoring.page import parse
from scoring.seen import Seen, Text

if TYPE_CHECKING:
    from scoring.case import PictureFacts
    from scoring.reference import Reference

_PAPER = re.compile("证书|[操作合格许可鉴定]证|执照")
TRIVIAL = 8
"""Set or unset bits below which a perceptual hash says only that the picture is nearly plain."""


class Pictured(Seen):
    """One picture whose text was read; ``page`` holds its lines, ``view`` only says where it came from."""

    def __init__(self, ref: Reference, picture: PictureFacts) -> None:
        self.picture = picture
        self.lines = picture.text.value or ()
        source = "".join(f"<p>{html.escape(line)}</p>" for line in self.lines)
        view = View("desktop", picture.url, (Hop(picture.url, 200),), body_sha256=picture.sha256)
        super().__init__(ref, view, parse(source, picture.url if "://" in picture.url else ""))

    @once
    def text(self) -> Text:
        """Its lines, as a text that stands in a picture."""
        return Text(self.ref, "\n".join(self.lines), "picture", self.picture.url, self.picture.sha256)

    @once
    def marks(self) -> frozenset[str]:
        """What stands in its lines, or in the page of them, in which blanks are fewer."""
        return self.text.marks | marks_of(self.page.text)

    @property
    def card(self) -> bool:
        """Whether it shows a filled certificate, or a signed one that calls itself so."""
        signed = any(claim.kind == "issuer" for claim in self.bodies)
        return bool(self.certificate) or (signed and _PAPER.search(self.text.text) is not None)


def far(a: int, b: int) -> int:
    """In how many of 64 bits two perceptual hashes differ."""
    return (a ^ b).bit_count()


def plain(phash: int) -> bool:
    """Whether a hash is of a picture without shape: all such are alike."""
    return not TRIVIAL <= phash.bit_count() <= 64 - TRIVIAL
