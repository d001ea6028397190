"""What the statuses of a lead are called: unjudged, the verdict that stands, what became of it, or that it is back."""

from __future__ import annotations

from typing import Literal

Word = Literal["confirmed", "false_positive", "duplicate", "later"]
WORDS: dict[Word, str] = {"confirmed": "确认", "false_positive": "误报", "duplicate": "重复", "later": "待查"}
HANDED: dict[str, str] = {"referred": "已移交", "closed": "已关停"}
STATUSES: dict[str, str] = {"new": "未审", **{str(w): said for w, said in WORDS.items()}, **HANDED, "relapsed": "复活"}
