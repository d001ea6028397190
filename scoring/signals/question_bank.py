"""题库、模拟考试类网站。Counter-evidence: a question bank or mock examination, which helps people learn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, SignalResult, hit

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context

LEAST = 2


class QuestionBank:
    """Words of question banks."""

    name = "question_bank"
    title = "题库网站"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - texts are in the context
        """Hit for two such words in a text without an offer."""
        for text in ctx.texts:
            words = text.words("question_bank")
            if len(words) >= LEAST and text.offers.strength < 0.6:
                return hit(f"题库或模拟考试（{'、'.join(words[:4])}）", text.evidence(text.matches["question_bank"][0]))
        return MISS
