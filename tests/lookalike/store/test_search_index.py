from __future__ import annotations

import os
import random
import signal
from multiprocessing import get_context
from typing import Any

import pytest
from alembic.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, event, func, select, text, update

from alembic import command
from lookalike import resources
from lookalike.errors import UsageError
from lookalike.review import verdicts
from lookalike.store import counts, leads, runs, search, search_index, searches, sites
from lookalike.store.engine import Factory, open_engine, reading, session_factory, writing
from lookalike.store.migrate import migrating, upgrade
from lookalike.store.models import Base, Lead, LeadSource, LeadText, Run, Site
from lookalike.store.queue import Filter, page
from lookalike.store.search_text import canonical, parse, tokens_of
from scoring.result import Evidence, Row
from scoring.sitekey import site_key
from tests.lookalike.store.builders import NIGHT, judge, make_page, make_sighting

WORDS = "安 全 证 免 考 员 安全 免考 安全证 安全员证 包过 cx mem cx.mem.gov.cn a1 a12 微信abc".split()  # noqa: SIM905 - read as words
sentences = st.lists(st.sampled_from([*WORDS, " ", "，", "Ａ1"]), max_size=6).map("".join)


def add(factory: Factory, run: Run, *said: str, score: float = 95.0) -> None:
    """One more site a sentence, with the sentence as a reason of its lead."""
    with writing(factory) as session:
        first = (session.scalar(select(func.max(Site.id))) or 0) + 1
        urls = [f"http://s{first + n}.example/" for n in range(len(said))]
        searches.record_page(session, run, make_page(*urls, query=urls[0]), max_pages=1, now=NIGHT, unit=site_key)
        by_host = {s.host: s for s in session.scalars(select(Site))}
        for n, sentence in enumerate(said):
            judged = judge(score - n / 10, rows=(Row("x", 1.0, sentence, (Evidence("证据"),)),))
            leads.record(session, run, by_host[f"s{first + n}.example"], judged, contacts=[], now=NIGHT)


def ask(factory: Factory, asked: str, **more: Any) -> list[int]:
    with reading(factory) as session:
        return [row.lead.id for row in page(session, Filter(query=parse(asked), **more), limit=200).rows]


def by_index(factory: Factory, asked: str) -> list[int]:
    """What the index alone brings, without reading on."""
    query = parse(asked)
    assert query is not None
    with reading(factory) as session:
        return sorted(session.scalars(search.ids(session, query)))


def check(factory: Factory) -> None:
    """Texts, tokens, sources and numbers are what they would be if they were made now."""
    with reading(factory) as session:
        connection = session.connection()
        assert (search_index.wrong(connection), counts.wrong(connection)) == ([], {})
        texts = {row[0]: row[1] for row in session.execute(select(LeadText.lead_id, LeadText.text))}
        assert held(connection) == {lead: set(tokens_of(told)) for lead, told in texts.items() if tokens_of(told)}


def held(connection: Connection) -> dict[int, set[str]]:
    """Tokens by lead, as the index itself holds them."""
    found: dict[int, set[str]] = {}
    if connection.dialect.name == "postgresql":
        rows = connection.execute(text("SELECT lead_id, unnest(tsvector_to_array(tokens)) FROM lead_text"))
    else:
        connection.exec_driver_sql("PRAGMA query_only=OFF")
        connection.exec_driver_sql(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.held USING fts5vocab(main, lead_fts, instance)"
        )
        rows = connection.execute(text("SELECT doc, term FROM temp.held"))
    for lead, token in rows:
        found.setdefault(lead, set()).add(token)
    return found


def test_one_and_two_characters_are_found(store_factory: Factory, store_run: Run) -> None:
    add(store_factory, store_run, "塔吊司机证", "包过拿到", "免考速成")
    found = {words: ask(store_factory, words) for words in ("证", "塔", "塔吊", "免考", "塔司", "塔 司", "司机证")}
    every = [1, 2, 3]  # each was found under a title that has it
    assert found == {"证": every, "塔": [1], "塔吊": [1], "免考": [3], "塔司": [], "塔 司": [1], "司机证": [1]}


@pytest.mark.parametrize(
    "asked",
    [
        "'",
        "a' OR 1=1",
        "100%",
        "_",
        "a*b",
        "NEAR(a b)",
        "a:b",
        "lead_fts",
        "\\",
        "AND",
        "a & !b",
        "^a",
        "\ud800a",
        "a\0b",
    ],
)
def test_signs_that_mean_something_to_a_database_mean_nothing_here(
    store_factory: Factory, store_run: Run, asked: str
) -> None:
    add(store_factory, store_run, "免考")
    try:
        wanted = parse(asked)
    except UsageError:
        return
    assert wanted is not None
    with reading(store_factory) as session:
        told = session.scalars(select(LeadText.text)).one()
        assert list(session.scalars(search.ids(session, wanted))) == [1] * wanted.matches(told)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(sentences, min_size=1, max_size=8), asked=st.lists(sentences, min_size=1, max_size=6))
def test_search_equals_reading_every_text(
    store_factory: Factory, store_run: Run, said: list[str], asked: list[str]
) -> None:
    add(store_factory, store_run, *said)
    with reading(store_factory) as session:
        texts = {row[0]: row[1] for row in session.execute(select(LeadText.lead_id, LeadText.text))}
    for words in asked:
        try:
            query = parse(words)
        except UsageError:
            continue
        if query is not None:
            true = sorted(lead for lead, told in texts.items() if query.matches(told))
            assert by_index(store_factory, words) == true
            assert sorted(ask(store_factory, words)) == true


@pytest.mark.parametrize("seed", range(4))
def test_after_any_changes_index_sources_and_numbers_are_those_of_the_leads(
    store_factory: Factory, store_run: Run, seed: int
) -> None:
    dice = random.Random(seed)
    add(store_factory, store_run, *("".join(dice.choices(WORDS, k=4)) for _ in range(6)))
    for number in range(25):
        with writing(store_factory) as session:
            change(session, store_run, dice, number)
    check(store_factory)
    with writing(store_factory) as session:
        counts.merge(session.connection(), at_least=1)
    check(store_factory)


def change(session: Any, run: Run, dice: random.Random, number: int) -> None:
    """One of the things that happen to leads."""
    lead = session.get(Lead, dice.randint(1, 6))
    site = session.get(Site, lead.site_id)
    deed = dice.randrange(8)
    words = "".join(dice.choices(WORDS, k=3))
    if deed == 0:
        rows = (Row("x", 1.0, words),)
        leads.record(
            session,
            run,
            site,
            judge(dice.choice((20.0, 60.0, 95.0)), rows=rows),
            contacts=[("qq", f"{number}")],
            now=NIGHT,
        )
    elif deed == 1:
        verdicts.give(session, lead.id, "later", "", words, "甲", NIGHT)
    elif deed == 2 and verdicts.verdicts.standing(session, lead.id):
        verdicts.undo(session, lead.id, "甲", NIGHT)
    elif deed == 3:
        seen = make_sighting(
            f"http://{lead.host}/", 1, source=dice.choice(("bing", "ct")), title=words, query=f"q{number}"
        )
        item = make_page(query=f"q{number}", sightings=[seen])
        searches.record_page(session, run, item, max_pages=1, now=NIGHT, unit=site_key)
    elif deed == 4:
        session.execute(update(Lead).where(Lead.id == lead.id).values(alive=dice.choice((True, False, None))))
    elif deed == 5:
        lead.jurisdiction = dice.choice((None, "甲市", "乙市"))
    elif deed == 6:
        sites.mark_genuine(session, [site.id], "mem-cx")
    else:
        session.execute(
            text("UPDATE lead SET raised_why = :w, campaign = 'C-1' WHERE id = :i"), {"w": words, "i": lead.id}
        )


def test_a_change_that_nobody_announced_is_found_at_once(store_factory: Factory, store_run: Run) -> None:
    add(store_factory, store_run, "速成")
    with writing(store_factory) as session:
        session.execute(text("UPDATE lead SET url = 'http://elsewhere.example/'"))
    assert (ask(store_factory, "elsewhere"), ask(store_factory, "速成")) == ([1], [1])
    check(store_factory)


def test_a_change_that_is_rolled_back_leaves_no_trace(store_factory: Factory, store_run: Run) -> None:
    add(store_factory, store_run, "速成")
    with pytest.raises(UsageError), writing(store_factory) as session:  # noqa: PT012 - the first of them succeeds
        verdicts.give(session, 1, "later", "", "包过", "甲", NIGHT)
        verdicts.give(session, 99, "later", "", "", "甲", NIGHT)
    assert ask(store_factory, "包过") == []
    check(store_factory)


def test_a_note_is_found_and_the_old_words_stay(store_factory: Factory, store_run: Run) -> None:
    add(store_factory, store_run, "速成", "免考")
    with writing(store_factory) as session:
        verdicts.give(session, 2, "later", "", "等工商回函", "甲", NIGHT)
    assert [ask(store_factory, q) for q in ("回函", "免考", "函等")] == [[2], [2], []]


def test_numbers_that_were_tampered_with_are_told(store_factory: Factory, store_run: Run) -> None:
    add(store_factory, store_run, "速成", "免考")
    with writing(store_factory) as session:
        session.execute(text("UPDATE lead_delta SET n = n + 1 WHERE facet = ''"))
        session.execute(text("UPDATE lead_text SET text = 'x' WHERE lead_id = 2"))
    with reading(store_factory) as session:
        ((stands, true),) = counts.wrong(session.connection()).values()
        assert search_index.wrong(session.connection()) == [2]
    assert stands > true == 2


def test_making_all_anew_repairs_everything(store_factory: Factory, store_run: Run) -> None:
    add(store_factory, store_run, "速成", "免考")
    with writing(store_factory) as session:
        session.execute(text("DELETE FROM lead_source"))
        session.execute(text("DELETE FROM lead_text WHERE lead_id = 1"))
        session.execute(text("DELETE FROM lead_count"))
        assert search_index.reindex(session.connection()) == 2
    check(store_factory)
    assert ask(store_factory, "速成") == [1]


def test_a_database_of_before_is_indexed_by_the_upgrade(empty_url: str) -> None:
    upgrade(empty_url)
    engine = open_engine(empty_url)
    factory = session_factory(engine)
    with writing(factory) as session:
        run, _ = runs.begin_or_resume(session, "nightly", NIGHT, {})
    add(factory, run, "速成", "免考")
    config = Config()
    config.set_main_option("script_location", str(resources.alembic_folder()))
    with migrating(engine) as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0007")
    upgrade(empty_url)
    assert ask(factory, "免考") == [2]
    check(factory)
    engine.dispose()


fork = get_context("fork")


def work(url: str, seed: int, kill_at: int) -> None:
    """Changes leads until it is killed at one of its statements."""
    engine = open_engine(url)
    factory = session_factory(engine)
    with reading(factory) as session:
        run = session.scalars(select(Run)).one()
    left = [kill_at]

    def count(*_: object) -> None:
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "before_cursor_execute", count)
    event.listen(engine, "commit", count)
    dice = random.Random(seed)
    for number in range(1_000):
        with writing(factory) as session:
            change(session, run, dice, 1_000 * seed + number)


@pytest.mark.parametrize("seed", range(6))
def test_a_process_killed_at_any_statement_leaves_change_and_index_both_or_neither(
    store_url: str, store_engine: Engine, store_factory: Factory, store_run: Run, seed: int
) -> None:
    add(store_factory, store_run, *("".join(random.Random(seed).choices(WORDS, k=4)) for _ in range(6)))
    store_engine.dispose()
    process = fork.Process(target=work, args=(store_url, seed, random.Random(seed).randint(15, 150)))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    check(store_factory)


def test_two_writers_of_one_lead_lose_no_word(store_url: str, store_factory: Factory, store_run: Run) -> None:
    add(store_factory, store_run, "速成")
    started = [fork.Process(target=note, args=(store_url, f"{who}{n}号")) for who in "甲乙丙" for n in range(2)]
    for process in started:
        process.start()
    for process in started:
        process.join()
    assert [process.exitcode for process in started] == [0] * 6
    check(store_factory)


def note(url: str, who: str) -> None:
    engine = open_engine(url)
    for n in range(5):
        with writing(session_factory(engine)) as session:
            verdicts.give(session, 1, "later", "", f"{who}第{n}次", who, NIGHT)
    engine.dispose()


def test_tables_made_without_migrations_are_kept_up_to_date_as_well() -> None:
    engine = open_engine("sqlite://")
    Base.metadata.create_all(engine)
    factory = session_factory(engine)
    with writing(factory) as session:
        run, _ = runs.begin_or_resume(session, "nightly", NIGHT, {})
    add(factory, run, "速成")
    assert ask(factory, "速成") == [1]
    with reading(factory) as session:
        assert session.scalars(select(LeadSource.source)).all() == ["baidu"]
    engine.dispose()


def test_the_text_of_a_lead_holds_what_an_analyst_knows_it_by(store_factory: Factory, store_run: Run) -> None:
    add(store_factory, store_run, "冒充应急管理部")
    assert canonical([]) == ""
    for asked in ("s1.example", "mem-cx", "应急管理", "证据", "安全员证"):
        assert ask(store_factory, asked) == [1], asked
