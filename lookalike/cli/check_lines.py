"""A verdict in plain Chinese, for somebody who knows nothing of the program: verdict, reasons, limits, what to do."""

from __future__ import annotations

import re

from lookalike.check_verdict import Verdict
from lookalike.cli.leads import BANDS, defanged
from scoring.qr import read_code
from scoring.result import Row
from seeds.model import Platform

GENUINE = frozenset({"genuine_host", "genuine_domain", "gov_label"})
SITE = {
    "high": "高度疑似假证查询站",
    "medium": "有仿冒官方查询网站的嫌疑，需要人工核实",
    "low": "没有发现足够的仿冒或售卖假证的证据（这不等于证明它是真的）",
}
ADVERT = {
    "high": "高度疑似售卖假证的广告",
    "medium": "有售卖假证广告的嫌疑，需要人工核实",
    "low": "没有发现售卖假证的内容（这不等于证明它可信）",
}
IMITATES = {"high": "，仿冒：{whom}", "medium": "，疑似仿冒：{whom}", "low": ""}
CODES = {"wechat": "微信二维码", "qq": "QQ 二维码", "phone": "电话号码", "pay": "收款码", "text": "一段文字"}
ACCOUNTS = {"wechat": "微信公众号", "miniprogram": "小程序"}
MAX_QUOTE = 120
MAX_TITLES = 4
_READABLE = re.compile(r"[\u4e00-\u9fff]|[a-z0-9-]\.[a-z]")
"""Words or an address: hashes and counts tell a reader nothing."""


def headline(verdict: Verdict) -> str:
    """One sentence: what it is."""
    judged = verdict.assessment
    assert judged is not None
    said = _photo(verdict) if verdict.kind == "photo" else _site_or_text(verdict)
    return f"{said}（可疑程度 {judged.score:.1f} 分，{BANDS[judged.band]}）"


def body(verdict: Verdict) -> list[str]:
    """Everything below the first line."""
    judged = verdict.assessment
    assert judged is not None
    rows = [row for row in judged.rows if row.signal != "prior"]
    against = sorted((r for r in rows if r.points > 0), key=lambda r: -r.points)
    lines = _block("可疑之处", against) + _block("减轻嫌疑之处", sorted((r for r in rows if r.points < 0), key=_points))
    if verdict.qr:
        lines += ["  二维码内容："] + [f"    · {_shown(text)}" for text in verdict.qr]
    limits = [*verdict.notes, *_unchecked(verdict)]
    if limits:
        lines += ["  没有核查到的："] + [f"    · {text}" for text in limits]
    return lines + ["  接下来："] + [f"    · {text}" for text in steps(verdict)]


def steps(verdict: Verdict) -> list[str]:
    """What to do next."""
    judged = verdict.assessment
    assert judged is not None
    places = "；".join(f"{_title(p)} {p.addresses[0].url}" for p in verdict.named.ask)
    query = f"核实证件请到官方网址查询：{places}" if places else "核实证件请到发证机关的官方网站查询，网址自己输入"
    if _genuine(verdict) and verdict.kind != "photo":
        return ["打开时看清地址栏里的网址与上面一致"]
    if judged.band == "low":
        return [query] if verdict.kind == "text" else [query, "不要用别人给的网址或二维码代替官方查询"]
    if judged.kind == "advert":
        warning = "不要联系、付款或提供身份证件；这些证件只能经培训考试取得"
    else:
        warning = "不要在该网站输入姓名、证件号码，不要付款"
    return [query, warning, "保留照片、截图、网址和聊天记录，核实后移交主管部门或公安机关（也可拨打 12345）"]


def _unchecked(verdict: Verdict) -> list[str]:
    judged = verdict.assessment
    assert judged is not None
    if _genuine(verdict):
        return ["证件上的姓名、证号没有与官方平台核对（本程序不提交个人信息）"] if verdict.kind == "photo" else []
    lines = []
    for item in judged.unchecked:
        titles = item.what.split("、")
        more = f" 等 {len(titles)} 项" if len(titles) > MAX_TITLES else ""
        lines.append(f"{'、'.join(titles[:MAX_TITLES])}{more}：{item.why}")
    return lines


def _site_or_text(verdict: Verdict) -> str:
    judged = verdict.assessment
    assert judged is not None
    if _genuine(verdict):
        return _home(verdict)
    if verdict.kind == "text" or judged.kind == "advert":
        return ADVERT[judged.band]
    if judged.band == "low" and verdict.host is None:
        return "无法判断网页的真假：不知道它来自哪个网站"
    whom = _whom(verdict.named.imitated)
    return SITE[judged.band] + (IMITATES[judged.band].format(whom=whom) if whom else "")


def _photo(verdict: Verdict) -> str:
    judged = verdict.assessment
    assert judged is not None
    if verdict.host is not None:
        if _genuine(verdict):
            return f"照片上的二维码指向官方地址（{_home(verdict)}）；码可以照抄，请打开后核对姓名和证号"
        return f"照片上的二维码打开 {defanged(verdict.host)}：{_site_or_text(verdict)}"
    if judged.band != "low":
        return ADVERT[judged.band]
    if verdict.named.card:
        return "照片是一张证书，但没有可核对的查询二维码，只凭照片无法判断真假"
    if verdict.qr:
        kinds = dict.fromkeys(CODES.get(read_code(text).kind, "网址") for text in verdict.qr)
        return f"照片上的二维码是{'、'.join(kinds)}，不是查询网址；没有发现足够的证据"
    return "照片上没有读出可以判断的二维码或文字，无法判断"


def _genuine(verdict: Verdict) -> bool:
    judged = verdict.assessment
    assert judged is not None
    return judged.band == "low" and any(row.signal in GENUINE for row in judged.rows)


def _home(verdict: Verdict) -> str:
    home = verdict.named.home
    if home is not None:
        return f"是已登记的官方平台：{_title(home)}"
    return "是政府网站（gov.cn 域名），没有发现异常"


def _whom(platform: Platform | None) -> str:
    if platform is None:
        return ""
    if platform.kind == "body":
        return platform.name
    if not platform.addresses:
        return f"{platform.organ}{ACCOUNTS.get(platform.kind, '')}「{platform.name}」"
    address = platform.addresses[0]
    return f"{_title(platform)}（{address.host}{'' if address.port == 80 else f':{address.port}'}）"


def _title(platform: Platform) -> str:
    """The organ and the platform's name, once where the name begins with the organ."""
    return platform.name if platform.organ in platform.name else f"{platform.organ}{platform.name}"


def _block(title: str, rows: list[Row]) -> list[str]:
    lines = [f"  {title}："] if rows else []
    for row in rows:
        lines.append(f"    · {row.text}")
        for evidence in row.evidence[:1]:
            quote = " ".join(evidence.quote.split())[:MAX_QUOTE]
            if quote not in row.text and _READABLE.search(quote):
                lines.append(f"        原文：{_shown(quote)}")
    return lines


def _points(row: Row) -> float:
    return row.points


def _shown(text: str) -> str:
    """A quote in which an address cannot be clicked by mistake."""
    return defanged(text)[:MAX_QUOTE] if "://" in text else text[:MAX_QUOTE]
