"""Places that texts and numbers name, and the office that they suggest."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lookalike.evidence.documents.jurisdiction import jurisdiction
from lookalike.evidence.documents.places import Place, of_filing, of_telephone, of_text
from lookalike.evidence.facts import PackFacts, ReceiptFacts
from tests.lookalike.evidence.documents.conftest import with_record

Facts = tuple[PackFacts, ReceiptFacts]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("烟台市芝罘区", Place("山东省", "烟台市", "芝罘区")),
        ("山东烟台", Place("山东省", "烟台市")),
        ("肥城市应急管理局", Place("山东省", "泰安市", "肥城市")),
        ("山东", Place("山东省")),
        ("吉林省吉林市船营区", Place("吉林省", "吉林市", "船营区")),
        ("北京市朝阳区", Place("北京市", "北京市", "朝阳区")),
        ("内蒙古呼和浩特", Place("内蒙古自治区", "呼和浩特市")),
        ("某某科技有限公司", None),
        ("", None),
    ],
)
def test_a_text_names_its_place_as_far_as_it_does(text: str, place: Place | None) -> None:
    assert of_text(text) == place


def test_an_area_code_names_its_city_and_one_of_several_cities_the_province() -> None:
    assert of_telephone("05351234567") == ("0535", Place("山东省", "烟台市"))
    assert of_telephone("02912345678") == ("029", Place("陕西省"))
    assert of_telephone("01012345678") == ("010", Place("北京市", "北京市"))
    assert of_telephone("09991234567")[1] == Place("新疆维吾尔自治区", "伊犁哈萨克自治州")


def test_a_mobile_number_names_no_place() -> None:
    assert of_telephone("19900001111") == ("", None)


def test_a_filing_number_names_a_province_or_nothing() -> None:
    assert of_filing("蜀ICP备00000001号") == Place("四川省")
    assert of_filing("ICP备1号") is None


def suggested(
    facts: Facts, unit: str = "", *, tips: tuple[str, ...] = (), phones: tuple[str, ...] = ()
) -> dict[str, Any]:
    def change(record: dict[str, Any]) -> None:
        record["tips"] = [{"number": "1", "channel": "12345", "area": area, "text": ""} for area in tips]
        at = {"capture": "P001", "offset": 0, "context": ""}
        record["contacts"] = [{"kind": "phone", "value": p, "verified": "observed", "at": at} for p in phones]

    lead = with_record(facts[0], change).leads[0]
    return jurisdiction(replace(lead, unit=unit))


@pytest.mark.parametrize(
    ("unit", "tips", "phones", "office", "why"),
    [
        ("烟台市应急管理局", ("烟台市芝罘区",), (), "烟台市芝罘区有关部门", "均指向"),
        ("烟台市应急管理局", ("烟台市芝罘区", "烟台市福山区"), (), "烟台市市级专项行动办公室", "跨区县"),
        ("烟台市应急管理局", ("烟台市芝罘区",), ("05381234567",), "山东省省级专项行动办公室", "跨市"),
        ("烟台市应急管理局", ("泰安市泰山区",), (), "山东省省级专项行动办公室", "跨市"),
        ("烟台市应急管理局", (), ("05351234567", "01012345678"), "山东省省级专项行动办公室", "跨省"),
        ("", (), ("02912345678",), "陕西省省级专项行动办公室", "只能确定到陕西省"),
        ("烟台市应急管理局", (), ("05351234567",), "烟台市市级专项行动办公室", "指向烟台市"),
    ],
)
def test_the_office_follows_the_rule_of_the_plans(
    paper_facts: Facts, unit: str, tips: tuple[str, ...], phones: tuple[str, ...], office: str, why: str
) -> None:
    told = suggested(paper_facts, unit, tips=tips, phones=phones)
    assert (told["suggested"], told["by"]) == (office, "suggested")
    assert why in told["reason"]


def test_without_a_place_nothing_is_suggested_and_every_clue_says_why(paper_facts: Facts) -> None:
    told = suggested(paper_facts, "烟台市应急管理局", phones=("19900001111",))
    assert told["suggested"] is None
    assert told["reason"].startswith("未获取（原因：")
    assert [c["why"] for c in told["clues"] if c["kind"] == "手机号码"] == [
        "未获取（原因：未配置号段归属库，须由运营商提供）"
    ]


def test_a_claimed_filing_number_is_told_and_decides_nothing(paper_facts: Facts) -> None:
    told = suggested(paper_facts)
    filing = next(c for c in told["clues"] if c["kind"] == "自称备案号")
    assert (filing["place"], filing["used"], told["suggested"]) == ("北京市", False, None)
