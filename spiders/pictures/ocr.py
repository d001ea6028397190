"""Lines of text in a picture, by the recogniser of the extra ``ocr``; its models lie in its own package.

Loaded once a process, when the first picture asks: that takes seconds.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

MISSING = "没有安装图片文字识别；安装命令：pip install 'lookalike[ocr]'"
MAX_LINES = 200
MAX_LINE = 200
LONGEST = 2000
"""Pixels of the longest side that are looked at: text that is smaller then is no text for readers either."""
SURE = 0.5
"""Least certainty of a line, as the recogniser counts it."""

Box = tuple[float, float, float, str]
"""Middle and height of a piece of text, its left edge, and what it says."""


class Missing(Exception):
    """The extra is not installed."""


def read_lines(picture: Image) -> list[str]:
    """What stands in a picture of mode ``RGB``, top to bottom, pieces of one row joined. Raises ``Missing``."""
    recognise = _recogniser()
    import numpy as np  # noqa: PLC0415 - comes with the extra

    shown = picture.copy()
    shown.thumbnail((LONGEST, LONGEST))
    answer = recognise(np.asarray(shown)[:, :, ::-1])
    if answer.boxes is None or answer.txts is None:
        return []
    boxes = [
        (
            float(sum(y for _, y in box) / 4),
            float(max(y for _, y in box) - min(y for _, y in box)),
            float(min(x for x, _ in box)),
            str(text),
        )
        for box, text, score in zip(answer.boxes, answer.txts, answer.scores, strict=True)
        if score >= SURE
    ]
    return rows(boxes)[:MAX_LINES]


def rows(boxes: list[Box]) -> list[str]:
    """Pieces whose middles lie within half a height of a row's first piece are one line, left to right."""
    lines: list[list[Box]] = []
    for box in sorted(boxes):
        first = lines[-1][0] if lines else None
        if first is not None and box[0] - first[0] < 0.5 * min(first[1], box[1]):
            lines[-1].append(box)
        else:
            lines.append([box])
    return [" ".join(b[3] for b in sorted(line, key=lambda b: b[2]))[:MAX_LINE] for line in lines]


@lru_cache(maxsize=1)
def _recogniser() -> Any:
    try:
        from rapidocr import RapidOCR  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise Missing(MISSING) from error
    return RapidOCR(params={"Global.log_level": "critical"})
