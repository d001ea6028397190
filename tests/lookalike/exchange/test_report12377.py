"""Fields to be copied into the form of 12377."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from lookalike.exchange import report12377
from lookalike.exchange.clean import clean
from tests.lookalike.exchange.builders import lead, share


def test_the_fields_name_the_fake_whom_it_imitates_and_leave_the_reporter_to_himself() -> None:
    (told,) = json.loads(report12377.render(share(as_json=True)))["reports"]
    assert told["网址"] == "http://zs-one.top/"
    assert "特种作业操作证查询平台" in told["举报内容"]
    assert told["举报人"] == told["联系方式"] == "（由举报单位填写）"
    assert "zs88899900" not in str(told)


def test_an_advert_without_a_site_says_why_there_is_no_address() -> None:
    told = report12377.fields(lead("", kind="advert", reason="advert", url="", addresses=()))
    assert told["网址"].startswith("未获取（原因：")


@given(st.text(max_size=60))
def test_no_text_adds_a_field(reason: str) -> None:
    shown = report12377.render(share(lead(told=(clean(reason),)))).decode()
    plain = report12377.render(share(lead(told=("x",)))).decode()
    assert len(shown.split("\n")) == len(plain.split("\n"))
