"""Ten nights in a row over two thousand sites: memory, size, leads, relapses and who is visited when."""

from __future__ import annotations

import itertools
import os
import statistics
from collections import Counter

import pytest

from tests.lookalike.soak import Seen, Soak, predicted, visits
from tests.ranges.many_sites import by_host, make

pytestmark = pytest.mark.slow

SITES, NIGHTS = int(os.environ.get("LOOKALIKE_SOAK_SITES", "2000")), 10
AT_ONCE = SITES * 3 // 20
"""Revisits a night: at two thousand sites as many as nights have when nobody sets them."""
WAIT = {"high": 1, "medium": 3, "low": 14}
"""Days until a site that is up is visited again unasked, by its band."""
SEEN_AGAIN = 7
"""Days after which a site that a search shows once more is visited again."""
LONGEST = 30


@pytest.fixture(scope="module")
def soak(tmp_path_factory: pytest.TempPathFactory) -> Soak:
    folder = tmp_path_factory.mktemp("soak")
    (folder / "range").mkdir()
    done = Soak(make(folder / "range", SITES, NIGHTS), folder / "home", AT_ONCE)
    for number in range(NIGHTS):
        night = done.night(number)
        if number == 1:
            assert done.confirm(1, judged_guilty(done)) > SITES // 20
        told = f"{night.peak / 2**20:.0f} MiB, {night.cpu:.0f} s, {night.kept}, {night.counts}"
        print(f"night {number}: {night.summary['visits']}, {told}", flush=True)
    return done


def judged_guilty(soak: Soak) -> frozenset[str]:
    """Those of the fakes that the analysts confirm: all that will come back, and half of the others."""
    return frozenset(s.host for s in soak.world.sites if s.kind == "fake" and (len(s.turns) > 1 or s.number % 2))


def test_every_night_ends_well_with_nothing_left_over(soak: Soak) -> None:
    ends = [(n.exit_code, n.summary["failed"], n.summary["waiting"], n.summary["unvisited"]) for n in soak.nights]
    assert ends == [(0, [], 0, {})] * NIGHTS


def test_no_night_is_taken_for_a_resumed_one(soak: Soak) -> None:
    assert [(n.summary["run"], n.summary["resumed"]) for n in soak.nights] == [(n + 1, False) for n in range(NIGHTS)]


def test_two_thousand_sites_have_been_visited(soak: Soak) -> None:
    there = {s.host for s in soak.world.sites}
    assert len(there & {host for host, _ in visits(soak)}) >= 0.99 * SITES


def test_the_last_night_holds_no_more_memory_than_the_second_and_third(soak: Soak) -> None:
    early = statistics.mean(n.peak for n in soak.nights[1:3])
    assert soak.nights[-1].peak <= 1.1 * early, [n.peak >> 20 for n in soak.nights]


@pytest.mark.parametrize("what", ["database", "captures", "logs"])
def test_what_is_kept_is_as_large_as_the_handbook_says(soak: Soak, what: str) -> None:
    found = [n.kept[what] / predicted(n)[what] for n in soak.nights]
    assert all(0.85 <= ratio <= 1.15 for ratio in found), found


def test_there_is_one_site_a_host_and_one_lead_a_site(soak: Soak) -> None:
    assert soak.rows("SELECT host, port, scope FROM site GROUP BY 1, 2, 3 HAVING count(*) > 1") == []
    leads = soak.rows("SELECT host, count(*) FROM lead GROUP BY host")
    assert [row for row in leads if row[1] > 1] == []
    assert len(leads) == soak.nights[-1].counts["lead"]


def test_every_fake_and_advert_that_was_seen_is_a_lead_and_nobody_else(soak: Soak) -> None:
    known, seen = by_host(soak.world), dict(visits(soak))
    shown = {h: [known[h].at(v.night) for v in vs] for h, vs in seen.items() if h in known}
    guilty = {h for h, states in shown.items() if known[h].kind in {"fake", "seller"} and "up" in states}
    assert {row[0] for row in soak.rows("SELECT host FROM lead")} == guilty


def test_new_houses_of_a_crew_join_its_campaign(soak: Soak) -> None:
    known = by_host(soak.world)
    crews: dict[tuple[str, int], Counter[str | None]] = {}
    # One whose page is a shop's for a while is judged low and linked with nobody until it is a fake again.
    for host, campaign in soak.rows("SELECT host, campaign FROM lead WHERE band <> 'low'"):
        if known[host].kind in {"fake", "seller"}:
            crews.setdefault((known[host].kind, known[host].crew), Counter())[campaign] += 1
    assert min(sum(names.values()) for names in crews.values()) > 5
    assert [crew for crew, names in crews.items() if len(names) > 1] == []


def test_the_confirmed_that_came_back_are_raised_and_nobody_else(soak: Soak) -> None:
    raised = soak.rows(
        "SELECT lead.host, audit.at FROM audit JOIN lead ON lead.id = audit.lead_id WHERE what = 'raise'"
    )
    days = [row[0][:10] for row in soak.rows("SELECT started_at FROM run WHERE kind = 'nightly' ORDER BY id")]
    found = Counter((host, days.index(at[:10])) for host, at in raised)
    wanted = Counter(came_back(soak))
    assert found == wanted
    assert len({host for host, _ in wanted}) > SITES // 100


def test_who_came_back_last_of_all_stands_as_relapsed(soak: Soak) -> None:
    relapsed = {row[0] for row in soak.rows("SELECT host FROM lead WHERE status = 'relapsed'")}
    assert relapsed == {host for host, _ in came_back(soak)}


def came_back(soak: Soak) -> list[tuple[str, int]]:
    """Host and night of every visit that found a confirmed fake up which the visit before had found away or changed."""
    known, guilty = (
        by_host(soak.world),
        {row[0] for row in soak.rows("SELECT host FROM lead JOIN verdict ON lead_id = lead.id")},
    )
    found = []
    for host, made in visits(soak):
        states = [known[host].at(one.night) for one in made] if host in known else []
        for before, state, one in zip(states, states[1:], made[1:], strict=False):
            if host in guilty and one.night > 1 and state == "up" and before in {"down", "gone", "shop"}:
                found.append((host, one.night))
    return found


def test_nobody_is_visited_before_it_is_time(soak: Soak) -> None:
    seen = {
        (host, run - 1) for host, run in soak.rows("SELECT host, run_id FROM sighting JOIN site ON site.id = site_id")
    }
    early = [why for host, made in visits(soak) for why in too_early(host, made, seen)]
    assert early == []


def too_early(host: str, made: list[Seen], seen: set[tuple[str, int]]) -> list[tuple[str, int]]:
    """Visits that nothing called for: neither the interval of the band, nor the waiting for one that is away."""
    found, since, life = [], made[0].night, made[0].life
    for before, one in itertools.pairwise(made):
        if before.life != life:
            since, life = before.night, before.life
        up = before.life in {"alive", "changed"}
        due = before.night + (WAIT[before.watched] if up else min(before.night - since + 1, LONGEST))
        shown = (host, one.night) in seen and (one.night - before.night > SEEN_AGAIN or not up)
        if one.night < due and not shown:
            found.append((host, one.night))
    return found


def test_the_revisits_of_a_night_are_used_up_while_anybody_is_due(soak: Soak) -> None:
    plans = [(n.summary["life"]["planned"], n.summary["life"]["due"]) for n in soak.nights]
    assert all(planned == min(due, AT_ONCE) for planned, due in plans)
    assert any(due > AT_ONCE for _, due in plans)


def test_nobody_is_visited_twice_in_one_night(soak: Soak) -> None:
    visited = [(host, one.night) for host, made in visits(soak) for one in made]
    assert len(visited) == len(set(visited)) == soak.nights[-1].counts["visit"]
