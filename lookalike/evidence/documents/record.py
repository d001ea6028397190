"""03 网络在线提取笔录 (电子取证工作记录): how the data was taken, told from the custody log and the captures."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from lookalike.evidence.canonical import canonical
from lookalike.evidence.custody import FIRST
from lookalike.evidence.documents.model import Block, Fields, Grid, Heading, Sheet, Signatures, Text, capped
from lookalike.evidence.documents.values import TO_FILL, because, beijing, both_times, clock_time, cut, told
from lookalike.evidence.documents.words import forms, word
from lookalike.evidence.documents.workbook import status_words
from lookalike.evidence.facts import METHOD, CaptureFacts, Json, PackFacts
from lookalike.evidence.hashes import digest

MOST_STEPS, MOST_CAPTURES, _MOST_URLS = 200, 120, 20


def extraction_record(facts: PackFacts) -> Sheet:
    """The paper."""
    words = forms()["record"]
    captures = [c for lead in facts.leads for c in lead.captures]
    blocks: tuple[Block, ...] = (
        Fields(tuple(_about(facts, captures))),
        Heading("过程"),
        Text(words["method"]),
        _steps(facts),
        Text(words["chain"].format(lines=len(facts.custody), head=_head(facts)), note=True),
        Heading("各次采集"),
        _captures(captures),
        Heading("进入步骤"),
        *_ways(captures),
        Heading("结果"),
        Text(_result(facts, captures)),
        Heading("说明"),
        *(Text(forms()["common"][k]) for k in ("not_seized", "nature", "repeat", "personal")),
        Heading("附件"),
        Text("1. 04-fixed-list　电子数据提取固定清单\n2. data/03_evidence　所提取的电子数据"),
        Signatures((*words["signatures"][:3], words["no_witness"], words["signatures"][3])),
    )
    foot = f"导出时间：{beijing(facts.made_at)}；导出人：{facts.made_by}"
    draft = facts.state != "reviewed"
    return Sheet(facts.record_title, facts.name, status_words(facts), draft, blocks, foot=foot)


def _about(facts: PackFacts, captures: list[CaptureFacts]) -> list[tuple[str, str]]:
    words, records = forms()["record"], [c.record for c in captures]
    started = min((r["started"] for r in records), key=datetime.fromisoformat, default=None)
    ended = max((r["ended"] for r in records), key=datetime.fromisoformat, default=None)
    urls = list(dict.fromkeys(r["url"] for r in records))
    shown = "\n".join(urls[:_MOST_URLS]) + (f"\n……共 {len(urls)} 个，见下表" if len(urls) > _MOST_URLS else "")
    offsets = Counter(told(r["clock"]["offset_ms"]) for r in records)
    program = facts.environment["program"]
    return [
        ("申请/指派", because(words["assigned"])),
        ("开始时间", both_times(started) if started else because("没有网页采集")),
        ("结束时间", both_times(ended) if ended else because("没有网页采集")),
        ("地点", because(words["place"])),
        ("提取单位", facts.unit or because("没有设置本单位名称")),
        ("提取人（姓名、单位）", TO_FILL),
        ("见证人", TO_FILL),
        ("来源", cut(shown) if urls else because("没有网页采集")),
        ("对象", "公开网页及其域名解析、证书、注册信息"),
        ("事由和目的", words["reason"]),
        ("方法", METHOD),
        ("登录状态", "未登录，未提交表单" if urls else because("没有网页采集")),
        ("工具", f"{program['name']} {program['version']}，Python {program['python']}，{facts.environment['openssl']}"),
        ("采集工具版本", "、".join(_tools(records)) or because("没有网页采集")),
        ("系统环境", cut(_environment(facts.environment))),
        ("时钟", words["clock"].format(offset="；".join(offsets) or because("没有网页采集"))),
        ("可信时间戳", facts.stamps),
    ]


def _tools(records: list[Json]) -> list[str]:
    return list(dict.fromkeys(f"{r['tool']['name']} {r['tool']['version']}" for r in records))


def _environment(environment: Json) -> str:
    proxy = environment["proxy"]
    hosts = environment["hosts_file"]
    servers = environment["name_servers"]
    return "\n".join(
        (
            f"系统：{environment['system']['platform']}",
            f"浏览器环境：{environment['browser_profile']}",
            f"代理：{proxy.get('host', '')}:{proxy.get('port', '')}" if proxy["used"] else "代理：未使用",
            f"域名服务器：{'、'.join(servers['configured'] or servers['system']) or because('系统没有写明')}",
            f"hosts 文件：{hosts['entries']} 行，其中公网域名 {len(hosts['public_names'])} 个",
        )
    )


def _head(facts: PackFacts) -> str:
    return digest(canonical(facts.custody[-1]), "sha256") if facts.custody else FIRST


def _steps(facts: PackFacts) -> Grid:
    rows = tuple(
        (str(line["seq"]), clock_time(line["at"]), line["actor"], word("actions", line["action"]), _detail(line))
        for line in facts.custody
    )
    grid = Grid(("序号", "北京时间", "操作者", "步骤", "内容"), rows, (7, 15, 12, 14, 52))
    return capped(grid, MOST_STEPS, "data/04_process/custody-log.jsonl")


def _detail(line: Json) -> str:
    detail = line["detail"]
    shown = [f"线索 {detail['lead']}"] if detail.get("lead") is not None else []
    match line["action"]:
        case "found":
            shown.append(f"{detail['host']}，所见 {detail['sightings']} 次")
        case "capture":
            shown += [f"{detail['url']}", f"存档 SHA-256 {detail['warc_sha256']}"]
        case "render":
            shown.append(f"渲染存档 SHA-256 {detail['rendered_sha256']}")
        case "life":
            shown.append(f"{word('life', detail['before'])} → {word('life', detail['after'])}：{detail['why']}")
        case "assessment":
            shown.append(f"{float(detail['score']):.1f} 分，等级{word('bands', detail['band'])}")
        case "export" | "exported":
            shown.append(f"{told(detail.get('number'))} 第 {told(detail.get('version'))} 版")
        case "verdict" | "undo":
            after = detail.get("after") or {}
            shown.append(word("review", str(after.get("verdict") or after.get("status") or "")) or because("没有内容"))
        case _:
            shown.append(f"审计记录 {told(detail.get('audit'))}")
    return cut("，".join(shown), 400, "，全文见 custody-log.jsonl")


def _captures(captures: list[CaptureFacts]) -> Block:
    if not captures:
        return Text(because("没有已保存的网页采集"))
    rows = tuple(
        (
            c.number,
            cut(c.record["url"], 300),
            word("clients", c.record["client"]),
            clock_time(c.record["started"]),
            word("results", c.record["result"]),
            cut(c.record["reason_text"] or _shot(c), 200),
        )
        for c in captures
    )
    grid = Grid(("编号", "网址", "访问方式", "北京时间", "结果", "截图/原因"), rows, (8, 34, 15, 15, 8, 20))
    return capped(grid, MOST_CAPTURES, "data/03_evidence 下各 capture.json")


def _shot(capture: CaptureFacts) -> str:
    shot = capture.record["screenshot"]
    return f"{shot['w']}×{shot['h']}" if "w" in shot else told(shot)


def _ways(captures: list[CaptureFacts]) -> list[Block]:
    """The steps of the first captures; every ``capture.json`` has its own."""
    shown: list[Block] = []
    for capture in captures[:3]:
        shown += [Heading(capture.number, 2), Text(cut("\n".join(capture.record["steps"])), note=True)]
    rest = [Text("其余各次采集的步骤见各 capture.json 的 steps。", note=True)] if len(captures) > 3 else []
    return [*shown, *rest] if captures else [Text(because("没有已保存的网页采集"))]


def _result(facts: PackFacts, captures: list[CaptureFacts]) -> str:
    failed = sum(c.record["result"] == "failed" for c in captures)
    whole = len(captures) - failed
    words = forms()["record"]["result"]
    return str(words.format(captures=len(captures), whole=whole, failed=failed, items=len(facts.items)))
