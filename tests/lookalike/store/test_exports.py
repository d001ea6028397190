"""Rows of what left the system, and what the lists of names ask the store."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lookalike.review.verdicts import give
from lookalike.store import audit, exports, leads, searches
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.models import Audit, Export, Lead, Run, Site
from scoring.sitekey import site_key
from tests.lookalike.store.builders import NIGHT, UTC_NIGHT, judge, make_page

HOSTS = {"a.zs-one.top": 97.0, "b.zs-one.top": 20.0, "zs-two.top": 98.0, "www.zs-three.top": 96.0, "zs-four.top": 0.0}


def judged(factory: Factory, run: Run) -> dict[str, int]:
    """Sites with those scores; 0: only seen, never judged. Returns the leads' numbers by host."""
    with writing(factory) as session:
        page = make_page(*(f"http://{host}/" for host in HOSTS))
        searches.record_page(session, run, page, max_pages=1, now=NIGHT, unit=site_key)
        for site in session.scalars(select(Site).order_by(Site.id)):
            if HOSTS[site.host]:
                leads.record(session, run, site, judge(HOSTS[site.host]), contacts=[], now=NIGHT)
        return {lead.host: lead.id for lead in session.scalars(select(Lead))}


def test_an_export_and_its_audit_entry_are_one_transaction(store_factory: Factory, store_run: Run) -> None:
    mine = judged(store_factory, store_run)["zs-two.top"]
    with writing(store_factory) as session:
        exports.record(
            session, at=NIGHT, by="王\x00某", form="rpz", to="某运营商", leads=[mine], file="a.rpz", sha256="0" * 64
        )
    with reading(store_factory) as session:
        (row,) = exports.listing(session)
        assert (row.at, row.by, row.form, row.to, row.leads) == (UTC_NIGHT, "王\ufffd某", "rpz", "某运营商", [mine])
        entry = session.scalars(select(Audit).order_by(Audit.id.desc())).first()
        assert entry is not None
        assert (entry.what, entry.lead_id, entry.after["export"]) == ("export.rpz", mine, row.id)
        assert audit.broken(session) == []


def test_nothing_is_recorded_when_the_transaction_fails(store_factory: Factory, store_run: Run) -> None:
    row = {"at": NIGHT, "by": "王某", "form": "csv", "to": "x", "leads": [], "file": "a.csv", "sha256": "0" * 64}

    def fail() -> None:
        with writing(store_factory) as session:
            exports.record(session, **row)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with reading(store_factory) as session:
        assert session.scalars(select(Export)).all() == []
        assert session.scalars(select(Audit).where(Audit.what.startswith("export"))).all() == []


def test_the_newest_export_stands_first(store_factory: Factory, store_run: Run) -> None:
    for form in ("csv", "misp", "rpz"):
        with writing(store_factory) as session:
            exports.record(session, at=NIGHT, by="王某", form=form, to="x", leads=[], file="f", sha256="0" * 64)
    with reading(store_factory) as session:
        assert [row.form for row in exports.listing(session, limit=2)] == ["rpz", "misp"]


def test_confirmed_leads_are_found_with_those_that_came_back(store_factory: Factory, store_run: Run) -> None:
    mine = judged(store_factory, store_run)
    with writing(store_factory) as session:
        give(session, mine["zs-two.top"], "confirmed", "fake_site", "", "王某", NIGHT)
        give(session, mine["a.zs-one.top"], "confirmed", "fake_site", "", "王某", NIGHT)
        session.get_one(Lead, mine["a.zs-one.top"]).status = "relapsed"
    with reading(store_factory) as session:
        assert exports.leads_with(session, "confirmed") == sorted([mine["zs-two.top"], mine["a.zs-one.top"]])
        assert exports.leads_with(session, "relapsed") == [mine["a.zs-one.top"]]
        assert exports.leads_with(session, "new") == [mine["www.zs-three.top"]]


def test_hosts_that_were_examined_and_are_no_fakes_are_told_by_domain(store_factory: Factory, store_run: Run) -> None:
    mine = judged(store_factory, store_run)
    with writing(store_factory) as session:
        give(session, mine["www.zs-three.top"], "false_positive", "school", "", "王某", NIGHT)
    with reading(store_factory) as session:
        wanted = ["zs-one.top", "zs-two.top", "zs-three.top", "zs-four.top", "zs-five.top"]
        assert exports.honest_below(session, wanted) == {
            "zs-one.top": ["b.zs-one.top"],
            "zs-three.top": ["www.zs-three.top"],
        }


def test_the_log_is_read_a_page_at_a_time_and_names_leads_where_they_are_few(
    store_factory: Factory, store_run: Run
) -> None:
    mine = sorted(judged(store_factory, store_run).values())
    many = mine * 5
    for form, to, chosen in (("csv", "某局 100%", mine), ("json", "某局", many), ("csv", "别处", [])):
        with writing(store_factory) as session:
            exports.record(session, at=NIGHT, by="王某", form=form, to=to, leads=chosen, file="f", sha256="0" * 64)
    with reading(store_factory) as session:
        first = exports.page(session, exports.Wanted(), limit=2)
        rest = exports.page(session, exports.Wanted(), before=first[-1].id)
        assert [(row.form, row.n, row.leads) for row in [*first, *rest]] == [
            ("csv", 0, []),
            ("json", len(many), []),
            ("csv", len(mine), mine),
        ]
        assert [row.to for row in exports.page(session, exports.Wanted(to="100%"))] == ["某局 100%"]
        assert [row.n for row in exports.page(session, exports.Wanted(form="json", by="王某", since=NIGHT))] == [
            len(many)
        ]
        assert exports.page(session, exports.Wanted(until=NIGHT)) == []
        assert exports.forms(session) == ["csv", "json"]
