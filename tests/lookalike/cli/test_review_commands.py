"""verdict, calibrate and rescore as they are typed: what they print, and with which exit code."""

from __future__ import annotations

import json

import pytest

from lookalike.config import load_config
from lookalike.opening import open_store
from lookalike.store import runs
from lookalike.store.engine import writing
from scoring.weights import shipped
from tests.lookalike.review.judged_leads import decide, invented_hits, make_leads
from tests.lookalike.stages.stored_night import NOW, judged_night


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path))
    monkeypatch.setenv("LOOKALIKE_NOW", NOW.isoformat())
    monkeypatch.delenv("LOOKALIKE_DATABASE_URL", raising=False)
    return tmp_path


@pytest.fixture
def typed(home, command_line):
    return command_line


@pytest.fixture
def taught(home):
    """Forty-eight leads with verdicts that speak against one sign."""
    factory = open_store(load_config())
    with writing(factory) as session:
        run, _ = runs.begin_or_resume(session, "nightly", NOW, {})
    hits = invented_hits(48)
    decide(factory, make_leads(factory, run, hits), ["official_marks" not in {h.signal for h in one} for one in hits])
    return factory


@pytest.fixture
def loose_gate(monkeypatch):
    """A gate that every refit passes: what it refuses is tested where it is decided."""
    monkeypatch.setattr("lookalike.review.calibrate.below", lambda *_: [])
    monkeypatch.setattr("lookalike.review.calibrate.worse", lambda *_: [])


def test_a_verdict_can_be_given_listed_and_taken_back(home, typed):
    judged_night(home)
    code, out, _ = typed("verdict", 1, "confirm", "--reason", "fake_site", "--by", "wang", "--json")
    told = json.loads(out)
    assert (code, told["status"], told["by"]) == (0, "confirmed", "wang")
    listed = typed("leads", "--status", "confirmed", "--json")[1].splitlines()
    assert [json.loads(line)["id"] for line in listed] == [1]
    assert "未审" in typed("verdict", 1, "undo", "--by", "wang")[1]
    assert typed("leads", "--status", "confirmed", "--json")[1] == ""


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (("verdict", 1, "confirm"), "--reason is missing"),
        (("verdict", 77, "later"), "lead 77"),
        (("verdict", 1, "maybe"), "maybe"),
        (("verdict", 1, "later", "--version", 9), "has changed"),
        (("leads", "--status", "confirmd"), "expected one of new, confirmed"),
        (("calibrate",), "too few verdicts"),
        (("calibrate", "--use", "1999-01-01.1"), "1999-01-01.1"),
        (("calibrate", "--use", "x", "--apply"), "one of them"),
        (("calibrate", "--pull", "0"), "--pull"),
        (("rescore", "--weights", "1999-01-01.1"), "1999-01-01.1"),
        (("rescore", "--lead", 77), "77"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(home, typed, argv, told):
    judged_night(home)
    code, out, err = typed(*argv)
    lines = [line for line in err.splitlines() if line.startswith("lookalike: ")]
    assert (code, out, len(lines)) == (2, "", 1)
    assert told in lines[0]


def test_calibrate_tells_applies_lists_and_goes_back(taught, loose_gate, typed):
    code, out, _ = typed("calibrate", "--json")
    told = json.loads(out)
    assert (code, told["version"], told["refused"]) == (0, None, [])
    assert {"site"} == set(told["fits"])
    assert any(w["signal"] == "official_marks" and w["after"] < w["before"] for w in told["weights"])
    code, out, _ = typed("calibrate", "--apply", "--by", "wang")
    assert code == 0
    assert "已生成并启用权重 2026-03-01.1" in out
    rows = [json.loads(line) for line in typed("calibrate", "--list", "--json")[1].splitlines()]
    assert [(r["version"], r["in_use"]) for r in rows] == [(shipped().version, False), ("2026-03-01.1", True)]
    assert typed("calibrate", "--use", shipped().version)[0] == 0
    rows = [json.loads(line) for line in typed("calibrate", "--list", "--json")[1].splitlines()]
    assert [r["in_use"] for r in rows] == [True, False]


def test_a_refused_refit_exits_1_says_why_and_writes_nothing(taught, typed, monkeypatch):
    monkeypatch.setattr("lookalike.review.calibrate.worse", lambda *_: ["高分档准确率由 1.0000 降到 0.9000：some-case"])
    code, out, _ = typed("calibrate", "--apply")
    assert code == 1
    assert "拒绝：高分档准确率由 1.0000 降到 0.9000：some-case" in out
    assert len(typed("calibrate", "--list", "--json")[1].splitlines()) == 1


def test_rescore_says_how_many_are_the_same_to_the_bit(home, typed):
    judged_night(home)
    code, out, _ = typed("rescore", "--dry-run")
    assert code == 0
    assert "4 个逐位相同，0 个不同" in out
    rows = [json.loads(line) for line in typed("rescore", "--json")[1].splitlines()]
    assert all(row["same"] and row["before"] == row["after"] and row["notes"] == [] for row in rows)


@pytest.mark.parametrize("command", ["verdict", "calibrate", "rescore"])
def test_help_shows_an_example(typed, command):
    code, out, _ = typed(command, "--help")
    assert code == 0
    assert f"Example: lookalike {command}" in " ".join(out.split())
