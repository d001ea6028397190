"""``detection.json``: why the program took the site for what it says, row by row, and what it judged with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lookalike.evidence.canonical import utc
from lookalike.evidence.facts import Json, unknown
from lookalike.evidence.hashes import digest
from lookalike.store.evidence import Story


def detection_json(stories: Sequence[Story]) -> Json:
    """The judgements of all leads of a pack."""
    return {
        "schema": "detection/1",
        "note": "分值为自动评分，仅供研判参考；score = 100 × 1/(1+e^-S)，S 为各行分值之和。是否违法由有权机关认定",
        "leads": [_judgement(story) for story in stories],
    }


def _judgement(story: Story) -> Json:
    judged = story.assessment
    if judged is None:
        return {"lead": story.lead.id, "assessment": unknown("没有评分记录")}
    return {
        "lead": story.lead.id,
        "assessment": judged.id,
        "at": utc(judged.at),
        "kind": judged.kind,
        "score": round(judged.score, 6),
        "band": judged.band,
        "impersonates": judged.impersonates,
        "rows": judged.rows,
        "unchecked": judged.unchecked,
        "documents": judged.documents,
        "sightings_to": judged.sightings_to,
        "weights": _weights(story, judged.weights_version),
        "reference": _reference(story),
    }


def _weights(story: Story, version: str) -> Json:
    if story.weights is None:
        return {"version": version} | unknown("没有保存这一版权重")
    return {
        "version": version,
        "origin": story.weights.origin,
        "fingerprint": story.weights.fingerprint,
        "text_sha256": digest(story.weights.text.encode(), "sha256"),
    }


def _reference(story: Story) -> Any:
    kept = story.reference
    if kept is None:
        return unknown("没有记录当时的对照集")
    return {"sha256": kept.sha256, "seeds": kept.seeds, "program": kept.program, "at": utc(kept.at)}
