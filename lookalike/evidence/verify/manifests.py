"""The bag: its tag files, its manifests, and that nothing lies in it which they do not know (RFC 8493)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lookalike.evidence import bag as layout
from lookalike.evidence.verify.model import Bag, Check, verdict

_LINE = re.compile(r"([0-9a-f]{64}|[0-9a-f]{128})  (data/[!-~]+|[!-~]+)")
_SM3 = re.compile(r"SM3 \((data/[!-~]+)\) = ([0-9a-f]{64})")
_STAMP = re.compile(r"verify/tagmanifest-(sha256|sm3)-tsa([1-9][0-9]?)\.(tsq|tsr)|verify/tsa-[1-9][0-9]?-root\.pem")


def declaration(bag: Bag) -> Check:
    """``bagit.txt``."""
    right = bag.read("bagit.txt") == layout.BAGIT
    return verdict("BagIt 声明", [] if right else ["bagit.txt"], "BagIt 1.0")


def info(bag: Bag) -> Check:
    """``bag-info.txt``: the pack is the one that it says it is, with as much payload as it says."""
    told = labels(bag)
    paths = bag.below("data")
    size = sum(bag.members[p].size for p in paths)
    bad = {}
    if told.get("Payload-Oxum") != f"{size}.{len(paths)}":
        bad["bag-info.txt"] = f"载荷应为 {told.get('Payload-Oxum')}，实为 {size}.{len(paths)}"
    elif told.get("External-Identifier") != bag.name:
        bad["bag-info.txt"] = f"编号为 {told.get('External-Identifier')}，文件夹为 {bag.name}"
    return verdict("包信息", bad, f"{size} 字节，{len(paths)} 个文件")


def labels(bag: Bag) -> dict[str, str]:
    """The labels of ``bag-info.txt``."""
    lines = bag.read("bag-info.txt").decode("utf-8").splitlines()
    return {label: value for label, _, value in (line.partition(": ") for line in lines)}


def payload(bag: Bag) -> list[Check]:
    """Both payload manifests and the SM3 list: every file in each, with its hash, and none besides."""
    found = []
    for algorithm, path in (("sha256", "manifest-sha256.txt"), ("sha512", "manifest-sha512.txt")):
        found.append(_compared(bag, f"载荷清单 {algorithm.upper()}", algorithm, _listed(bag, path), bag.below("data")))
    sums = dict[str, str]()
    for line in bag.read(layout.SM3SUMS).decode("ascii").splitlines():
        told = _SM3.fullmatch(line)
        if told is None or told.group(1) in sums:
            raise ValueError(f"{layout.SM3SUMS}: {line[:80]}")
        sums[told.group(1)] = told.group(2)
    found.append(_compared(bag, "国密清单 SM3", "sm3", sums, bag.below("data")))
    return found


def tags(bag: Bag) -> Check:
    """The tag manifest: what is time-stamped, and by it everything else."""
    expected = [*sorted(layout.ROOT - {layout.TAG}), *sorted(layout.VERIFY)]
    return _compared(bag, "标签清单", "sha256", _listed(bag, layout.TAG), expected)


def extra(bag: Bag) -> Check:
    """Files that no manifest covers: none but time stamps and the signature, which have a list of their own."""
    known = layout.ROOT | layout.VERIFY | set(bag.below("data"))
    free = sorted(set(bag.members) - known)
    bad = {p: "不应有的文件" for p in free if not is_seal(p) and p != layout.SEALS}
    sealed = [p for p in free if is_seal(p)]
    if sealed and layout.SEALS not in free:
        bad[layout.SEALS] = "缺少时间戳与签名的清单"
    elif layout.SEALS in free:
        listed = _listed(bag, layout.SEALS)
        bad |= {p: "不在时间戳与签名的清单中" for p in sealed if p not in listed}
        bad |= {p: "缺少" for p in listed if p not in sealed}
        bad |= {p: "与清单不同" for p in sealed if p in listed and bag.hash(p, "sha256") != listed[p]}
        if bag.read(layout.SEALS) != layout.seals({p: bag.read(p) for p in sealed}):
            bad.setdefault(layout.SEALS, "不是规范形式")
    bad |= {p: "没有对应的时间戳应答" for p in sealed if _is_orphan(p, sealed)}
    return verdict("清单以外的文件", bad, f"时间戳与签名文件 {len(sealed)} 个" if sealed else "没有")


def _is_orphan(path: str, sealed: list[str]) -> bool:
    """Whether a request or a root has no reply beside it."""
    if path.endswith(".tsq"):
        return path.removesuffix("q") + "r" not in sealed
    number = path.removeprefix("verify/tsa-").removesuffix("-root.pem")
    return path.endswith("-root.pem") and not any(p.endswith(f"-tsa{number}.tsr") for p in sealed)


def is_seal(path: str) -> bool:
    """Whether a file of this name is a time stamp, its root, or the signature."""
    return path == layout.SIGNATURE or _STAMP.fullmatch(path) is not None


def _listed(bag: Bag, path: str) -> dict[str, str]:
    found = dict[str, str]()
    for line in bag.read(path).decode("ascii").splitlines():
        told = _LINE.fullmatch(line)
        if told is None or told.group(2) in found:
            raise ValueError(f"{path}: {line[:80]}")
        found[told.group(2)] = told.group(1)
    return found


def _compared(bag: Bag, name: str, algorithm: str, listed: dict[str, str], expected: Iterable[str]) -> Check:
    wanted = list(expected)
    bad = {p: "缺少" for p in wanted if p not in bag.members}
    bad |= {p: "清单中没有" for p in wanted if p in bag.members and p not in listed}
    bad |= {p: "清单中有，包里没有" for p in listed if p not in wanted}
    bad |= {p: "内容不同" for p, told in listed.items() if p in bag.members and bag.hash(p, algorithm) != told}
    return verdict(name, bad, f"{len(listed)} 个文件")
