"""The bundle, read back by the standard's own library."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.errors import UsageError
from lookalike.exchange import stix
from lookalike.exchange.clean import clean
from lookalike.exchange.facts import Share
from tests.lookalike.exchange.builders import NOW, crew, hosting, lead, share

stix2 = pytest.importorskip("stix2")


def parsed(made: Share) -> dict[str, list[Any]]:
    """Objects by type."""
    found: dict[str, list[Any]] = {}
    for one in stix2.parse(stix.render(made).decode(), allow_custom=False).objects:
        found.setdefault(one["type"], []).append(one)
    return found


def ids(made: Share) -> set[str]:
    return {o["id"] for o in json.loads(stix.render(made))["objects"]}


def test_a_lead_becomes_observables_an_indicator_a_sighting_and_what_ties_them() -> None:
    told = parsed(share())
    assert {kind: len(objects) for kind, objects in told.items()} == {
        "marking-definition": 1,
        "identity": 1,
        "intrusion-set": 1,
        "ipv4-addr": 1,
        "domain-name": 1,
        "url": 1,
        "observed-data": 1,
        "indicator": 1,
        "sighting": 1,
        "relationship": 2,
    }
    (indicator,) = told["indicator"]
    assert indicator["pattern"] == "[domain-name:value = 'zs-one.top' OR domain-name:value LIKE '%.zs-one.top']"
    assert (indicator["confidence"], indicator["indicator_types"]) == (97, ["malicious-activity"])
    relations = {r["relationship_type"]: r["target_ref"] for r in told["relationship"]}
    assert relations == {"based-on": told["observed-data"][0]["id"], "indicates": told["intrusion-set"][0]["id"]}
    assert told["sighting"][0]["sighting_of_ref"] == indicator["id"]
    assert told["domain-name"][0]["resolves_to_refs"] == [told["ipv4-addr"][0]["id"]]


def test_the_same_lead_has_the_same_ids_whenever_it_is_shared_and_whatever_with() -> None:
    alone = ids(share())
    later = ids(share(lead(score=88.0, last_seen=NOW, changed_at=NOW + timedelta(days=3)), at=NOW + timedelta(days=3)))
    assert alone == later
    assert alone < ids(share(lead(), lead("zs-two.top", id=8)))


def test_units_leads_and_crews_do_not_share_ids_by_chance() -> None:
    mine = {i for i in ids(share()) if i.startswith(("indicator", "intrusion-set", "identity", "sighting"))}
    assert not mine & ids(share(unit="另一单位"))
    assert not mine & ids(share(lead(id=8), crews=(crew("C-0004"),))) - {i for i in mine if i.startswith("identity")}


def test_a_change_makes_a_newer_version_of_the_same_object() -> None:
    before = parsed(share())["indicator"][0]
    after = parsed(share(lead(score=70.0, changed_at=NOW + timedelta(days=1))))["indicator"][0]
    assert (after["id"], after["created"]) == (before["id"], before["created"])
    assert after["modified"] > before["modified"]


def test_without_a_configured_unit_nobody_is_named() -> None:
    told = parsed(share(unit=""))
    assert "identity" not in told
    assert "created_by_ref" not in told["indicator"][0]


@pytest.mark.parametrize("tlp", ["white", "green", "amber", "red"])
def test_every_object_of_ours_bears_the_mark(tlp: str) -> None:
    told = parsed(share(tlp=tlp))
    (mark,) = told["marking-definition"]
    assert mark["definition"]["tlp"] == tlp
    ours = [
        o for kind in ("indicator", "sighting", "observed-data", "relationship", "intrusion-set") for o in told[kind]
    ]
    assert all(o["object_marking_refs"] == [mark["id"]] for o in ours)


def test_what_stands_on_an_honest_domain_is_indicated_by_its_address_alone() -> None:
    old = hosting(created=NOW - timedelta(days=9 * 365))
    told = parsed(share(lead("www.hongda-jixie.com", path="/uploads/o'k\\/", hosting=old)))
    assert told["indicator"][0]["pattern"] == r"[url:value = 'http://www.hongda-jixie.com/uploads/o\'k\\/']"


def test_a_fake_on_a_bare_address_has_an_address_and_a_url_but_no_name() -> None:
    told = parsed(
        share(lead("203.0.113.7"), lead("2001:db8::7", id=8, url="http://[2001:db8::7]/", addresses=("2001:db8::7",)))
    )
    assert "domain-name" not in told
    assert [o["value"] for o in told["ipv6-addr"]] == ["2001:db8::7"]


def test_nobodys_contacts_leave_in_a_bundle() -> None:
    assert b"zs88899900" not in stix.render(share())


def test_what_nobody_has_judged_is_not_called_malicious() -> None:
    assert parsed(share(lead(verdict="")))["indicator"][0]["indicator_types"] == ["unknown"]


def test_without_the_library_one_line_names_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stix, "stix2", None)
    with pytest.raises(UsageError, match=r"pip install 'lookalike\[exchange\]'"):
        stix.render(share())


@settings(max_examples=25)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=3), st.text(max_size=60))
def test_hostile_texts_come_back_as_they_were_cleaned(texts: Sequence[str], path: str) -> None:
    told = tuple(clean(t) for t in texts)
    made = share(lead(told=told, url=f"http://zs-one.top/{clean(path)}"))
    described = parsed(made)["indicator"][0]["description"]
    assert described.endswith("；".join(told))
