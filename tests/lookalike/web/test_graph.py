"""The picture of a campaign: the same for the same campaign, nothing on top of anything, and honest about what is left out."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.web.graph import HIGH, KEYS, LEADS, Graph, Tie, draw

TYPES_DRAWN = ("contact", "ip", "domain", "redirect", "registrant_email", "template")
a_tie = st.tuples(st.integers(1, 60), st.integers(1, 60), st.sampled_from(TYPES_DRAWN), st.integers(0, 40)).filter(
    lambda found: found[0] < found[1]
)


def pictured(ties: list[tuple[int, int, str, int]]) -> Graph:
    leads = {lead for a, b, *_ in ties for lead in (a, b)}
    made = [Tie(a, b, kind, f"value {n}", 1.0) for a, b, kind, n in ties]
    return draw({lead: 50.0 + lead % 50 for lead in leads}, made, len(leads))


def boxes(graph: Graph) -> list[tuple[int, int, int]]:
    return [(node.x, node.y, node.width) for node in graph.nodes]


@settings(max_examples=60, deadline=None)
@given(st.lists(a_tie, min_size=1, max_size=120))
def test_no_box_lies_on_another_and_all_are_inside(ties: list[tuple[int, int, str, int]]) -> None:
    graph = pictured(ties)
    found = boxes(graph)
    assert len(set(found)) == len(found)
    for n, (x, y, width) in enumerate(found):
        assert x >= 0
        assert x + width <= graph.width
        assert y >= 0
        assert y + HIGH <= graph.height
        assert all(x != other_x or abs(y - other_y) >= HIGH for other_x, other_y, _ in found[n + 1 :])


@settings(max_examples=60, deadline=None)
@given(st.lists(a_tie, min_size=1, max_size=120), st.randoms(use_true_random=False))
def test_the_order_of_the_links_does_not_change_the_picture(
    ties: list[tuple[int, int, str, int]], dice: random.Random
) -> None:
    shuffled = list(ties)
    dice.shuffle(shuffled)
    assert set(boxes(pictured(shuffled))) == set(boxes(pictured(ties)))
    assert {(n.lead, n.type, n.value, n.x, n.y) for n in pictured(ties).nodes if n.lead} == {
        (n.lead, n.type, n.value, n.x, n.y) for n in pictured(shuffled).nodes if n.lead
    }


@settings(max_examples=60, deadline=None)
@given(st.lists(a_tie, min_size=1, max_size=200))
def test_what_is_drawn_and_what_is_told_as_left_out_is_everything(ties: list[tuple[int, int, str, int]]) -> None:
    graph = pictured(ties)
    leads = [node for node in graph.nodes if node.lead is not None]
    keys = [node for node in graph.nodes if node.lead is None]
    places = {("", n) if kind in {"domain", "redirect"} else (kind, n) for _, _, kind, n in ties}
    assert len(leads) <= LEADS
    assert len(keys) <= KEYS
    assert len(leads) + graph.more_leads == len({lead for a, b, *_ in ties for lead in (a, b)})
    assert len(keys) + graph.more_keys == len(places)


def test_every_lead_has_a_line_to_every_key_that_it_has() -> None:
    graph = draw(
        {1: 90.0, 2: 80.0, 3: 70.0}, [Tie(1, 2, "contact", "wechat:a", 1.0), Tie(2, 3, "ip", "192.0.2.1", 0.6)], 3
    )
    assert {(e.lead, e.type, e.strong) for e in graph.edges} == {
        (1, "contact", True),
        (2, "contact", True),
        (2, "ip", False),
        (3, "ip", False),
    }


def test_contacts_stand_left_of_the_leads_and_hosts_right() -> None:
    graph = draw({1: 90.0, 2: 80.0}, [Tie(1, 2, "contact", "wechat:a", 1.0), Tie(1, 2, "domain", "a.example", 1.0)], 2)
    across = {node.shape: node.x for node in graph.nodes}
    assert across["contact"] < across["lead"] < across["host"]


def test_a_place_is_one_box_whatever_leads_there() -> None:
    ties = [Tie(1, 2, "domain", "a.example", 1.0), Tie(2, 3, "redirect", "a.example", 1.0)]
    graph = draw({1: 1.0, 2: 2.0, 3: 3.0}, ties, 3)
    hosts = [node for node in graph.nodes if node.shape == "host"]
    assert [(node.value, node.leads) for node in hosts] == [("a.example", 3)]


@pytest.mark.parametrize("leads", [LEADS, LEADS + 1, 900])
def test_a_large_campaign_is_cut_and_says_so(leads: int) -> None:
    ties = [Tie(1, n, "contact", "phone:1", 1.0) for n in range(2, leads + 1)]
    graph = draw({n: float(n % 100) for n in range(1, leads + 1)}, ties, leads)
    assert (graph.more_leads, graph.more_keys) == (leads - LEADS, 0)
    assert max(node.leads for node in graph.nodes) == leads


def test_nothing_draws_nothing() -> None:
    assert draw({}, [], 0).nodes == ()
