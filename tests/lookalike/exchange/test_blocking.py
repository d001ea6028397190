"""Which names may be refused: the claims that keep strangers from being cut off."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

import dns.zone
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.exchange import names
from scoring.case import Hosting
from tests.lookalike.exchange.builders import SEEN, hosting, lead, share


def test_a_domain_registered_for_the_fake_is_refused_whole() -> None:
    block = lead("cx.mem.gov.cn.zs-one.top").block
    assert (block.name, block.below) == ("zs-one.top", True)


def test_a_name_that_imitates_is_the_crews_whatever_its_age_and_wherever_the_page_lies() -> None:
    old = hosting(created=SEEN - timedelta(days=9 * 365))
    block = lead("cnse.e-cgs.cn", path="/info-pub/pub", hosting=old).block
    assert (block.name, block.below) == ("e-cgs.cn", True)


def test_an_honest_site_that_was_broken_into_is_not_refused() -> None:
    old = hosting(created=SEEN - timedelta(days=15 * 365))
    hacked = lead("www.hongda-jixie.com", path="/uploads/cx/", hosting=old)
    assert (hacked.block.name, hacked.owned) == ("", False)
    assert "入侵" in hacked.block.why


def test_a_page_in_a_folder_of_a_young_nameless_domain_proves_nothing_about_the_domain() -> None:
    assert lead("www.hongda-jixie.com", path="/uploads/cx/").block.name == ""


def test_a_page_on_a_subdomain_of_a_young_nameless_domain_is_refused_alone() -> None:
    block = lead("blog.hongda-jixie.com").block
    assert (block.name, block.below) == ("blog.hongda-jixie.com", False)


def test_an_unknown_age_is_not_a_young_one() -> None:
    block = lead("hongda-jixie.com", hosting=Hosting()).block
    assert (block.name, block.below) == ("hongda-jixie.com", False)
    assert lead("hongda-jixie.com", path="/a/b.html", hosting=Hosting()).block.name == ""


def test_a_rented_name_is_refused_alone_and_never_the_suffix() -> None:
    block = lead("aqzs-cx.github.io").block
    assert (block.name, block.below) == ("aqzs-cx.github.io", False)
    assert lead("somebody.github.io", path="/blog/cx/").block.name == ""


def test_an_examined_honest_host_narrows_the_refusal_to_the_fakes_own() -> None:
    block = lead("m.zs-one.top", honest={"zs-one.top": ["www.zs-one.top"]}).block
    assert (block.name, block.below) == ("m.zs-one.top", False)
    assert lead("zs-one.top", honest={"zs-one.top": ["zs-one.top"]}).block.name == ""


@pytest.mark.parametrize(
    "host",
    [
        "203.0.113.7",
        "2001:db8::7",
        "cx.mem.gov.cn",
        "yjj.some-county.gov.cn",
        "gov.cn",
        "gov.ru",
        "www.some-city.gov.uk",
        "www.some-school.edu.cn",
        "zscx.osta.org.cn",
        "new.osta.org.cn",
        "www.cpta.com.cn",
        "github.io",
        "com.cn",
        "www.baidu.com",
        "web.archive.org",
        "docs.qq.com",
        "tieba.baidu.com",
        "shop.58.com",
        "mp.weixin.qq.com",
        "",
    ],
)
def test_names_that_are_nobodys_to_refuse_are_never_refused_even_when_confirmed(host: str) -> None:
    block = lead(host).block
    assert block.name == ""
    assert block.why


def test_a_post_on_any_host_is_not_refused() -> None:
    assert lead("bbs.hongda.com", scope="/thread-1-1-1.html").block.name == ""


@pytest.mark.parametrize("reason", ["advert", "middleman", "other"])
def test_what_was_confirmed_as_something_else_than_a_fake_is_not_refused(reason: str) -> None:
    assert lead(reason=reason).block.name == ""


def test_an_advert_is_not_refused() -> None:
    assert lead(kind="advert").block.name == ""


def test_what_nobody_confirmed_or_somebody_cleared_is_not_refused() -> None:
    assert lead(verdict="").block.name == ""
    assert lead(verdict="false_positive").block.name == ""


def test_a_page_that_changed_after_it_was_confirmed_waits_for_a_person() -> None:
    assert lead(life="changed").block.name == ""


def test_an_address_that_cannot_be_read_is_no_front_page() -> None:
    assert lead("hongda-jixie.com", url="http://[bad/", hosting=Hosting()).block.name == ""


@given(st.text(max_size=30) | st.from_regex(r"[a-z;$@*\\. -]{1,30}\.(top|com)", fullmatch=True))
def test_no_host_that_a_lead_may_have_breaks_a_zone_or_a_list(host: str) -> None:
    made = share(lead(host))
    dns.zone.from_text(names.render_zone(made).decode())
    for line in names.render_hosts(made).decode().splitlines()[1:]:
        assert len(line.split()) == 2


def rows(path: Path, column: str) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return [row[column] for row in csv.DictReader(stream)]


def test_a_page_hidden_on_a_real_honest_site_never_blocks_the_site(real_data: Path) -> None:
    honest = rows(real_data / "names" / "cn_official_sites.csv", "host")[::4]
    honest += rows(real_data / "names" / "benign_token_hits.csv", "host")
    blocked = [h for h in honest if lead(h, path="/uploads/cx/", hosting=Hosting()).block.name]
    assert blocked == []


def test_no_real_public_body_is_blocked_even_when_its_front_page_was_confirmed(real_data: Path) -> None:
    bodies = [h for h in rows(real_data / "names" / "cn_official_sites.csv", "host") if h.endswith(".gov.cn")][::4]
    assert len(bodies) > 500
    assert [h for h in bodies if lead(h).block.name] == []


def test_real_fakes_are_blocked_once_confirmed(real_data: Path) -> None:
    fakes = [h for h in rows(real_data / "fakes" / "named_fakes.csv", "domain") if not h.endswith(".gov.cn")]
    missed = [h for h in fakes if not lead(h).block.name]
    assert len(missed) <= len(fakes) // 10, missed
