"""标题、首个标题或标志文字用官方平台的名称。Title, heading or logo carries a genuine platform's name, elsewhere.

News and portals name platforms inside longer titles: strength follows how much of the title the name fills.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, SignalResult, hit
from scoring.signals._claims import cannot_judge

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context
    from scoring.reference import NameMatch
    from scoring.seen import Seen

WHERE = {"title": 1.0, "h1": 0.8, "line": 0.7, "img[alt]": 0.6}
SAID = {"title": "标题", "h1": "页面大标题", "line": "页面单独一行", "img[alt]": "标志文字"}
GENERIC, ABOUT = 0.5, 0.3
WHOLE = 0.7
LEAST = 0.25


class TitleMatch:
    """Names in prominent places against the registered platforms."""

    name = "title_match"
    title = "标题冒用平台名称"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """The strongest name in a prominent place."""
        cannot = cannot_judge(ctx)
        if cannot is not None:
            return cannot
        best, best_strength = MISS, 0.0
        for seen in ctx.pages:
            for where, name in seen.names:
                share = 1.0 if name.share >= WHOLE else name.share * 0.7
                spoken = ABOUT if name.about else GENERIC if name.generic else 1.0
                strength = round(WHERE[where] * share * spoken, 3)
                if strength < LEAST or strength <= best_strength:
                    continue
                platform = ctx.ref.platforms[name.platform]
                chosen = ctx.choose(_same(name, seen, ctx), seen)
                text = f"{SAID[where]}写着“{name.name}”，而真正的平台（{platform.organ}）不在此地址"
                quote = seen.page.title if where == "title" else name.name
                best = hit(text, seen.evidence(quote, where), strength=strength, platform=chosen or platform.id)
                best_strength = strength
        return best


def _same(name: NameMatch, seen: Seen, ctx: Context) -> tuple[str, ...]:
    """The platforms that a name may mean: all that bear it, and for an organ's own name all of the organ."""
    match = ctx.ref.body(name.name) if ctx.ref.portal(name.platform) else None
    return (*(n.platform for _, n in seen.names if n.name == name.name), *(match.platforms if match else ()))
