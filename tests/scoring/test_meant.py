"""Whom a site imitates: what a person would answer who looked at it."""

from __future__ import annotations

import pytest

from scoring.context import Context
from scoring.engine import assess
from scoring.reference import Reference
from scoring.weights import shipped
from seeds.loader import load_seeds

FORM = "<form>姓名<input name=xm>证件号码<input name=sfzh>证书编号<input name=bh>验证码<input name=yzm></form>"
CARD = (
    "<p>姓名：孙某</p><p>证号：T990101********002X</p><p>作业类别：高处作业</p><p>操作项目：登高架设作业</p>"
    "<p>有效期限：2025-01-01 至 2031-01-01</p><p>发证机关：{issuer}</p>"
)
LOCAL = "<title>栖云县应急管理局</title><p>主办单位：栖云县应急管理局</p>"


@pytest.fixture
def named(reference, factories):
    make_case, _, _ = factories
    return lambda html="", **more: assess(make_case(html=html, **more), reference, shipped()).impersonates


def test_a_ministry_s_name_over_certificates_means_the_query_and_not_the_portal(named):
    head = "<title>应急管理部</title><h1>中华人民共和国应急管理部</h1>"
    assert named(head + "<h2>特种作业操作证查询</h2>" + FORM, host="203.0.113.9") == "mem-cx"
    assert named(head + CARD.format(issuer="应急管理部"), host="203.0.113.9") == "mem-cx"


def test_a_ministry_s_name_over_news_means_the_portal(named):
    html = "<title>中华人民共和国应急管理部</title><h1>应急要闻</h1><p>机构 新闻 公开</p><p>主办单位：应急管理部</p>"
    assert named(html) == "mem-portal"


def test_a_front_page_of_the_portal_with_a_query_behind_it_means_the_portal(named, factories):
    _, make_view, _ = factories
    front = make_view("<title>中华人民共和国应急管理部</title><p>主办单位：中华人民共和国应急管理部</p>")
    query = make_view("<title>特种作业操作证</title>" + FORM, path="/cert/")
    assert named(views=(front, query)) == "mem-portal"


@pytest.mark.parametrize(
    ("subject", "platform"),
    [("职业技能等级证书", "mohrss-osta"), ("专业技术人员职业资格、注册安全工程师", "cpta")],
)
def test_one_ministry_s_platforms_are_told_apart_by_what_is_looked_up(named, subject, platform):
    html = f"<title>证书查询</title><h2>{subject}查询</h2>{FORM}<p>主办单位：人力资源和社会保障部</p>"
    assert named(html) == platform


def test_a_local_bureau_s_query_imitates_that_bureau(named):
    assert named(LOCAL + "<h2>特种作业操作证查询</h2>" + FORM) == "gov"


def test_a_copy_of_the_national_page_signed_by_a_bureau_imitates_the_page(named, factories):
    _, _, genuine = factories
    assert named(genuine.replace("</body>", "<p>主办单位：栖云县应急管理局</p></body>")) == "mem-cx"


def test_the_issuer_of_a_card_is_not_whom_the_page_imitates(named):
    card = "<title>特种作业操作证</title>" + CARD
    assert named(card.format(issuer="山东省应急管理厅")) == "mem-cx"
    assert named(card.format(issuer="某某省应急管理厅")) == "mem-cx"


def test_a_province_with_a_platform_of_its_own_that_signs_is_meant(named):
    html = "<title>证书查询</title>" + FORM + "<p>主办单位：山东省应急管理厅</p>"
    assert named(html) == "sd-qlat"


def test_rows_of_provinces_are_reported_as_any_other_organ(named):
    html = "<title>人员查询</title>" + FORM + "<p>主办单位：河北省住房和城乡建设厅</p>"
    assert named(html) == "gov"


def test_a_longer_word_of_another_platform_is_about_the_other_s_certificates(reference, factories):
    make_case, _, _ = factories
    html = "<title>建筑施工特种作业操作资格证</title><p>建筑施工特种作业人员</p>" + FORM
    assert Context(make_case(html=html), reference).subject == "mohurd-zlaq"


def test_numbers_of_two_organs_are_nobody_s_copy(named):
    html = "<title>证书核验</title>" + FORM + "<p>网站标识码bm18000002 京ICP备05009132号</p>"
    assert named(html) == "gov"


@pytest.mark.parametrize(
    ("host", "platform"),
    [
        ("www.memgovcn.com", "mem-portal"),
        ("cx.memgovcn.com", "mem-cx"),
        ("zlaq.mohurdgov.com", "mohurd-zlaq"),
        ("zlag.mohurdgov.cn", "mohurd-zlaq"),
        ("jzsc-mohurd.gov-cn.com", "mohurd-jzsc"),
        ("chsi.com.cn.example.com", "chsi"),
    ],
)
def test_a_label_of_the_address_says_which_platform_of_an_organ_is_meant(named, host, platform):
    assert named(host=host) == platform


def test_an_account_is_meant_where_the_word_for_accounts_stands_beside_its_name(named):
    page = "<h4>全国工程质量安全监管信息平台{}</h4><p>核验结果：有效</p><p>持证人：曹某</p><p>人员类别：C3</p>"
    assert named(page.format(" · 小程序")) == "mohurd-mini"
    assert named(page.format("")) == "mohurd-zlaq"


def test_a_platform_that_an_overlay_adds_is_named_by_its_own_row(tmp_path, factories):
    make_case, _, _ = factories
    (tmp_path / "platforms").mkdir()
    (tmp_path / "platforms" / "own.toml").write_text(
        'id = "zz-fire"\nname = "消防行业职业技能鉴定查询平台"\norgan = "国家消防救援局"\nsubjects = ["消防设施操作员"]\n'
        '[[address]]\nurl = "https://xf.example.org/"\n[[source]]\nwhat = "试验"\nchecked_on = 2026-01-02\n',
        encoding="utf-8",
    )
    ref = Reference(load_seeds(tmp_path))
    html = "<title>消防设施操作员证书查询</title>" + FORM
    assert assess(make_case(html=html), ref, shipped()).impersonates == "zz-fire"


def test_a_title_that_talks_about_a_platform_is_not_its_name(reference, factories):
    make_case, _, _ = factories
    name = "特种作业操作证及安全生产知识和管理能力考核合格信息查询平台"
    for title, own in ((name, True), (f"{name}官网", True), (f"{name}怎么查", False), (f"{name}有“李鬼”！", False)):
        seen = Context(make_case(html=f"<title>{title}</title>"), reference).pages[0]
        assert seen.names[0][1].own is own, title
