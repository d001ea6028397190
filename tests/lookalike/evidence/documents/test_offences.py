"""Suspected offences and thresholds: counted from the facts, suggested only, and unknown where nobody can count."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lookalike.evidence.documents import legal
from lookalike.evidence.documents.law import legal_basis
from lookalike.evidence.facts import LeadFacts, PackFacts, ReceiptFacts

Facts = tuple[PackFacts, ReceiptFacts]


def lead_with(facts: Facts, *signals: str, points: float = 1.0, **reach: Any) -> LeadFacts:
    lead = facts[0].leads[0]
    rows = [{"signal": s, "points": points, "text": f"依据 {s}", "evidence": {"items": []}} for s in signals]
    known = {"sites": [], "posing_sites": [], "posts": []} | reach
    return replace(lead, view=replace(lead.view, reasons=rows), reach=lead.reach | known)


def rules(lead: LeadFacts) -> dict[str, Any]:
    return {row["rule"]: row for row in legal(lead)["thresholds"]}


def articles(lead: LeadFacts) -> list[str]:
    return [o["article"].partition("（")[0] for o in legal(lead)["offences"]]


def test_one_site_in_the_name_of_an_organ_is_enough(paper_facts: Facts) -> None:
    lead = lead_with(paper_facts, posing_sites=["a.top"], sites=["a.top"])
    table = rules(lead)
    assert table["法释〔2019〕15号第十条第一项"]["met"] is True
    two = table["法释〔2019〕15号第十条第二项（网站数）"]
    assert (two["measured"], two["needed"], two["met"]) == (1, 3, False)
    assert articles(lead) == ["刑法第二百八十七条之一"]


@pytest.mark.parametrize(("count", "met"), [(2, False), (3, True), (4, True)])
def test_three_sites_of_one_campaign_meet_the_second_item(paper_facts: Facts, count: int, met: bool) -> None:
    lead = lead_with(paper_facts, sites=[f"{n}.top" for n in range(count)])
    assert rules(lead)["法释〔2019〕15号第十条第二项（网站数）"]["met"] is met


@pytest.mark.parametrize(("count", "met"), [(99, False), (100, True)])
def test_a_hundred_posts_meet_the_fourth_item(paper_facts: Facts, count: int, met: bool) -> None:
    lead = lead_with(paper_facts, posts=[f"http://p.example/{n}" for n in range(count)])
    assert rules(lead)["法释〔2019〕15号第十条第四项第一目"]["met"] is met


def test_what_nobody_here_can_count_is_unknown_and_not_unmet(paper_facts: Facts) -> None:
    table = legal(lead_with(paper_facts))["thresholds"]
    rows = [row for row in table if row["measured"] is None]
    assert len(rows) == len(table) - 3  # sites, sites in an organ's name, posts
    assert all(row["met"] is None and row["how"].startswith("未获取（原因：") for row in rows)


def test_offences_are_suggested_by_rows_above_zero_only(paper_facts: Facts) -> None:
    assert articles(lead_with(paper_facts, "advert_forgery")) == ["刑法第二百八十条第一款"]
    assert articles(lead_with(paper_facts, "advert_forgery", points=-1.0)) == []
    assert articles(lead_with(paper_facts, "advert_price")) == ["刑法第二百六十六条"]
    assert articles(lead_with(paper_facts, "query_form")) == []
    assert articles(lead_with(paper_facts, "query_form", "claim_organ")) == ["刑法第二百五十三条之一"]


def test_exam_cheating_needs_its_words(paper_facts: Facts) -> None:
    lead = lead_with(paper_facts, "advert_slogans")
    assert articles(lead) == ["刑法第二百八十条第一款"]
    told = replace(lead, captures=(replace(lead.captures[0], text="专业替考 不过退款"), *lead.captures[1:]))
    assert articles(told) == ["刑法第二百八十条第一款", "刑法第二百八十四条之一"]


def test_every_offence_is_suggested_with_basis_and_captures(paper_facts: Facts) -> None:
    found = legal(lead_with(paper_facts, "advert_forgery", posing_sites=["a.top"]))["offences"]
    assert {o["by"] for o in found} == {"suggested"}
    assert all(o["basis"] and o["why"] and o["facts"] == ["P001"] for o in found)  # P002 brought no page


def test_a_lead_that_people_cleared_is_suspected_of_nothing(paper_facts: Facts) -> None:
    lead = lead_with(paper_facts, "advert_forgery", posing_sites=["a.top"])
    status = lead.lead.status
    try:
        lead.lead.status = "false_positive"
        assert legal(lead)["offences"] == []
    finally:
        lead.lead.status = status


def test_every_law_has_its_dates_and_says_that_nobody_checked_it() -> None:
    for law in legal_basis().laws:
        assert law.in_force < law.checked_on
        assert ("未获取" in law.status) is (not law.checked_by)


def test_the_reach_of_a_real_lead_is_counted(paper_facts: Facts) -> None:
    lead = next(x for x in paper_facts[0].leads if x.lead.host == "cx.mem.gov.cn.zs-one.top")
    reach = lead.reach
    assert reach["posing_sites"] == ["cx.mem.gov.cn.zs-one.top"]
    assert reach["confirmed"] == 1
