"""A store with leads, one of them hostile in every text, accounts of every role, and the pages over it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyotp
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from lookalike.config import Config
from lookalike.night import open_night
from lookalike.opening import open_store
from lookalike.review import accounts, own_account, sessions, signin
from lookalike.review.passwords import OneTime, hash_of
from lookalike.review.people import folded
from lookalike.review.sessions import Origin
from lookalike.review.signin import Entered
from lookalike.stages.refresh import load_reference
from lookalike.stages.score import score
from lookalike.store import people
from lookalike.store.blobs import Blobs
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.models import Assessment, Lead, Sighting
from lookalike.web.app import create_app
from spiders.items import VisitItem
from tests.lookalike.evidence import stored as parts
from tests.lookalike.evidence.stored import NOW

OWN = "长夜将尽 Morgen 7"
FIRST = "first-pass-word-22"
HOSTILE = "http://gov-cx.zs-evil.top/"
LEAK = "http://leak.example/"
PAYLOADS = (
    "<script>alert(1)</script>",
    f"<img src={LEAK}i onerror=alert(2)>",
    '"><svg onload=alert(3)>',
    "'><a href=javascript:alert(4)>x</a>",
    f"</pre></textarea></title><link rel=preconnect href={LEAK}><style>@import '{LEAK}s'</style>",
    "{{ 7*7 }}{% raise %}",
    "\u202egnp.exe\u2066\u200b",
    "javascript:alert(5)",
    f"<meta http-equiv=refresh content='0;url={LEAK}'>",
    f"<form action={LEAK}><button autofocus onfocus=alert(6)>",
)
EVERYTHING = " ".join(PAYLOADS)


@dataclass(frozen=True)
class AtWork:
    """The pages, and what is behind them."""

    config: Config
    factory: Factory
    blobs: Blobs
    app: ASGIApp

    def client(self) -> TestClient:
        """A browser that nobody has signed in with."""
        headers = {"sec-fetch-site": "same-origin"}
        return TestClient(self.app, headers=headers, follow_redirects=False, raise_server_exceptions=False)

    def signed_in(self, role: str = "analyst", name: str = "") -> TestClient:
        """A browser that has signed in; the session is made by the rules themselves."""
        client = self.client()
        client.cookies.set("sid", session_of(self.factory, role, name or f"{role}者"))
        return client

    @property
    def signed_in_as_reader(self) -> TestClient:
        """Somebody who only looks."""
        return self.signed_in("viewer", "只看者")

    def lead(self, part: str) -> Lead:
        with reading(self.factory) as session:
            return session.scalars(select(Lead).where(Lead.host.contains(part))).one()


def fill(home: Path, leads: int = 7) -> None:
    """Three visited leads, and some without visits, several of equal score."""
    night = open_night(Config(home=home, now=NOW, pdf=False))
    parts._visited(night, [parts.visit_of(parts.FAKE, NOW), parts.visit_of(parts.OTHER, NOW), hostile()], NOW)
    load_reference(night)
    score(night)
    with writing(night.factory) as session:
        _poison(session)
        for number in range(leads):
            session.add(_plain_lead(number))


def work(home: Path) -> AtWork:
    """The pages over a filled home."""
    config = Config(home=home)
    factory = open_store(config)
    app = create_app(config, factory, names=("testserver",), secure=False)
    return AtWork(config, factory, Blobs(config.captures), app)


def session_of(factory: Factory, role: str, who: str) -> str:
    """The token of somebody with this role who owes nothing; the account is made where it is missing."""
    now, origin = datetime.now(UTC), Origin("192.0.2.7", "test")
    with writing(factory) as session:
        known = people.by_folded(session, folded(who))
        if known is not None:  # whoever has set up a second factor before would owe its code
            return sessions.begin(session, known, origin, now, second_factor=True)[0]
        accounts.add(session, who, role, OneTime(FIRST, hash_of(FIRST)), "root", now)
    entered = signin.sign_in(factory, who, FIRST, origin, now)
    assert isinstance(entered, Entered), entered
    told = own_account.change_password(factory, entered.token, FIRST, OWN, origin, now)
    assert isinstance(told, Entered), told
    if told.visitor.owes == "enrol":
        begun = own_account.begin_second_factor(factory, told.token, now)
        assert isinstance(begun, own_account.Enrolment)
        code = pyotp.TOTP(begun.secret).at(now)
        told = own_account.finish_second_factor(factory, told.token, code, origin, now)
        assert isinstance(told, Entered), told
    return told.token


def hostile() -> VisitItem:
    """A fake whose page holds every payload as text and as markup."""
    visit = parts.visit_of(HOSTILE, NOW)
    text = EVERYTHING.replace("&", "&amp;").replace("<", "&lt;").encode("gbk", "xmlcharrefreplace").decode("gbk")
    markup = "".join(p for p in PAYLOADS if p.isascii() and "</pre>" not in p)
    html = parts.FORM.replace("<全国>", text[:150]).replace("</body>", f"<p>{text}</p>{markup}</body>")
    visit.pages[0] = parts.page("desktop", HOSTILE, html, NOW)
    return visit


def _poison(session: Session) -> None:
    """Every other text that comes from outside."""
    lead = session.scalars(select(Lead).where(Lead.host.contains("zs-evil"))).one()
    lead.url = f"{HOSTILE}{EVERYTHING}"
    lead.contacts = [{"type": "wechat", "value": p} for p in PAYLOADS] * 30
    lead.raised_at, lead.raised_why, lead.jurisdiction = NOW, EVERYTHING, EVERYTHING
    judged = session.get_one(Assessment, lead.assessment_id)
    items = [{"quote": p, "url": p, "where": p} for p in PAYLOADS]
    judged.rows = [
        row | {"text": EVERYTHING} | ({"evidence": {"items": items}} if number in {1, 2} else {})
        for number, row in enumerate(judged.rows)
    ]
    judged.unchecked = [{"what": p, "why": p} for p in PAYLOADS]
    for seen in session.scalars(select(Sighting).where(Sighting.site_id == lead.site_id)):
        seen.title = seen.query = seen.snippet = EVERYTHING
        seen.url = f"javascript:alert(1)//{EVERYTHING}"


def _plain_lead(number: int) -> Lead:
    host = f"cx{number}.example.top"
    lead = Lead(kind="site" if number % 3 else "advert", host=host, url=f"http://{host}/")
    lead.registrable_domain, lead.score, lead.band = "example.top", 90.0 - number % 4, "high"
    lead.impersonates, lead.status, lead.version = ("mem-cx" if number % 2 else None), "new", 1
    lead.first_seen, lead.last_seen, lead.contacts = NOW, NOW, []
    return lead
