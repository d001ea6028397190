"""Whatever is changed in a pack is noticed: by ours every time, by public tools where they can."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lookalike.errors import UsageError
from lookalike.evidence import bag as layout
from lookalike.evidence import custody
from lookalike.evidence.bag import payload
from lookalike.evidence.canonical import canonical, readable
from lookalike.evidence.documents.fixed_list import row_of
from lookalike.evidence.hashes import digest
from lookalike.evidence.members import read_zip, write_zip
from lookalike.evidence.pack import Exported
from lookalike.evidence.verify.documents import FIXED
from lookalike.evidence.verify.receipt import vouched
from lookalike.evidence.verify.run import verify

P = "data/03_evidence/P001"
LOG = "data/04_process/custody-log.jsonl"
EVERY = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


def parts(data: bytes) -> dict[str, bytes]:
    view = memoryview(data)
    return {m.name: bytes(view[m.start : m.start + m.size]) for m in read_zip(view)}


def wrapped(files: dict[str, bytes]) -> bytes:
    out = BytesIO()
    write_zip(out, files.items())
    return out.getvalue()


def code(data: bytes, folder: Path, name: str) -> int:
    """Exit code for a file without hashes beside it: the harder case."""
    path = folder / name
    path.write_bytes(data)
    try:
        return verify(path).code
    except UsageError:
        return 2


@pytest.fixture(scope="module")
def packed(whole_pack: Exported) -> bytes:
    return whole_pack.path.read_bytes()


@pytest.fixture(scope="module")
def lair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tampered")


def test_a_copy_without_hashes_beside_it_is_whole(packed: bytes, lair: Path, whole_pack: Exported) -> None:
    assert code(packed, lair, whole_pack.path.name) == 0


@pytest.mark.slow
@EVERY
@given(draw=st.data())
def test_any_flipped_byte_is_noticed(packed: bytes, lair: Path, whole_pack: Exported, draw: st.DataObject) -> None:
    at = draw.draw(st.integers(0, len(packed) - 1))
    bits = draw.draw(st.integers(1, 255))
    data = bytearray(packed)
    data[at] ^= bits
    assert code(bytes(data), lair, whole_pack.path.name) != 0


@EVERY
@given(draw=st.data())
def test_any_flipped_byte_of_a_header_is_noticed(
    packed: bytes, lair: Path, whole_pack: Exported, draw: st.DataObject
) -> None:
    data = bytearray(packed)
    at = draw.draw(st.sampled_from(_headers(packed)))
    data[at] ^= draw.draw(st.integers(1, 255))
    assert code(bytes(data), lair, whole_pack.path.name) == 1


@lru_cache(maxsize=1)
def _headers(data: bytes) -> list[int]:
    """Places of all bytes that belong to no member: headers, central directory, end."""
    places, after = list[int](), 0
    for member in read_zip(memoryview(data)):
        places += range(after, member.start)
        after = member.start + member.size
    return [*places, *range(after, len(data))]


@pytest.mark.slow
@settings(EVERY, max_examples=80)
@given(draw=st.data())
def test_any_member_dropped_added_or_renamed_is_noticed(
    packed: bytes, lair: Path, whole_pack: Exported, draw: st.DataObject
) -> None:
    files = parts(packed)
    name = draw.draw(st.sampled_from(sorted(files)))
    deed = draw.draw(st.sampled_from(["drop", "rename", "add", "beside", "root"]))
    data = files[name]
    if deed in {"drop", "rename"}:
        del files[name]
    if deed == "rename":
        files[name[:-1] + draw.draw(st.sampled_from("qu0"))] = data  # how no name of ours ends
    elif deed == "add":
        files[f"{name.rpartition('/')[0]}/{draw.draw(st.text('abc0', min_size=1, max_size=8))}.bin"] = data
    elif deed == "beside":
        files[draw.draw(st.text("abc", min_size=1, max_size=8))] = data
    elif deed == "root":
        files[f"{whole_pack.path.stem}/{draw.draw(st.text('abc', min_size=1, max_size=8))}"] = b""
    assert code(wrapped(files), lair, whole_pack.path.name) == 1


@settings(EVERY, max_examples=40)
@given(cut=st.integers(1, 5000), more=st.binary(min_size=1, max_size=40))
def test_a_cut_or_longer_file_is_noticed(
    packed: bytes, lair: Path, whole_pack: Exported, cut: int, more: bytes
) -> None:
    assert code(packed[:-cut], lair, whole_pack.path.name) != 0
    assert code(packed + more, lair, whole_pack.path.name) != 0
    assert code(more + packed, lair, whole_pack.path.name) != 0


def test_a_compressed_copy_of_the_same_files_is_not_the_pack(packed: bytes, lair: Path, whole_pack: Exported) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts(packed).items():
            package.writestr(name, data)
    assert code(out.getvalue(), lair, whole_pack.path.name) == 1


def test_a_wrong_hash_beside_the_pack_is_noticed(whole_pack: Exported, tmp_path: Path) -> None:
    folder = shutil.copytree(whole_pack.path.parent, tmp_path / "pack")
    (folder / f"{whole_pack.path.name}.sm3").write_text(f"SM3 ({whole_pack.path.name}) = {'0' * 64}\n")
    report = verify(folder)
    assert (report.code, [c.name for c in report.checks if c.state == "bad"]) == (1, ["包外校验值"])


# The matrix: each case changes files and, where it says so, mends every hash that public tools look at.


def flip(path: str) -> Callable[[dict[str, bytes]], None]:
    def do(files: dict[str, bytes]) -> None:
        data = bytearray(files[path])
        data[len(data) // 2] ^= 0x01
        files[path] = bytes(data)

    return do


def drop(path: str) -> Callable[[dict[str, bytes]], None]:
    return lambda files: files.__delitem__(path)


def put(path: str, data: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda files: files.__setitem__(path, data)


def drop_line(files: dict[str, bytes]) -> None:
    lines = files[LOG].splitlines(keepends=True)
    files[LOG] = b"".join(lines[:1] + lines[2:])


def drop_line_and_mend_the_chain(files: dict[str, bytes]) -> None:
    lines, previous, mended = files[LOG].splitlines(), custody.FIRST, []
    for seq, line in enumerate(lines[:1] + lines[2:], 1):
        told = canonical(json.loads(line) | {"seq": seq, "prev": previous})
        previous = digest(told, "sha256")
        mended.append(told + b"\n")
    files[LOG] = b"".join(mended)


def wacz_without(*names: str) -> Callable[[dict[str, bytes]], None]:
    def do(files: dict[str, bytes]) -> None:
        inner = {n: d for n, d in parts(files[f"{P}/capture.wacz"]).items() if n not in names}
        files[f"{P}/capture.wacz"] = wrapped(inner)

    return do


def wacz_with_more(files: dict[str, bytes]) -> None:
    files[f"{P}/capture.wacz"] = wrapped(parts(files[f"{P}/capture.wacz"]) | {"archive/notes": b"x"})


def warc_cut(files: dict[str, bytes]) -> None:
    inner = parts(files[f"{P}/capture.wacz"])
    inner["archive/capture.warc.gz"] = inner["archive/capture.warc.gz"][:-30]
    package = json.loads(inner["datapackage.json"])
    for row in package["resources"]:
        row["hash"], row["bytes"] = f"sha256:{digest(inner[row['path']], 'sha256')}", len(inner[row["path"]])
    inner["datapackage.json"] = readable(package)
    sealed = {"path": "datapackage.json", "hash": f"sha256:{digest(inner['datapackage.json'], 'sha256')}"}
    inner["datapackage-digest.json"] = readable(sealed)
    files[f"{P}/capture.wacz"] = wrapped(inner)
    record = json.loads(files[f"{P}/capture.json"])
    record["warc"]["sha256"] = digest(inner["archive/capture.warc.gz"], "sha256")
    files[f"{P}/capture.json"] = readable(record)


def mend(files: dict[str, bytes]) -> None:
    """Make capture records, items, manifests and tag manifest fit again, as a careful forger would."""
    record = json.loads(files[f"{P}/capture.json"])
    record["files"] = {
        p.rpartition("/")[2]: digest(d, "sha256")
        for p, d in files.items()
        if p.startswith(f"{P}/") and not p.endswith("capture.json")
    }
    files[f"{P}/capture.json"] = readable(record)
    lead = json.loads(files["data/02_lead/lead.json"])
    for item in lead["items"]:
        if item["file"] in files:
            data = files[item["file"]]
            item.update({name: digest(data, name) for name in ("sha256", "sm3", "md5")}, bytes=len(data))
    files["data/02_lead/lead.json"] = readable(lead)
    files[FIXED] = reprinted(files[FIXED], {item["file"]: row_of(item) for item in lead["items"]})
    rehash(files)


def reprinted(fixed: bytes, rows: dict[str, tuple[str, ...]]) -> bytes:
    """The fixed list with the hashes of the forged files."""
    paper = docx.Document(BytesIO(fixed))
    for line in paper.tables[1].rows:
        cells = line.cells
        for cell, text in zip(cells[1:], rows.get(cells[1].text, ())[1:], strict=False):
            if cell.text != text:
                cell.text = text
    out = BytesIO()
    paper.save(out)
    return out.getvalue()


def rehash(files: dict[str, bytes]) -> None:
    found = {p: {a: digest(d, a) for a in layout.ALGORITHMS} for p, d in files.items() if p.startswith("data/")}
    files["manifest-sha256.txt"] = layout.manifest(found, "sha256")
    files["manifest-sha512.txt"] = layout.manifest(found, "sha512")
    files[layout.SM3SUMS] = layout.sm3sums(found)
    oxum = f"Payload-Oxum: {sum(len(files[p]) for p in found)}.{len(found)}"
    lines = files["bag-info.txt"].decode().splitlines()
    files["bag-info.txt"] = ("\n".join([*lines[:-1], oxum]) + "\n").encode()
    tags = {p: d for p, d in files.items() if not p.startswith("data/") and p != layout.TAG}
    files[layout.TAG] = "".join(f"{digest(d, 'sha256')}  {p}\n" for p, d in sorted(tags.items())).encode()


PLAIN = [
    *(pytest.param(flip(f"{P}/{n}"), True, id=f"flip {n}") for n in (
        "capture.wacz", "capture.json", "screenshot-full.png", "screenshot-view.png", "page-text.txt",
        "response-body.bin", "dns.json", "tls.json", "registration.json", "registration-whois.txt", "geoip.json",
    )),
    *(pytest.param(flip(n), True, id=f"flip {n}") for n in (
        "data/02_lead/lead.json", "data/02_lead/lead.schema.json", LOG, "data/04_process/environment.json",
        "data/04_process/detection.json", "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "manifest-sha512.txt",
        "tagmanifest-sha256.txt", "verify/SM3SUMS", "verify/README.txt", "verify/verify.sh",
    )),
    pytest.param(drop(f"{P}/page-text.txt"), True, id="drop payload"),
    pytest.param(drop("verify/SM3SUMS"), True, id="drop SM3SUMS"),
    pytest.param(put(f"{P}/extra.txt", b"x"), True, id="add payload"),
    pytest.param(drop_line, True, id="drop a line of the log"),
    pytest.param(put("extra.txt", b"x"), False, id="extra file at the root"),
    pytest.param(put("verify/tagmanifest-sha256-tsa1.tsr", b"x"), False, id="a stamp that nobody listed"),
]  # fmt: skip


def unpacked(packed: bytes) -> dict[str, bytes]:
    return {name.partition("/")[2]: data for name, data in parts(packed).items()}


def packed_again(files: dict[str, bytes], name: str) -> bytes:
    return wrapped({f"{name}/{path}": data for path, data in files.items()})


def on_disk(files: dict[str, bytes], folder: Path) -> Path:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def public_tools(folder: Path) -> bool:
    """Whether sha256sum, sha512sum, cksum and bagit all find the bag whole."""
    commands = (
        ["sha256sum", "--strict", "--quiet", "-c", "tagmanifest-sha256.txt"],
        ["sha256sum", "--strict", "--quiet", "-c", "manifest-sha256.txt"],
        ["sha512sum", "--strict", "--quiet", "-c", "manifest-sha512.txt"],
        ["cksum", "--strict", "-c", "verify/SM3SUMS"],
    )
    for command in commands:
        if subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode != 0:
            return False
    told = [sys.executable, "-W", "ignore", "-m", "bagit", "--quiet", "--validate", str(folder)]
    return subprocess.run(told, capture_output=True, check=False).returncode == 0


def test_public_tools_find_the_untouched_bag_whole(bag_folder: Path) -> None:
    assert public_tools(bag_folder)


def test_our_manifests_are_those_of_the_files_as_extracted(bag_folder: Path) -> None:
    found = payload(bag_folder)
    assert layout.manifest(found, "sha256") == (bag_folder / "manifest-sha256.txt").read_bytes()
    body = bag_folder / P / "response-body.bin"
    assert found[f"{P}/response-body.bin"]["sha512"] == hashlib.sha512(body.read_bytes()).hexdigest()


@pytest.mark.parametrize(("change", "publicly"), PLAIN)
def test_a_change_is_noticed_by_ours_and_by_public_tools_where_they_can(
    packed: bytes, whole_pack: Exported, tmp_path: Path, change: Callable[[dict[str, bytes]], None], publicly: bool
) -> None:
    files = unpacked(packed)
    change(files)
    assert code(packed_again(files, whole_pack.path.stem), tmp_path, whole_pack.path.name) == 1
    assert public_tools(on_disk(files, tmp_path / "bag")) is not publicly


@pytest.mark.parametrize(
    ("change", "check"),
    [
        pytest.param(drop_line, "保管链", id="a line of the log is dropped"),
        pytest.param(wacz_without("datapackage-digest.json"), "网页存档 WACZ/WARC", id="wacz without digest"),
        pytest.param(wacz_without("pages/pages.jsonl"), "网页存档 WACZ/WARC", id="wacz without pages"),
        pytest.param(wacz_without("indexes/index.idx"), "网页存档 WACZ/WARC", id="wacz without idx"),
        pytest.param(wacz_with_more, "网页存档 WACZ/WARC", id="wacz with an unlisted file"),
        pytest.param(warc_cut, "网页存档 WACZ/WARC", id="warc cut"),
        pytest.param(put(f"{P}/extra.txt", b"x"), "固定清单完整性", id="a file that no item names"),
        pytest.param(drop(f"{P}/dns.json"), "线索数据与固定清单", id="an item without its file"),
        pytest.param(put("verify/notes.txt", b"x"), "清单以外的文件", id="extra file that the tags list"),
        pytest.param(put("data/01_documents/02-lead-list.xlsx", b"PK"), "文书", id="a workbook that is none"),
    ],
)
def test_a_careful_forger_who_mends_all_hashes_is_still_noticed(
    packed: bytes, whole_pack: Exported, tmp_path: Path, change: Callable[[dict[str, bytes]], None], check: str
) -> None:
    files = unpacked(packed)
    change(files)
    mend(files)
    path = tmp_path / whole_pack.path.name
    path.write_bytes(packed_again(files, whole_pack.path.stem))
    report = verify(path)
    assert report.code == 1
    assert check in [c.name for c in report.checks if c.state == "bad"]


def test_an_edit_with_every_hash_and_the_chain_mended_passes_without_a_time_stamp(
    packed: bytes, whole_pack: Exported, tmp_path: Path
) -> None:
    """What hashes cannot do; the stamp over the tag manifest, or the paper receipt, is there for this."""
    files = unpacked(packed)
    files[f"{P}/page-text.txt"] += b" forged"
    mend(files)
    data = packed_again(files, whole_pack.path.stem)
    assert code(data, tmp_path, whole_pack.path.name) == 0
    receipt = tmp_path / "receipt.txt"
    receipt.write_text(f"SHA-256 {whole_pack.sha256}\nSM3 {whole_pack.sm3}\n")
    assert verify(tmp_path / whole_pack.path.name, vouched(receipt, [])).code == 1
    assert verify(whole_pack.path, vouched(receipt, [])).code == 0


def test_the_script_in_the_pack_agrees_with_us(bag_folder: Path) -> None:
    script = ["sh", "verify/verify.sh"]
    whole = subprocess.run(script, cwd=bag_folder, capture_output=True, text=True, check=False)
    assert (whole.returncode, "[不符]" in whole.stdout) == (0, False)
    (bag_folder / "extra.txt").write_text("x")
    assert subprocess.run(script, cwd=bag_folder, capture_output=True, check=False).returncode == 1
    (bag_folder / "extra.txt").unlink()
    (bag_folder / P / "page-text.txt").write_text("forged")
    changed = subprocess.run(script, cwd=bag_folder, capture_output=True, text=True, check=False)
    assert changed.returncode == 1
    assert f"{P}/page-text.txt: FAILED" in changed.stdout


def test_public_tools_find_every_web_archive_whole(bag_folder: Path) -> None:
    tools = Path(sys.executable).parent
    for wacz in bag_folder.glob("data/03_evidence/*/capture.wacz"):
        told = subprocess.run([tools / "wacz", "validate", "-f", wacz], capture_output=True, text=True, check=False)
        assert (told.returncode, "Validation succeeded" in told.stdout) == (0, True), told.stdout
        with zipfile.ZipFile(wacz) as package:
            warc = package.read("archive/capture.warc.gz")
        assert subprocess.run(["gzip", "-t"], input=warc, check=False).returncode == 0
        (bag_folder / "w.warc.gz").write_bytes(warc)
        assert subprocess.run([tools / "warcio", "check", bag_folder / "w.warc.gz"], check=False).returncode == 0
