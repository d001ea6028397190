"""What a prosecutor looks for in an online extraction, and whether the pack has it.

After 《人民检察院办理网络犯罪案件规定》 art. 30 to 32 and 37.
"""

from __future__ import annotations

from typing import Any

from lookalike.evidence.verify.manifests import labels
from lookalike.evidence.verify.model import Bag

Line = dict[str, Any]
_BAG_INFO = "Time-Stamp-Authorities"


def checklist(bag: Bag) -> list[Line]:
    """One line a point: ``has`` and, where it lacks, why."""
    records = [bag.json(f"{folder}/capture.json") for folder in bag.captures]
    whole = [r for r in records if r["result"] != "failed"]
    environment = bag.json("data/04_process/environment.json")
    lines = [
        _line("来源网址", all(r["url"] for r in records), records),
        _line("进入步骤", all(r["steps"] for r in records), records),
        _line("访问方式", all("logged_in" in r and r["client"] for r in records), records),
        _line("提取起止时间", all(r["started"] and r["ended"] for r in records), records),
        _line("工具与方法", all(r["method"] and r["tool"]["version"] for r in records), records),
        {"point": "系统环境", "has": bool(environment.get("program")), "why": ""},
        _line("附属信息（DNS/证书/注册）", all(_attached(bag, f) for f in bag.captures), records),
        _screens(bag, whole),
        {"point": "校验值", "has": True, "why": "SHA-256、SHA-512、SM3、MD5（兼容）"},
        _line("可重现说明", all(r["steps"] for r in records), records),
        {"point": "签名栏", "has": False, "why": "待签"},
    ]
    stamped = any(p.endswith(".tsr") for p in bag.members)
    none = labels(bag).get(_BAG_INFO) == "none"
    why = "" if stamped else "未配置可信时间戳服务" if none else "待加盖"
    return [*lines, {"point": "时间戳", "has": stamped, "why": why}]


def _line(point: str, has: bool, records: list[Line]) -> Line:
    return {"point": point, "has": has and bool(records), "why": "" if records else "没有网页采集"}


def _attached(bag: Bag, folder: str) -> bool:
    return all(f"{folder}/{name}" in bag.members for name in ("dns.json", "tls.json", "registration.json"))


def _screens(bag: Bag, whole: list[Line]) -> Line:
    shown = sum(f"data/03_evidence/{r['number']}/screenshot-full.png" in bag.members for r in whole)
    why = f"{shown}/{len(whole)} 次采集有截图"
    return {"point": "截图", "has": shown > 0, "why": why}
