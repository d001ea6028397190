"""Resolvers' lists, the zone read back with dnspython."""

from __future__ import annotations

from datetime import timedelta

import dns.name
import dns.rdatatype
import dns.zone

from lookalike.exchange import names
from lookalike.exchange.facts import Block, Share
from tests.lookalike.exchange.builders import NOW, hosting, lead, share

ZONE = "rpz.lookalike.invalid"


def triggers(made: Share) -> set[str]:
    """Owners of the policies, all of which must be NXDOMAIN."""
    zone = dns.zone.from_text(names.render_zone(made).decode(), check_origin=True)
    assert zone.origin == dns.name.from_text(ZONE)
    found = set()
    for owner, node in zone.items():
        if owner != dns.name.empty:
            (policy,) = node.get_rdataset(zone.rdclass, dns.rdatatype.CNAME)
            assert policy.target == dns.name.root
            assert node.rdatasets[0].rdtype == dns.rdatatype.CNAME
            found.add(str(owner))
    return found


def test_a_whole_domain_is_refused_with_all_below_and_a_rented_name_alone() -> None:
    made = share(lead("cx.mem.gov.cn.zs-one.top"), lead("aqzs-cx.github.io", id=8))
    assert triggers(made) == {"zs-one.top", "*.zs-one.top", "aqzs-cx.github.io"}


def test_what_may_not_be_refused_is_not_in_the_zone() -> None:
    old = hosting(created=NOW - timedelta(days=9 * 365))
    hacked = lead("www.hongda-jixie.com", path="/uploads/cx/", hosting=old)
    made = share(lead("203.0.113.7"), lead("yjj.some-county.gov.cn", id=8), hacked, lead(verdict="", id=9))
    assert triggers(made) == set()


def test_the_zone_has_what_servers_insist_on_and_a_serial_that_grows() -> None:
    zone = dns.zone.from_text(names.render_zone(share()).decode())
    soa = zone.get_rdataset("@", dns.rdatatype.SOA)
    assert soa is not None
    assert soa[0].serial == int(NOW.timestamp()) < 2**32
    assert zone.get_rdataset("@", dns.rdatatype.NS) is not None
    assert names.serial(NOW + timedelta(seconds=1)) > names.serial(NOW)


def test_a_name_below_one_that_is_refused_whole_is_not_listed_twice() -> None:
    made = share(lead("zs-one.top"), lead("m.zs-one.top", id=8, honest={"zs-one.top": ["x"]}), lead("zs-one.top", id=9))
    assert triggers(made) == {"zs-one.top", "*.zs-one.top"}


def test_the_name_of_the_zone_is_the_receivers() -> None:
    zone = dns.zone.from_text(names.render_zone(share(zone="block.example.org")).decode())
    assert str(zone.origin) == "block.example.org."


def test_names_that_do_not_fit_before_the_zone_are_told() -> None:
    longest = ".".join(["a" * 60] * 4)
    assert names.too_long([Block(longest), Block("zs-one.top")], ZONE) == [longest]


def test_a_hosts_list_names_every_host_that_was_seen_and_nothing_else() -> None:
    made = share(lead("cx.mem.gov.cn.zs-one.top"), lead("203.0.113.7", id=8), lead("aqzs-cx.github.io", id=9))
    lines = [line for line in names.render_hosts(made).decode().splitlines() if not line.startswith("#")]
    assert lines == ["0.0.0.0 aqzs-cx.github.io", "0.0.0.0 cx.mem.gov.cn.zs-one.top", "0.0.0.0 zs-one.top"]


def test_a_list_without_names_is_a_zone_all_the_same() -> None:
    assert triggers(share(lead(verdict=""))) == set()
