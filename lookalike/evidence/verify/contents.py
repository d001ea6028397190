"""What the records of a pack say of each other: one that contradicts itself is not whole."""

from __future__ import annotations

from typing import Any

from lookalike.evidence import custody
from lookalike.evidence.canonical import readable
from lookalike.evidence.lead_json import SCHEMA, schema
from lookalike.evidence.verify.model import Bag, Check, verdict

LOG = "data/04_process/custody-log.jsonl"
PROCESS = ("data/04_process/detection.json", "data/04_process/environment.json", LOG)
HASHES = ("sha256", "sm3", "md5")


def leads(bag: Bag) -> Check:
    """Every lead record: the pack's own number, captures that are there, and items with their true hashes."""
    bad: dict[str, str] = {}
    for path in bag.leads:
        record = bag.json(path)
        if record["schema"] != SCHEMA or bag.read(path) != readable(record):
            bad[path] = f"不是 {SCHEMA} 的规范形式"
        version = record["pack_version"]
        if bag.name != (record["id"] if version == 1 else f"{record['id']}-v{version}"):
            bad[path] = f"编号 {record['id']} 第 {version} 版与 {bag.name} 不同"
        lacking = [n for n in record["captures"] if f"data/03_evidence/{n}/capture.json" not in bag.members]
        if lacking:
            bad[path] = f"缺少采集 {'、'.join(lacking)}"
        bad |= {item["file"]: why for item in record["items"] if (why := _item(bag, item))}
    if bag.read("data/02_lead/lead.schema.json") != schema():
        bad["data/02_lead/lead.schema.json"] = "与本程序的格式文件不同"
    if not bag.leads:
        bad["data/02_lead"] = "没有线索数据"
    return verdict("线索数据与固定清单", bad, f"{len(bag.leads)} 条线索，逐项 SHA-256、SM3、MD5 一致")


def complete(bag: Bag) -> Check:
    """Every evidence file stands in exactly one item, every capture belongs to a lead."""
    listed: list[str] = []
    owned: list[str] = []
    for path in bag.leads:
        record = bag.json(path)
        listed += [item["file"] for item in record["items"]]
        owned += [f"data/03_evidence/{number}" for number in record["captures"]]
    there = bag.below("data/03_evidence")
    bad = {p: "不在固定清单中" for p in there if p not in listed}
    bad |= {p: "重复列入" for p in listed if listed.count(p) > 1}
    bad |= {p: "不属于任何线索" for p in bag.captures if p not in owned}
    bad |= {p: "缺少" for p in PROCESS if p not in bag.members}
    return verdict("固定清单完整性", bad, f"{len(listed)} 项")


def _item(bag: Bag, item: dict[str, Any]) -> str:
    path = item["file"]
    if path not in bag.members:
        return "缺少"
    if item["bytes"] != bag.members[path].size:
        return "字节数与固定清单不同"
    differing = [name.upper() for name in HASHES if bag.hash(path, name) != item[name]]
    return f"{'、'.join(differing)} 与固定清单不同" if differing else ""


def captures(bag: Bag) -> Check:
    """Each ``capture.json`` names its files with their hashes, and no file lies beside them."""
    bad: dict[str, str] = {}
    for folder in bag.captures:
        record = bag.json(f"{folder}/capture.json")
        if record["number"] != folder.rpartition("/")[2]:
            bad[f"{folder}/capture.json"] = "编号与文件夹不同"
        beside = {p[len(folder) + 1 :] for p in bag.below(folder)} - {"capture.json"}
        bad |= {f"{folder}/{n}": "与采集记录不同" for n in beside ^ set(record["files"])}
        for name in beside & set(record["files"]):
            if bag.hash(f"{folder}/{name}", "sha256") != record["files"][name]:
                bad[f"{folder}/{name}"] = "内容与采集记录不同"
        body = f"{folder}/response-body.bin"
        if body in bag.members and bag.hash(body, "sha256") != record["body"]["sha256"]:
            bad[body] = "与采集记录中的响应不同"
    return verdict("采集记录", bad, f"{len(bag.captures)} 次采集")


def chain(bag: Bag) -> Check:
    """The custody log: every line seals the one before it, and the last one is the export of this very pack."""
    log = bag.read(LOG)
    if why := custody.broken(log):
        return Check("保管链", "bad", why, (LOG,))
    lines = custody.read(log)
    last = lines[-1]
    told = last["detail"]
    version = told.get("version")
    if last["action"] != "export" or bag.name not in {told.get("number"), f"{told.get('number')}-v{version}"}:
        return Check("保管链", "bad", "最后一行不是本包的导出", (LOG,))
    stored = {f"{f}_sha256" for f in ("warc", "rendered")}
    known = {line["detail"].get(key) for line in lines for key in stored}
    for folder in bag.captures:
        tool = bag.json(f"{folder}/capture.json")["tool"]
        if tool["stored_warc_sha256"] not in known:
            return Check("保管链", "bad", "没有这次采集的记录", (f"{folder}/capture.json",))
    return Check("保管链", "ok", f"{len(lines)} 条记录首尾相连，链尾 {custody.head_of(log)[:16]}…")
