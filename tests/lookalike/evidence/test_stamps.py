"""Packs are stamped by an authority on loopback; replies that are not about them, or not of this hour, are refused."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from lookalike.config import Config
from lookalike.evidence import bag, openssl, stamping
from lookalike.evidence.pack import Exported, export
from lookalike.evidence.sealing import open_sealed
from lookalike.evidence.stamps import Refused, check_reply, make_query
from lookalike.evidence.verify.receipt import Receipt, vouched
from lookalike.evidence.verify.run import verify
from lookalike.night import Night
from lookalike.store.engine import reading
from lookalike.store.models import Pack, Timestamp
from tests.lookalike.evidence.authority import Authority
from tests.lookalike.evidence.stored import FAKE, exported, lead_of, stored
from tests.lookalike.evidence.test_tamper import P, mend, packed_again, parts, unpacked, wrapped


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "one")


@pytest.fixture(scope="module")
def other_tsa(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "two", "other")


@pytest.fixture(scope="module")
def stamping_night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    return stored(tmp_path_factory.mktemp("stamping"))


@pytest.fixture
def straight(tsa: Authority) -> Iterator[Authority]:
    yield tsa
    tsa.bend = lambda query, answer: answer(query)


def configured(night: Night, *authorities: tuple[str, str, Path, str], now: datetime | None = None) -> Config:
    rows = [dict(zip(("name", "url", "root", "algorithm"), row, strict=True)) for row in authorities]
    return Config(home=night.config.home, time_stamps=rows, now=now, pdf=False)


def pack_for(night: Night, folder: Path, config: Config, at: datetime | None = None) -> Exported:
    lead = lead_of(night, FAKE)
    now = at or datetime.now(UTC)
    return export(config, night.factory, [lead], folder, now=now, by="王某", campaign=None)


def believing(*authorities: Authority) -> Receipt:
    return Receipt(frozenset(openssl.fingerprint(a.root.read_bytes()) for a in authorities))


def test_a_pack_is_stamped_late_without_changing_a_byte_that_is_hashed(
    stamping_night: Night, straight: Authority, tmp_path: Path
) -> None:
    with straight.serving() as url:
        config = configured(stamping_night, ("tsa", url, straight.root, "sha256"), ("国密", url, straight.root, "sm3"))
        made = pack_for(stamping_night, tmp_path, config)
        before = parts(made.path.read_bytes())
        assert verify(made.path).code == 2, "promised and not there yet: nobody can say that it is whole"
        outcomes = stamping.stamp(config, stamping_night.factory, made.path, "王某")
    assert [o.state for o in outcomes] == ["granted", "granted"]
    after = parts(made.path.read_bytes())
    assert {n: after[n] for n in before} == before
    added = sorted(n.rpartition("/")[2] for n in after.keys() - before.keys())
    assert added == [
        "stamps-sha256.txt",
        "tagmanifest-sha256-tsa1.tsq",
        "tagmanifest-sha256-tsa1.tsr",
        "tagmanifest-sm3-tsa2.tsq",
        "tagmanifest-sm3-tsa2.tsr",
        "tsa-1-root.pem",
        "tsa-2-root.pem",
    ]
    assert verify(made.path, believing(straight)).code == 0
    with reading(stamping_night.factory) as session:
        row = session.get_one(Pack, made.pack_id)
        assert (f"{row.sha256}  {made.path.name}\n") == made.path.with_name(f"{made.path.name}.sha256").read_text()
        kept = session.scalars(select(Timestamp).where(Timestamp.pack_id == made.pack_id)).all()
        assert {(r.authority, r.state, bool(r.reply)) for r in kept} == {
            ("tsa", "granted", True),
            ("国密", "granted", True),
        }
    again = stamping.stamp(config, stamping_night.factory, made.path, "王某")
    assert ([o.state for o in again], parts(made.path.read_bytes())) == (["granted", "granted"], after)


@pytest.fixture(scope="module")
def stamped(stamping_night: Night, tsa: Authority, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    with tsa.serving() as url:
        config = configured(stamping_night, ("tsa", url, tsa.root, "sha256"))
        made = pack_for(stamping_night, tmp_path_factory.mktemp("stamped"), config)
        stamping.stamp(config, stamping_night.factory, made.path, "王某")
    return made


def test_public_tools_verify_the_stamp(stamped: Exported, tsa: Authority, tmp_path: Path) -> None:
    shutil.unpack_archive(stamped.path, tmp_path)
    bag = tmp_path / stamped.path.stem
    command = ["openssl", "ts", "-verify", "-data", "tagmanifest-sha256.txt"]
    command += ["-in", "verify/tagmanifest-sha256-tsa1.tsr", "-CAfile", str(tsa.root)]
    assert subprocess.run(command, cwd=bag, capture_output=True, check=False).returncode == 0
    script = subprocess.run(
        ["sh", "verify/verify.sh", str(tsa.root)], cwd=bag, capture_output=True, text=True, check=False
    )
    assert (script.returncode, "可信时间戳" in script.stdout) == (0, True), script.stdout
    unvouched = subprocess.run(["sh", "verify/verify.sh"], cwd=bag, capture_output=True, check=False)
    assert unvouched.returncode == 2
    with (bag / "tagmanifest-sha256.txt").open("a") as stream:
        stream.write("\n")
    assert subprocess.run(command, cwd=bag, capture_output=True, check=False).returncode != 0


def test_a_root_that_nobody_vouches_for_cannot_be_checked(stamped: Exported) -> None:
    report = verify(stamped.path)
    assert (report.code, [c.name for c in report.checks if c.state == "unchecked"]) == (2, ["时间戳根证书"])


def test_a_swapped_root_and_reply_differ_from_the_receipt(
    stamped: Exported, tsa: Authority, other_tsa: Authority, tmp_path: Path
) -> None:
    pack = open_sealed(stamped.path)
    base = f"{pack.name}/verify/"
    files = parts(stamped.path.read_bytes())
    query = other_tsa.query(pack.tag)
    seals = {
        "verify/tagmanifest-sha256-tsa1.tsq": query,
        "verify/tagmanifest-sha256-tsa1.tsr": other_tsa.answer(query),
        "verify/tsa-1-root.pem": other_tsa.root.read_bytes(),
    }
    files |= {f"{pack.name}/{p}": d for p, d in seals.items()} | {f"{base}stamps-sha256.txt": bag.seals(seals)}
    path = tmp_path / stamped.path.name
    path.write_bytes(wrapped(files))
    report = verify(path, believing(tsa))
    assert [(c.name, c.state) for c in report.checks if c.state == "bad"] == [("时间戳根证书", "bad")]


def test_the_receipt_vouches_for_pack_and_root(stamped: Exported, tsa: Authority, tmp_path: Path) -> None:
    sums = [stamped.path.with_name(f"{stamped.path.name}.{s}").read_text() for s in ("sha256", "sm3")]
    print_ = openssl.fingerprint(tsa.root.read_bytes()).upper()
    colons = ":".join(print_[i : i + 2] for i in range(0, 64, 2))
    (tmp_path / "receipt.txt").write_text("\n".join([*sums, colons]))
    assert verify(stamped.path, vouched(tmp_path / "receipt.txt", [])).code == 0


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["sha256-tsa1.tsq", "sha256-tsa1.tsr", "tsa-1-root.pem", "stamps-sha256.txt"])
def test_any_flipped_or_missing_seal_is_noticed(stamped: Exported, tsa: Authority, tmp_path: Path, suffix: str) -> None:
    files = parts(stamped.path.read_bytes())
    name = next(n for n in files if n.endswith(suffix))
    path = tmp_path / stamped.path.name
    for at in range(0, len(files[name]), 37):
        flipped = bytearray(files[name])
        flipped[at] ^= 1
        path.write_bytes(wrapped(files | {name: bytes(flipped)}))
        assert verify(path, believing(tsa)).code == 1, at
    del files[name]
    path.write_bytes(wrapped(files))
    assert verify(path, believing(tsa)).code == 1


def test_an_edit_with_every_hash_mended_is_caught_by_the_stamp(
    stamped: Exported, tsa: Authority, tmp_path: Path
) -> None:
    files = unpacked(stamped.path.read_bytes())
    sealed = {p: files.pop(p) for p in list(files) if "tsa" in p or p.endswith("stamps-sha256.txt")}
    files[f"{P}/page-text.txt"] += b" forged"
    mend(files)
    path = tmp_path / stamped.path.name
    path.write_bytes(packed_again(files | sealed, stamped.path.stem))
    report = verify(path, believing(tsa))
    bad = [c for c in report.checks if c.state == "bad"]
    assert [c.name for c in bad] == ["可信时间戳"]
    assert "另一份文件的时间戳" in bad[0].text


# What authorities may answer, and why it is not believed.


def another_nonce(tsa: Authority) -> Callable[..., bytes]:
    return lambda query, answer: answer(tsa.query(DATA))


def another_file(tsa: Authority) -> Callable[..., bytes]:
    return lambda query, answer: answer(tsa.query(b"another file"))


DATA = b"tag manifest"


def reply_to(tsa: Authority, query: bytes) -> bytes:
    return tsa.bend(query, tsa.answer)


@pytest.mark.parametrize(
    ("bend", "reason"), [(another_nonce, "nonce"), (another_file, "另一份文件")], ids=["nonce", "file"]
)
def test_a_reply_to_another_question_is_refused(
    straight: Authority, bend: Callable[[Authority], Callable[..., bytes]], reason: str
) -> None:
    straight.bend = bend(straight)
    query = make_query(DATA, "sha256")
    with pytest.raises(Refused, match=reason):
        check_reply(reply_to(straight, query), DATA, query, straight.root.read_bytes(), datetime.now(UTC), "sha256")


def test_another_root_is_refused(straight: Authority, other_tsa: Authority) -> None:
    query = make_query(DATA, "sha256")
    with pytest.raises(Refused, match="根证书"):
        check_reply(straight.answer(query), DATA, query, other_tsa.root.read_bytes(), datetime.now(UTC), "sha256")


@pytest.mark.parametrize("minutes", [-11, 11])
def test_a_clock_eleven_minutes_off_is_refused(straight: Authority, minutes: int) -> None:
    query = make_query(DATA, "sha256")
    reply, root = straight.answer(query), straight.root.read_bytes()
    now = datetime.now(UTC)
    assert check_reply(reply, DATA, query, root, now + timedelta(minutes=minutes * 8 / 11), "sha256").serial
    with pytest.raises(Refused, match=r"clock_disagrees.*相差 1[01] 分钟"):
        check_reply(reply, DATA, query, root, now + timedelta(minutes=minutes), "sha256")


@pytest.mark.parametrize("reply", [b"", b"garbage", b"0" * 300_000, b"0\x03\x02\x01\x00"])
def test_garbage_is_refused(reply: bytes, tsa: Authority) -> None:
    with pytest.raises(Refused):
        check_reply(reply, DATA, make_query(DATA, "sha256"), tsa.root.read_bytes(), None, "sha256")


def test_a_refused_reply_is_kept_with_its_reason_and_can_be_asked_for_again(
    stamping_night: Night, straight: Authority, tmp_path: Path
) -> None:
    with straight.serving() as url:
        config = configured(stamping_night, ("tsa", url, straight.root, "sha256"))
        made = pack_for(stamping_night, tmp_path, config)
        whole = made.path.read_bytes()
        straight.bend = another_file(straight)
        assert [o.state for o in stamping.stamp(config, stamping_night.factory, made.path, "x")] == ["failed"]
        assert made.path.read_bytes() == whole
        with reading(stamping_night.factory) as session:
            row = session.scalars(select(Timestamp).where(Timestamp.pack_id == made.pack_id)).one()
            assert (row.state, bool(row.reply), "另一份文件" in row.why) == ("failed", True, True)
        straight.bend = lambda query, answer: answer(query)
        assert [o.state for o in stamping.stamp(config, stamping_night.factory, made.path, "x")] == ["granted"]
    with reading(stamping_night.factory) as session:
        again = session.scalars(select(Timestamp).where(Timestamp.pack_id == made.pack_id)).one()
        assert (again.state, again.query) == ("granted", row.query), "the retry asks the same question"
    assert verify(made.path, believing(straight)).code == 0


def test_an_authority_that_does_not_answer_keeps_no_pack_from_being_written(
    stamping_night: Night, tsa: Authority, tmp_path: Path
) -> None:
    with tsa.serving() as url:
        pass
    config = configured(stamping_night, ("away", url, tsa.root, "sha256"))
    made = pack_for(stamping_night, tmp_path, config)
    outcome = stamping.stamp(config, stamping_night.factory, made.path, "x")[0]
    assert (outcome.state, "没有应答" in outcome.told) == ("failed", True)
    assert [c.text for c in verify(made.path).checks if c.state == "unchecked"] == ["待加盖（away）"]


def test_a_stamp_that_was_granted_before_a_kill_is_added_by_the_next_call(
    stamping_night: Night, straight: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with straight.serving() as url:
        config = configured(stamping_night, ("tsa", url, straight.root, "sha256"))
        made = pack_for(stamping_night, tmp_path, config)

        def killed(*_: Any) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(stamping, "add_seals", killed)
            with pytest.raises(KeyboardInterrupt):
                stamping.stamp(config, stamping_night.factory, made.path, "x")
    assert verify(made.path).code == 2
    stamping.stamp(config, stamping_night.factory, made.path, "x")
    assert verify(made.path, believing(straight)).code == 0


def test_a_reply_that_was_fetched_by_hand_is_attached_without_its_request(
    stamping_night: Night, straight: Authority, tmp_path: Path
) -> None:
    made = exported(stamping_night, tmp_path, at=datetime.now(UTC))
    tag = open_sealed(made.path).tag
    (tmp_path / "hand.tsr").write_bytes(straight.answer(straight.query(tag, "-sha256", "-no_nonce")))
    config = configured(stamping_night)
    stamping.attach(config, stamping_night.factory, made.path, tmp_path / "hand.tsr", straight.root, None, "x")
    assert verify(made.path, believing(straight)).code == 0
    (tmp_path / "other.tsr").write_bytes(straight.answer(straight.query(b"other")))
    with pytest.raises(Refused, match="另一份文件"):
        stamping.attach(config, stamping_night.factory, made.path, tmp_path / "other.tsr", straight.root, None, "x")


def test_a_pack_can_carry_the_unit_s_signature(stamping_night: Night, tsa: Authority, tmp_path: Path) -> None:
    made = exported(stamping_night, tmp_path, at=datetime.now(UTC))
    key, certificate = str(tsa.folder / "ca.key"), str(tsa.root)
    config = Config(home=stamping_night.config.home, sign_certificate=certificate, sign_key=key, pdf=False)
    stamping.stamp(config, stamping_night.factory, made.path, "x")
    line = next(c for c in verify(made.path).checks if c.name == "单位签名")
    assert (line.state, "签名有效" in line.text) == ("ok", True)
    files = parts(made.path.read_bytes())
    tag = next(n for n in files if n.endswith("tagmanifest-sha256.txt"))
    files[tag] = files[tag] + b"\n"
    (tmp_path / made.path.name).write_bytes(wrapped(files))
    found = [c.name for c in verify(tmp_path / made.path.name).checks if c.state == "bad"]
    assert "单位签名" in found
