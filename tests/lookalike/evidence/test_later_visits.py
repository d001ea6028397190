"""Which visits a pack tells, and leads that nobody could visit."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from lookalike.evidence.pack import export
from lookalike.evidence.verify.run import verify
from lookalike.store.engine import writing
from lookalike.store.models import Lead, Run, Tip
from tests.lookalike.evidence.stored import EXPORTED, FAKE, NOW, exported, stored, visited_again
from tests.lookalike.evidence.test_pack import members


def test_the_judged_the_newest_and_every_visit_that_tells_of_a_change_are_in_the_pack(tmp_path: Path) -> None:
    night = stored(tmp_path / "home")
    first = members(exported(night, tmp_path / "out").path)
    for days, life in ((1, "alive"), (2, "alive"), (3, "dead"), (4, "dead"), (5, "dead")):
        visited_again(night, FAKE, life, days)  # type: ignore[arg-type]  # words of the table above
    made = exported(night, tmp_path / "out", at=EXPORTED + timedelta(days=6))
    files = members(made.path)
    records = [json.loads(d) for p, d in sorted(files.items()) if p.endswith("/capture.json")]
    days = [r["started"][:10] for r in records if r["client"] == "desktop"]
    told = ["2026-02-28", "2026-03-01", "2026-03-02", "2026-03-03", "2026-03-05"]
    assert days == told, "judged; came alive; showed a page last; died; newest; the one between tells nothing new"
    kept = {p: d for p, d in first.items() if p.startswith("data/03_evidence/")}
    assert {p: files[p] for p in kept} == kept, "later visits have numbers of their own"
    log = [json.loads(line) for line in files["data/04_process/custody-log.jsonl"].splitlines()]
    assert [x["detail"]["after"] for x in log if x["action"] == "life"] == ["alive", "dead"]
    assert "exported" in [x["action"] for x in log]
    assert verify(made.path).result == "whole"


def test_a_seller_whom_only_reports_tell_of_is_a_pack_without_captures(tmp_path: Path) -> None:
    night = stored(tmp_path / "home")
    with writing(night.factory) as session:
        lead = Lead(kind="advert", host="", url="", registrable_domain="", score=91.0, band="high", status="new")
        lead.contacts, lead.first_seen, lead.last_seen = [{"type": "wechat", "value": "zs88899900"}], NOW, NOW
        session.add(lead)
        session.flush()
        tip = Tip(run_id=session.query(Run).one().id, fingerprint="f" * 64, file="12345.csv", row=2, text="加微信办证")
        tip.imported_at, tip.urls, tip.contacts, tip.lead_id, tip.channel = NOW, [], [], lead.id, "12345"
        session.add(tip)
        number = lead.id
    made = export(night.config, night.factory, [number], tmp_path / "out", now=EXPORTED, by="王某", campaign=None)
    record = json.loads(members(made.path)["data/02_lead/lead.json"])
    assert (record["captures"], record["items"], record["tips"][0]["text"]) == ([], [], "加微信办证")
    report = verify(made.path)
    assert report.result == "whole"
    assert next(p for p in report.points if p["point"] == "来源网址")["why"] == "没有网页采集"
