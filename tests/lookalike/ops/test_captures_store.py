"""The whole program over captures in a real S3-compatible store: packs, backup, letting go, doctor, a night."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from lookalike.cli.app import main
from lookalike.config import Config
from lookalike.evidence.pack import export
from lookalike.evidence.verify.run import verify
from lookalike.opening import open_blobs, open_store
from lookalike.ops.backup import backup
from lookalike.ops.captures import check, send
from lookalike.ops.doctor.look import look
from lookalike.ops.doctor.model import Finding
from lookalike.ops.prune import prune
from lookalike.ops.readiness import unready
from lookalike.ops.restore import restore
from lookalike.store.blobs import Missing
from lookalike.store.engine import Factory, reading
from lookalike.store.models import Lead
from lookalike.store.remote_blobs import RemoteBlobs
from tests.conftest import ROOT
from tests.lookalike.evidence.stored import NOW
from tests.lookalike.ops.test_prune import old as old_visit
from tests.lookalike.store.s3_server import BUCKET, KEY, SECRET, Server, running

__all__ = ["old_visit"]

pytestmark = pytest.mark.slow  # a store has to start, and a home is copied for each


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture
def settings(s3: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The store by this test's own prefix, as an operator sets it; the secret by file."""
    secret = tmp_path / "s3-secret"
    secret.write_text(SECRET + "\n")
    secret.chmod(0o600)
    told = {
        "LOOKALIKE_CAPTURES_STORE": f"s3://{BUCKET}/{tmp_path.name}",
        "LOOKALIKE_S3_ENDPOINT": s3.endpoint,
        "LOOKALIKE_S3_KEY_ID": KEY,
        "LOOKALIKE_S3_SECRET_FILE": str(secret),
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    return told


@pytest.fixture
def remote(kept_home: Path, settings: dict[str, str]) -> Config:
    """A home with leads whose captures lie in the store, and only there."""
    config = Config(home=kept_home, pdf=False)
    done = send(config, remove=True, progress=lambda _: None)
    assert done.files > 3
    assert done.bad == {}
    assert [path for path in config.captures.rglob("*") if path.is_file()] == []
    return config


def test_every_content_that_a_row_names_is_found_in_the_store(remote: Config) -> None:
    done = check(remote, open_store(remote), lambda _: None)
    assert (done.files > 3, done.bad) == (True, {})


def test_a_pack_is_made_from_the_store_and_is_whole(remote: Config, tmp_path: Path) -> None:
    factory = open_store(remote)
    with reading(factory) as session:
        lead = session.query(Lead.id).where(Lead.site_id.is_not(None)).order_by(Lead.id).first()[0]
    (tmp_path / "packs").mkdir()
    made = export(remote, factory, [lead], tmp_path / "packs", now=NOW, by="王一", campaign=None)
    assert made.captures > 0
    assert verify(made.path).result == "whole"


def test_what_is_lost_or_damaged_in_the_store_is_named(remote: Config, tmp_path: Path) -> None:
    blobs = open_blobs(remote)
    assert isinstance(blobs, RemoteBlobs)
    first, second, *_ = blobs.names()
    blobs.bucket.delete(first)
    wrong = tmp_path / "wrong"
    wrong.write_bytes(b"something else")
    blobs.bucket.put(second, wrong)
    done = check(remote, open_store(remote), lambda _: None)
    assert done.bad == {Path(first).name[:64]: "缺失", Path(second).name[:64]: "已损坏"}


def test_a_damaged_file_is_not_sent_and_stays_where_it_is(kept_home: Path, settings: dict[str, str]) -> None:
    config = Config(home=kept_home)
    victim = min(config.captures.glob("??/??/*"))
    victim.write_bytes(b"something else")
    done = send(config, remove=True, progress=lambda _: None)
    assert list(done.bad) == [victim.name]
    assert list(config.captures.glob("??/??/*")) == [victim]


def test_a_backup_holds_what_lies_in_the_store_and_comes_back_without_one(
    remote: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]
) -> None:
    names = set(open_blobs(remote).names())
    made = backup(remote, open_store(remote), tmp_path / "kept.tar", "王一", NOW)
    for name in settings:
        monkeypatch.delenv(name)
    target = Config(home=tmp_path / "new")
    restore(target, made.path, "李二", NOW, replace=False)
    assert {path.relative_to(target.captures).as_posix() for path in target.captures.glob("??/??/*")} == names
    assert check(target, open_store(target), lambda _: None).bad == {}
    assert not target.captures_cache.exists()


def test_a_restored_backup_is_read_where_the_store_has_nothing_any_more(
    remote: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backup(remote, open_store(remote), tmp_path / "kept.tar", "王一", NOW)
    monkeypatch.setenv("LOOKALIKE_CAPTURES_STORE", f"s3://{BUCKET}/another-{tmp_path.name}")
    target = Config(home=tmp_path / "new")
    restore(target, made.path, "李二", NOW, replace=False)
    assert check(target, open_store(target), lambda _: None).bad == {}


def test_what_is_let_go_is_gone_from_the_store(
    kept_config: Config, kept_store: Factory, old_visit: tuple[int, str], settings: dict[str, str]
) -> None:
    remote = Config(home=kept_config.home)
    send(remote, remove=True, progress=lambda _: None)
    done = prune(remote, kept_store, NOW + timedelta(days=800), "王一")
    assert (done.visits, done.files) == (1, 1)
    with pytest.raises(Missing):
        open_blobs(remote).path(old_visit[1])


def found(name: str) -> list[Finding]:
    return [one for one in look(offline=False) if one.id == name]


def test_the_doctor_and_readiness_ask_the_store(remote: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    factory = open_store(remote)
    assert [one.state for one in found("captures_store")] == ["warn"]  # in plain, over loopback
    assert unready(remote, factory) == []
    monkeypatch.setenv("LOOKALIKE_S3_KEY_ID", "somebody-else")
    assert [(one.state, "key is refused" in one.facts["why"]) for one in found("captures_store")] == [("fail", True)]
    assert unready(Config(home=remote.home), factory) == ["captures"]


def test_a_store_that_is_set_by_half_is_told_before_anything_runs(
    kept_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOOKALIKE_CAPTURES_STORE", "s3://captures")
    with pytest.raises(SystemExit) as ended:
        main(["captures", "check"])
    assert ended.value.code == 2
    assert "captures_store is set, but not s3_key_id and s3_secret" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        main(["config", "check"])
    assert ended.value.code == 1


def test_without_a_store_there_is_nowhere_to_send_to(kept_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["captures", "send"])
    assert ended.value.code == 2
    assert "captures_store is empty" in capsys.readouterr().err


def test_a_night_over_the_store_finds_what_a_night_over_a_folder_finds(
    settings: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo = shutil.copytree(ROOT / "lookalike" / "cyber_range" / "demo", tmp_path / "range")

    def night(home: Path, more: dict[str, str]) -> list[tuple[object, ...]]:
        env = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")} | more
        env |= {"LOOKALIKE_HOME": str(home), "LOOKALIKE_BROWSER": "off", "PYTHONPATH": str(ROOT)}
        program = [sys.executable, "-m", "lookalike"]
        command = [*program, "nightly", "--json", "--range", str(demo)]
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=900, check=False)
        assert done.returncode in {0, 3}, done.stderr[-2000:]
        listed = subprocess.run([*program, "leads", "--all", "--json"], env=env, capture_output=True, check=True)
        rows = [json.loads(line) for line in listed.stdout.splitlines()]
        return sorted((row["host"], row["url"], row["score"], row["band"], json.dumps(row["reasons"])) for row in rows)

    over_folder = night(tmp_path / "folder", {})
    assert night(tmp_path / "store", settings) == over_folder
    assert len(over_folder) > 50
    assert not [path for path in (tmp_path / "store" / "captures").rglob("*") if path.is_file()]
    blobs = open_blobs(Config(home=tmp_path / "elsewhere"))
    assert isinstance(blobs, RemoteBlobs)
    assert len(set(blobs.names())) > 50
