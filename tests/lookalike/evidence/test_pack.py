"""What a pack holds, and that two exports of one lead differ only in what is stated."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from sqlalchemy import select
from warcio.archiveiterator import ArchiveIterator

from lookalike.errors import StoreError, UsageError
from lookalike.evidence.pack import STATED, Exported, export
from lookalike.evidence.verify.run import verify
from lookalike.night import Night
from lookalike.store import audit
from lookalike.store.engine import reading
from lookalike.store.models import Export, Pack
from tests.lookalike.evidence.stored import EXPORTED, FAKE, OTHER, exported, lead_of, stored


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {i.filename.partition("/")[2]: package.read(i) for i in package.infolist()}


def record(whole_pack: Exported) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(members(whole_pack.path)["data/02_lead/lead.json"])
    return found


def test_the_untouched_pack_is_whole(whole_pack: Exported) -> None:
    report = verify(whole_pack.path)
    assert (report.result, [c.line for c in report.checks if c.state == "bad"]) == ("whole", [])
    assert [p["point"] for p in report.points if not p["has"]] == ["签名栏", "时间戳"]


def test_lead_json_fulfils_the_schema_that_ships_with_it(whole_pack: Exported) -> None:
    files = members(whole_pack.path)
    schema = json.loads(files["data/02_lead/lead.schema.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(json.loads(files["data/02_lead/lead.json"]))


def test_the_schema_refuses_a_blank_where_a_reason_belongs(whole_pack: Exported) -> None:
    schema = json.loads(members(whole_pack.path)["data/02_lead/lead.schema.json"])
    told = record(whole_pack)
    told["registration"]["registrant"] = {"value": None}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(told)


def test_what_is_unknown_says_why(whole_pack: Exported) -> None:
    told = record(whole_pack)["registration"]
    assert told["registrar"]["value"] == "某注册商"
    assert told["registrant"] == {"value": None, "why": "未获取（原因：登记信息中没有这一项）"}
    rdap = json.loads(members(whole_pack.path)["data/03_evidence/P001/registration.json"])["rdap"]
    assert rdap["why"] == "未获取（原因：E_TIMEOUT 20 秒内没有应答）"


def test_contacts_say_where_they_stand(whole_pack: Exported) -> None:
    contact = next(c for c in record(whole_pack)["contacts"] if c["value"] == "zs88899900")
    text = members(whole_pack.path)["data/03_evidence/P001/page-text.txt"].decode()
    at = contact["at"]
    assert at["capture"] == "P001"
    assert "zs88899900" in text[at["offset"] : at["offset"] + 30]


def test_what_only_scripts_brought_is_there_and_told_apart(whole_pack: Exported) -> None:
    contact = next(c for c in record(whole_pack)["contacts"] if c["value"] == "100000777")
    assert (contact["at"]["capture"], contact["at"]["offset"]) == ("P001", None)
    assert "由脚本生成" in contact["at"]["why"]
    assert "100000777" in members(whole_pack.path)["data/03_evidence/P001/page-rendered.txt"].decode()


def test_the_body_is_there_as_it_was_sent_and_as_text(whole_pack: Exported) -> None:
    files = members(whole_pack.path)
    told = json.loads(files["data/03_evidence/P001/capture.json"])
    body = gzip.decompress(files["data/03_evidence/P001/response-body.bin"])
    assert body.decode("gbk") == files["data/03_evidence/P001/page-text.txt"].decode()
    assert told["body"]["content_encoding"] == "gzip"


def test_a_capture_that_failed_is_told_with_its_reason(whole_pack: Exported) -> None:
    files = members(whole_pack.path)
    told = json.loads(files["data/03_evidence/P002/capture.json"])
    assert (told["result"], told["reason_code"], told["client"]) == ("failed", "E_TIMEOUT", "wechat")
    assert "data/03_evidence/P002/response-body.bin" not in files
    assert told["screenshot"]["why"].startswith("未获取（原因：")


def test_the_warc_holds_every_hop_the_picture_and_the_screenshot(whole_pack: Exported) -> None:
    files = members(whole_pack.path)
    with zipfile.ZipFile(BytesIO(files["data/03_evidence/P001/capture.wacz"])) as wacz:
        warc = wacz.read("archive/capture.warc.gz")
    found = [
        (r.rec_type, r.rec_headers.get_header("WARC-Target-URI"), r.rec_headers.get_header("WARC-Block-Digest")[:7])
        for r in ArchiveIterator(BytesIO(warc))
    ]
    assert {digest for _, _, digest in found} == {"sha256:"}
    assert [uri for kind, uri, _ in found if kind == "response"] == [FAKE, FAKE + "index.html", FAKE + "seal.png"]
    assert ("resource", f"urn:screenshot:{FAKE}index.html", "sha256:") in found


def test_cookies_stay_in_the_archive_as_fetched(whole_pack: Exported) -> None:
    data = members(whole_pack.path)["data/03_evidence/P001/capture.wacz"]
    with zipfile.ZipFile(BytesIO(data)) as wacz:
        assert b"Set-Cookie: sid=1; HttpOnly" in gzip.decompress(wacz.read("archive/capture.warc.gz"))


def test_the_custody_log_tells_capture_verdict_and_export(whole_pack: Exported) -> None:
    lines = [json.loads(x) for x in members(whole_pack.path)["data/04_process/custody-log.jsonl"].splitlines()]
    told = [x["action"] for x in lines if x["action"] != "exported"]  # earlier exports of the same lead
    assert told == ["found", "capture", "render", "assessment", "verdict", "export"]
    capture = next(x for x in lines if x["action"] == "capture")
    assert capture["detail"]["sealed_by"]["hash"]
    assert lines[-1]["actor"] == "王某"


def test_the_export_is_in_the_store_and_its_trail_is_whole(evidence_night: Night, whole_pack: Exported) -> None:
    with reading(evidence_night.factory) as session:
        row = session.get_one(Pack, whole_pack.pack_id)
        assert (row.sha256, row.tag_sha256, row.state) == (whole_pack.sha256, whole_pack.tag_sha256, "draft")
        assert session.scalar(select(Export).where(Export.sha256 == row.sha256)) is not None
        assert audit.broken(session) == []


def test_two_exports_of_a_lead_differ_only_in_what_is_stated(evidence_night: Night, tmp_path: Path) -> None:
    first = exported(evidence_night, tmp_path)
    second = exported(evidence_night, tmp_path, at=EXPORTED + timedelta(days=1))
    assert (second.number, second.version) == (first.number, first.version + 1)
    one, two = members(first.path), members(second.path)
    differing = {p for p in one.keys() | two.keys() if one.get(p) != two.get(p)}
    follow = {"manifest-sha256.txt", "manifest-sha512.txt", "tagmanifest-sha256.txt", "verify/SM3SUMS"}
    assert differing <= set(STATED) | follow
    lead = "data/02_lead/lead.json"
    before, after = json.loads(one[lead]), json.loads(two[lead])
    assert {k for k in before if before[k] != after[k]} == set(STATED[lead])
    info = [dict(x.split(": ", 1) for x in f["bag-info.txt"].decode().splitlines()) for f in (one, two)]
    assert {k for k in info[0] if info[0][k] != info[1][k]} <= set(STATED["bag-info.txt"])
    log = "data/04_process/custody-log.jsonl"
    assert one[log].splitlines()[:-1] == two[log].splitlines()[: len(one[log].splitlines()) - 1]


def test_a_pack_of_several_leads_has_a_record_each_and_is_whole(evidence_night: Night, tmp_path: Path) -> None:
    made = exported(evidence_night, tmp_path, FAKE, OTHER)
    files = members(made.path)
    leads = sorted(p for p in files if p.startswith("data/02_lead/lead-"))
    assert [json.loads(files[p])["captures"] for p in leads] == [["P001", "P002"], ["P003", "P004"]]
    assert verify(made.path).result == "whole"


def test_an_unknown_lead_is_one_line(evidence_night: Night, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="lead 999"):
        export(evidence_night.config, evidence_night.factory, [999], tmp_path, now=EXPORTED, by="x", campaign=None)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_capture_stops_the_export_and_leaves_nothing(tmp_path: Path) -> None:
    night = stored(tmp_path / "home")
    for path in night.blobs.root.glob("*/*/*.warc.gz"):
        path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(StoreError, match="damaged"):
        exported(night, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


KILLED = """
import os, sys, time
from datetime import datetime
from pathlib import Path
from lookalike.config import Config
from lookalike.evidence import pack
from lookalike.opening import open_store
step, real = int(sys.argv[3]), os.fsync
def slow(name):
    made = getattr(pack, name)
    def wait(*a, **k):
        found = made(*a, **k)
        print(name, flush=True)
        time.sleep(60)
        return found
    setattr(pack, name, wait)
slow(["gather", "_write_bag", "_wrap"][step])
config = Config(home=Path(sys.argv[1]), pdf=False)
now = datetime.fromisoformat("2026-03-01T11:00:00+08:00")
pack.export(config, open_store(config), [int(sys.argv[4])], Path(sys.argv[2]), now=now, by="x", campaign=None)
"""


@pytest.mark.slow
@pytest.mark.parametrize("step", [pytest.param(0, marks=pytest.mark.slow), pytest.param(1, marks=pytest.mark.slow), 2])
def test_a_kill_during_export_leaves_no_half_pack(evidence_night: Night, tmp_path: Path, step: int) -> None:
    out = tmp_path / "out"
    arguments = [str(evidence_night.config.home), str(out), str(step), str(lead_of(evidence_night, FAKE))]
    with subprocess.Popen([sys.executable, "-c", KILLED, *arguments], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() in {"gather", "_write_bag", "_wrap"}
        os.kill(process.pid, signal.SIGKILL)
    assert [p.name for p in out.iterdir() if not p.name.startswith(".export-")] == []
    time.sleep(0.1)
    made = exported(evidence_night, out)
    assert [p.name for p in out.iterdir()] == [f"{made.path.stem}.pack"]
    assert verify(made.path).result == "whole"
