"""查的是别的东西（健康证、快递、成绩等）。Counter-evidence: what is looked up is no certificate of work.

Who poses as a public body is not cleared by it: crews forge health cards too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, SignalResult, hit

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context


class OtherSubject:
    """Words of other look-ups in title and headings, with no certificate named anywhere."""

    name = "other_subject"
    title = "其他查询业务"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """Hit where title or headings name another subject."""
        if ctx.claims_official:
            return MISS
        for seen in ctx.pages:
            if seen.text.matches.get("topics"):
                return MISS
            if "other_subject" not in seen.text.matches:
                continue
            head = "\n".join((seen.page.title, *seen.page.headings[:5]))
            found = next((m for m in ctx.ref.terms.find(head) if m.group == "other_subject"), None)
            if found is not None:
                return hit(f"查询的是“{found.term}”，与安全生产等证书无关", seen.evidence(found.quote, "title"))
        return MISS
