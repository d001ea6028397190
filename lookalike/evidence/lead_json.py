"""``lead.json``: one lead as the receiving office's programs read it; every value says where it comes from.

Nothing is guessed: what is unknown says why. The schema that ships with it is ``lead.schema.json``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.resources import files as resource_files

from lookalike.evidence.canonical import utc
from lookalike.evidence.capture import Made
from lookalike.evidence.facts import CaptureFacts, Json, unknown
from lookalike.evidence.pictures import payments
from lookalike.store.evidence import Story
from scoring.claims import claims_of
from scoring.contacts import contacts
from seeds.model import Platform, Seeds

SCHEMA = "lead-pack/1"
_AROUND = 30
"""Characters of context on each side of a contact."""


def schema() -> bytes:
    """The JSON Schema (draft 2020-12) that every ``lead.json`` fulfils."""
    return resource_files("lookalike.evidence").joinpath("lead.schema.json").read_bytes()


def lead_json(
    story: Story, made: Sequence[Made], seeds: Seeds, head: Json, items: Sequence[Json], seen: Sequence[Json]
) -> Json:
    """The record; ``head`` holds what it shares with the pack: id, pack_version, supersedes, status, reviewed_by.

    ``seen`` are its pictures in which something was read.
    """
    paid = payments(seen)
    facts = [one.facts for one in made]
    main = main_capture(story, facts)
    return head | {
        "schema": SCHEMA,
        "lead": story.lead.id,
        "kind": story.lead.kind,
        "score": round(story.lead.score, 4),
        "band": story.lead.band,
        "review": story.lead.status,
        "campaign": story.lead.campaign,
        "first_seen": utc(story.lead.first_seen),
        "last_seen": utc(story.lead.last_seen),
        "life": story.view.life,
        "site": _site(story, main, _platform(seeds, story.lead.impersonates)),
        "network": _network(main),
        "registration": _registration(main),
        "icp": _claimed(made, "icp"),
        "police_record": _claimed(made, "police"),
        "contacts": _contacts(story, made),
        "payments": paid,
        "payments_note": "" if paid else unknown("所读图片中没有收款码；账号与报价请人工核对截图与原文")["why"],
        "pictures": list(seen),
        "sightings": [{k: v for k, v in s.items() if k != "snippet"} for s in story.view.sightings],
        "tips": [_tip(t.number, t.channel, t.area, t.text) for t in story.tips],
        "offences": [],
        "thresholds": [],
        "captures": [f.number for f in facts],
        "main_capture": main.number if main else None,
        "items": list(items),
    }


def main_capture(story: Story, facts: Sequence[CaptureFacts]) -> CaptureFacts | None:
    """The capture to open first: of the judged visit, of the lead's own address, shown by a browser, complete."""
    judged = story.assessment.documents[:1] if story.assessment else []

    def rank(one: CaptureFacts) -> tuple[bool, bool, bool, bool, str]:
        tool = one.record["tool"]["stored_warc_sha256"]
        mine = story.lead.url in {one.record["url"], one.record["final_url"]}
        return (one.record["result"] == "failed", tool not in judged, not mine, not one.screenshot_full, one.number)

    return min(facts, key=rank, default=None)


def _platform(seeds: Seeds, wanted: str | None) -> Platform | None:
    return next((p for p in seeds.platforms if p.id == wanted), None)


def _site(story: Story, main: CaptureFacts | None, platform: Platform | None) -> Json:
    lead = story.lead
    title = main.record["title"] if main else ""
    name = {"value": title, "source": f"{main.number}:title", "verified": "observed"} if main and title else None
    official = next((a.url or f"http://{a.host}" for a in platform.addresses), "") if platform else ""
    return {
        "name": name or unknown("页面没有标题，或没有取到页面"),
        "home": lead.url,
        "urls": sorted({s["url"] for s in story.view.sightings if s["url"]} | {lead.url}),
        "domain_unicode": _unicode(lead.host),
        "domain_ascii": lead.host,
        "registrable": lead.registrable_domain,
        "impersonates": {"id": platform.id, "name": platform.name, "body": platform.organ, "official": official}
        if platform
        else unknown("未认定具体的仿冒对象"),
        "encoding": main.record["body"].get("charset") if main else None,
    }


def _unicode(host: str) -> str:
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host


def _network(main: CaptureFacts | None) -> list[Json]:
    if main is None:
        return []
    seen: dict[str, Json] = {}
    networks = main.geoip["network"]
    for hop in main.record["hops"]:
        for ip in filter(None, hop["ip"].split(",")):
            seen.setdefault(ip, {"ip": ip, "seen_at": hop["at"], "source": main.number})
    resolved = (main.dns["value"] or {}).get("records", {})
    for ip in [*resolved.get("A", ()), *resolved.get("AAAA", ())]:
        seen.setdefault(ip, {"ip": ip, "seen_at": main.dns["observed_at"], "source": main.dns["source"]})
    by_address = {n["address"]: n for n in networks["value"] or ()}
    for ip, told in seen.items():
        known = by_address.get(ip)
        told["asn"] = known["asn"] if known else None
        told["network"] = known["name"] if known else unknown("离线网络表中没有这一地址")
        told["location"] = main.geoip["location"]
    return list(seen.values())


def _registration(main: CaptureFacts | None) -> Json:
    told: dict[str, Json] = {}
    for name, key, verified in (
        ("registrar", "registrar", "third_party"),
        ("registrant", "registrant", "claimed"),
        ("email", "email", "claimed"),
        ("created", "created", "third_party"),
        ("expires", "expires", "third_party"),
        ("name_servers", "name_servers", "third_party"),
    ):
        told[name] = _registered(main, key, verified)
    return dict(told)


def _registered(main: CaptureFacts | None, key: str, verified: str) -> Json:
    """From RDAP, else WHOIS."""
    why = "没有取到任何页面，未查询"
    for source in ("rdap", "whois") if main else ():
        assert main is not None
        fact = main.registration[source]
        if fact["value"] and fact["value"].get(key):
            told = {"value": fact["value"][key], "source": fact["source"], "observed_at": fact["observed_at"]}
            return told | {"verified": verified}
        why = "登记信息中没有这一项" if fact["value"] else fact["why"].removeprefix("未获取（原因：").removesuffix("）")
    return unknown(why)


def _claimed(made: Iterable[Made], kind: str) -> Json:
    """A filing number that a page claims; whether it is genuine a person looks up."""
    checked = unknown("需人工在备案系统核验") | {"result": None, "at": None, "by": None}
    for one in made:
        found = getattr(claims_of(one.page), kind) if one.page else ()
        if found:
            told = {"claimed": found[0].value, "quote": found[0].quote, "source": one.facts.number}
            return told | {"verified": "claimed", "checked": checked}
    return {"claimed": None, "why": unknown("所取页面中没有")["why"], "checked": checked}


def _contacts(story: Story, made: Sequence[Made]) -> list[Json]:
    """All contacts ever found; each with the first place in the pack where it stands."""
    places: dict[tuple[str, str], Json] = {}
    for one in made:
        for found in contacts(one.page.text) if one.page else ():
            places.setdefault((found.type, found.value), _place(one, found.quote))
    for one in made:
        for found in contacts(one.rendered):
            places.setdefault((found.type, found.value), _rendered_place(one, found.quote))
    absent = unknown("本包所含页面的文字中没有；见于搜索结果、图片或以往的页面")
    return [
        {
            "kind": c["type"],
            "value": c["value"],
            "verified": "observed",
            "at": places.get((c["type"], c["value"]), absent),
        }
        for c in story.lead.contacts
    ]


def _place(one: Made, quote: str) -> Json:
    """Capture, place in ``page-text.txt``, and the words around it."""
    text = one.facts.text
    offset = text.find(quote)
    if offset >= 0:
        context = text[max(0, offset - _AROUND) : offset + len(quote) + _AROUND]
        return {"capture": one.facts.number, "offset": offset, "context": context}
    assert one.page is not None
    at = one.page.text.find(quote)
    context = one.page.text[max(0, at - _AROUND) : at + len(quote) + _AROUND] if at >= 0 else quote
    why = unknown("原文中被标记隔开，此处为可见文字")["why"]
    return {"capture": one.facts.number, "offset": None, "context": context, "why": why}


def _rendered_place(one: Made, quote: str) -> Json:
    """Only scripts brought it: the words around it in the page as the browser showed it."""
    at = max(0, one.rendered.find(quote))
    context = one.rendered[max(0, at - _AROUND) : at + len(quote) + _AROUND]
    why = unknown("由脚本生成，见 page-rendered.txt")["why"]
    return {"capture": one.facts.number, "offset": None, "context": context, "why": why}


def _tip(number: str, channel: str, area: str, text: str) -> Json:
    return {"number": number, "channel": channel, "area": area, "text": text}
