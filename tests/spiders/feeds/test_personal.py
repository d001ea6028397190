"""What is the reporter's own goes, what is the seller's stays. All names and numbers here are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.feeds.personal import ID_GONE, PHONE_GONE, without_ids, without_reporter


@pytest.mark.parametrize(
    "text",
    [
        "身份证370602199001011230要求查处",
        "身份证 37060219900101123X",
        "身份证３７０６０２１９９００１０１１２３０",
        "证号T370602199001011230",
        "身份证号：370602 19900101 1230",
        "身份证号码：370602900101123",
    ],
)
def test_numbers_of_identity_cards_go(text: str) -> None:
    clean = without_ids(text)
    assert ID_GONE in clean
    assert "1990" not in clean
    assert "9001011" not in clean


@pytest.mark.parametrize(
    "text", ["工单20240301000123456789", "微信zs37060219", "订单号123456789012345678901", "13900000001"]
)
def test_other_numbers_stay(text: str) -> None:
    assert without_ids(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "来电人甄某某（13900000001）反映有人卖证",
        "市民13900000001反映有人卖证",
        "举报人电话：139 0000 0001",
        "我的手机号是13900000001，有人卖证",
        "回访电话13900000001",
        "反映人贾女士，联系电话0535-6000000，有人卖证",
    ],
)
def test_the_number_that_the_reporter_called_from_goes(text: str) -> None:
    clean = without_reporter(text)
    assert PHONE_GONE in clean
    assert "0000" not in clean


@pytest.mark.parametrize(
    "text",
    [
        "市民反映收到短信13900000002办证",
        "举报人反映对方电话13900000002卖证",
        "来电人称加微信13900000002可免考",
        "市民拨打13900000002咨询，对方说包过",
        "联系电话13900000002办理安全员证，免考",
        "我加了微信13900000002",
        "被举报人电话13900000002",
    ],
)
def test_a_sellers_number_stays(text: str) -> None:
    assert without_reporter(text) == text


def test_what_stands_in_the_reporters_columns_goes_from_the_text_too() -> None:
    clean = without_reporter("甄某反映，可拨139-0000-0001找她", ["甄某"], ["13900000001"])
    assert "甄某" not in clean
    assert "0001" not in clean


@given(st.text(max_size=300))
def test_masking_never_raises_and_is_done_once(text: str) -> None:
    once = without_reporter(text)
    assert without_reporter(once) == once
