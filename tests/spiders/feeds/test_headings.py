"""What a column holds, by its heading."""

from __future__ import annotations

import pytest

from spiders.feeds.headings import field_of, heads

KEPT = {
    "text": "诉求内容 反映内容 举报内容 内容 问题描述 主要内容 来电内容 市民诉求 反映问题 情况描述 Content 举报事项 线索内容",
    "title": "标题 诉求标题 主题 Title",
    "number": "工单编号 编号 受理编号 线索编号 案件编号 工单号 ID",
    "received": "来电时间 受理时间 日期 举报时间（年月日） 接报时间 登记日期 Date",
    "channel": "渠道 来源 反映渠道 信息来源 举报来源 受理方式",
    "area": "区县 地区 所属区县 事发地 行政区划",
    "url": "网址 链接 网站地址 涉案网址 举报网址 网页链接 违法网站 URL 域名",
    "contact": "联系方式 微信号 QQ号",
    "suspect_contact": "对方微信号 被举报人电话 卖家联系方式 涉嫌账号",
    "suspect": "被举报单位 被举报人姓名 网站名称 公众号 发布平台",
    "person": "来电人 姓名 联系电话 手机号码 身份证号 举报人电话 举报人联系方式 家庭住址 联系人 来电号码 市民电话 电话",
    "handling": "办理结果 处理情况 答复内容 办结时间 承办单位 回访电话结果 核实情况",
    "": "工单类型 紧急程度 ——",
}


@pytest.mark.parametrize(("field", "heading"), [(f, h) for f, hs in KEPT.items() for h in hs.split()])
def test_a_heading_is_known_by_its_words(field: str, heading: str) -> None:
    assert field_of(heading) == field


def test_width_blanks_and_brackets_do_not_matter() -> None:
    assert field_of(" 诉 求 内 容 （必填） ") == "text"
    assert field_of("ＵＲＬ") == "url"


def test_a_sentence_is_no_heading() -> None:
    assert field_of("有人在群里发布办理假证的广告请尽快核实处理并答复内容") == ""


def test_a_row_without_a_column_for_what_is_reported_heads_nothing() -> None:
    assert heads(["姓名", "联系电话", "编号"]) == 0
    assert heads(["编号", "来电时间", "诉求内容"]) == 3


def test_a_row_of_data_heads_nothing() -> None:
    assert heads(["37060020240301001", "2024-03-01", "芝罘区", "网站打不开", "内容"]) == 0
