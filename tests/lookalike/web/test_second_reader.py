"""A second reader learns of no verdict before his own: a walk over every page and every entry for programs.

Two desks differ in nothing but which of two leads was confirmed and which was cleared. What shows him a difference
would tell him; what shows an analyst none is no page that could.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lookalike.review.rights import may
from lookalike.store.engine import reading
from lookalike.store.models import SecondReading
from lookalike.web.app import PAGES
from tests.lookalike.web.api.program_at_work import Program
from tests.lookalike.web.two_worlds import FIRST, REASONS, SAID, World, statuses, told, worlds

ALONE = ("/static/{version}/{name:path}", "/language", "/signin/elsewhere", "/signin/elsewhere/back")
"""Of nobody's leads."""
VIEWS = (
    *("", "?status=confirmed", "?status=false_positive", "?status=confirmed&status=false_positive", "?status=judged"),
    *("?status=all&band=all", "?status=new", "?status=duplicate&status=confirmed", "?q=status:confirmed"),
    *("?q=status:false_positive+crew", "?q=状态:judged", "?status=confirmed&q=host:crew0", "?order=score&status=all"),
    *("?status=all&campaign=C-0001", "?status=confirmed&signal=x", "?status=confirmed&order=new"),
)
ASKED = (
    *({}, {"status": "confirmed"}, {"status": "false_positive"}, {"status": ["confirmed", "new"]}),
    *({"status": "judged"}, {"status": "confirmed", "order": "new"}, {"campaign": "C-0001"}),
)


@pytest.fixture(scope="module")
def two(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[World, World]:
    found = worlds(filled_home, tmp_path_factory.mktemp("worlds"))
    assert tuple(statuses(found[0])) == tuple(statuses(found[1]))[::-1] == ("confirmed", "false_positive")
    return found


def paths(world: World) -> Iterator[str]:
    """Every page, with everything in its address that has to do with the leads."""
    leads = (world.one, world.other, world.beside)
    for page in PAGES:
        if page.post or page.path in ALONE:
            continue
        if page.path.startswith("/leads/{lead_id"):
            yield from (_filled(page.path, world, lead) for lead in leads)
        else:
            yield _filled(page.path, world, world.one)
    yield from (f"/leads{view}" for view in VIEWS)
    yield from (f"/leads/export{view}" for view in VIEWS)
    yield from (f"/leads?done={lead}" for lead in leads)
    for lead in leads:
        yield from (f"/leads/{lead}{view}" for view in VIEWS[1:4])
        yield f"/leads/{lead}?done={world.one}"
        yield f"/packs/new?lead={lead}"
    yield from (f"/leads/{world.beside}/allow?scope=domain&value=crew{n}.example" for n in (0, 1))
    yield f"/leads/{world.beside}/allow?scope=contact&value=phone:19900000011"
    yield from (f"/handling?state={state}" for state in ("none", "handed", "relapsed", "closed"))
    yield from (f"/campaigns/{world.campaign}{asked}" for asked in ("", "?picked=all"))
    yield f"/packs/new?campaign=C-{world.campaign:04d}"
    yield from (f"/allow?state={state}" for state in ("proposed", "standing", "ended"))


def _filled(path: str, world: World, lead: int) -> str:
    known = {"lead_id": lead, "number": world.campaign, "pack": world.pack, "part": "fold.png"}
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda m: str(known.get(m[1], 1)), path)


def looks(two: tuple[World, World], ask: Callable[[World], str]) -> tuple[str, str]:
    found = tuple(told(ask(world)) for world in two)
    return found[0], found[1]


@pytest.mark.slow
def test_no_page_tells_a_second_reader_which_lead_was_confirmed(two: tuple[World, World]) -> None:
    clients = [world.second() for world in two]
    walked = list(dict.fromkeys(paths(two[0])))
    assert len(walked) > 100
    differing, seen = [], []
    for path in walked:
        answers = [client.get(path) for client in clients]
        one, other = (told(answer.text) for answer in answers)
        differing += [path] if one != other else []
        seen += [path] if answers[0].status_code == 200 else []
        assert answers[0].status_code < 500, path
        assert not any(said in one for said in SAID.values()), path
    assert not differing
    assert len(seen) > 80


def test_the_same_walk_tells_an_analyst(two: tuple[World, World]) -> None:
    clients = [world.desk.signed_in() for world in two]
    world = two[0]
    for path in (
        *(f"/leads/{world.one}", f"/leads/{world.beside}", "/leads?status=confirmed", "/leads?q=status:confirmed"),
        *("/handling", f"/campaigns/{world.campaign}", f"/packs/{world.pack}", f"/packs/{world.pack}/form"),
        *("/allow", "/allow/1", f"/leads/{world.beside}/allow?scope=domain&value=crew0.example"),
        f"/leads?done={world.one}",
    ):
        assert path in set(paths(world))
        assert told(clients[0].get(path).text) != told(clients[1].get(path).text), path


@pytest.mark.parametrize("form", ["csv", "json"])
def test_no_file_tells_it_either(two: tuple[World, World], form: str) -> None:
    for view in VIEWS:
        sent = {"view": view.removeprefix("?"), "form": form, "to": "自用"}
        one, other = looks(two, lambda world, sent=sent: world.second().post("/leads/export", data=sent).text)
        assert one == other, view
    sent = {"view": "status=confirmed", "form": form, "to": "自用"}
    analyst = looks(two, lambda world: world.desk.signed_in().post("/leads/export", data=sent).text)
    assert analyst[0] != analyst[1]


def test_what_he_sends_is_answered_alike(two: tuple[World, World]) -> None:
    sends: list[tuple[str, Callable[[World], dict[str, Any]]]] = [
        ("/packs/1/review", lambda _: {}),
        ("/packs/1/take", lambda _: {"part": "zip", "to": "自用"}),
        ("/undo", lambda _: {}),
    ]
    for lead in (two[0].one, two[0].other):
        verdict = {"verdict": "confirmed", "reason": "fake_site", "version": 2}
        sends += [
            (f"/leads/{lead}/verdict", lambda _, verdict=verdict: verdict),
            (f"/leads/{lead}/verdict", lambda _, verdict=verdict: verdict | {"version": 1}),
            (f"/leads/{lead}/undo", lambda _: {"version": "2"}),
            (f"/leads/{lead}/allow", lambda _: {"scope": "domain", "value": "crew0.example"}),
            (f"/leads/{lead}/reading", lambda _: {"version": "1", "opinion": "later"}),
        ]
    for path, form in sends:
        answers = [world.second().post(path, data=form(world)) for world in two]
        assert answers[0].status_code == answers[1].status_code, path
        assert told(answers[0].text) == told(answers[1].text), path


def test_a_selection_of_his_tells_nothing_before_or_after_its_verdict(two: tuple[World, World]) -> None:
    def chosen(world: World) -> str:
        client = world.second()
        picks = [f"{lead}:1" for lead in (world.one, world.other, world.beside)]
        begun = client.post("/selections", data={"pick": picks, "source": "/leads"}).headers["location"]
        before = client.get(begun).text
        after = client.post(f"{begun}/verdict", data={"verdict": "confirmed", "reason": "fake_site"})
        return before + after.text + client.get(begun).text + client.post(f"{begun}/undo").text + client.get(begun).text

    one, other = looks(two, chosen)
    assert one == other
    assert FIRST not in one


def test_keys_of_other_offices_tell_it_only_where_they_may(two: tuple[World, World]) -> None:
    def walk(*scopes: str) -> Callable[[World], str]:
        def ask(world: World) -> str:
            program = Program(world.desk, "leads:read", "campaigns:read", *scopes)
            answers = [program.get("/leads", limit=200, **asked).json() for asked in ASKED]
            answers += [program.get(f"/leads/{lead}").json() for lead in (world.one, world.other, world.beside)]
            answers += [program.get(path).json() for path in ("/campaigns", "/campaigns/C-0001", "/handovers")]
            return json.dumps(answers, ensure_ascii=False)

        return ask

    one, other = looks(two, walk())
    assert one == other
    assert '"judged"' in one
    with_scope = looks(two, walk("verdicts:read"))
    assert with_scope[0] != with_scope[1]
    assert '"judged"' not in with_scope[0]


def test_once_he_has_spoken_both_are_told(filled_home: Path, tmp_path: Path) -> None:
    world, _ = worlds(filled_home, tmp_path)
    client = world.second()
    waiting = client.get("/second").text
    assert all(f'href="/leads/{lead}"' in waiting for lead in (world.one, world.other))
    for lead in (world.one, world.other):
        given = {"version": "2", "opinion": "confirmed", "reason": REASONS["confirmed"]}
        assert client.post(f"/leads/{lead}/reading", data=given).status_code == 303
        assert FIRST in client.get(f"/leads/{lead}").text
    cleared = world.other
    differing = client.get("/second").text.partition("意见不同，须重新研判")[2]
    assert f'href="/leads/{cleared}"' in differing
    assert f'href="/leads/{world.one}"' not in differing
    assert SAID["confirmed"] in client.get("/mentions").text
    assert f"/leads/{world.one}" in client.get("/handling").text
    with reading(world.desk.factory) as session:
        assert [row.blind for row in session.query(SecondReading)] == [True, True]


def test_who_is_asked_for_a_second_reading_is_who_may_approve() -> None:
    assert [
        role for role in ("viewer", "analyst", "lead", "rules", "admin", "auditor") if may(role, "handover.approve")
    ] == ["lead"]
