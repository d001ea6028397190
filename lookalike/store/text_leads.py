"""Leads of adverts that have no site: a text with a seller's contacts, one lead a seller, however often told of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lookalike.store import models
from lookalike.store.assessments import Contact
from lookalike.store.leads import SHOWN
from lookalike.store.models import Lead, Run
from scoring.result import Assessment


class Sellers:
    """The sellers that leads without a site are about, by their contacts; for one transaction."""

    def __init__(self, session: Session, run: Run) -> None:
        self._session = session
        self._run = run
        loose = select(Lead).where(Lead.site_id.is_(None)).order_by(Lead.id).with_for_update()
        self._leads: dict[Contact, Lead] = {}
        for lead in session.scalars(loose.execution_options(populate_existing=True)):
            self._enter(lead)

    def record(
        self, judged: Assessment, *, contacts: Sequence[Contact], seen_at: datetime, now: datetime
    ) -> tuple[Lead | None, bool]:
        """Stores the judgement of a text and makes its lead, or joins that of the same seller; says whether it is new.

        None where the text is no advert, is judged low, or names nobody. The same seller is who has one of the
        contacts; a lead keeps the highest judgement of its texts.
        """
        if judged.kind != "advert" or judged.band not in SHOWN or not contacts:
            return None, False
        lead = next((self._leads[contact] for contact in contacts if contact in self._leads), None)
        is_new = lead is None
        if lead is None:
            lead = Lead(site_id=None, kind="advert", host="", url="", registrable_domain="", status="new", version=1)
            lead.contacts, lead.first_seen, lead.last_seen, lead.score = [], seen_at, seen_at, -1.0
        told = [{"type": kind, "value": value} for kind, value in dict.fromkeys(contacts)]
        lead.contacts = [*lead.contacts, *(c for c in told if c not in lead.contacts)]
        lead.first_seen, lead.last_seen = min(lead.first_seen, seen_at), max(lead.last_seen, seen_at)
        if judged.score > lead.score:
            lead.version += not is_new
            lead.assessment_id = self._store(judged, told, now).id
            lead.score, lead.band, lead.impersonates = judged.score, judged.band, judged.impersonates
        self._session.add(lead)
        self._session.flush()
        self._enter(lead)
        return lead, is_new

    def _enter(self, lead: Lead) -> None:
        for contact in lead.contacts:
            self._leads.setdefault((contact["type"], contact["value"]), lead)

    def _store(self, judged: Assessment, told: list[dict[str, str]], now: datetime) -> models.Assessment:
        row = models.Assessment(site_id=None, run_id=self._run.id, kind=judged.kind, score=judged.score)
        row.band, row.impersonates, row.weights_version = judged.band, judged.impersonates, judged.weights_version
        row.rows = [r.as_json() for r in judged.rows]
        row.unchecked = [{"what": u.what, "why": u.why} for u in judged.unchecked]
        row.contacts, row.documents, row.at = told, [], now
        self._session.add(row)
        self._session.flush()
        return row
