"""All that is said of one lead, by name of the field and in the order of the list of leads. Nothing is left blank."""

from __future__ import annotations

from typing import Any

from lookalike.evidence.documents.values import TO_FILL, because, beijing, both_times, told
from lookalike.evidence.documents.words import forms, word
from lookalike.evidence.facts import METHOD, CaptureFacts, Json, LeadFacts, PackFacts
from lookalike.reached import WAYS

_REASONS = 5
_PHRASE = "；"


def main_of(lead: LeadFacts) -> CaptureFacts | None:
    """The capture that is shown first."""
    return next((c for c in lead.captures if c.number == lead.record["main_capture"]), None)


def lead_number(facts: PackFacts, lead: LeadFacts) -> str:
    """``XS-20261121-0001/12``."""
    return f"{facts.number}/{lead.lead.id}"


def lead_fields(facts: PackFacts, lead: LeadFacts) -> dict[str, str]:
    """Every field of ``forms.toml``, filled or with the reason why not."""
    found = (
        _found(facts, lead) | _site(lead) | _network(lead) | _registration(lead) | _scale(lead) | _taken(facts, lead)
    )
    return {name: found[name] for name in forms()["fields"]}


def _found(facts: PackFacts, lead: LeadFacts) -> dict[str, str]:
    record = lead.record
    reasons = [r["text"] for r in lead.view.reasons if r["points"] > 0][:_REASONS]
    band = word("bands", record["band"])
    return {
        "线索编号": lead_number(facts, lead),
        "来源": _sources(lead),
        "发现时间": beijing(lead.lead.first_seen),
        "最近所见": beijing(lead.lead.last_seen),
        "类别": "网站" if record["kind"] == "site" else "广告",
        "分级与理由": f"{band}（{record['score']:.1f} 分）\n" + (_PHRASE.join(reasons) or because("没有评分记录")),
        "审核状态": word("review", record["review"]),
        "站点状态": word("life", record["life"]),
        "去重簇号": told(record["campaign"], "未归入任何团伙"),
    }


def _sources(lead: LeadFacts) -> str:
    names = dict.fromkeys(s["source"] for s in lead.record["sightings"])
    shown = [f"网络巡查（{WAYS.get(name, name)}）" for name in names if name != "tips"]
    reports = [t["number"] or "无编号" for t in lead.record["tips"]]
    if "tips" in names or reports:
        shown.append(f"举报（{'、'.join(reports)}）" if reports else "举报")
    return _PHRASE.join(shown) or because("没有发现记录")


def _site(lead: LeadFacts) -> dict[str, str]:
    site = lead.record["site"]
    posed: Json = site["impersonates"]
    name = f"{posed['name']}（{posed['body']}）" if "name" in posed else told(posed)
    return {
        "网站名称": told(site["name"]),
        "首页URL": told(site["home"], "线索没有网址"),
        "域名": told(site["domain_unicode"], "线索没有网址"),
        "域名（punycode）": told(site["domain_ascii"], "线索没有网址"),
        "注册域名": told(site["registrable"], "线索没有网址"),
        "假冒对象": name,
        "真官网": told(posed.get("official"), "未认定具体的仿冒对象，或该平台没有网址"),
        "页面编码": told(site["encoding"], "没有取到页面"),
    }


def _network(lead: LeadFacts) -> dict[str, str]:
    nets = lead.record["network"]
    none = because("没有取得解析或连接记录")
    seen = [f"{n['ip']}（{beijing(n['seen_at'])}，{told(n['source'])}）" for n in nets]
    named = [f"AS{n['asn']} {told(n['network'])}" if n["asn"] else told(n["network"]) for n in nets]
    places = dict.fromkeys(told(n["location"]) for n in nets)
    main = main_of(lead)
    return {
        "IP": "\n".join(seen) or none,
        "网络": "\n".join(dict.fromkeys(named)) or none,
        "归属地": "\n".join(places) or none,
        "开放端口": _ports(main),
        "TLS证书": _certificate(main),
    }


def _ports(main: CaptureFacts | None) -> str:
    schemes = {h["url"].partition(":")[0] for h in main.record["hops"] if h["status"]} if main else set()
    ports = [port for scheme, port in (("http", "80"), ("https", "443")) if scheme in schemes]
    return f"{'、'.join(ports)}（所访问的协议；非标准端口见网址）" if ports else because("没有取得应答")


def _certificate(main: CaptureFacts | None) -> str:
    if main is None:
        return because("没有采集")
    tls = main.tls
    if tls.get("state") == "ok" and tls.get("value") is None:
        return "443 端口未开放（已查）"
    value: Any = tls.get("value")
    if not value:
        return told(tls)
    names = "、".join(value["names"]) or because("证书没有列出域名")
    lines = (
        f"主体：{told(value['subject'], '证书没有写明')}",
        f"域名：{names}",
        f"签发者：{told(value['issuer'], '证书没有写明')}",
        f"SHA-256：{told(value['sha256'], '没有保存证书')}",
        f"有效期：{beijing(value['not_before'])} 至 {beijing(value['not_after'])}",
    )
    return "\n".join(lines)


def _registration(lead: LeadFacts) -> dict[str, str]:
    kept = lead.record["registration"]
    return {
        "注册商": told(kept["registrar"]),
        "注册人": told(kept["registrant"]),
        "注册时间": _instant(kept["created"]),
        "到期时间": _instant(kept["expires"]),
        "域名服务器": told(kept["name_servers"]),
        "自称ICP备案号": _claimed(lead.record["icp"]),
        "自称公安备案号": _claimed(lead.record["police_record"]),
        "备案核验": TO_FILL,
    }


def _instant(stated: Json) -> str:
    return beijing(str(stated["value"])) if stated.get("value") else told(stated)


def _claimed(stated: Json) -> str:
    return told(stated.get("claimed"), "所取页面中没有")


def _scale(lead: LeadFacts) -> dict[str, str]:
    record, reach = lead.record, lead.reach
    contacts = [f"{word('contacts', c['kind'])} {c['value']}" for c in record["contacts"]]
    paid = [f"{p['kind']} {p['value']}" for p in record["payments"]]
    offences = [f"{o['article']}（{o['basis']}，建议）" for o in record.get("offences", ())]
    where = record.get("jurisdiction", {})
    return {
        "联系方式": "\n".join(contacts) or because("所取页面中没有"),
        "资金账户": "\n".join(paid) or told(None, "所读图片中没有收款码；账号与报价请人工核对"),
        "同簇站点数": str(len(reach["sites"])) if reach else because("没有统计"),
        "发布条数": str(len(reach["posts"])) if reach else because("没有统计"),
        "群/粉丝数": because("本系统不加入群组，须向平台调取"),
        "涉嫌罪名（建议）": "\n".join(offences) or because("已知事实不足以建议罪名"),
        "建议管辖地与理由": f"{where['suggested']}（{where['reason']}）"
        if where.get("suggested")
        else told(None, "注册、固定电话、举报均未给出可用的地点"),
    }


def _taken(facts: PackFacts, lead: LeadFacts) -> dict[str, str]:
    main = main_of(lead)
    record: Json = main.record if main else {}
    browser: Json = record.get("browser", {})
    none = because("没有采集到网页")
    agent = told(browser.get("ua"), "请求没有发出") + " / " + told(browser.get("lang"), "请求头没有写明")
    return {
        "提取时间": f"{both_times(record['started'])} 至 {both_times(record['ended'])}" if main else none,
        "时钟偏差": told(record["clock"]["offset_ms"]) if main else none,
        "提取方法": METHOD if main else none,
        "工具及版本": f"lookalike {record['tool']['version']}" if main else none,
        "出口IP": told(record["egress_ip"]) if main else none,
        "UA/语言": agent if main else none,
        "登录状态": "未登录" if main and not record["logged_in"] else none,
        "提取地点": because(forms()["record"]["place"]),
        "提取人/见证人": TO_FILL,
        "不能扣押原始存储介质的原因": forms()["common"]["not_seized"],
        "可信时间戳": facts.stamps,
        "已采取措施": _handled(lead) or because(forms()["letter"]["measures_none"]),
    }


def _handled(lead: LeadFacts) -> str:
    """Notices and hand-overs before this export, one a line."""
    done = lead.reach.get("handled", ())
    return "\n".join(f"{beijing(h['at'])} {h['kind']}：{h['office']}，{h['state']}" for h in done)
