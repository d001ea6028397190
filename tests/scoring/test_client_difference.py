"""Clients that get different pages: what hides, and what honest sites do."""

from __future__ import annotations

import pytest

from tests.scoring.conftest import make_case, make_view

RECORD = (
    "<title>特种作业操作证</title><p>姓名：佟某</p><p>证号：T000000</p><p>作业类别：电工作业</p>"
    "<p>初领日期：2025-01-02</p><p>有效期：2031-01-01</p><p>签发机关：石门省应急管理厅</p>"
)
DESKTOP = "<title>城南小学 首页</title><p>" + "学校新闻和公告，家长通知，体育课安排，今日午餐。" * 6 + "</p>"
PHONE = "<title>城南小学 手机版</title><p>" + "一键拨号，课表查询入口，报名须知与交通指引，校车站点。" * 6 + "</p>"
OTHER = "<title>老张海鲜批发</title><p>" + "新鲜海虾每天空运到店支持零售配送上门。" * 8 + "</p>"
WALL = "<title>滑动验证页面</title><p>访问验证 请按住滑块，拖动到最右边</p>"
HONEST = {
    "its own host for telephones": [(DESKTOP, {}), (OTHER, {"client": "mobile", "final": "http://m.example.com/"})],
    "a page for telephones of the same name": [(DESKTOP, {}), (PHONE, {"client": "mobile"})],
    "a notice to come with WeChat": [
        ("<title>提示</title><p>请在微信客户端打开链接</p>", {}),
        (PHONE, {"client": "wechat"}),
    ],
    "a notice to come with a browser": [
        (DESKTOP, {}),
        ("<p>请点击右上角，在浏览器打开</p>", {"client": "wechat"}),
    ],
    "WeChat's login": [(DESKTOP, {}), (OTHER, {"client": "wechat", "final": "https://open.weixin.qq.com/connect"})],
    "a shop for programs": [(DESKTOP, {}), (OTHER, {"client": "mobile", "final": "https://apps.apple.com/cn/app/1"})],
    "a firewall before one of them": [(WALL, {}), (DESKTOP, {"client": "wechat"})],
    "an answer that says later": [("<p>busy</p>", {"status": 429}), (DESKTOP, {"client": "referred"})],
    "other news and a banner": [
        (DESKTOP, {}),
        (DESKTOP.replace("今日午餐", "本站使用Cookie") + "<p>阅读 1234</p>", {"client": "referred"}),
    ],
}
HIDING = {
    "nothing for the desktop": [("<p></p>", {}), (OTHER, {"client": "wechat"})],
    "404 for the desktop": [("<p>404</p>" * 30, {"status": 404}), (OTHER, {"client": "mobile_referred"})],
    "403 but for whom a search sent": [("<p></p>", {"status": 403}), (OTHER, {"client": "referred"})],
    "somebody else's site for the desktop": [
        (DESKTOP, {"final": "https://www.example.org/"}),
        (OTHER, {"client": "mobile"}),
    ],
    "another page under the same address": [(DESKTOP, {}), (OTHER, {"client": "wechat"})],
    "a certificate behind a notice": [
        ("<title>提示</title><p>请使用微信扫码</p>", {}),
        (RECORD, {"client": "wechat"}),
    ],
}


def views(rows):
    return make_case(views=tuple(make_view(html, **more) for html, more in rows))


@pytest.mark.parametrize("name", HONEST)
def test_what_honest_sites_do_is_no_difference(judge, name):
    assert judge("client_difference", views(HONEST[name])).status != "hit"


@pytest.mark.parametrize("name", HIDING)
def test_what_hides_is_a_difference(judge, name):
    assert judge("client_difference", views(HIDING[name])).status == "hit"


def test_the_evidence_says_what_each_client_got(judge):
    rows = [("<p>404</p>", {"status": 404}), (OTHER, {"client": "mobile"}), (OTHER, {"client": "wechat"})]
    told = judge("client_difference", views(rows)).evidence
    assert [e.where for e in told] == ["views", "views:desktop", "views:wechat", "views:mobile"]
    assert "HTTP 404" in told[1].quote
    assert "HTTP 200" in told[2].quote
