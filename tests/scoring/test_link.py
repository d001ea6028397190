from __future__ import annotations

import dataclasses
import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.link import Campaigns, Key, LinkCase, link
from scoring.linking.types import THRESHOLD, TYPES
from scoring.result import Evidence

STRONG = sorted(t.name for t in TYPES.values() if t.role == "shared" and t.weight >= THRESHOLD)
WEAK = sorted(t.name for t in TYPES.values() if t.role == "shared" and t.weight < THRESHOLD and t.name != "theme")


def case(number: int, *keys: str, kind: str = "site", theme: str = "", place: str = "") -> LinkCase:
    """``ip=1.2.3.4`` is a key; every case has a domain of its own unless ``place`` names one."""
    made = [Key(t, v, Evidence(f"{v} at {number}")) for t, _, v in (k.partition("=") for k in keys)]
    made.append(Key("domain", place or f"{number}.example", Evidence(str(number))))
    return LinkCase(number, kind, tuple(made), theme)


def groups(*cases: LinkCase, **more) -> list[tuple[int, ...]]:
    return list(link(cases, **more).groups)


@pytest.mark.parametrize("kind", STRONG)
def test_a_strong_key_ties_by_itself(kind) -> None:
    assert groups(case(1, f"{kind}=x"), case(2, f"{kind}=x"), case(3, f"{kind}=y")) == [(1, 2)]


@pytest.mark.parametrize("kind", WEAK)
def test_a_weak_key_alone_ties_nothing(kind) -> None:
    assert groups(case(1, f"{kind}=x"), case(2, f"{kind}=x")) == []


def test_two_weak_keys_of_different_families_tie() -> None:
    assert groups(case(1, "ip=x", "name_server=y"), case(2, "ip=x", "name_server=y")) == [(1, 2)]


def test_two_keys_of_one_family_are_one_observation() -> None:
    assert groups(case(1, "template=x", "wording=y"), case(2, "template=x", "wording=y")) == []


def test_a_rare_address_ties_those_who_imitate_one_organ() -> None:
    assert groups(case(1, "ip=x", theme="应急管理部"), case(2, "ip=x", theme="应急管理部")) == [(1, 2)]
    assert groups(case(1, "ip=x", theme="应急管理部"), case(2, "ip=x", theme="市场监管总局")) == []


def test_imitating_one_organ_ties_nothing_beside_a_layout_or_alone() -> None:
    assert groups(case(1, "template=x", theme="应急管理部"), case(2, "template=x", theme="应急管理部")) == []
    assert groups(case(1, theme="应急管理部"), case(2, theme="应急管理部")) == []


@pytest.mark.parametrize("kind", [t.name for t in TYPES.values() if t.role == "shared" and t.name != "theme"])
def test_a_key_that_more_share_than_its_cap_links_nothing(kind) -> None:
    cap = TYPES[kind].cap
    sharers = [case(n, f"{kind}=x", "qr=a.example") for n in range(cap + 1)]
    many = link(list(sharers), honest=[case(-1, place="a.example")])
    assert many.groups == ()


@pytest.mark.parametrize("kind", STRONG)
def test_a_key_that_as_many_share_as_may_links_them_all(kind) -> None:
    cap = TYPES[kind].cap
    assert groups(*(case(n, f"{kind}=x") for n in range(cap))) == [tuple(range(cap))]


@pytest.mark.parametrize("kind", STRONG)
def test_a_key_that_an_honest_site_has_links_nothing(kind) -> None:
    sharers = [case(1, f"{kind}=x"), case(2, f"{kind}=x")]
    assert groups(*sharers, honest=[case(9, f"{kind}=x")]) == []


@pytest.mark.parametrize("kind", STRONG)
def test_one_honest_site_among_many_leads_may_be_a_missed_fake(kind) -> None:
    crew = [case(n, f"{kind}=x") for n in range(1, 5)]
    assert groups(*crew, honest=[case(9, f"{kind}=x")]) == [(1, 2, 3, 4)]
    assert groups(*crew, honest=[case(9, f"{kind}=x"), case(10, f"{kind}=x")]) == []


def test_what_an_honest_site_points_at_is_no_common_key() -> None:
    pair = [case(1, place="fake.example"), case(2, "redirect=fake.example")]
    assert groups(*pair, honest=[case(9, "link=fake.example", "redirect=fake.example")]) == [(1, 2)]


def test_leads_that_send_their_visitors_to_an_honest_site_are_not_tied_by_it() -> None:
    assert groups(case(1, "qr=shop.example"), case(2, "qr=shop.example")) == [(1, 2)]
    assert groups(case(1, "qr=shop.example"), case(2, "qr=shop.example"), honest=[case(9, place="shop.example")]) == []


def test_a_sketch_of_which_one_part_is_honest_links_by_no_part() -> None:
    parts = ("template=0:a", "template=1:b", "ip=x")
    assert groups(case(1, *parts), case(2, *parts)) == [(1, 2)]
    assert groups(case(1, *parts), case(2, *parts), honest=[case(9, "template=0:a")]) == []


@pytest.mark.parametrize("kind", ["redirect", "qr", "cert_name"])
def test_what_points_at_a_lead_is_tied_to_it(kind) -> None:
    assert groups(case(1, place="fake.example"), case(2, f"{kind}=fake.example")) == [(1, 2)]


def test_an_advert_that_names_a_site_is_tied_to_it_and_a_mere_link_between_sites_is_not() -> None:
    fake = case(1, place="fake.example")
    assert groups(fake, case(2, "link=fake.example", kind="advert")) == [(1, 2)]
    assert groups(fake, case(2, "link=fake.example")) == []
    assert groups(fake, case(2, "link=fake.example", "batch=x"), case(3, "batch=x")) == []


def test_adverts_that_name_the_same_stranger_are_not_tied_by_that() -> None:
    assert groups(*(case(n, "link=a.example", kind="advert") for n in (1, 2))) == []


def test_sites_of_one_domain_are_tied_and_posts_on_one_portal_are_not() -> None:
    shared = ("registrant_email=a@b.example", "ip=x", "analytics=y")
    assert groups(case(1, place="f.example"), case(2, place="f.example")) == [(1, 2)]
    assert groups(*(case(n, *shared, kind="advert", place="portal.example") for n in (1, 2))) == []
    posts = [case(n, *shared, "contact=wechat:a", kind="advert", place="portal.example") for n in (1, 2)]
    assert groups(*posts) == [(1, 2)]


def test_a_chain_of_weak_links_does_not_run_on() -> None:
    """Each shares two weak keys with the next one alone: single linkage would make one campaign of all."""
    chain = [
        case(n, f"ip={n // 2}", f"name_server={n // 2}", f"favicon={(n + 1) // 2}", f"registrant={(n + 1) // 2}")
        for n in range(40)
    ]
    found = link(chain)
    assert max(map(len, found.groups)) <= 6
    assert {h.why for h in found.held} == {"loose"}


def test_two_large_campaigns_are_not_joined_by_a_single_key() -> None:
    left = [case(n, "analytics=l", *(["contact=phone:1"] if n == 0 else [])) for n in range(12)]
    right = [case(n, "analytics=r", *(["contact=phone:1"] if n == 20 else [])) for n in range(20, 32)]
    found = link([*left, *right])
    assert [len(g) for g in found.groups] == [12, 12]
    assert [(h.a, h.b, h.why) for h in found.held] == [(0, 20, "bridge")]


def test_two_strong_keys_on_one_pair_join_even_large_campaigns() -> None:
    both = ("contact=phone:1", "qr=z.example")
    left = [case(n, "analytics=l", *(both if n == 0 else ())) for n in range(12)]
    right = [case(n, "analytics=r", *(both if n == 20 else ())) for n in range(20, 32)]
    assert [len(g) for g in groups(*left, *right)] == [24]


def test_a_large_crew_known_by_one_key_takes_in_whoever_has_it() -> None:
    assert [len(g) for g in groups(*(case(n, "registrant_email=x") for n in range(200)))] == [200]


def test_leads_told_apart_are_never_together_even_through_others() -> None:
    crew = [case(n, "contact=phone:1") for n in range(1, 6)]
    found = link(crew, apart=[(2, 4)])
    assert not any({2, 4} <= set(g) for g in found.groups)
    assert {"apart"} == {h.why for h in found.held}


def test_what_is_given_up_between_two_told_apart_is_the_weakest_link() -> None:
    cases = [
        case(1, "contact=a", "analytics=a"),
        case(2, "contact=a", "analytics=a", "ip=x", "name_server=y"),
        case(3, "ip=x", "name_server=y", "contact=b", "analytics=b"),
        case(4, "contact=b", "analytics=b"),
    ]
    assert groups(*cases) == [(1, 2, 3, 4)]
    assert groups(*cases, apart=[(1, 4)]) == [(1, 2), (3, 4)]


def test_every_link_says_why_and_where_it_was_seen() -> None:
    found = link([case(1, "contact=wechat:abc"), case(2, "contact=wechat:abc")])
    (only,) = found.links
    assert (only.a, only.b, only.type, only.value, only.weight) == (1, 2, "contact", "wechat:abc", 1.0)
    assert only.reason == "留有同一联系方式 wechat:abc"
    assert [e.quote for e in only.evidence] == ["wechat:abc at 1", "wechat:abc at 2"]


def campaigns(cases: list[LinkCase], apart: list[tuple[int, int]]) -> Campaigns:
    return link(cases, honest=[case(-1, "ip=0")], apart=apart)


some_keys = st.sampled_from([f"{t}={v}" for t in ("contact", "ip", "name_server", "registrant") for v in range(4)])
some_cases = st.lists(st.lists(some_keys, max_size=4, unique=True), min_size=2, max_size=12).map(
    lambda keys: [case(n, *k) for n, k in enumerate(keys)]
)
some_pairs = st.lists(st.tuples(st.integers(0, 5), st.integers(6, 11)), max_size=4)


@settings(max_examples=150, deadline=None)
@given(some_cases, some_pairs, st.randoms(use_true_random=False))
def test_the_order_of_cases_and_constraints_does_not_matter(cases, apart, dice) -> None:
    first = campaigns(cases, apart)
    dice.shuffle(cases)
    dice.shuffle(apart)
    assert campaigns(cases, apart) == first


@settings(max_examples=150, deadline=None)
@given(some_cases, some_pairs)
def test_no_constraint_is_ever_broken_and_nobody_is_in_two_campaigns(cases, apart) -> None:
    found = campaigns(cases, apart)
    members = list(itertools.chain.from_iterable(found.groups))
    assert len(members) == len(set(members))
    at = {m: n for n, g in enumerate(found.groups) for m in g}
    assert not any(a in at and at[a] == at.get(b) for a, b in apart)


@settings(max_examples=150, deadline=None)
@given(some_cases)
def test_every_campaign_hangs_together_by_the_links_it_shows(cases) -> None:
    found = campaigns(cases, [])
    for group in found.groups:
        reached, todo = {group[0]}, [group[0]]
        while todo:
            here = todo.pop()
            near = {x.b if x.a == here else x.a for x in found.links if here in (x.a, x.b)}
            todo += near - reached
            reached |= near
        assert reached == set(group)


def synthetic(leads: int, seed: int = 3) -> list[LinkCase]:
    """Leads with contacts and hosting keys of a skewed market: some values are shared by very many."""
    dice = random.Random(seed)
    values = leads // 2

    def skewed() -> int:
        return int(values * dice.random() ** 3)

    return [
        case(n, f"contact={skewed()}", f"ip={skewed()}", f"analytics={skewed()}", f"registrant={skewed()}")
        for n in range(leads)
    ]


def test_the_caps_keep_a_skewed_market_from_becoming_one_campaign(monkeypatch) -> None:
    cases = synthetic(2000)
    largest = max(map(len, link(cases).groups))

    for name, spec in list(TYPES.items()):
        monkeypatch.setitem(TYPES, name, dataclasses.replace(spec, cap=10**9))
    monkeypatch.setattr("scoring.link.MOST", 10**9)
    monkeypatch.setattr("scoring.link.LARGE", 10**9)
    without = max(map(len, link(cases).groups))
    print(f"largest of 2000: {largest} with caps, {without} without")
    assert without > 1000
    assert largest < 100
