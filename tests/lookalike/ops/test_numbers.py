"""Numbers for Prometheus, read by its own parser; log lines; the history of runs."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import func, select

from lookalike.cli.app import main
from lookalike.config import Config
from lookalike.lock import only_one
from lookalike.ops import logs, numbers
from lookalike.ops.after import after_night
from lookalike.store import runs
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.models import Lead
from tests.lookalike.evidence.stored import NOW

LATER = NOW + timedelta(hours=5)


def a_night(store: Factory, *, failed: list[dict[str, str]] | None = None, end: bool = True) -> None:
    with writing(store) as session:
        run, _ = runs.begin_or_resume(session, "nightly", NOW, {"night": 1})
        rows = {"baidu": {"pages": 9, "results": 80}, "bing": {"pages": 4, "results": 0}}
        told = {"sources": rows, "failed": failed or [], "leads_new": 3, "sightings": 84, "sites": 30, "waiting": 0}
        runs.note_step(session, run, "night", told)
        runs.note_step(session, run, "alarms", [{"level": "warn", "text": "必应：4 页没有一条结果"}])
        if end:
            runs.finish(session, run, LATER, "failed" if failed else "done")


def samples(config: Config, store: Factory) -> dict[tuple[str, tuple[str, ...]], float]:
    page = numbers.page(config, store, LATER).decode()
    return {
        (sample.name, tuple(sorted(sample.labels.values()))): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


def test_leads_are_counted_by_status_and_band(kept_config: Config, kept_store: Factory) -> None:
    found = samples(kept_config, kept_store)
    with reading(kept_store) as session:
        wanted = session.scalar(select(func.count()).select_from(Lead))
    assert sum(value for (name, _), value in found.items() if name == "lookalike_leads") == wanted
    assert found["lookalike_leads", ("high", "new")] > 0


def test_a_night_tells_when_it_ended_and_what_it_brought(kept_config: Config, kept_store: Factory) -> None:
    a_night(kept_store)
    found = samples(kept_config, kept_store)
    assert found["lookalike_last_success_timestamp_seconds", ()] == LATER.timestamp()
    assert found["lookalike_night_duration_seconds", ()] == timedelta(hours=5).total_seconds()
    assert found["lookalike_night_leads_new", ()] == 3
    assert found["lookalike_source", ("baidu", "results")] == 80
    assert found["lookalike_night_alarms", ("warn",)] == 1


def test_a_night_that_failed_in_part_is_no_success_and_names_its_source(
    kept_config: Config, kept_store: Factory
) -> None:
    a_night(kept_store, failed=[{"source": "bing", "why": "403"}])
    found = samples(kept_config, kept_store)
    assert ("lookalike_last_success_timestamp_seconds", ()) not in found
    assert found["lookalike_last_finished_timestamp_seconds", ()] == LATER.timestamp()
    assert (found["lookalike_source_ok", ("bing",)], found["lookalike_source_ok", ("baidu",)]) == (0, 1)


def test_no_lead_is_named_in_the_numbers(kept_config: Config, kept_store: Factory) -> None:
    page = numbers.page(kept_config, kept_store, LATER).decode()
    with reading(kept_store) as session:
        assert not [host for host in session.scalars(select(Lead.registrable_domain)) if host in page]


def test_a_night_leaves_them_in_a_file_that_others_can_read(
    kept_home: Path, kept_store: Factory, tmp_path: Path
) -> None:
    target = tmp_path / "textfile" / "lookalike.prom"
    after_night(Config(home=kept_home, metrics_file=str(target)))
    assert b"lookalike_leads" in target.read_bytes()
    assert target.stat().st_mode & 0o044
    assert [path.name for path in target.parent.iterdir()] == ["lookalike.prom"]


def test_a_place_that_cannot_be_written_fails_no_night(
    kept_home: Path, kept_store: Factory, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    after_night(Config(home=kept_home, metrics_file=str(tmp_path / "file" / "lookalike.prom")))
    assert "没有写出监测指标" in caplog.text


def formatted(text: str, *, error: BaseException | None = None) -> dict[str, object]:
    info = (type(error), error, error.__traceback__) if error else None
    return json.loads(logs.JsonLine().format(logging.LogRecord("lookalike", logging.WARNING, "", 0, text, (), info)))


def test_a_json_line_names_its_run_and_forges_no_other_line() -> None:
    logs.bind(run=42)
    try:
        told = formatted('标题 \x1b[2J\u202e\n{"level": "ERROR"}')
    finally:
        logs.bind(run=None)
    assert (told["run"], told["level"]) == (42, "WARNING")
    assert "\\x1b[2J\\u202e\\n" in str(told["text"])
    assert "run" not in formatted("x")


def test_a_json_line_holds_its_traceback() -> None:
    assert "ValueError: worth" in str(formatted("x", error=ValueError("worth"))["error"])


@pytest.fixture
def run_lines(kept_store: Factory, capsys: pytest.CaptureFixture[str]):
    def ask(*options: str) -> list[dict[str, object]]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["runs", "--json", *options])
        assert ended.value.code == 0
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return ask


def test_the_history_tells_how_a_night_ended(kept_store: Factory, run_lines) -> None:
    a_night(kept_store, failed=[{"source": "bing", "why": "403"}])
    night = run_lines("--kind", "nightly")[0]
    assert (night["state"], night["seconds"], night["leads_new"]) == ("failed", 18000.0, 3)
    assert night["alarms"] == ["必应：4 页没有一条结果"]
    assert night["failed"] == [{"source": "bing", "why": "403"}]


def test_a_night_that_nobody_works_on_any_more_is_shown_as_interrupted(
    kept_home: Path, kept_store: Factory, run_lines
) -> None:
    a_night(kept_store, end=False)
    assert run_lines("--kind", "nightly")[0]["state"] == "interrupted"
    with only_one(kept_home / "nightly.lock"):
        assert run_lines("--kind", "nightly")[0]["state"] == "running"
