"""H14 and H20: tarpits hold no places, endless sites end at their budgets, hosts that strangers share have their own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest

from scoring.case import SiteKey
from seeds.model import SharedHosts
from spiders.budgets import MIB, Budgets
from spiders.lanes import AT_ONCE, SLOW_AT_ONCE, Lanes
from spiders.options import Options
from tests.hostile.conftest import visit_all
from tests.hostile.servers import OK, HostileWeb, answer, drips, says

TARPIT = drips(OK + b"\r\n<p>", b"x", 0.2)
PAGE = "<title>证书查询</title>" + "<p>查询</p>" * 100


def a_budget(shared: SharedHosts | None = None, **limits: float) -> Budgets:
    return Budgets(Options(**limits), shared or SharedHosts())


def admitted(budgets: Budgets, hosts: Iterable[str], addresses: tuple[str, ...] = ()) -> list[bool]:
    return [not budgets.admit(SiteKey(host), addresses) for host in hosts]


@pytest.mark.slow
def test_twenty_tarpits_do_not_keep_a_good_host_waiting(hostile_web: HostileWeb) -> None:
    """H14: with four places, twenty tarpits at twenty addresses before it, the good host is done before most of them."""
    traps = [hostile_web.site(TARPIT).url for _ in range(20)]
    good = hostile_web.site(says(answer(PAGE))).url
    crawl = visit_all([*traps, good], concurrency=4, timeout=4.0)
    assert crawl.visits[good]["outcome"] == "ok"
    assert sum(crawl.visits[trap]["seconds"] < crawl.visits[good]["seconds"] for trap in traps) <= 12
    assert {crawl.visits[trap]["counts"].get("E_TIMEOUT") is not None for trap in traps} == {True}


def test_tarpits_of_one_owner_wait_for_each_other_and_end_at_its_budget(hostile_web: HostileWeb) -> None:
    """H14, H20: twelve names at one address; what is not visited is listed with the reason."""
    trap = hostile_web.site(TARPIT)
    here, port = trap.url.split("//")[1].rstrip("/").split(":")
    good = hostile_web.site(says(answer(PAGE))).url
    names = hostile_web.names(lambda name, _times: [here] if name.endswith(".evil.example") else [])
    traps = [f"http://t{n}.evil.example:{port}/" for n in range(12)]
    crawl = visit_all([*traps, good], concurrency=4, timeout=2.0, budget_seconds=9.0, nameservers=[names])
    assert crawl.visits[good]["outcome"] == "ok"
    assert 0 < len(crawl.left) < 12
    assert len(crawl.left) + len(crawl.visits) == 13
    assert all(why.startswith("E_BUDGET 超过访问预算：evil.example 今晚已用") for why in crawl.left.values())


def test_random_names_of_one_domain_end_at_its_budget_of_hosts(hostile_web: HostileWeb) -> None:
    """H20: five of thirty hosts are visited, the others listed; the honest host is not among the losers."""
    site = hostile_web.site(says(answer(PAGE)))
    here, port = site.url.split("//")[1].rstrip("/").split(":")
    names = hostile_web.names(lambda _name, _times: [here])
    endless = [f"http://r{n}x.evil.example:{port}/" for n in range(30)]
    honest = f"http://www.honest.example:{port}/"
    crawl = visit_all([*endless, honest], budget_hosts=5, nameservers=[names])
    assert len(crawl.visits) == 6
    assert crawl.visits[honest]["outcome"] == "ok"
    assert set(crawl.left) == set(endless) - set(crawl.visits)
    assert set(crawl.left.values()) == {"E_BUDGET 超过访问预算：evil.example 今晚已访问 5 个主机（上限 5）"}


@pytest.mark.parametrize(
    ("host", "scope", "owner"),
    [
        ("a.b.evil.com", "", "evil.com"),
        ("x.evil.made-up-tld", "", "evil.made-up-tld"),
        ("203.0.113.9", "", "203.0.113.9"),
        ("one.github.io", "", "one.github.io"),
        ("a.one.github.io", "", "one.github.io"),
        ("tieba.baidu.com", "/p/12", "tieba.baidu.com/p/12"),
        ("r7.evil.com", "/thread-7-1-1.html", "evil.com"),
    ],
)
def test_an_owner_is_whoever_had_to_pay_for_the_name(host, scope, owner) -> None:
    """H20: what can be had for nothing in any number is one owner; what strangers share is each one's own."""
    shared = SharedHosts(posts=frozenset({"tieba.baidu.com"}))
    assert a_budget(shared).owner(SiteKey(host, scope=scope)) == owner


def test_sites_among_strangers_do_not_use_up_each_others_budget() -> None:
    """H20: a hundred posts of one forum, a hundred pages of one host of pages."""
    budgets = a_budget(
        SharedHosts(frozenset({"github.com"}), frozenset({"tieba.baidu.com"})), budget_hosts=2, budget_pages=3
    )
    posts = [SiteKey("tieba.baidu.com", scope=f"/p/{n}") for n in range(100)]
    assert not any(budgets.admit(post) for post in posts)
    for n in range(100):
        budgets.spend(f"https://github.com/user{n}/x", (), size=10, seconds=0.1)
    assert budgets.spent("https://github.com/user7/y") == ""


def test_a_bare_address_is_bounded_through_all_its_names() -> None:
    """H20: names of a hundred owners at one address share its budget, which is larger than an owner's."""
    budgets = a_budget(budget_hosts=2, budget_address_factor=5)
    assert sum(admitted(budgets, (f"www.d{n}.com" for n in range(100)), ("203.0.113.7",))) == 10


def test_addresses_of_delivery_networks_have_no_budget() -> None:
    """H20: behind them live thousands who have nothing to do with each other."""
    budgets = a_budget(budget_hosts=2)
    budgets.shared_address = lambda address: address == "203.0.113.7"
    assert all(admitted(budgets, (f"www.d{n}.com" for n in range(100)), ("203.0.113.7",)))


@pytest.mark.parametrize(
    ("limit", "size", "seconds", "told"),
    [
        ({"budget_pages": 3}, 1, 0.1, "今晚已取 3 次（上限 3）"),
        ({"budget_mib": 3}, MIB, 0.1, "今晚已收 3 MiB（上限 3）"),
        ({"budget_seconds": 3.0}, 1, 1.0, "今晚已用 3 秒（上限 3）"),
    ],
)
def test_pages_bytes_and_seconds_each_end_it_and_say_how_much_it_was(limit, size, seconds, told) -> None:
    """H20: session numbers and calendars are requests, whatever their addresses look like."""
    budgets = a_budget(**limit)
    for n in range(3):
        assert budgets.spent(f"http://shop{n}.evil.com/calendar?day={n}") == ""
        budgets.spend(f"http://shop{n}.evil.com/calendar?sid={n}", (), size=size, seconds=seconds)
    assert budgets.spent("http://other.evil.com/") == f"evil.com {told}"
    assert budgets.admit(SiteKey("new.evil.com")) == f"evil.com {told}"


def test_a_night_that_is_taken_up_again_counts_the_hosts_it_has_visited() -> None:
    """H20: a kill does not renew the budget."""
    budgets = a_budget(budget_hosts=3)
    budgets.note_hosts(SiteKey(f"a{n}.evil.com") for n in range(3))
    assert admitted(budgets, ["a1.evil.com", "b.evil.com"]) == [True, False]


def test_visits_at_one_host_go_two_at_a_time_and_hold_no_place_while_they_wait() -> None:
    """H14: at most two slots a host."""

    async def main() -> tuple[int, int]:
        lanes = Lanes(10, slow_after=60)
        most = now = 0

        async def keys() -> tuple[str, ...]:
            return ("evil.com",)

        async def visit() -> None:
            nonlocal most, now
            async with lanes.turn("a.evil.com", keys()):
                now += 1
                most = max(most, now)
                await asyncio.sleep(0.01)
                now -= 1

        tasks = [asyncio.create_task(visit()) for _ in range(8)]
        await asyncio.sleep(0.005)
        room = lanes.room()
        await asyncio.gather(*tasks)
        return most, room

    assert asyncio.run(main()) == (AT_ONCE, 10 - AT_ONCE)


def test_where_two_visits_hang_no_third_begins_until_one_ends() -> None:
    """H14: names of one owner at different hosts."""

    async def main() -> tuple[int, int, int]:
        lanes = Lanes(4, slow_after=0.02)
        began = 0
        end = asyncio.Event()

        async def keys() -> tuple[str, ...]:
            return ("evil.com", "203.0.113.7")

        async def visit(host: str) -> None:
            nonlocal began
            async with lanes.turn(host, keys()):
                began += 1
                await end.wait()

        hanging = [asyncio.create_task(visit(f"{n}.evil.com")) for n in range(SLOW_AT_ONCE)]
        await asyncio.sleep(0.05)
        later = asyncio.create_task(visit("late.evil.com"))
        await asyncio.sleep(0.05)
        before, room = began, lanes.room()
        end.set()
        await asyncio.gather(*hanging, later)
        return before, room, began

    assert asyncio.run(main()) == (SLOW_AT_ONCE, 4, SLOW_AT_ONCE + 1)
