"""代码与官方平台某一代页面相同。Field names, markup and sentences of one generation of a platform's pages.

Crews copy old generations long after they are gone. Names that any library or form uses do not count, nor two field
names on a page that is about no certificate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.lookups import certificate_page
from scoring.result import MISS, SignalResult, hit
from scoring.signals._claims import cannot_judge

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context

LEAST = 2


class OlderGeneration:
    """Marks of all generations in the page's source."""

    name = "older_generation"
    title = "沿用官方旧版页面"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """Hit from two distinctive marks on."""
        cannot = cannot_judge(ctx)
        if cannot is not None:
            return cannot
        found = [(len(m.marks), i, m) for i, seen in enumerate(ctx.pages) for m in seen.generations]
        count, at, match = max(found, key=lambda f: (f[0], f[2].platform), default=(0, 0, None))
        if match is None or count < LEAST or not (match.paths or certificate_page(ctx.pages[at])):
            return MISS
        platform = ctx.ref.platforms[match.platform]
        text = f"页面代码与“{platform.name}”的一代页面（{match.generation}）相同：{'、'.join(match.marks[:4])}"
        strength = min(1.0, (0.25 if match.paths else 0.0) + 0.25 * count)
        return hit(text, ctx.pages[at].evidence(match.marks[0], "html"), strength=strength, platform=match.platform)
