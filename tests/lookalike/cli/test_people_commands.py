"""users, tokens and audit verify as they are typed."""

from __future__ import annotations

import json
import sqlite3

import pytest
from argon2 import PasswordHasher

from lookalike.config import load_config
from lookalike.opening import open_store
from lookalike.review import signin
from lookalike.review.sessions import Origin
from tests.lookalike.stages.stored_night import NOW, judged_night


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path))
    monkeypatch.setenv("LOOKALIKE_NOW", NOW.isoformat())
    monkeypatch.delenv("LOOKALIKE_DATABASE_URL", raising=False)
    monkeypatch.setattr("lookalike.review.passwords._hasher", PasswordHasher(1, 8, 1))
    return tmp_path


@pytest.fixture
def typed(home, command_line):
    return command_line


def test_the_first_administrator_is_made_by_command_and_signs_in_with_what_was_printed(typed):
    assert "还没有账号" in typed("users", "list")[1]
    code, out, _ = typed("users", "add", "系统甲", "--role", "admin")
    assert (code, out.splitlines()[0]) == (0, "已建立账号：系统甲（系统管理员）")
    password = out.rstrip().rpartition("：")[2]
    told = signin.sign_in(open_store(load_config()), "系统甲", password, Origin("local"), NOW)
    assert told.visitor.owes == "password"


def test_no_two_passwords_that_are_given_out_are_the_same(typed):
    given = [json.loads(typed("users", "add", name, "--role", "analyst", "--json")[1])["password"] for name in "甲乙丙"]
    given += [json.loads(typed("users", "reset", "甲", "--json")[1])["password"]]
    given += [json.loads(typed("users", "totp", "甲", "--json")[1])["password"]]
    assert len(set(given)) == 5


def test_accounts_are_listed_without_their_secrets(typed):
    typed("users", "add", "王某", "--role", "analyst")
    typed("users", "role", "王某", "--role", "lead")
    typed("users", "disable", "王某")
    rows = [json.loads(line) for line in typed("users", "list", "--json")[1].splitlines()]
    assert [(r["name"], r["role"], r["open"], r["sessions"]) for r in rows] == [("王某", "lead", False, 0)]
    assert not {"password", "totp_secret"} & rows[0].keys()
    assert "停用" in typed("users", "list")[1]
    assert "已重新启用" in typed("users", "enable", "王某")[1]


def test_a_key_is_printed_once_and_taken_back(typed):
    code, out, _ = typed("tokens", "add", "某市公安局", "--scope", "leads:read", "--scope", "tips:write", "--json")
    told = json.loads(out)
    assert (code, told["scopes"], told["state"]) == (0, ["leads:read", "tips:write"], "open")
    listed = typed("tokens", "list", "--json")[1]
    assert told["token"] not in listed + typed("tokens", "list")[1]
    assert typed("tokens", "revoke", told["id"])[0] == 0
    assert json.loads(typed("tokens", "list", "--json")[1])["state"] == "revoked"
    assert "读取线索" in typed("tokens", "add", "某局")[1]


def test_a_whole_trail_exits_0_and_prints_its_end(typed):
    typed("users", "add", "王某", "--role", "analyst")
    code, out, _ = typed("audit", "verify")
    assert (code, out.startswith("审计日志完整：1 条，末条哈希 ")) == (0, True)
    head = out.split()[-1]
    assert typed("audit", "verify", "--head", head)[0] == 0


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE audit SET who = 'x' WHERE id = 2", "审计日志已被改动：第一处在编号 2 的记录"),
        ("DELETE FROM audit WHERE id = 2", "第一处在编号 3 的记录，编号 1 与 3 之间的记录被删去或改写"),
        ("DELETE FROM audit WHERE id = 1", "第一处在编号 2 的记录，编号 2 之前的记录被删去或改写"),
    ],
)
def test_a_broken_trail_exits_1_with_its_first_broken_place(typed, home, statement, told):
    for name in "甲乙丙":
        typed("users", "add", name, "--role", "analyst")
    with sqlite3.connect(home / "lookalike.db") as connection:
        connection.execute(statement)
    code, out, _ = typed("audit", "verify")
    assert (code, told in out) == (1, True)
    assert json.loads(typed("audit", "verify", "--json")[1])["whole"] is False


def test_an_end_that_was_cut_off_exits_1_for_whoever_noted_it(typed, home):
    for name in "甲乙":
        typed("users", "add", name, "--role", "analyst")
    head = typed("audit", "verify")[1].split()[-1]
    with sqlite3.connect(home / "lookalike.db") as connection:
        connection.execute("DELETE FROM audit WHERE id = 2")
    assert typed("audit", "verify")[0] == 0
    code, out, _ = typed("audit", "verify", "--head", head)
    assert (code, f"记下的末条 {head[:16]}" in out) == (1, True)


def test_entries_are_listed_by_deed_and_day(typed):
    typed("users", "add", "王某", "--role", "analyst", "--by", "值班员")
    typed("tokens", "add", "某局")
    day = f"{NOW:%Y-%m-%d}"
    rows = [json.loads(line) for line in typed("audit", "list", "--what", "people.", "--json")[1].splitlines()]
    assert [(r["who"], r["what"], r["after"]["person"]) for r in rows] == [("值班员", "people.add", "王某")]
    assert len(typed("audit", "list", "--from", day, "--to", day)[1].splitlines()) == 2
    assert typed("audit", "list", "--from", "2099-01-01")[1] == ""
    assert "people.add 本机" in typed("audit", "list", "--who", "值班员")[1]


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (("audit", "list", "--from", "2026-13-40"), "--from 2026-13-40"),
        (("audit", "list", "--to", "gestern"), "--to gestern"),
        (("users", "add", "王某"), "--role : expected one of: viewer"),
        (("users", "add", "王某", "--role", "boss"), "--role boss"),
        (("users", "add", "<b>", "--role", "lead"), "name '<b>'"),
        (("users", "disable", "王某"), "no such account"),
        (("users", "frobnicate"), "frobnicate"),
        (("tokens", "add", "x", "--scope", "all"), "--scope all"),
        (("tokens", "add", "x", "--days", "9999"), "--days 9999"),
        (("tokens", "revoke", "7"), "key 7"),
        (("audit", "verify", "--head", "xyz"), "64 hexadecimal digits"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(typed, argv, told):
    code, out, err = typed(*argv)
    lines = [line for line in err.splitlines() if line.startswith("lookalike: ")]
    assert (code, out, len(lines)) == (2, "", 1)
    assert told in lines[0]


def test_an_administrator_gives_no_verdict_on_the_command_line_either(typed, home):
    judged_night(home)
    typed("users", "add", "系统甲", "--role", "admin")
    code, _, err = typed("verdict", 1, "later", "--by", "系统甲")
    assert (code, "does not include leads.judge" in err) == (2, True)
    assert typed("verdict", 1, "later", "--by", "值班员")[0] == 0


@pytest.mark.parametrize("command", [("users", "add"), ("users", "totp"), ("tokens", "add"), ("audit", "verify")])
def test_help_shows_an_example(typed, command):
    code, out, _ = typed(*command, "--help")
    assert (code, f"Example: lookalike {' '.join(command)}" in " ".join(out.split())) == (0, True)
