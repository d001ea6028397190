"""证书查询结果页：国徽、工种、有效期、发证机关。A page that shows one person's certificate, with or without a form.

What a QR code on a forged card opens. Explanations of a card's columns have no values beside the labels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.lookups import has_emblem, shows_certificate
from scoring.result import MISS, SignalResult, hit
from scoring.signals._claims import cannot_judge

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context


class CertificateResult:
    """Labels of a certificate with values."""

    name = "certificate_result"
    title = "证书结果页"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """Hit for a filled certificate; the emblem makes it full."""
        cannot = cannot_judge(ctx)
        if cannot is not None:
            return cannot
        for seen in ctx.pages:
            labels = shows_certificate(seen)
            if labels:
                emblem = has_emblem(seen)
                strength = min(1.0, 0.45 + 0.05 * len(labels) + (0.3 if emblem else 0.0))
                text = f"非官方地址上展示某人的证书信息（{'、'.join(labels[:6])}）{'，并配国徽图案' if emblem else ''}"
                return hit(
                    text,
                    seen.evidence(" ".join(labels), "body"),
                    strength=round(strength, 3),
                    platform=ctx.named_subject,
                )
        return MISS
