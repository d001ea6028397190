"""Linking as a stage: a process that is killed on the way leaves yesterday's campaigns whole, and a second try ends it."""

from __future__ import annotations

import os
import random
import signal
from multiprocessing import get_context
from pathlib import Path

import pytest
from sqlalchemy import event, select

from lookalike.stages.link import organs, relink
from lookalike.store import campaign_keys, leads, runs, searches
from lookalike.store.engine import open_engine, reading, session_factory, writing
from lookalike.store.migrate import upgrade
from lookalike.store.models import Campaign, CampaignLink, Lead, Site
from scoring.link import Key, LinkCase, link
from scoring.result import Evidence
from scoring.sitekey import site_key
from seeds.loader import load_seeds
from tests.lookalike.store.builders import DAY, NIGHT, judge, make_page

CREWS = {0: "a", 1: "a", 2: "b", 3: "b", 4: "b"}


def a_store(home: Path, crews: dict[int, str]) -> str:
    """Leads with one contact each, linked once."""
    url = f"sqlite:///{home / 'x.db'}"
    upgrade(url)
    with writing(session_factory(open_engine(url))) as session:
        run, _ = runs.begin_or_resume(session, "nightly", NIGHT, {})
        page = make_page(*(f"http://{n}.example/" for n in crews))
        searches.record_page(session, run, page, max_pages=1, now=NIGHT, unit=site_key)
        for site in session.scalars(select(Site)):
            leads.record(session, run, site, judge(95.0), contacts=[], now=NIGHT)
            value = crews[int(site.host[0])]
            campaign_keys.keep(session, site.id, [Key("contact", value, Evidence(value))], NIGHT)
        relink(session, {}, NIGHT)
        for site in session.scalars(select(Site)):  # the next night all are one crew
            campaign_keys.keep(session, site.id, [Key("contact", "c", Evidence("c"))], NIGHT + DAY)
    return url


def link_and_die(url: str, at: int) -> None:
    """Links; kills itself at the ``at``-th statement or at the commit."""
    engine = open_engine(url)
    left = [at]

    def count(*_: object) -> None:
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "before_cursor_execute", count)
    event.listen(engine, "commit", count)
    with writing(session_factory(engine)) as session:
        relink(session, {}, NIGHT + DAY)


def stored(url: str) -> tuple[list[str | None], int, list[tuple[int, bool]]]:
    with reading(session_factory(open_engine(url))) as session:
        names = list(session.scalars(select(Lead.campaign).order_by(Lead.host)))
        rows = [(c.id, c.ended_at is None) for c in session.scalars(select(Campaign).order_by(Campaign.id))]
        return names, len(session.scalars(select(CampaignLink.id)).all()), rows


@pytest.mark.parametrize("at", [2, *(pytest.param(n, marks=pytest.mark.slow) for n in (7, 9))])
def test_a_kill_on_the_way_leaves_all_or_nothing(tmp_path, at) -> None:
    url = a_store(tmp_path, CREWS)
    before = stored(url)
    process = get_context("spawn").Process(target=link_and_die, args=(url, at))
    process.start()
    process.join()
    after = (["C-0001"] * 5, 14, [(1, True), (2, False)])
    assert stored(url) == (before if process.exitcode == -signal.SIGKILL else after)
    link_and_die(url, 0)
    assert stored(url) == after


def test_every_platform_but_gov_names_its_organ() -> None:
    found = organs(load_seeds())
    assert found["mem-cx"] == found["mem-portal"]
    assert found["mem-cx"] != found["samr-cnse"]
    assert "gov" not in found


def keys_at_random(number: int) -> tuple[Key, ...]:
    """What a site is known by: some of it by many, some by itself alone, some of it the way to another one."""
    dice = random.Random(number)
    told = [("domain", f"{number}.example"), ("contact", f"c{dice.randrange(25)}"), ("contact", f"own{number}")]
    told += [("ip", f"i{dice.randrange(9)}"), ("template", f"t{dice.randrange(9)}"), ("template", f"t{number}")]
    told += [("redirect", f"{dice.randrange(60)}.example"), ("link", f"{dice.randrange(60)}.example")]
    found = [Key(kind, value, Evidence(f"{kind} {value} {number}", where="text")) for kind, value in told]
    return tuple(sorted(found, key=lambda key: (key.type, key.value)))


def test_what_is_stored_is_what_linking_says_of_all_that_the_sites_were_known_by(tmp_path: Path) -> None:
    url, honest = f"sqlite:///{tmp_path / 'x.db'}", range(50, 60)
    upgrade(url)
    factory = session_factory(open_engine(url))
    with writing(factory) as session:
        run, _ = runs.begin_or_resume(session, "nightly", NIGHT, {})
        page = make_page(*(f"http://{n}.example/" for n in range(60)))
        searches.record_page(session, run, page, max_pages=1, now=NIGHT, unit=site_key)
        for site in session.scalars(select(Site)):
            number = int(site.host.partition(".")[0])
            site.alive = True
            leads.record(session, run, site, judge(1.0 if number in honest else 95.0), contacts=[], now=NIGHT)
            campaign_keys.keep(session, site.id, keys_at_random(number), NIGHT)
        hosts = {lead: int(host.partition(".")[0]) for lead, host in session.execute(select(Lead.id, Lead.host))}
        relink(session, {}, NIGHT)

    found = link(
        [LinkCase(lead, "site", keys_at_random(number)) for lead, number in hosts.items() if number not in honest],
        [LinkCase(number, "site", keys_at_random(number)) for number in honest],
    )
    with reading(factory) as session:
        links = [
            (x.lead_a, x.lead_b, x.type, x.value, x.weight, [e["quote"] for e in x.evidence])
            for x in session.scalars(select(CampaignLink).order_by(CampaignLink.id))
        ]
    assert links == [(x.a, x.b, x.type, x.value, x.weight, [e.quote for e in x.evidence]) for x in found.links]
    assert len({kind for _, _, kind, *_ in links}) > 3
