"""The doctor: each thing that can be wrong is made wrong once, and found with its mend."""

from __future__ import annotations

import json
import socket
import string
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dns.message
import pytest

from lookalike.cli.app import main
from lookalike.ops.doctor import libraries, machine
from lookalike.ops.doctor.look import look
from lookalike.ops.doctor.model import Finding, texts

STATES = {"ok", "off", "warn", "fail", "unknown"}


@pytest.fixture
def well(kept_home: Path, monkeypatch: pytest.MonkeyPatch, name_server: str) -> Path:
    """A home in order, and a name server that answers."""
    monkeypatch.setenv("LOOKALIKE_NAMESERVERS", name_server)
    monkeypatch.delenv("LOOKALIKE_REQUEST_LOG", raising=False)
    return kept_home


@pytest.fixture
def name_server() -> Iterator[str]:
    """Answers every question with nothing, which is an answer."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            data, asker = server.recvfrom(4096)
            if data == b"end":
                return
            server.sendto(dns.message.make_response(dns.message.from_wire(data)).to_wire(), asker)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.getsockname()[1]}"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
        last.sendto(b"end", server.getsockname())
    thread.join(10)
    server.close()


def found(*, offline: bool = False) -> dict[str, list[Finding]]:
    told: dict[str, list[Finding]] = {}
    for one in look(offline=offline):
        told.setdefault(one.id, []).append(one)
    return told


def states(name: str, **options: Any) -> list[str]:
    return [one.state for one in found(**options).get(name, [])]


def test_where_all_is_well_nothing_fails(well: Path) -> None:
    assert [one for ones in found().values() for one in ones if one.state == "fail"] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_finding_has_its_words_and_every_trouble_its_mend(language: str) -> None:
    place = ("zh", "en").index(language)
    for name, cases in texts().items():
        assert cases["title"][place], name
        for case in cases.keys() - {"title"}:
            if case.startswith("mend_"):
                assert cases[case][place] and case.removeprefix("mend_") in cases, (name, case)  # noqa: PT018 - one claim
            elif case not in {"ok", "off", "unknown"}:
                assert cases.get(f"mend_{case}", ("", ""))[place], (name, case)


def test_chinese_and_english_name_the_same_facts() -> None:
    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert [n for n, cases in texts().items() for zh, en in cases.values() if names(zh) ^ names(en)] == []


def test_every_finding_that_is_made_has_all_its_facts(well: Path) -> None:
    for ones in found().values():
        for one in ones:
            for language in ("zh", "en"):
                assert "{" not in "".join(one.words(language).values()), one


@pytest.mark.parametrize(
    ("variable", "value", "name", "state"),
    [
        ("LOOKALIKE_TIMEOUT", "soon", "settings", "fail"),
        ("LOOKALIKE_TIMOUT", "20", "unknown_settings", "warn"),
        ("LOOKALIKE_SEEDS", "/nowhere/seeds", "seeds", "fail"),
        ("LOOKALIKE_CA_FILE", "/nowhere/root.pem", "file", "fail"),
        ("LOOKALIKE_CHROMIUM", "/nowhere/chromium", "file", "fail"),
        ("LOOKALIKE_NAMESERVERS", "127.0.0.1:9", "dns", "fail"),
        ("LOOKALIKE_NAMESERVERS", "dns.example", "dns", "fail"),
        ("LOOKALIKE_PROXY", "http://127.0.0.1:9", "proxy", "fail"),
        ("LOOKALIKE_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/x", "database", "fail"),
        ("LOOKALIKE_MIN_FREE_BYTES", str(1 << 62), "disk", "fail"),
        ("LOOKALIKE_NOW", "2026-03-01T02:00:00+08:00", "clock", "warn"),
        ("LOOKALIKE_DIGEST_TO", "duty@unit.example", "notices", "fail"),
        ("LOOKALIKE_WEBHOOK_URL", "http://127.0.0.1:9009/x", "notices", "fail"),
        ("LOOKALIKE_WEBHOOK_URL", "http://169.254.169.254/x", "notices", "fail"),
        ("LOOKALIKE_METRICS_FILE", "/proc/none/lookalike.prom", "folder", "fail"),
        ("LOOKALIKE_TIME_STAMPS", '[{"name": "国家授时", "root": "/nowhere/root.pem"}]', "time_stamps", "fail"),
        ("HTTPS_PROXY", "http://proxy.example:3128", "environment", "warn"),
    ],
)
def test_what_is_wrong_is_found(
    well: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, name: str, state: str
) -> None:
    monkeypatch.setenv("LOOKALIKE_DNS_TIMEOUT", "0.5")
    monkeypatch.setenv(variable, value)
    assert state in states(name)


def test_a_file_in_the_place_of_the_home_is_not_writable(well: Path, monkeypatch, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path / "taken" / "home"))
    assert "fail" in states("folder")


def test_a_home_that_is_not_there_yet_is_no_trouble_and_stays_away(well: Path, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path / "new" / "home"))
    assert states("database") == ["off"]
    assert not (tmp_path / "new").exists()


def test_another_schema_is_found(well: Path, kept_store) -> None:
    with kept_store() as session:
        session.connection(execution_options={"lookalike_mode": "write"}).exec_driver_sql(
            "UPDATE alembic_version SET version_num = '20200101_older'"
        )
        session.commit()
    assert states("schema") == ["fail"]


def test_a_file_that_is_no_database_is_found(well: Path) -> None:
    for left in well.glob("lookalike.db-*"):  # SQLite would bring the pages back from there
        left.unlink()
    (well / "lookalike.db").write_bytes(b"no database at all, but long enough to be read as one" * 100)
    assert states("database") == ["fail"]


def test_secrets_that_others_can_read_are_found(well: Path) -> None:
    path = well.parent / "lookalike.toml"
    path.write_text('smtp_password = "sesame"\n', encoding="utf-8")
    path.chmod(0o644)
    assert states("secrets") == ["warn"]
    path.chmod(0o600)
    assert states("secrets") == ["ok"]


def test_offline_nobody_is_asked(well: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOKALIKE_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("LOOKALIKE_WEBHOOK_URL", "http://127.0.0.1:9009/x")

    def refuse(*_: object) -> None:
        raise AssertionError("somebody was asked")

    with monkeypatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        patch.setattr(socket.socket, "sendto", refuse)
        told = found(offline=True)
    assert [one.state for name in ("dns", "proxy", "notices") for one in told[name]] == ["unknown"] * 3


def test_a_package_that_is_missing_or_too_old_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = ["scrapy>=99", "no-such-package-here>=1", "typer>=0.29", 'stix2>=3; extra == "exchange"']
    monkeypatch.setattr(libraries.metadata, "requires", lambda _name: wanted)
    [told] = [one for one in libraries.libraries(_config()) if one.id == "packages"]
    assert told.state == "fail"
    assert "no-such-package-here" in told.facts["names"]
    assert told.facts["names"].startswith("scrapy ")
    assert "typer" not in told.facts["names"]
    assert "stix2" not in told.facts["names"]


def test_a_clock_from_before_this_version_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "BUILT", machine.datetime(2100, 1, 1, tzinfo=machine.UTC))
    assert [one.state for one in machine.machine(_config()) if one.id == "clock"] == ["fail"]


def test_root_is_warned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.os, "geteuid", lambda: 0)
    assert [one.state for one in machine.machine(_config()) if one.id == "root"] == ["warn"]


@pytest.mark.parametrize(("lang", "word"), [("zh", "数据库"), ("en", "Database")])
def test_it_speaks_both_languages(well: Path, capsys: pytest.CaptureFixture[str], lang: str, word: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["doctor", "--lang", lang, "--offline"])
    assert ended.value.code == 0
    assert word in capsys.readouterr().out


def test_what_must_be_mended_is_exit_1_and_json_says_how(
    well: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOOKALIKE_DIGEST_TO", "duty@unit.example")
    with pytest.raises(SystemExit) as ended:
        main(["doctor", "--json", "--offline", "--lang", "en"])
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert ended.value.code == 1
    assert {one["state"] for one in told} <= STATES
    assert next(one for one in told if one["id"] == "notices")["mend"] == "set what is missing"


def _config():
    from lookalike.config import Config  # noqa: PLC0415 - two tests

    return Config(browser="off")
