"""国标编码的页面，带着官方旧版页面的痕迹。A page in a GB encoding that carries marks of a genuine platform's pages.

The genuine pages of today are UTF-8; copies of old generations, and copies through old saving tools, keep GB2312.
Millions of honest pages are in GB encodings too: the label counts only beside marks, and where no genuine page of the
platform has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, SignalResult, hit, unknown
from scoring.signals._claims import cannot_judge

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context
    from scoring.seen import Seen

GB = ("gb2312", "gbk", "gb18030", "hz-gb")
ALIKE = 0.35


class OlderEncoding:
    """Label and chosen encoding, against generations and baselines."""

    name = "older_encoding"
    title = "沿用旧版编码"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """Hit for a GB page with a mark of a generation or a copied text; *unknown* where no encoding was noted."""
        cannot = cannot_judge(ctx)
        if cannot is not None:
            return cannot
        labelled = [(seen, _label(seen)) for seen in ctx.pages]
        for seen, label in labelled:
            platform = _marked(ctx, seen) if label.startswith(GB) else ""
            if platform and not _genuine_in_gb(ctx, platform):
                name = ctx.ref.platforms[platform].name
                text = f"页面带有“{name}”旧版页面的痕迹，编码也是旧的 {label}"
                return hit(text, seen.evidence(f"charset={label}", "charset"), platform=platform)
        if ctx.pages and not any(label for _, label in labelled):
            return unknown("没有记录页面编码")
        return MISS


def _label(seen: Seen) -> str:
    return (seen.page.charset or seen.view.encoding).strip().lower()


def _marked(ctx: Context, seen: Seen) -> str:
    marked = max(seen.generations, key=lambda m: (len(m.marks) + len(m.paths), m.platform), default=None)
    if marked is not None:
        return marked.platform
    return next((b.platform for at, b, text, _ in ctx.likeness if at is seen and text >= ALIKE), "")


def _genuine_in_gb(ctx: Context, platform: str) -> bool:
    mine = [b for b in ctx.ref.baselines if b.platform == platform]
    return any(b.page.charset.lower().startswith(GB) and not b.generation for b in mine)
