"""Whose name an account bears, and whose body stands behind it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.accounts import is_genuine, likeness, seen_account
from scoring.case import Case, Sighting, SiteKey
from scoring.engine import assess
from scoring.weights import shipped

NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
URL = "https://open.weixin.qq.com/qr/code?username=demo_id"


def sighting(snippet: str, title: str = "烟台应急管理", url: str = URL) -> Sighting:
    return Sighting("weixin_accounts", "q", 1, False, url, title, snippet)


def test_an_account_is_read_field_by_field() -> None:
    found = seen_account(
        sighting("公众号｜微信号：demo_id｜认证：某某科技有限公司｜简介：查证书 认证：烟台市应急管理局")
    )
    assert found is not None
    assert (found.wechat_id, found.body, found.about) == (
        "demo_id",
        "某某科技有限公司",
        "查证书 认证：烟台市应急管理局",
    )


@pytest.mark.parametrize(("field", "body"), [("｜认证：无", ""), ("", None), ("｜认证：甲公司", "甲公司")])
def test_no_mark_and_nothing_told_are_two_things(field: str, body: str | None) -> None:
    found = seen_account(sighting(f"公众号｜微信号：demo_id{field}"))
    assert found is not None
    assert found.body == body


@pytest.mark.parametrize(
    "seen",
    [
        sighting("公众号文章：如何报名"),
        sighting("公众号｜微信号：x", url="http://a.example.com/"),
        sighting("公众号｜微信号：x", url="http://open.weixin.qq.com.a.example.com/qr/code"),
        sighting("公众号｜微信号：x", title=" "),
    ],
)
def test_what_is_no_account_of_the_network_is_none(seen: Sighting) -> None:
    assert seen_account(seen) is None


@pytest.mark.parametrize(
    ("name", "platform"),
    [
        ("烟台应急管理", "yantai-wechat"),
        ("烟台 应急·管理", "yantai-wechat"),
        ("煙臺應急管理", "yantai-wechat"),
        ("烟台应急管里", "yantai-wechat"),
        ("国家安全生产考式", "mem-wechat"),
        ("国家安全生产考试网", "mem-wechat"),
        ("国家安全生产考试证书查询中心", "mem-wechat"),
        ("山东应急查询", "sd-yingji-wechat"),
        ("【官方】山东应急", "sd-yingji-wechat"),
        ("齐鲁安特", "sd-qlat"),
        ("烟台市应急管理局", "yantai-wechat"),
    ],
)
def test_a_name_that_is_read_as_a_genuine_one_means_it(reference, name: str, platform: str) -> None:
    found = likeness(name, reference.platforms.values())
    assert found is not None
    assert found.platform.id == platform


@pytest.mark.parametrize(
    "name",
    [
        "山西应急",
        "山东应急广播",
        "山东应急救援协会",
        "烟台应急管理培训学校",
        "国家安全",
        "安全生产考试题库",
        "烟台消防",
        "烟台应急管理爱好者",
        "",
    ],
)
def test_a_name_of_its_own_is_nobodys(reference, name: str) -> None:
    assert likeness(name, reference.platforms.values()) is None


@pytest.mark.parametrize(
    ("body", "genuine"),
    [
        ("烟台市应急管理局", True),
        ("烟台市应急管理局宣传教育中心", True),
        ("烟台市公安局", True),
        ("烟台某某信息科技有限公司", False),
        ("烟台市应急管理协会", False),
        ("张某某", False),
    ],
)
def test_only_a_public_body_may_stand_behind_an_official_name(reference, body: str, genuine: bool) -> None:
    assert is_genuine(body, reference.platforms["yantai-wechat"], reference) is genuine


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_text_breaks_the_reading(snippet: str, title: str) -> None:
    seen_account(sighting(f"公众号｜{snippet}", title))


@pytest.mark.parametrize(
    ("mark", "bands"), [("某某科技有限公司", {"high"}), ("无", {"high", "medium"}), ("烟台市应急管理局", {"low"})]
)
def test_an_account_is_shown_by_its_name_and_mark_alone(reference, mark: str, bands: set[str]) -> None:
    seen = sighting(f"公众号｜微信号：demo_id｜认证：{mark}｜简介：办事指南")
    case = Case(NOW, SiteKey("open.weixin.qq.com", scope="/qr/code?username=demo_id"), URL, sightings=(seen,))
    judged = assess(case, reference, shipped())
    assert judged.kind == "site"
    assert judged.band in bands
    assert judged.impersonates == (None if "low" in bands else "yantai-wechat")
