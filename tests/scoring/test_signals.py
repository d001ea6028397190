"""Each signal on a guilty, an honest and an unknowable case."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

import scoring.signals as folder
from scoring.case import Case, SiteKey, TlsFacts
from scoring.signals import SIGNALS
from scoring.weights import shipped

NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
FORM = "<form><p>姓名<input name=xm></p><p>证件号码<input name=sfzh></p><p>证书编号<input name=zsbh></p><p>验证码<input name=yzm></p></form>"
TOPIC = "<title>特种作业操作证查询</title>"
ORGAN = "<p>主办单位：中华人民共和国应急管理部</p>"
HONEST = "<title>某某机械</title><p>主营机床配件，欢迎来电。</p><p>版权所有 某某机械有限公司</p>"
CARD = (
    "<p>姓名 张某 证号 T990101********001X 作业类别 电工作业 操作项目 低压电工作业 初领日期 2025-04-01 "
    "有效期限 2031-03-31 签发机关 某某省应急管理厅</p>"
)
SELLS = "<title>电工证</title><p>电工证免考包过，先出证后付款，官网可查，加微信 demo_zs_11</p>"
WARNS = "<p>记者调查发现，不法分子谎称电工证免考包过。警方提醒切勿上当，已抓获犯罪嫌疑人。</p>"
SCHOOL = "<p>报名条件：年满18周岁，初中以上。培训学时足，理论考试、实操考试，考试合格发证。办学许可证齐全。</p>"

# name: (keywords of a guilty case, keywords of an honest case, keywords of an unknowable one or None)
NO_PAGE: dict = {}
SITE_CASES: dict[str, tuple[dict, dict, dict | None]] = {
    "name_embedded": ({"host": "cx.mem.gov.cn.zs.example.com"}, {"host": "memory.example.com"}, None),
    "name_lookalike": ({"host": "www.chsii.com.cn"}, {"host": "www.example.com"}, None),
    "name_fake_gov": ({"host": "yingjigov.cn"}, {"host": "yjj.haibin.gov.cn"}, None),
    "name_pinyin": ({"host": "yingjiguanli-chaxun.com"}, {"host": "tuanjian-memory.com"}, None),
    "name_chinese": ({"host": "xn--vhq83aba960tgrddyuh8lw48asia.xn--fiqs8s"}, {"host": "a.example.cn"}, None),
    "claim_organ": ({"html": ORGAN}, {"html": HONEST}, NO_PAGE),
    "claim_other_organ": ({"html": "<p>主办：南河县应急管理局</p>"}, {"html": HONEST}, NO_PAGE),
    "invented_body": (
        {"html": "<title>全国安全生产证书查询中心</title>" + FORM},
        {"html": "<title>全国安全生产证书查询中心</title>"},
        NO_PAGE,
    ),
    "stolen_icp": ({"html": "京ICP10036469号"}, {"html": "<p>无备案</p>"}, {"html": "粤ICP备00000009号"}),
    "stolen_police_record": (
        {"html": "京公网安备 11010202000001号"},
        {"html": "<p>无</p>"},
        {"html": "粤公网安备 44999902000001号"},
    ),
    "stolen_site_code": ({"html": "网站标识码：bm18000002"}, {"html": "<p>无</p>"}, {"html": "网站标识码：4499990001"}),
    "stolen_conac": (
        {"html": '<a href="http://bszs.conac.cn/sitename?method=show&id=090F963018611703E053022819ACC232">x</a>'},
        {"html": "<p>无</p>"},
        {"html": '<a href="http://bszs.conac.cn/sitename?method=show&id=00000000000000000000000000000000">x</a>'},
    ),
    "stolen_analytics": (
        {"html": '<script src="https://hm.baidu.com/hm.js?7c3492d683dc7a90fd44bf8bfd57e50c"></script>'},
        {"html": '<script src="https://hm.baidu.com/hm.js?00000000000000000000000000000000"></script>'},
        NO_PAGE,
    ),
    "foreign_jiucuo": (
        {
            "html": '<a href="http://121.43.68.40/exposure/jiucuo.html?site_code=1&url=http%3A%2F%2Fwww.mohurd.gov.cn%2F">找错</a>'
        },
        {"html": HONEST},
        NO_PAGE,
    ),
    "official_marks": ({"html": "网站标识码：4499990001"}, {"html": HONEST}, NO_PAGE),
    "title_match": ({"html": "<title>全国特种设备公示信息查询平台</title>"}, {"html": HONEST}, NO_PAGE),
    "query_form": ({"html": TOPIC + FORM}, {"html": HONEST + "<form><input name=q></form>"}, NO_PAGE),
    "unsigned_query": (
        {"html": TOPIC + FORM},
        {"html": TOPIC + FORM + "<p>版权所有 某某协会 苏ICP备00000006号</p>"},
        NO_PAGE,
    ),
    "certificate_result": (
        {"html": CARD + '<img src="/guohui.png">'},
        {"html": "<p>证书上有作业类别、操作项目、姓名、有效期限、签发机关等栏。</p>"},
        NO_PAGE,
    ),
    "hotlinked_resources": (
        {"html": '<img src="https://cx.mem.gov.cn/a.png">'},
        {"html": '<img src="https://www.beian.gov.cn/img/ghs.png">'},
        NO_PAGE,
    ),
    "copied_paths": (
        {"html": '<form action="/cms/html/certQuery/certQuery.do"></form><script>getCertQueryResult()</script>'},
        {"html": '<a href="https://cx.mem.gov.cn/cms/html/certQuery/certQuery.do">官方查询 getCertQueryResult</a>'},
        NO_PAGE,
    ),
    "older_generation": (
        {"html": "<select name=certtype_code></select><input name=stu_name><input name=passcode>"},
        {"html": HONEST},
        NO_PAGE,
    ),
    "mirrored_from": (
        {"html": "<!-- saved from url=(0022)http://cx.mem.gov.cn/ --><p>x</p>"},
        {"html": "<!-- saved from url=(0020)http://b.example.com/ --><p>x</p>"},
        NO_PAGE,
    ),
    "registration_age": ({"age": 30}, {"age": 2000}, {}),
    "registration_term": ({"age": 30, "term": 365}, {"age": 30, "term": 1095}, {}),
    "established_domain": ({"age": 3000}, {"age": 30}, {}),
    "registration_privacy": (
        {"html": ORGAN, "age": 9, "registration": {"privacy": True}},
        {"html": HONEST, "age": 9, "registration": {"privacy": True}},
        {"html": ORGAN, "age": 9},
    ),
    "foreign_network": ({"html": ORGAN, "country": "HK"}, {"html": ORGAN, "country": "CN"}, {"html": ORGAN}),
    "certificate_mismatch": (
        {"tls": TlsFacts(names=("b.example.org",))},
        {"tls": TlsFacts(names=("a.example.com",), verified=True)},
        {},
    ),
    "young_certificate": (
        {"html": ORGAN, "tls": TlsFacts(not_before=datetime(2026, 11, 10, tzinfo=UTC))},
        {"html": HONEST, "tls": TlsFacts(not_before=datetime(2026, 11, 10, tzinfo=UTC))},
        {"html": ORGAN},
    ),
    "bare_ip": (
        {"html": ORGAN, "host": "203.0.113.9:8080"},
        {"html": ORGAN, "host": "117.73.255.95:8081"},
        {"host": "203.0.113.9"},
    ),
    "free_hosting": (
        {"html": ORGAN, "host": "zs.github.io"},
        {"html": HONEST, "host": "zs.github.io"},
        {"host": "zs.github.io"},
    ),
    "paid_position": ({"html": SELLS, "paid": True}, {"html": HONEST, "paid": True}, None),
    "found_by_query": ({"html": SELLS, "paid": False}, {"html": WARNS, "paid": False}, None),
    "advert_slogans": ({"html": SELLS}, {"html": WARNS}, NO_PAGE),
    "advert_forgery": (
        {"html": "<p>代办毕业证，伪造假操作证</p>"},
        {"html": "<p>警方捣毁伪造假操作证团伙</p>"},
        NO_PAGE,
    ),
    "advert_promise": ({"html": SELLS}, {"html": HONEST}, NO_PAGE),
    "advert_contact": ({"html": SELLS}, {"html": "<p>联系微信 abc_12345</p>"}, None),
    "advert_price": ({"html": SELLS}, {"html": "<p>考务费收费标准，定金不退</p>"}, None),
    "organ_that_sells": ({"html": ORGAN + SELLS}, {"html": ORGAN + WARNS}, NO_PAGE),
    "genuine_host": ({"host": "cnse.e-cqs.cn"}, {"host": "117.73.255.95:8082"}, None),
    "genuine_domain": ({"host": "my.chsi.com.cn"}, {"host": "chsi.com.cn.example.com"}, None),
    "gov_label": ({"host": "yjj.haibin.gov.cn"}, {"host": "zhagov.cn"}, None),
    "quoting_context": ({"html": WARNS}, {"html": SELLS}, None),
    "news_page": ({"html": "<p>来源：晚报 责任编辑：王某</p>"}, {"html": HONEST}, None),
    "honest_school": ({"html": SCHOOL}, {"html": HONEST}, None),
    "question_bank": ({"html": "<p>题库 模拟考试 历年真题</p>"}, {"html": HONEST}, None),
    "archive_frame": (
        {"html": "<p>网页快照 原址 http://cx.mem.gov.cn/</p>" + ORGAN},
        {"html": "<p>网页快照 原址 http://cx.mem.gov.cn/</p>" + ORGAN, "age": 20},
        None,
    ),
    "demo_site": ({"html": "<title>某市应急管理局演示站</title>"}, {"html": HONEST}, None),
    "edu_label": ({"host": "xwz.haibin.edu.cn"}, {"host": "haibin-edu.cn"}, None),
    "entrance_portal": (
        {"html": '<a href="https://cx.mem.gov.cn/">查询入口</a>'},
        {"html": TOPIC + FORM + '<a href="https://cx.mem.gov.cn/">x</a>'},
        None,
    ),
    "own_body": ({"html": HONEST}, {"html": HONEST + ORGAN}, None),
    "other_subject": ({"html": "<title>健康证查询</title>" + FORM}, {"html": TOPIC + FORM}, None),
}
VIEW_CASES = {
    "client_difference",
    "redirect_offsite",
    "redirect_to_genuine",
    "favicon_match",
    "text_similarity",
    "structure_similarity",
}


def test_every_signal_has_a_guilty_an_honest_and_where_it_can_be_an_unknown_case():
    assert set(SITE_CASES) | VIEW_CASES == {s.name for s in SIGNALS}


def test_every_file_of_the_folder_is_in_the_list_sorted_and_named_alike():
    files = sorted(p.stem for p in Path(folder.__file__).parent.glob("*.py") if not p.stem.startswith("_"))
    assert [s.name for s in SIGNALS] == files
    assert [type(s).__module__.rpartition(".")[2] for s in SIGNALS] == files


def test_every_signal_has_weights_and_a_chinese_title_and_nothing_else_has():
    weights = shipped()
    assert set(weights.site) == set(weights.advert) == {s.name for s in SIGNALS}
    assert all(not s.title.isascii() for s in SIGNALS)
    assert all(weights.site[s.name] or weights.advert[s.name] for s in SIGNALS)


@pytest.mark.parametrize("name", sorted(SITE_CASES))
def test_signal_hits_its_own_case(name, judge, factories):
    make_case, _, _ = factories
    result = judge(name, make_case(**SITE_CASES[name][0]))
    assert result.status == "hit"
    assert 0 < result.strength <= 1
    assert result.text
    assert not result.text.isascii()
    assert result.evidence[0].quote


@pytest.mark.parametrize("name", sorted(SITE_CASES))
def test_signal_leaves_the_honest_case_alone(name, judge, factories):
    make_case, _, _ = factories
    assert judge(name, make_case(**SITE_CASES[name][1])).status != "hit"


@pytest.mark.parametrize("name", sorted(n for n, c in SITE_CASES.items() if c[2] is not None))
def test_signal_says_unknown_where_the_fact_is_missing(name, judge, factories):
    make_case, _, _ = factories
    result = judge(name, make_case(**SITE_CASES[name][2]))
    assert result.status == "unknown"
    assert result.text


@pytest.mark.parametrize("name", sorted(n for n, c in SITE_CASES.items() if c[2] is None))
def test_signal_that_needs_no_fetched_fact_misses_on_an_empty_case(name, judge):
    assert judge(name, Case(NOW, SiteKey("a.example.com"))).status == "miss"


def test_wechat_alone_getting_a_page_is_a_difference(judge, factories):
    make_case, make_view, _ = factories
    views = (make_view("<p></p>"), make_view(CARD, client="wechat"))
    assert judge("client_difference", make_case(views=views)).strength == 1.0


def test_the_same_page_for_both_clients_is_no_difference(judge, factories):
    make_case, make_view, _ = factories
    views = (make_view(HONEST * 4), make_view(HONEST * 4 + "<i></i>", client="wechat"))
    assert judge("client_difference", make_case(views=views)).status == "miss"


def test_one_client_alone_cannot_be_compared(judge, factories):
    make_case, _, _ = factories
    assert judge("client_difference", make_case(html=HONEST)).status == "unknown"


def test_a_thin_page_that_scripts_away_is_a_redirect(judge, factories):
    make_case, _, _ = factories
    html = '<script>var u="http://b.exam"+"ple.org/x";window.location.href=u;</script>'
    assert judge("redirect_offsite", make_case(html=html)).status == "hit"


def test_a_script_that_leads_to_the_genuine_platform_is_none(judge, factories):
    make_case, _, _ = factories
    html = '<script>location.replace("https://cx.mem.gov.cn/")</script>'
    assert judge("redirect_offsite", make_case(html=html)).status == "miss"


def test_a_redirect_is_unknown_without_a_page(judge, factories):
    make_case, _, _ = factories
    assert judge("redirect_offsite", make_case()).status == "unknown"


def test_all_clients_ending_at_the_genuine_platform_clears(judge, factories):
    make_case, make_view, genuine = factories
    views = tuple(make_view(genuine, c, final="https://cx.mem.gov.cn/") for c in ("desktop", "wechat"))
    assert judge("redirect_to_genuine", make_case(views=views)).status == "hit"


def test_only_desktops_being_sent_to_the_genuine_platform_does_not_clear(judge, factories):
    make_case, make_view, genuine = factories
    views = (make_view(genuine, final="https://cx.mem.gov.cn/"), make_view(CARD * 3, client="wechat"))
    assert judge("redirect_to_genuine", make_case(views=views)).status == "miss"
    assert judge("client_difference", make_case(views=views)).status == "hit"


def test_where_nothing_answered_the_target_is_unknown(judge, factories):
    make_case, _, _ = factories
    assert judge("redirect_to_genuine", make_case()).status == "unknown"


def test_the_genuine_icon_elsewhere_is_a_hit_another_icon_a_miss_none_unknown(judge, factories):
    make_case, make_view, _ = factories
    for icon, status in ((77, "hit"), (5, "miss"), (None, "unknown")):
        views = (make_view(HONEST, favicon_mmh3=icon),)
        assert judge("favicon_match", make_case(views=views)).status == status


def test_a_copied_text_is_seen_through_new_markup(judge, factories):
    make_case, _, genuine = factories
    copied = genuine.replace("<p>", "<section><b>").replace("</p>", "</b></section>")
    result = judge("text_similarity", make_case(html=copied))
    assert result.status == "hit"
    assert result.platform == "mem-cx"


def test_an_unrelated_text_is_not_similar(judge, factories):
    make_case, _, _ = factories
    assert judge("text_similarity", make_case(html=HONEST * 20)).status == "miss"


def test_a_copied_layout_needs_company(judge, factories):
    make_case, _, genuine = factories
    renamed = genuine.replace("特种作业操作证", "读者借书证").replace("安全生产", "图书馆藏")
    assert judge("structure_similarity", make_case(html=genuine)).status == "hit"
    stranger = "".join(chr(0x4E00 + ord(c) % 97) if c > "\u4e00" else c for c in renamed)
    assert judge("structure_similarity", make_case(html=stranger)).status == "miss"


@pytest.mark.parametrize("name", ["text_similarity", "structure_similarity"])
def test_similarity_is_unknown_without_a_page(name, judge, factories):
    make_case, _, _ = factories
    assert judge(name, make_case()).status == "unknown"


def test_a_seller_does_not_clear_himself_by_a_word_of_warning(judge, factories):
    make_case, _, _ = factories
    html = SELLS + "<p>谨防假冒，当心被骗，认准本站。</p>"
    assert judge("quoting_context", make_case(html=html)).status == "miss"
    assert judge("advert_slogans", make_case(html=html)).status == "hit"


def test_a_page_saved_without_its_host_is_not_judged_by_its_claims(judge, factories):
    _, make_view, _ = factories
    case = Case(NOW, views=(make_view(ORGAN, host=""),))
    assert judge("claim_organ", case).status == "unknown"
