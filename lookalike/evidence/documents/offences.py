"""Which offences the facts of a lead suggest, and the table of thresholds. Suggestions only: people decide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lookalike.evidence.documents.law import LegalBasis, Offence, Threshold, legal_basis
from lookalike.evidence.documents.values import because
from lookalike.evidence.facts import Json, LeadFacts
from lookalike.evidence.reach import CLEARED

_MOST_ROWS, _MOST_TEXT, _MOST_NAMED = 4, 120, 5
_COUNTED = {"posing_sites", "sites", "posts"}


def thresholds(lead: LeadFacts) -> list[Json]:
    """One line a countable condition: ``measured`` and ``met`` are null where nothing here can count it."""
    basis = legal_basis()
    return [_line(row, lead.reach, basis) for row in basis.thresholds]


def _line(row: Threshold, reach: Json, basis: LegalBasis) -> Json:
    told: Json = {"rule": row.rule, "article": row.article, "text": row.text, "needed": row.needed, "unit": row.unit}
    if row.measure not in _COUNTED or row.measure not in reach:
        why = because(basis.unmeasured.get(row.measure, "没有统计"))
        return told | {"measured": None, "met": None, "how": why}
    count = len(reach[row.measure])
    how = f"{basis.measured[row.measure]}；以本系统所见为限"
    return told | {"measured": count, "met": count >= row.needed, "how": how}


def offences(lead: LeadFacts, counted: Sequence[Json]) -> list[Json]:
    """Suspected offences, each ``suggested``, with its basis and the captures that bear it out."""
    if lead.lead.status in CLEARED:
        return []
    found = [
        _suggested(lead, row["article"], row["rule"], f"{row['text']}：已统计到 {row['measured']} {row['unit']}{named}")
        for row, named in zip(counted, _named(lead.reach), strict=True)
        if row["met"]
    ]
    return found + [told for offence in legal_basis().offences if (told := _by_rows(lead, offence))]


def _named(reach: Json) -> list[str]:
    """For each line of the table what was counted, the first few by name."""
    found = (reach.get(row.measure, ()) if row.measure in _COUNTED else () for row in legal_basis().thresholds)
    return [f"（{'、'.join(x[:_MOST_NAMED])}{'等' if len(x) > _MOST_NAMED else ''}）" if x else "" for x in found]


def _by_rows(lead: LeadFacts, offence: Offence) -> Json | None:
    rows = [row for row in lead.view.reasons if row["signal"] in offence.any_of and row["points"] > 0]
    beside = any(row["signal"] in offence.beside and row["points"] > 0 for row in lead.view.reasons)
    word = next((w for w in offence.words if w in _text(lead)), "")
    if not rows or (offence.beside and not beside) or (offence.words and not word):
        return None
    texts = "；".join(str(row["text"])[:_MOST_TEXT] for row in rows[:_MOST_ROWS])
    return _suggested(
        lead, offence.article, offence.basis, offence.why.replace("{word}", word).replace("{rows}", texts)
    )


def _text(lead: LeadFacts) -> str:
    return "\n".join([*(c.text for c in lead.captures), *(t["text"] for t in lead.record.get("tips", ()))])


def _suggested(lead: LeadFacts, article: str, basis: str, why: str) -> dict[str, Any]:
    facts = [c.number for c in lead.captures if c.record["result"] != "failed"]
    return {"article": article, "basis": basis, "why": why, "facts": facts, "by": "suggested"}
