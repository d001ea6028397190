"""Machines that share no folder, only a database and an S3-compatible store: the same night, and packs of its leads."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from lookalike.config import Config
from lookalike.cyber_range.serve import serve_process
from lookalike.opening import open_blobs
from lookalike.store.remote_blobs import RemoteBlobs
from tests.lookalike.store.s3_server import BUCKET, KEY, SECRET, Server, running
from tests.lookalike.workers.crew_field import Field
from tests.ranges.outcome import outcome

pytestmark = [pytest.mark.slow, pytest.mark.postgres]
HARBOUR = Path(__file__).resolve().parents[2] / "ranges" / "harbour"
"""Genuine pages whose captures every worker reads, pictures, redirects, fakes."""
QUERIES = {"LOOKALIKE_QUERIES": "6"}


@dataclass
class Apart:
    """A night by two workers on machines of their own; ``desk`` is the machine of whoever hands a lead over."""

    field: Field
    desk: Path
    summary: dict[str, Any]
    homes: tuple[Path, ...]

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The program as on the desk."""
        env = self.field.environment | {"LOOKALIKE_HOME": str(self.desk)}
        return subprocess.run(
            [sys.executable, "-m", "lookalike", *words],
            env=env,
            check=False,
            capture_output=True,
            text=True,
            timeout=300,
        )


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """The night by one process with its captures in its own folder."""
    home = tmp_path_factory.mktemp("together")
    with serve_process(HARBOUR) as on:
        Field(home, "", on, QUERIES).night()
    return outcome(home)


@pytest.fixture(scope="module")
def apart(s3: Server, postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apart]:
    place = tmp_path_factory.mktemp("machines")
    (place / "secret").write_text(SECRET, encoding="ascii")
    (place / "secret").chmod(0o600)
    settings = QUERIES | {
        "LOOKALIKE_CAPTURES_STORE": f"s3://{BUCKET}/nights",
        "LOOKALIKE_S3_ENDPOINT": s3.endpoint,
        "LOOKALIKE_S3_KEY_ID": KEY,
        "LOOKALIKE_S3_SECRET_FILE": str(place / "secret"),
        "LOOKALIKE_PDF": "false",
    }
    with psycopg.connect(host=postgres_server, user="postgres", dbname="template1", autocommit=True) as connection:
        connection.execute("CREATE DATABASE apart TEMPLATE template0")
        url = f"postgresql://postgres@/apart?host={postgres_server}"
        with serve_process(HARBOUR) as on:
            field = Field(place / "night", url, on, settings)
            field.prepare()
            homes = place / "one", place / "two"
            for home in homes:
                field.start_worker(LOOKALIKE_HOME=str(home))
            summary = field.night("--engine", "workers")
            yield Apart(field, place / "desk", summary, homes)
            field.stop()
        connection.execute("DROP DATABASE apart WITH (FORCE)")


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_the_outcome_is_that_of_one_machine_with_a_folder(together: dict[str, list[Any]], apart: Apart) -> None:
    found = outcome(apart.field.home, apart.field.url)
    for part, rows in together.items():
        assert found[part] == rows, part
    told = apart.summary["workers"]
    assert (told["workers"], told["broken"], told["redone"], told["troubles"]) == (2, 0, 0, [])


def test_no_machine_keeps_what_another_one_needs(apart: Apart) -> None:
    for home in (*apart.homes, apart.field.home):
        assert files(home / "captures") == []
    named = {sha256 for (sha256,) in apart.field.ask("SELECT warc_sha256 FROM visit WHERE warc_sha256 IS NOT NULL")}
    assert named
    assert apart.summary["baselines"]["captured"] > 0
    env = apart.field.environment
    config = Config(
        home=apart.desk,
        captures_store=env["LOOKALIKE_CAPTURES_STORE"],
        s3_endpoint=env["LOOKALIKE_S3_ENDPOINT"],
        s3_key_id=KEY,
        s3_secret=SECRET,
    )
    blobs = open_blobs(config)
    assert isinstance(blobs, RemoteBlobs)
    assert named <= {Path(name).name[:64] for name in blobs.names()}


def test_a_lead_that_workers_found_is_handed_over_from_a_third_machine(apart: Apart, tmp_path: Path) -> None:
    (lead,) = apart.field.ask("SELECT id FROM lead WHERE band = 'high' AND kind = 'site' ORDER BY id LIMIT 1")[0]
    made = apart.command("export", str(lead), "-o", str(tmp_path), "--by", "王一", "--json")
    assert made.returncode == 0, made.stderr
    (pack,) = tmp_path.glob("*.pack")
    checked = apart.command("verify", str(pack), "--json")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert json.loads(checked.stdout)["result"] == "whole"


def test_every_capture_that_a_row_names_is_found_whole_in_the_store(apart: Apart) -> None:
    done = apart.command("captures", "check")
    assert done.returncode == 0, done.stdout + done.stderr
