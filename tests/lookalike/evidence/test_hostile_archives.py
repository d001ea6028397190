"""Archives that somebody made to do harm are listed, refused with a reason, and never extracted."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from lookalike.errors import UsageError
from lookalike.evidence.members import BadArchive, bad_name, write_zip
from lookalike.evidence.pack import Exported
from lookalike.evidence.verify.run import verify


def made(*members: tuple[str, bytes], mode: int = 0o100644, deflated: bool = False) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED) as package:
        for name, data in members:
            info = zipfile.ZipInfo(name)
            info.external_attr, info.compress_type = mode << 16, package.compression
            package.writestr(info, data)
    return out.getvalue()


def with_name(name: bytes) -> bytes:
    """A zip whose only member has this name, which Python's own writer would mend."""
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 0, 0, 33, 0, 0, 0, len(name), 0) + name
    row = struct.pack("<4s6H3I5H2I", b"PK\1\2", 788, 20, 0, 0, 0, 33, 0, 0, 0, len(name), 0, 0, 0, 0, 0, 0) + name
    return local + row + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, len(row), len(local), 0)


HOSTILE = {
    "zip-slip": (made(("../../etc/cron.d/x", b"x")), "路径穿越"),
    "zip-slip with backslashes": (with_name(b"..\\..\\x"), "路径穿越"),
    "absolute": (made(("/etc/passwd", b"x")), "绝对路径"),
    "drive letter": (with_name(b"C:\\x"), "绝对路径"),
    "symlink": (made(("XS/link", b"/etc/passwd"), mode=0o120777), "符号链接"),
    "nul": (with_name(b"XS/a.txt\0.exe"), "NUL"),
    "not ascii": (made(("XS/证据.txt", b"x")), "ASCII"),
    "control characters": (with_name(b"XS/a\x1b[2Jb"), "控制字符"),
    "case clash": (made(("XS/a.txt", b"1"), ("XS/A.txt", b"2")), "只有大小写不同"),
    "bomb": (made(("XS/zeros", bytes(20 << 20)), deflated=True), "压缩炸弹"),
    "name too long": (made(("XS/" + "a" * 300, b"x")), "超过 120 字节"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_archive_is_refused_with_its_reason_and_nothing_is_written(case: str, tmp_path: Path) -> None:
    data, reason = HOSTILE[case]
    (tmp_path / "x.zip").write_bytes(data)
    report = verify(tmp_path / "x.zip")
    assert report.code == 1
    assert reason in "".join(c.line for c in report.checks)
    assert "未解压任何文件" in "".join(c.line for c in report.checks)
    assert [p.name for p in tmp_path.iterdir()] == ["x.zip"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_there_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(made(("XS/a.txt", b"1"), ("XS/a.txt", b"2")))
    assert "重复的文件名" in "".join(c.line for c in verify(tmp_path / "x.zip").checks)


def test_a_million_entries_are_refused_by_their_number(tmp_path: Path) -> None:
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0, 0, 0)
    (tmp_path / "x.zip").write_bytes(end)
    report = verify(tmp_path / "x.zip")
    assert (report.code, "成员过多" in report.checks[-1].line) == (1, True)


def test_a_directory_that_lists_more_than_it_says_is_refused(tmp_path: Path) -> None:
    data = bytearray(made(*((f"XS/{n:05}", b"") for n in range(3000))))
    struct.pack_into("<2H", data, len(data) - 14, 2, 2)
    (tmp_path / "x.zip").write_bytes(data)
    assert verify(tmp_path / "x.zip").code == 1


@pytest.mark.parametrize("data", [b"x", b"PK", b"PK\5\6" + bytes(18), bytes(5000), b"%PDF-1.7\n"])
def test_what_is_no_zip_is_no_pack(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(data)
    assert verify(tmp_path / "x.zip").code == 1


@pytest.mark.parametrize("make", [lambda p: None, lambda p: p.touch(), lambda p: p.mkdir()])
def test_what_cannot_be_read_is_one_line(make, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    make(tmp_path / "x.zip")
    with pytest.raises(UsageError):
        verify(tmp_path / "x.zip")


def test_a_pack_of_our_form_with_hostile_json_is_a_finding_and_no_traceback(
    whole_pack: Exported, tmp_path: Path
) -> None:
    with zipfile.ZipFile(whole_pack.path) as package:
        files = {i.filename: package.read(i) for i in package.infolist()}
    for path in files:
        if path.endswith(".json"):
            files[path] = b"[" * 100_000
    with (tmp_path / whole_pack.path.name).open("wb") as stream:
        write_zip(stream, files.items())
    assert verify(tmp_path / whole_pack.path.name).code == 1


@pytest.mark.parametrize("name", ["../x", "/x", "a/../b", "a//b", "a/", "", "a\\b", "é", "a\nb", "x" * 121, "C:x"])
def test_our_own_writer_takes_no_such_name(name: str) -> None:
    assert bad_name(name.encode())
    with pytest.raises(BadArchive):
        write_zip(BytesIO(), [(name, b"")])
