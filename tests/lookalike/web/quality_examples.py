"""Of every page one example with something on it; a page that is missing here fails a test by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from lookalike.review import allow, notes, readings, selections, tokens, verdicts
from lookalike.store.engine import writing
from lookalike.store.models import Assessment, Campaign, CampaignLink, Lead, Pack, Person, Run
from tests.lookalike.web.desk_at_work import AtWork, session_of

NO_PAGE = {
    "/": "sends on",
    "/audit/state": "a part of a page",
    "/static/{version}/{name:path}": "files",
    "/api/openapi.json": "for programs",
    "/signin/elsewhere": "sends on, where a provider is configured",
    "/signin/elsewhere/back": "sends on",
    "/leads/{lead_id:int}/pictures/{visit:int}/{page:int}/{part}": "a picture",
    "/leads/{lead_id:int}/genuine/{part}": "a picture",
}
"""Paths that show nothing of their own, and why."""
WHO = {
    "analyst": "研判者",
    "lead": "审核者",
    "admin": "管理者",
    "auditor": "审计者",
    "rules": "规则者",
    "half": "新来者",
    "": "",
}


@dataclass
class Furnished:
    """A store with one of everything, and who may see it."""

    desk: AtWork
    tokens: dict[str, str] = field(default_factory=dict)
    lead: int = 0
    hostile: int = 0
    plain: int = 0
    honest: int = 0
    entry: int = 0
    assessment: int = 0
    row: int = 0
    visit: int = 0
    campaign: int = 0
    selection: int = 0
    person: int = 0
    run: int = 0
    pack: int = 0
    job: str = ""
    submitted: int = 0


Paths = Callable[[Furnished], tuple[str, ...]]
EXAMPLES: dict[str, tuple[str, Paths]] = {
    "/signin": ("", lambda _: ("/signin",)),
    "/signin/code": ("half", lambda _: ("/signin/code",)),
    "/account": ("analyst", lambda _: ("/account",)),
    "/account/password": ("analyst", lambda _: ("/account/password",)),
    "/account/second-factor": ("analyst", lambda _: ("/account/second-factor",)),
    "/people": ("admin", lambda _: ("/people",)),
    "/people/{person:int}": ("admin", lambda f: (f"/people/{f.person}",)),
    "/tokens": ("admin", lambda _: ("/tokens",)),
    "/audit": ("auditor", lambda _: ("/audit", "/audit?who=none")),
    "/help": ("analyst", lambda _: ("/help",)),
    "/api": ("", lambda _: ("/api",)),
    "/leads": ("analyst", lambda _: ("/leads", "/leads?host=none", "/leads?q=score:abc")),
    "/leads/{lead_id:int}": ("analyst", lambda f: tuple(f"/leads/{n}" for n in (f.lead, f.hostile, f.plain))),
    "/leads/{lead_id:int}/lines": ("analyst", lambda f: tuple(f"/leads/{n}/lines" for n in (f.lead, f.plain))),
    "/leads/{lead_id:int}/captures/{visit:int}/{page:int}": (
        "analyst",
        lambda f: (f"/leads/{f.lead}/captures/{f.visit}/0",),
    ),
    "/selections/{number:int}": ("analyst", lambda f: (f"/selections/{f.selection}",)),
    "/campaigns": ("analyst", lambda _: ("/campaigns",)),
    "/campaigns/{number:int}": ("analyst", lambda f: (f"/campaigns/{f.campaign}",)),
    "/tonight": ("analyst", lambda _: ("/tonight",)),
    "/tonight/{run:int}": ("analyst", lambda f: (f"/tonight/{f.run}",)),
    "/submit": ("analyst", lambda _: ("/submit",)),
    "/submit/{run:int}": ("analyst", lambda f: (f"/submit/{f.submitted}",)),
    "/leads/export": ("analyst", lambda _: ("/leads/export?status=new",)),
    "/leads/{lead_id:int}/evidence/{assessment:int}/{row:int}/{item:int}": (
        "analyst",
        lambda f: (f"/leads/{f.lead}/evidence/{f.assessment}/{f.row}/0",),
    ),
    "/leads/{lead_id:int}/allow": ("analyst", lambda f: (f"/leads/{f.honest}/allow",)),
    "/allow": ("analyst", lambda _: ("/allow", "/allow?state=ended")),
    "/allow/{entry:int}": ("rules", lambda f: (f"/allow/{f.entry}",)),
    "/mentions": ("analyst", lambda _: ("/mentions",)),
    "/second": ("lead", lambda _: ("/second",)),
    "/handling": ("analyst", lambda _: ("/handling",)),
    "/statistics": ("lead", lambda _: ("/statistics",)),
    "/exports": ("lead", lambda _: ("/exports",)),
    "/packs": ("lead", lambda _: ("/packs",)),
    "/packs/new": ("lead", lambda f: (f"/packs/new?lead={f.lead}",)),
    "/packs/jobs/{job}": ("lead", lambda f: (f"/packs/jobs/{f.job}",)),
    "/packs/{pack:int}": ("lead", lambda f: (f"/packs/{f.pack}",)),
    "/packs/{pack:int}/form": ("lead", lambda f: (f"/packs/{f.pack}/form",)),
}
"""Path of the page: the role that looks, and addresses. None of a role: nobody signed in."""


def furnish(desk: AtWork) -> Furnished:
    """One of everything that can be made through the store; the rest is made through the pages."""
    found = Furnished(desk, lead=desk.lead("zs-one").id, hostile=desk.lead("zs-evil").id, plain=desk.lead("cx3.").id)
    for role, who in WHO.items():
        if who and role != "half":
            found.tokens[role] = session_of(desk.factory, role, who)
    found.tokens["half"] = _owing(desk)
    now = datetime.now(UTC)
    with writing(desk.factory) as session:
        lead = session.get_one(Lead, found.lead)
        found.visit = _visit_of(session, lead)
        found.campaign = _campaign(session, [found.lead, found.hostile], now)
        found.person = session.scalars(select(Person.id).where(Person.name == WHO["analyst"])).one()
        found.run = session.scalars(select(Run.id).order_by(Run.id)).first() or 0
        tokens.issue(session, "某市公安局", "root", now)
        picks = [(desk.lead(f"cx{n}.").id, desk.lead(f"cx{n}.").version) for n in (4, 5, 6)]
        found.selection = selections.freeze(session, picks, WHO["analyst"], now, "/leads").id
        verdicts.give(
            session, found.lead, "confirmed", "fake_site", "版式与官网一致", WHO["analyst"], now - timedelta(hours=2)
        )
        readings.read(session, found.lead, "confirmed", "fake_site", "", WHO["lead"], now - timedelta(hours=1))
        verdicts.give(session, desk.lead("cx2.").id, "confirmed", "advert", "", WHO["analyst"], now)
        _quoted(session, found, lead)
        found.honest = desk.lead("chaxun-two").id
        verdicts.give(session, found.honest, "false_positive", "official", "", WHO["analyst"], now)
        notes.write(session, found.lead, f"请 @{WHO['analyst']} 复核", WHO["lead"], now)
        found.entry = allow.propose(session, found.honest, "domain", "chaxun-two.top", WHO["analyst"], now).id
    return found


def newest_pack(desk: AtWork) -> int:
    """The pack that was made last."""
    with writing(desk.factory) as session:
        return session.scalars(select(Pack.id).order_by(Pack.id.desc())).first() or 0


def _owing(desk: AtWork) -> str:
    """A session that owes its second factor."""
    from lookalike.review import signin  # noqa: PLC0415 - beside its use
    from lookalike.review.sessions import Origin  # noqa: PLC0415 - beside its use
    from tests.lookalike.web.desk_at_work import OWN  # noqa: PLC0415 - beside its use

    session_of(desk.factory, "lead", WHO["half"])
    entered = signin.sign_in(desk.factory, WHO["half"], OWN, Origin("192.0.2.8", "test"), datetime.now(UTC))
    assert isinstance(entered, signin.Entered)
    return entered.token


def _visit_of(session, lead: Lead) -> int:
    from lookalike.store.models import Visit  # noqa: PLC0415 - beside its use

    return session.scalars(select(Visit.id).where(Visit.site_id == lead.site_id).order_by(Visit.id.desc())).first() or 0


def _quoted(session, found: Furnished, lead: Lead) -> None:
    """A row of the score that quotes something."""
    judged = session.get_one(Assessment, lead.assessment_id)
    found.assessment = judged.id
    found.row = next(n for n, row in enumerate(judged.rows) if row.get("evidence", {}).get("items"))


def _campaign(session, members: list[int], now: datetime) -> int:
    members = sorted(members)
    row = Campaign(made_at=now, changed_at=now, members=members, size=len(members))
    session.add(row)
    session.flush()
    for kind, value in (("contact", "wechat:zs_demo_001"), ("analytics", "baidu:0123456789")):
        link = CampaignLink(campaign_id=row.id, lead_a=members[0], lead_b=members[1], type=kind, value=value)
        link.weight, link.reason, link.evidence = 1.0, f"两条线索的{value}相同", []
        session.add(link)
    for number in members:
        session.get_one(Lead, number).campaign = f"C-{row.id:04d}"
    return row.id
