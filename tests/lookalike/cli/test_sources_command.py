"""``lookalike sources`` as it is typed: what it prints for people and scripts, and what it refuses."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lookalike.cli.app import _run
from lookalike.config import load_config
from lookalike.opening import open_store
from lookalike.store import runs, sources
from lookalike.store.engine import writing
from tests.lookalike.store.builders import NIGHT

Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture
def sources_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """A store in which Baidu turned us away tonight; types a command line: exit code, stdout, stderr."""
    for name in [n for n in os.environ if n.startswith("LOOKALIKE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path / "var"))
    monkeypatch.setenv("LOOKALIKE_NOW", NIGHT.isoformat())
    monkeypatch.setenv("LOOKALIKE_PROXY", "http://user:secret@127.0.0.1:3128")
    with writing(open_store(load_config())) as session:
        run, _ = runs.begin_or_resume(session, "nightly", NIGHT, {})
        sources.refused(session, "baidu", "要求验证码\x1b[2J", NIGHT, 0, sources.BackOff())
        sources.note_asked(session, "bing", NIGHT, results=True)
        counts = {"baidu": {"queries": 3, "pages": 1, "captcha": 1}}
        runs.note_step(session, run, "night", {"sources": counts})
        alarm = {"level": "warn", "rule": "captcha", "source": "baidu", "measured": 1, "against": 0.3, "text": "一句话"}
        runs.note_step(session, run, "alarms", [alarm])
        runs.finish(session, run, NIGHT, "failed")

    def typed(*argv: str) -> tuple[int, str, str]:
        code = _run(list(argv))
        out, err = capsys.readouterr()
        return code, out, err

    return typed


def rows(answer: Typed) -> dict[str, dict[str, Any]]:
    code, out, _ = answer("sources", "--json")
    assert code == 0
    return {row["source"]: row for row in map(json.loads, out.splitlines())}


def test_each_source_says_how_it_stands_and_what_last_night_brought(sources_answer: Typed) -> None:
    found = rows(sources_answer)
    baidu = found["baidu"]
    assert (baidu["state"], baidu["blocked_until"], baidu["streak"]) == ("backing off", "2026-03-01T08:00:00+08:00", 1)
    assert (baidu["night"]["run"], baidu["night"]["captcha"]) == (1, 1)
    assert [a["rule"] for a in baidu["alarms"]] == ["captcha"]
    assert (found["bing"]["state"], found["bing"]["night"], found["bing"]["alarms"]) == ("ok", None, [])
    assert found["so360"]["state"] == "never asked"
    assert found["searxng"]["state"] in {"disabled", "no address"}


def test_no_password_of_an_exit_is_shown(sources_answer: Typed) -> None:
    assert rows(sources_answer)["baidu"]["proxy"] == "http://127.0.0.1:3128"


def test_people_get_a_table_and_are_told_how_to_go_on(sources_answer: Typed) -> None:
    code, out, _ = sources_answer("sources")
    assert code == 0
    assert "lookalike sources unblock baidu" in out
    assert "留意：一句话" in out
    assert "\x1b" not in out


def test_unblocking_lets_it_be_asked_and_says_so(sources_answer: Typed) -> None:
    assert "重新询问" in sources_answer("sources", "unblock", "baidu", "--by", "li")[1]
    assert rows(sources_answer)["baidu"]["state"] == "ok"
    assert "无需解除" in sources_answer("sources", "unblock", "baidu")[1]


def test_an_unknown_source_is_one_line_that_names_the_known_ones(sources_answer: Typed) -> None:
    code, out, err = sources_answer("sources", "unblock", "nowhere")
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert "baidu" in err


def test_before_the_first_night_all_are_listed(tmp_path: Path, sources_answer: Typed, monkeypatch: Any) -> None:
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path / "fresh"))
    assert {row["night"] for row in rows(sources_answer).values()} == {None}
