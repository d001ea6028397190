"""Opens a pack: lists it, refuses what is hostile, insists on the one form. Nothing is written anywhere."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lookalike.errors import UsageError
from lookalike.evidence.hashes import digest
from lookalike.evidence.members import BadArchive, damaged, hostile, read_zip
from lookalike.evidence.verify.model import Bag, Check, verdict

LISTING = "压缩包列目"
FORM = "压缩包结构"
NAMES = "文件夹名称"
SUMS = "包外校验值"


def find(path: Path) -> Path:
    """The zip itself, or the one in the folder that an export made. Raises UsageError when it cannot be read."""
    if path.is_dir():
        found = sorted(path.glob("*.zip"))
        if len(found) != 1:
            raise UsageError(f"{path}: expected an evidence pack (.zip) or the folder of one")
        path = found[0]
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file; expected an evidence pack (.zip)")
    return path


@contextmanager
def mapped(path: Path) -> Iterator[memoryview]:
    """The bytes of the file, not read yet. Raises UsageError when it cannot be read or is empty."""
    try:
        with path.open("rb") as stream:
            data = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot be read ({error})") from error
    with data, memoryview(data) as view:
        yield view


def outer_sums(path: Path, data: memoryview) -> list[Check]:
    """``.sha256`` and ``.sm3`` beside the zip, as far as they are there."""
    found = []
    for suffix, form in (("sha256", "{hash}  {name}"), ("sm3", "SM3 ({name}) = {hash}")):
        beside = path.with_name(f"{path.name}.{suffix}")
        if not beside.is_file():
            found.append(Check(SUMS, "note", f"没有随附 {beside.name}"))
            continue
        wanted = form.format(hash=digest(data, suffix), name=path.name)
        if beside.read_bytes()[:4096].decode("utf-8", "replace").strip() == wanted:
            found.append(Check(SUMS, "ok", beside.name))
        else:
            found.append(Check(SUMS, "bad", "", (f"{path.name}（与 {beside.name} 不同）",)))
    return found


def open_bag(path: Path, data: memoryview) -> tuple[Bag | None, list[Check]]:
    """The bag and how its zip looked; None when it is not safe, or not clear, what is in it."""
    try:
        if reasons := hostile(data):
            return None, [verdict(LISTING, [f"{reason}；未解压任何文件" for reason in reasons])]
        listed = read_zip(data)
    except BadArchive as error:
        return None, [Check(FORM, "bad", "", (f"{path.name}（{error}）",))]
    checks = [verdict(LISTING, [], f"{len(listed)} 个文件，名称均合规")]
    broken = [m.name for m in listed if damaged(data, m)]
    checks.append(verdict(FORM, broken, "与规范形式逐字节一致"))
    folders = {m.name.partition("/")[0] for m in listed}
    if len(folders) != 1 or any("/" not in m.name for m in listed):
        return None, [*checks, Check(NAMES, "bad", "包内应只有一个文件夹", tuple(sorted(folders)))]
    name = folders.pop()
    members = {m.name[len(name) + 1 :]: m for m in listed}
    return Bag(path, name, data, members), checks
