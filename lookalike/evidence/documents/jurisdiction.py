"""Which office a lead might go to, from registration, telephones, hosting and reports, each clue with its worth.

One county: its office; several counties of one city: the city's office; several cities: the province's (the plans of
Yantai 2021). A suggestion with its reasons: offices agree on jurisdiction, no program does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lookalike.evidence.documents import places
from lookalike.evidence.documents.places import Place
from lookalike.evidence.documents.values import because
from lookalike.evidence.facts import Json, LeadFacts


@dataclass(frozen=True, slots=True)
class _Clue:
    kind: str
    text: str
    place: Place | None = None
    used: bool = False
    why: str = ""

    def as_json(self) -> Json:
        told: Json = {"kind": self.kind, "text": self.text, "place": str(self.place) if self.place else None}
        return told | {"used": self.used, "why": self.why}


def jurisdiction(lead: LeadFacts) -> Json:
    """``suggested`` (the office, or null), ``reason`` (why), ``clues`` and ``by``."""
    clues = [*_tips(lead), *_registration(lead), *_telephones(lead), *_filing(lead), *_hosting(lead)]
    found = [c for c in clues if c.used and c.place]
    office, reason = _office([c.place for c in found if c.place], places.of_text(lead.unit) if lead.unit else None)
    named = "；".join(f"{c.kind}：{c.text} → {c.place}" for c in found)
    return {
        "suggested": office or None,
        "reason": f"{reason}。{named}" if named else reason,
        "clues": [c.as_json() for c in clues],
        "by": "suggested",
    }


def _tips(lead: LeadFacts) -> Iterable[_Clue]:
    for tip in lead.record.get("tips", ()):
        area = str(tip["area"])
        place = places.of_text(area) if area else None
        why = "" if place else because("举报没有写明地点，或所写地点不在行政区划表中")
        yield _Clue("举报地点", area or because("举报没有写明地点"), place, place is not None, why)


def _registration(lead: LeadFacts) -> Iterable[_Clue]:
    told = lead.record["registration"]["registrant"]
    if not told.get("value"):
        yield _Clue("注册信息", told["why"])
        return
    value = str(told["value"])
    place = places.of_text(value)
    why = "注册人信息为自称，未经核实" if place else because("注册人名称中没有地名；注册资料须向注册商调取")
    yield _Clue("注册信息", value, place, place is not None, why)


def _telephones(lead: LeadFacts) -> Iterable[_Clue]:
    for contact in lead.record["contacts"]:
        if contact["kind"] != "phone":
            continue
        number = str(contact["value"])
        code, place = places.of_telephone(number)
        if code:
            why = "" if place else because("区号表中没有这一区号")
            yield _Clue("固定电话区号", number, place, place is not None, why)
        else:
            yield _Clue("手机号码", number, None, False, because("未配置号段归属库，须由运营商提供"))


def _filing(lead: LeadFacts) -> Iterable[_Clue]:
    claimed = lead.record["icp"].get("claimed")
    if claimed:
        yield _Clue("自称备案号", claimed, places.of_filing(claimed), False, "自称且未经核验，常为抄袭，不据以确定管辖")


def _hosting(lead: LeadFacts) -> Iterable[_Clue]:
    networks = [n for c in lead.captures for n in c.geoip["network"].get("value") or ()]
    for address, country in sorted({(n["address"], n.get("country") or "") for n in networks}):
        where = "境内网络" if country == "CN" else f"境外网络（{country}）" if country else "网络所在国家不明"
        yield _Clue("服务器地址", f"{address}，{where}", None, False, because("未配置 IP 归属地库，须由办案单位查询"))


def _office(found: Sequence[Place], own: Place | None) -> tuple[str, str]:
    """The office and the rule that names it; empty office: nothing to go by."""
    provinces = sorted({p.province for p in found})
    if not provinces:
        return "", because("注册、固定电话、举报均未给出可用的地点")
    if len(provinces) > 1:
        home = own.province if own else "本省"
        return f"{home}省级专项行动办公室", f"线索涉及{'、'.join(provinces)}，跨省，报省级办公室协调"
    return _in_province(provinces[0], found, own)


def _in_province(province: str, found: Sequence[Place], own: Place | None) -> tuple[str, str]:
    cities = sorted({p.city for p in found if p.city})
    if len(cities) > 1:
        return f"{province}省级专项行动办公室", f"线索涉及{'、'.join(cities)}，跨市，报省级办公室"
    if not cities:
        return f"{province}省级专项行动办公室", f"只能确定到{province}，由省级办公室确定"
    if own and own.city and own.city != cities[0]:
        why = f"线索指向{cities[0]}，与本单位所在{own.city}跨市，报省级办公室"
        return f"{own.province}省级专项行动办公室", why
    counties = sorted({p.county for p in found if p.county})
    if len(counties) == 1 and all(p.county for p in found):
        return f"{cities[0]}{counties[0]}有关部门", f"线索均指向{cities[0]}{counties[0]}，由其办理"
    why = f"涉及{'、'.join(counties)}，跨区县" if len(counties) > 1 else f"指向{cities[0]}"
    return f"{cities[0]}市级专项行动办公室", f"线索{why}，由市级办公室办理或指定"
