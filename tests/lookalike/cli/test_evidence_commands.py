"""export, verify and stamp as they are typed: what they print, and with which exit code."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lookalike.night import Night
from tests.lookalike.evidence.stored import EXPORTED, FAKE, lead_of, stored

Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def exporting_night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    return stored(tmp_path_factory.mktemp("exporting"))


@pytest.fixture
def typed(exporting_night: Night, command_line: Typed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Typed:
    monkeypatch.setenv("LOOKALIKE_HOME", str(exporting_night.config.home))
    monkeypatch.setenv("LOOKALIKE_NOW", EXPORTED.isoformat())
    monkeypatch.delenv("LOOKALIKE_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)

    return command_line


def test_export_prints_the_path_of_a_pack_that_verifies(typed: Typed, exporting_night: Night) -> None:
    code, out, _ = typed("export", lead_of(exporting_night, FAKE), "-o", "packs", "--by", "王某")
    path = Path(out.strip())
    assert (code, path.is_file(), path.parent.parent.name) == (0, True, "packs")
    code, out, _ = typed("verify", path)
    assert (code, "结论：完整一致" in out, "[不符]" in out) == (0, True, False)
    assert typed("verify", path.parent)[0] == 0


def test_export_says_as_json_what_it_wrote(typed: Typed, exporting_night: Night) -> None:
    code, out, _ = typed("export", lead_of(exporting_night, FAKE), "-o", "packs", "--json")
    told = json.loads(out)
    assert (code, told["captures"], told["leads"]) == (0, 2, [lead_of(exporting_night, FAKE)])
    assert Path(told["path"]).stat().st_size == told["bytes"]


def test_verify_names_each_file_that_differs_and_ends_with_1(typed: Typed, exporting_night: Night) -> None:
    path = Path(typed("export", lead_of(exporting_night, FAKE), "-o", "packs")[1].strip())
    data = path.read_bytes()
    at = data.index(b"<form action=")
    shutil.rmtree(path.parent)
    Path("copy").mkdir()
    flipped = bytearray(data)
    flipped[at + 2] ^= 1
    Path("copy", path.name).write_bytes(flipped)
    code, out, _ = typed("verify", Path("copy", path.name), "--json")
    report = json.loads(out)
    assert (code, report["result"]) == (1, "differs")
    named = " ".join(f for c in report["checks"] if c["state"] == "bad" for f in c["files"])
    assert "data/03_evidence/P001/page-text.txt" in named


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (("export", 999, "-o", "packs"), "lead 999"),
        (("export", "-o", "packs"), "expected numbers of leads"),
        (("export", "--campaign", "C-0099", "-o", "packs"), "C-0099"),
        (("export", "--campaign", "x", "-o", "packs"), "x"),
        (("verify", "nothing.zip"), "there is no such file"),
        (("verify", "."), "expected an evidence pack"),
        (("stamp", "nothing.zip"), "there is no such file"),
    ],
)
def test_wrong_usage_is_one_line_and_ends_with_2(typed: Typed, argv: tuple[object, ...], told: str) -> None:
    code, _, err = typed(*argv)
    assert (code, err.count("\n")) == (2, 1)
    assert told in err


def test_a_fingerprint_that_is_none_is_wrong_usage(typed: Typed, exporting_night: Night) -> None:
    path = typed("export", lead_of(exporting_night, FAKE), "-o", "packs")[1].strip()
    code, _, err = typed("verify", path, "--root-fingerprint", "12:34")
    assert (code, "64 hexadecimal digits" in err) == (2, True)


def test_without_an_authority_stamp_says_what_to_configure(typed: Typed, exporting_night: Night) -> None:
    path = typed("export", lead_of(exporting_night, FAKE), "-o", "packs")[1].strip()
    code, _, err = typed("stamp", path)
    assert (code, "time_stamps" in err) == (2, True)


def test_authorities_come_from_the_settings_file(typed: Typed, exporting_night: Night) -> None:
    settings = exporting_night.config.home.parent / "lookalike.toml"
    settings.write_text(
        'unit = "某市工作专班"\n[[time_stamps]]\nname = "不在"\nurl = "http://127.0.0.1:9/"\nroot = "no.pem"\n'
    )
    try:
        code, out, err = typed("export", lead_of(exporting_night, FAKE), "-o", "packs")
        assert (code, "时间戳 不在：" in err) == (0, True)
        code, out, _ = typed("verify", out.strip())
        assert (code, "待加盖（不在）" in out) == (2, True)
    finally:
        settings.unlink()
