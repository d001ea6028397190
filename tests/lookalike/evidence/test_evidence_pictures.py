"""What pictures say goes into the record of a lead; codes that take money are told apart."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema

from lookalike.evidence.verify.run import verify
from lookalike.store import pictures, visits
from lookalike.store.engine import writing
from lookalike.store.models import Lead
from scoring.case import Fact, PictureFacts
from tests.lookalike.evidence.stored import FAKE, exported, stored
from tests.lookalike.evidence.test_pack import members


def test_codes_and_text_of_pictures_stand_in_the_record(tmp_path: Path) -> None:
    night = stored(tmp_path / "home")
    card = PictureFacts(f"{FAKE}card.png", "a" * 64, FAKE, qr=Fact("ok", ("wxp://f2f0AbC", "https://u.wechat.com/x")))
    words = PictureFacts(f"{FAKE}seal.png", "b" * 64, FAKE, text=Fact("ok", ("某某专用章",)))
    plain = PictureFacts(f"{FAKE}sky.png", "c" * 64, FAKE, qr=Fact("ok", ()), text=Fact("ok", ()))
    sha256 = pictures.keep(night.blobs, [card, words, plain], "test")
    with writing(night.factory) as session:
        site = session.query(Lead).filter(Lead.host.contains("zs-one")).one().site_id
        visit = visits.latest(session, site or 0)
        assert visit is not None
        pictures.note(session, visit.id, sha256)
    made = exported(night, tmp_path / "out")
    files = members(made.path)
    record = json.loads(files["data/02_lead/lead.json"])
    assert [p["sha256"][0] for p in record["pictures"]] == ["a", "b"]
    assert [(p["kind"], p["value"]) for p in record["payments"]] == [("微信收款码", "wxp://f2f0AbC")]
    jsonschema.Draft202012Validator(json.loads(files["data/02_lead/lead.schema.json"])).validate(record)
    assert verify(made.path).result == "whole"
