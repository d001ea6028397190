"""What a page says in its own favour never clears a copy of a genuine page that asks for names and numbers."""

from __future__ import annotations

import pytest

from scoring.context import Context
from scoring.engine import assess
from scoring.self_told import SELF_TOLD
from scoring.signals import SIGNALS
from scoring.weights import shipped

HONEST_TEXTS = {
    "warning": "<p>近日警方提醒：警惕假冒网站，谨防被骗，切勿上当。不法分子搭建仿冒网站，犯罪嫌疑人已被抓获，通报案例如下。</p>",
    "news": "<p>来源：新华社 本报记者 通讯员 责任编辑：某某 原标题 稿源 新闻中心</p>",
    "judgment": "<p>经审理查明，被告人构成犯罪，公诉机关指控，判处有期徒刑三年，案号略。</p>",
    "school": "<p>报名条件：年满18周岁，初中以上学历。培训学时不少于148学时，理论考试、实操考试，考试合格发证，办学许可证齐全，开班时间每月一期。</p>",
    "bank": "<p>题库 模拟考试 历年真题 章节练习 错题 刷题 答题 考试宝典</p>",
    "portal": '<p>查询入口导航 <a href="https://cx.mem.gov.cn/">官方查询入口</a> <a href="https://www.mem.gov.cn/">应急管理部</a></p>',
    "archive": "<div>您查看的是 http://cx.mem.gov.cn/ 的网页快照 Wayback Machine web.archive.org 存档时间 2025-01-01</div>",
    "demo": "<p>本站为演示站，测试数据，仅供演示，产品演示</p>",
    "company": "<p>主办单位：某某教育科技有限公司 版权所有 某某教育科技有限公司 京ICP备00000001号</p>",
    "other": "<h1>健康证查询</h1><p>快递单号 成绩查询 疫苗</p>",
}
TITLES = {"demo": "演示站 演示系统", "other": "健康证查询", "news": "警惕假冒网站"}
HOSTS = ("tzzy-query.example.com", "203.0.113.9", "demo.example.net", "a.github.io")


def pasted(genuine: str, *texts: str) -> str:
    """The clone with honest texts before and behind its own."""
    words = "".join(texts)
    return genuine.replace("<body>", f"<body>{words}").replace("</body>", f"{words}</body>")


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("kind", [*HONEST_TEXTS, "all of them"])
def test_a_full_clone_stays_shown_whatever_honest_text_is_pasted_in(reference, factories, kind, host):
    make_case, _, genuine = factories
    texts = HONEST_TEXTS.values() if kind == "all of them" else [HONEST_TEXTS[kind]]
    assessment = assess(make_case(html=pasted(genuine, *texts), host=host), reference, shipped())
    assert (assessment.kind, assessment.band in ("medium", "high")) == ("site", True), assessment.rows


@pytest.mark.parametrize("kind", TITLES)
def test_a_clone_under_an_honest_title_stays_shown(reference, factories, kind):
    make_case, _, genuine = factories
    own = "特种作业操作证及安全生产知识和管理能力考核合格信息查询平台"
    html = pasted(genuine.replace(f"<title>{own}", f"<title>{TITLES[kind]} {own}"), HONEST_TEXTS[kind])
    assert assess(make_case(html=html), reference, shipped()).band != "low"


def test_a_card_with_a_ministry_s_name_is_not_cleared_by_words(reference, factories):
    make_case, _, _ = factories
    card = (
        "<h1>中华人民共和国应急管理部</h1><p>姓名 张某 证号 T990101********001X 作业类别 电工作业 操作项目 低压电工作业 "
        "初领日期 2025-04-01 有效期限 2031-03-31 签发机关 某某省应急管理厅</p>"
    )
    ctx = Context(make_case(html=card + HONEST_TEXTS["warning"] + HONEST_TEXTS["school"]), reference)
    assert ctx.counterfeit
    rows = assess(ctx.case, reference, shipped()).rows
    assert [r.signal for r in rows if r.signal in SELF_TOLD] == []


def test_honest_pages_are_still_cleared_by_their_own_words(reference, factories):
    make_case, _, _ = factories
    for kind, signal in (("warning", "quoting_context"), ("school", "honest_school"), ("company", "own_body")):
        rows = assess(make_case(html=HONEST_TEXTS[kind]), reference, shipped()).rows
        assert signal in {r.signal for r in rows}


@pytest.mark.parametrize(
    ("age", "least", "most"), [(None, -2.5, -0.1), (20, 0.0, 0.0), (700, -2.5, -0.1), (4000, -10.0, -8.0)]
)
def test_a_banner_is_believed_as_far_as_the_host_is_settled(reference, factories, age, least, most):
    make_case, _, genuine = factories
    html = pasted(genuine, HONEST_TEXTS["archive"])
    rows = assess(make_case(html=html, age=age, term=6000), reference, shipped()).rows
    assert least <= sum(r.points for r in rows if r.signal == "archive_frame") <= most


def test_a_known_archive_is_believed_whatever_it_shows(reference, factories):
    make_case, _, genuine = factories
    for host in ("web.archive.org", "translate.goog", "cx-mem-gov-cn.translate.goog"):
        assert assess(make_case(html=genuine, host=host), reference, shipped()).score < 1.0
    for host in ("archive.org.example.com", "myarchive.org", "web-archive.org"):
        assert assess(make_case(html=genuine, host=host), reference, shipped()).band != "low"


def test_every_clearing_signal_is_bounded_or_cannot_be_written_by_the_page():
    beyond_the_page = {
        "archive_frame",  # the host's age, by the registry
        "edu_label",
        "established_domain",
        "genuine_domain",
        "genuine_host",
        "gov_label",
        "redirect_to_genuine",  # where every visit ends
    }
    clearing = {s.name for s in SIGNALS if shipped().site[s.name] < 0}
    assert clearing == SELF_TOLD | beyond_the_page
