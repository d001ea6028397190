"""What a report to 12377 asks for, field by field, to be copied by hand; nothing is filled in or sent.

The names of the fields are ours; the form's own may differ, and whoever reports adds himself.
"""

from __future__ import annotations

import json

from lookalike.evidence.documents.values import because
from lookalike.exchange.facts import Share, SharedLead
from lookalike.exchange.words import china, main_reasons, networks, registered_on, registrar
from lookalike.reached import reached
from scoring.domains import unicode_host

_NOTE = "由人工登录举报页面逐项复制；栏目以页面为准，截图从证据包中取。未经人工核对不得提交。"
_PERSON = "（由举报单位填写）"


def render(share: Share) -> bytes:
    """Text, or with ``as_json`` a list of the same fields."""
    reports = [fields(lead) for lead in share.leads]
    if share.as_json:
        return (json.dumps({"note": _NOTE, "reports": reports}, ensure_ascii=False, indent=1) + "\n").encode()
    parts = [f"# {_NOTE}"]
    parts += ["\n".join(f"【{name}】\n{value}" for name, value in report.items()) for report in reports]
    return ("\n\n----\n\n".join(parts) + "\n").encode()


def fields(lead: SharedLead) -> dict[str, str]:
    """One report; what is not known says why."""
    fake = lead.kind == "site"
    return {
        "线索编号": str(lead.id),
        "举报对象": "网站",
        "网站名称": unicode_host(lead.host) if lead.is_name else lead.host or because("广告没有站点，见于平台"),
        "网址": lead.url or because("广告没有站点，见于平台"),
        "举报类型": "诈骗类（假冒国家机关网站）" if fake else "诈骗类（售卖虚假安全生产资格证书的广告）",
        "举报内容": _told(lead),
        "发现时间": f"{china(lead.first_seen)}（首次），{china(lead.last_seen)}（最近），北京时间",
        "发现途径": "；".join(_where(lead)) or because("没有在搜索或社交平台上见到"),
        "服务器地址": networks(lead),
        "域名注册商": registrar(lead),
        "域名注册日期": registered_on(lead),
        "截图": "证据包 03_evidence 中的首屏截图；包内注明未获取的，由人工补截",
        "举报人": _PERSON,
        "联系方式": _PERSON,
    }


def _told(lead: SharedLead) -> str:
    if lead.kind == "site":
        official = f"，官方网址 {lead.official}" if lead.official else ""
        whose = f"该网站仿冒“{lead.platform}”（{lead.organ}）{official}" if lead.platform else "该网站冒充官方查询网站"
        return f"{whose}。依据：{main_reasons(lead)}。"
    return f"该页面售卖虚假证书。依据：{main_reasons(lead)}。"


def _where(lead: SharedLead) -> list[str]:
    told = dict.fromkeys(reached(s["source"], s["query"]) for s in lead.sightings)
    return list(told)[:5]
