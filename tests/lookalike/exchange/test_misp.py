"""The event, read back by MISP's own library with its templates."""

from __future__ import annotations

import json
import warnings
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.exchange import misp
from lookalike.exchange.clean import clean
from lookalike.exchange.facts import Share
from tests.lookalike.exchange.builders import NOW, SEEN, hosting, lead, share

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    pymisp = pytest.importorskip("pymisp")


def loaded(made: Share) -> Any:
    event = pymisp.MISPEvent(strict_validation=True)
    event.from_json(misp.render(made).decode())
    return event


def values(event: Any) -> dict[tuple[str, str], bool]:
    """What is marked for detection, by type and value."""
    held = [*event.attributes, *(a for o in event.objects for a in o.attributes)]
    return {(a.type, str(a.value)): a.to_ids for a in held}


def test_a_confirmed_fake_is_marked_for_detection_by_name_and_address_but_not_its_server() -> None:
    told = values(loaded(share(lead("cx.mem.gov.cn.zs-one.top"))))
    assert told[("url", "http://cx.mem.gov.cn.zs-one.top/")]
    assert told[("domain", "zs-one.top")]
    assert told[("hostname", "cx.mem.gov.cn.zs-one.top")]
    assert not told[("ip-dst", "203.0.113.7")]


def test_an_honest_domain_with_a_fake_in_a_folder_is_not_marked() -> None:
    old = hosting(created=SEEN - timedelta(days=9 * 365))
    told = values(loaded(share(lead("www.hongda-jixie.com", path="/uploads/cx/", hosting=old))))
    assert told[("url", "http://www.hongda-jixie.com/uploads/cx/")]
    assert not told[("hostname", "www.hongda-jixie.com")]


def test_what_nobody_has_judged_is_marked_nowhere_and_the_event_says_it_goes_on() -> None:
    event = loaded(share(lead(verdict="")))
    assert not any(values(event).values())
    assert int(event.analysis) == 1


def test_the_object_keeps_to_misps_own_template() -> None:
    (made,) = loaded(share()).objects
    known = pymisp.MISPObject("domain-ip", strict=True)
    assert (made.template_uuid, made.name, made["meta-category"]) == (known.template_uuid, known.name, "network")
    allowed = known._definition["attributes"]
    assert all(allowed[a.object_relation]["misp-attribute"] == a.type for a in made.attributes)


def test_categories_and_types_are_misps() -> None:
    known = pymisp.MISPEvent().describe_types["category_type_mappings"]
    event = json.loads(misp.render(share(lead(), lead("", id=8, url="", kind="advert", addresses=()))))["Event"]
    held = [*event["Attribute"], *(a for o in event["Object"] for a in o["Attribute"])]
    assert all(a["type"] in known[a["category"]] for a in held)


def test_the_same_choice_is_the_same_event() -> None:
    one, other = (json.loads(misp.render(share(at=NOW + timedelta(days=d))))["Event"] for d in (0, 9))
    assert one["uuid"] == other["uuid"]
    assert [a["uuid"] for a in one["Attribute"]] == [a["uuid"] for a in other["Attribute"]]
    ids = [a["uuid"] for o in one["Object"] for a in [o, *o["Attribute"]]] + [a["uuid"] for a in one["Attribute"]]
    assert len(ids) == len(set(ids))


def test_the_event_is_the_units_draft_with_its_light() -> None:
    event = loaded(share(tlp="green"))
    assert (event.Orgc.name, event.published, event.distribution) == ("某市应急管理局", False, 0)
    assert "tlp:green" in {t.name for t in event.tags}


def test_nobodys_contacts_leave_in_an_event() -> None:
    assert b"zs88899900" not in misp.render(share())


@settings(max_examples=25)
@given(st.text(max_size=60), st.text(max_size=40))
def test_hostile_texts_come_back_as_they_were_cleaned(told: str, registrar: str) -> None:
    made = share(lead(told=(clean(told),), hosting=hosting(registrar=clean(registrar))))
    comment = loaded(made).attributes[0].comment
    assert comment.endswith(f"。{clean(told)}" if clean(told) else "未获取（原因：没有评分明细）")
