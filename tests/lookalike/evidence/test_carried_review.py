"""The clean copy of a pack that a second reader has reviewed, and what makes it a draft again."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import docx
import pytest

from lookalike.evidence.pack import Exported
from lookalike.evidence.verify.run import verify
from lookalike.night import Night
from lookalike.review.packs import named_pack, review
from lookalike.review.verdicts import give
from lookalike.store.engine import reading, writing
from lookalike.store.models import Pack
from tests.lookalike.evidence.stored import EXPORTED, FAKE, exported, lead_of, stored
from tests.lookalike.evidence.test_pack import members


@pytest.fixture
def reviewed_night(tmp_path: Path) -> tuple[Night, Exported]:
    """A pack that 李某 has reviewed an hour after it was written."""
    night = stored(tmp_path / "home")
    made = exported(night, tmp_path / "packs")
    with writing(night.factory) as session:
        review(session, named_pack(session, made.number), "李某", EXPORTED + timedelta(hours=1))
    return night, made


def status(made: Exported) -> tuple[str, str | None, bool]:
    """Of the record, its reader, and whether the letter is marked as a draft."""
    files = members(made.path)
    record = json.loads(files["data/02_lead/lead.json"])
    letter = docx.Document(BytesIO(files["data/01_documents/01-transfer-letter.docx"]))
    return record["status"], record["reviewed_by"], "未签名草稿" in letter.sections[0].header._element.xml


def test_a_pack_is_a_draft_until_somebody_has_reviewed_it(reviewed_night: tuple[Night, Exported]) -> None:
    assert status(reviewed_night[1]) == ("draft", None, True)


def test_the_same_content_exported_again_is_the_clean_copy(
    reviewed_night: tuple[Night, Exported], tmp_path: Path
) -> None:
    night, _ = reviewed_night
    made = exported(night, tmp_path / "packs", at=EXPORTED + timedelta(hours=2))
    assert status(made) == ("reviewed", "李某", False)
    assert verify(made.path).result == "whole"
    with reading(night.factory) as session:
        row = session.get_one(Pack, made.pack_id)
        assert (row.version, row.state, row.reviewed_by) == (2, "reviewed", "李某")
        assert row.reviewed_at == EXPORTED + timedelta(hours=1)


def test_a_verdict_after_the_review_makes_it_a_draft_again(
    reviewed_night: tuple[Night, Exported], tmp_path: Path
) -> None:
    night, _ = reviewed_night
    with writing(night.factory) as session:
        again = EXPORTED + timedelta(hours=2)
        give(session, lead_of(night, FAKE), "confirmed", "fake_site", "再看一遍", "张某", again)
    made = exported(night, tmp_path / "packs", at=EXPORTED + timedelta(hours=3))
    assert status(made) == ("draft", None, True)


def test_other_content_is_a_draft_again(
    reviewed_night: tuple[Night, Exported], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    night, _ = reviewed_night
    monkeypatch.setattr("lookalike.evidence.lead_json.SCHEMA", "lead-pack/2")
    made = exported(night, tmp_path / "packs", at=EXPORTED + timedelta(hours=2))
    assert status(made) == ("draft", None, True)
