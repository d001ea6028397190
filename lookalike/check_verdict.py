"""One verdict of ``check``: what it is of, how it is judged, and how it is printed for programs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

from scoring.case import Case, PictureFacts
from scoring.context import Context
from scoring.reference import SUBJECT_GROUP, Reference
from scoring.result import Assessment
from seeds.model import Platform

Input = Literal["address", "page", "text", "photo"]

MAX_ASK = 3
NOT_VISITED = "按要求没有访问网站，只根据名称和手头的内容判断"
NOT_REACHED = "网站没有正常应答（{why}），只能根据名称、登记信息和手头的内容判断"


@dataclass(frozen=True, slots=True)
class Named:
    """Platforms that a verdict speaks of, for people."""

    imitated: Platform | None = None
    home: Platform | None = None
    """The platform that lives at the judged address, or whose registered domain it stands under."""
    ask: tuple[Platform, ...] = ()
    """Where such certificates are really looked up, the likeliest first."""
    card: bool = False
    """Whether a photo shows a filled certificate."""


def named(case: Case, ref: Reference, judged: Assessment) -> Named:
    """Whom the case is about: what is imitated, else what its certificates are about."""
    ctx = Context(case, ref)
    imitated = ref.platforms.get(judged.impersonates or "")
    ids = [judged.impersonates, ctx.subject, *_spoken_of(ctx)]
    found = dict.fromkeys(p for i in ids if i and (p := ref.platforms.get(i)) is not None and p.addresses)
    ask = tuple(found)[:1] if imitated in found else tuple(found)[:MAX_ASK]
    card = any(seen.card for seen in ctx.pictured)
    return Named(imitated, ctx.home or ctx.sister, ask, card)


def _spoken_of(ctx: Context) -> list[str]:
    """Platforms whose certificates the texts speak of, most first."""
    points: Counter[str] = Counter()
    for text in ctx.texts:
        for group, matches in text.matches.items():
            if group.startswith(SUBJECT_GROUP):
                points[group.removeprefix(SUBJECT_GROUP)] += len(matches)
    return sorted(points, key=lambda p: (-points[p], p))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of one input; without ``assessment`` the ``error`` says why."""

    input: str
    kind: Input
    assessment: Assessment | None = None
    case: Case | None = None
    photo: PictureFacts | None = None
    """The photo that was handed in."""
    notes: tuple[str, ...] = ()
    """What limits the verdict as a whole."""
    named: Named = Named()
    error: str = ""
    """Why there is no verdict; the other inputs have theirs."""

    @property
    def host(self) -> str | None:
        """The site that is judged: of the address, of ``--host``, or of the photo's code."""
        return str(self.case.site) if self.case is not None and self.case.site is not None else None

    @property
    def qr(self) -> tuple[str, ...]:
        """Contents of the codes on the photo, or on the pictures of the site."""
        pictures = (self.photo,) if self.photo else self.case.pictures if self.case else ()
        return tuple(dict.fromkeys(text for picture in pictures for text in picture.qr.value or ()))

    def as_json(self) -> dict[str, Any]:
        """As ``check --json`` prints it; an input without a verdict has ``error`` in the place of a score."""
        if self.assessment is None:
            return {"input": self.input, "error": self.error}
        judged = self.assessment
        unchecked = [{"what": u.what, "why": u.why} for u in judged.unchecked]
        return {
            "input": self.input,
            "kind": judged.kind,
            "score": round(judged.score, 4),
            "band": judged.band,
            "impersonates": judged.impersonates,
            "host": self.host,
            "reasons": [row.as_json() for row in judged.rows],
            "unchecked": [{"what": "核查范围", "why": note} for note in self.notes] + unchecked,
            "qr": list(self.qr),
        }
