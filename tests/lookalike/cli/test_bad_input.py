"""Unusable input: one line on stderr that names what was wrong and the mend, and the right exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lookalike.cli.app import _run

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def answer(tmp_path, monkeypatch, capsys):
    """Runs a command line in an empty home: exit code, stdout, stderr."""
    for name in [n for n in os.environ if n.startswith("LOOKALIKE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)

    def run(*argv: str, **env: str) -> tuple[int, str, str]:
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        code = _run(list(argv))
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.mark.parametrize(
    ("argv", "env", "named"),
    [
        (["bogus"], {}, "bogus"),
        (["leads", "--foo"], {}, "--foo"),
        (["leads", "--kind", "x"], {}, "--kind"),
        (["leads", "--limit", "0"], {}, "--limit"),
        (["lead", "abc"], {}, "ID"),
        (["lead", "9999"], {}, "9999"),
        (["range", "serve"], {}, "DIR"),
        (["leads"], {"LOOKALIKE_NOW": "2026-03-01"}, "LOOKALIKE_NOW"),
        (["leads"], {"LOOKALIKE_CONCURRENCY": "many"}, "LOOKALIKE_CONCURRENCY"),
        (["leads"], {"LOOKALIKE_PROXY": "foo"}, "LOOKALIKE_PROXY"),
        (["leads"], {"LOOKALIKE_DATABASE_URL": "foo"}, "database URL"),
        (["platforms", "list"], {"LOOKALIKE_SEEDS": "missing"}, "missing"),
        (["nightly", "--range", "missing"], {}, "missing"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(answer, argv, env, named) -> None:
    code, out, err = answer(*argv, **env)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert named in err


def test_an_unreachable_database_server_is_one_line_and_exit_code_3(answer) -> None:
    code, out, err = answer("leads", LOOKALIKE_DATABASE_URL="postgresql://nobody@127.0.0.1:1/x")
    assert (code, out, err.count("\n")) == (3, "", 1)


def test_a_settings_file_that_is_not_toml_is_named(answer, tmp_path) -> None:
    (tmp_path / "lookalike.toml").write_text("proxy = [", encoding="utf-8")
    code, _, err = answer("leads")
    assert code == 2
    assert "lookalike.toml" in err


def test_a_wrong_value_in_the_settings_file_names_file_and_key(answer, tmp_path) -> None:
    (tmp_path / "lookalike.toml").write_text('timeout = "soon"', encoding="utf-8")
    code, _, err = answer("leads")
    assert code == 2
    assert "lookalike.toml: timeout" in err


def test_a_database_that_is_none_is_said_so(answer, tmp_path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "lookalike.db").write_text("not a database at all, but long enough to be read as one")
    code, _, err = answer("leads")
    assert code == 3
    assert "not a SQLite database" in err


def test_files_that_cannot_be_judged_are_each_named_and_the_others_are(answer, tmp_path) -> None:
    (tmp_path / "advert.txt").write_text("电工证免考，官网可查，微信 zs_demo_001", encoding="utf-8")
    code, out, err = answer("check", "missing.html", "advert.txt", "list.docx", "--json")
    assert code == 3
    assert [line.split(":")[1].strip() for line in err.splitlines()] == ["missing.html", "list.docx"]
    assert len(out.splitlines()) == 3


def test_no_lead_yet_says_what_to_do(answer) -> None:
    code, out, _ = answer("leads")
    assert code == 0
    assert "lookalike nightly" in out


@pytest.mark.parametrize(
    ("name", "value"),
    [("LOOKALIKE_NETWORKS", "/missing.tsv"), ("LOOKALIKE_NAMESERVERS", "foo"), ("LOOKALIKE_CA_FILE", "/missing.pem")],
)
def test_a_setting_that_only_a_visit_needs_is_answered_alike(tmp_path, name, value) -> None:
    env = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
    env |= {"LOOKALIKE_HOME": str(tmp_path / "var"), "PYTHONPATH": str(ROOT), name: value}
    command = [sys.executable, "-m", "lookalike", "check", "http://a.example/"]
    done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
