"""The morning digest: what is in it, what never is, and that it goes out once by each way."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from lookalike.ops.channels import Channel
from lookalike.ops.dialling import Undelivered
from lookalike.ops.digest import gather
from lookalike.ops.digest_text import text
from lookalike.ops.history import DIGEST, NIGHT
from lookalike.ops.sending import send
from lookalike.store import runs
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.models import Assessment, Lead, Lease, Run
from tests.lookalike.evidence.stored import NOW
from tests.lookalike.web.desk_at_work import PAYLOADS

MORNING = NOW + timedelta(hours=6)
DAY = timedelta(days=1)


def facts(store: Factory, now: datetime = MORNING) -> dict:
    with reading(store) as session:
        return gather(session, now, "").as_json()


def judged_leads(store: Factory) -> list[Lead]:
    with reading(store) as session:
        found = select(Lead).join(Assessment, Assessment.id == Lead.assessment_id)
        return list(session.scalars(found.where(Lead.band == "high").order_by(Lead.id)))


class Way:
    """A channel that can be out of order."""

    def __init__(self, name: str, *, works: bool = True) -> None:
        self.name, self.works, self.got = name, works, []

    def send(self, told, _now) -> None:
        if not self.works:
            raise Undelivered("mail.example 没有应答")
        self.got.append(told.facts)

    def channel(self) -> Channel:
        return Channel(self.name, self.send)


def test_new_high_leads_are_counted_and_named_by_defanged_domain(kept_store: Factory) -> None:
    told, leads = facts(kept_store)["leads_high"], judged_leads(kept_store)
    assert leads
    assert told["count"] == len(leads)
    assert set(told["domains"]) == {lead.registrable_domain.replace(".", "[.]") for lead in leads}


def test_nothing_of_a_lead_is_told_but_its_domain(kept_store: Factory) -> None:
    with writing(kept_store) as session:
        for lead in session.scalars(select(Lead)):
            lead.status, lead.raised_at = "relapsed", MORNING - timedelta(hours=1)
    told = facts(kept_store)
    shown = text(told) + json.dumps(told, ensure_ascii=False)
    with reading(kept_store) as session:
        leads = list(session.scalars(select(Lead)))
    for lead in leads:
        assert lead.url not in shown
        assert lead.registrable_domain not in shown
    for secret in ("http", "wechat", *PAYLOADS):
        assert secret not in shown


def test_what_one_digest_told_the_next_one_does_not_tell_again(kept_store: Factory) -> None:
    way = Way("webhook")
    send(kept_store, [way.channel()], MORNING, "")
    assert way.got[0]["leads_high"]["count"] > 0
    assert facts(kept_store, MORNING + DAY)["leads_high"]["count"] == 0


def test_a_high_lead_that_is_judged_anew_is_no_news(kept_store: Factory) -> None:
    send(kept_store, [Way("webhook").channel()], MORNING, "")
    with writing(kept_store) as session:
        lead = session.scalars(select(Lead).where(Lead.assessment_id.is_not(None), Lead.band == "high")).first()
        old = session.get_one(Assessment, lead.assessment_id)
        run, _ = runs.begin_or_resume(session, "rescore", MORNING, {})
        columns = {c.name: getattr(old, c.name) for c in Assessment.__table__.columns if c.name not in {"id", "run_id"}}
        again = Assessment(**columns, run_id=run.id)
        session.add(again)
        session.flush()
        lead.assessment_id = again.id
    assert facts(kept_store, MORNING + DAY)["leads_high"]["count"] == 0


def test_relapses_since_the_last_digest_are_told(kept_store: Factory) -> None:
    with writing(kept_store) as session:
        lead = session.scalars(select(Lead)).first()
        lead.status, lead.raised_at, lead.raised_why = "relapsed", MORNING - timedelta(hours=2), "又可访问"
    assert facts(kept_store)["relapses"]["count"] == 1
    assert facts(kept_store, MORNING + 2 * DAY)["relapses"]["count"] == 0


def test_a_lease_that_ran_out_without_a_verdict_is_told(kept_store: Factory) -> None:
    with writing(kept_store) as session:
        lead = session.scalars(select(Lead).where(Lead.status == "new")).first()
        session.add(Lease(lead_id=lead.id, who="王一", since=MORNING - DAY, until=MORNING - DAY))
    assert facts(kept_store)["leases_left"]["count"] == 1
    assert "王一" not in text(facts(kept_store))


def test_sources_that_failed_are_named_by_id(kept_store: Factory) -> None:
    with writing(kept_store) as session:
        run, _ = runs.begin_or_resume(session, NIGHT, MORNING - timedelta(hours=5), {})
        failed = [{"source": "baidu", "why": "http://leak.example/?q=1"}, {"stage": "trial", "why": "x"}]
        runs.note_step(session, run, "night", {"failed": failed})
        runs.finish(session, run, MORNING - timedelta(hours=3), "failed")
    told = facts(kept_store)
    assert (told["sources_failed"], told["night"]) == (["baidu"], "failed")
    assert "leak" not in text(told)


def test_a_night_that_has_not_come_for_a_day_is_told(kept_store: Factory) -> None:
    with writing(kept_store) as session:
        run, _ = runs.begin_or_resume(session, NIGHT, MORNING - 2 * DAY, {})
        runs.finish(session, run, MORNING - 2 * DAY)
    assert facts(kept_store)["night"] == "late"


def test_a_report_that_is_due_soon_is_told_with_its_days(kept_store: Factory) -> None:
    told = facts(kept_store, datetime.fromisoformat("2026-12-10T08:00:00+08:00"))
    table = next(one for one in told["reports"] if "工作情况统计表" in one["what"])
    assert (table["due"], table["days_left"]) == ("2026-12-18", 8)
    assert "还有 8 天" in text(told)


def test_each_way_gets_it_once_and_only_the_failed_one_is_tried_again(kept_store: Factory) -> None:
    mail, hook = Way("email", works=False), Way("webhook")
    ways = [mail.channel(), hook.channel()]
    first = send(kept_store, ways, MORNING, "")
    assert (set(first.sent), set(first.failed)) == ({"webhook"}, {"email"})
    mail.works = True
    second = send(kept_store, ways, MORNING + timedelta(minutes=15), "")
    assert (set(second.sent), second.failed, second.already) == ({"email", "webhook"}, {}, False)
    assert send(kept_store, ways, MORNING + timedelta(minutes=30), "").already
    assert (len(mail.got), len(hook.got)) == (1, 1)
    assert mail.got == hook.got


def test_a_day_that_did_not_go_out_is_told_the_day_after_with_its_leads(kept_store: Factory) -> None:
    mail = Way("email", works=False)
    send(kept_store, [mail.channel()], MORNING, "")
    mail.works = True
    send(kept_store, [mail.channel()], MORNING + DAY, "")
    assert mail.got[0]["undelivered"] == [MORNING.date().isoformat()]
    assert mail.got[0]["since"] == (MORNING - DAY).isoformat()
    with reading(kept_store) as session:
        states = [run.state for run in session.scalars(select(Run).where(Run.kind == DIGEST).order_by(Run.id))]
    assert states == ["lost", "done"]


@pytest.mark.parametrize("lines", [0, 3])
def test_the_text_says_that_nothing_was_found_in_so_many_words(kept_store: Factory, lines: int) -> None:
    with writing(kept_store) as session:
        for lead in list(session.scalars(select(Lead)))[lines:]:
            lead.status = "false_positive"
    shown = text(facts(kept_store, MORNING + 3 * DAY))
    assert "复活线索：无" in shown
