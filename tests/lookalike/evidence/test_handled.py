"""What was done about a lead before its pack was written stands in the letter."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import docx
import pytest

from lookalike.evidence.pack import Exported
from lookalike.night import Night
from lookalike.review import readings
from lookalike.review.handover import Passed, hand_over_lead
from lookalike.store.engine import writing
from tests.lookalike.evidence.stored import EXPORTED, FAKE, exported, lead_of, stored
from tests.lookalike.evidence.test_pack import members


@pytest.fixture
def exporting_night(tmp_path: Path) -> Night:
    return stored(tmp_path / "home")


def measures(made: Exported) -> str:
    """The cell beside 已采取措施 in the letter."""
    letter = docx.Document(BytesIO(members(made.path)["data/01_documents/01-transfer-letter.docx"]))
    rows = [row.cells for table in letter.tables for row in table.rows]
    return next(cells[1].text for cells in rows if cells[0].text == "已采取措施")


def test_a_notice_that_went_out_is_told_with_its_date_and_office(exporting_night: Night, tmp_path: Path) -> None:
    with writing(exporting_night.factory) as session:
        lead, passed = (
            lead_of(exporting_night, FAKE),
            Passed("某云服务商", "notice", "王某", EXPORTED - timedelta(hours=1)),
        )
        readings.read(session, lead, "confirmed", "fake_site", "与通报一致", "李某", EXPORTED)
        hand_over_lead(session, lead, passed, EXPORTED)
    told = measures(exported(exporting_night, tmp_path / "packs"))
    assert "通知平台或服务商：某云服务商，已移交" in told
    assert "（北京时间）" in told


def test_where_nothing_was_done_the_letter_says_so(exporting_night: Night, tmp_path: Path) -> None:
    assert measures(exported(exporting_night, tmp_path / "packs")).startswith("未获取（原因：")
