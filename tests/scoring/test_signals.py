"""Each signal on a guilty, an honest and an unknowable case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import scoring.signals as folder
from scoring.case import Case, DnsFacts, Fact, Hop, Hosting, PictureFacts, Screen, Sighting, SiteKey, TlsFacts, View
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
DEEP = "/cms/html/certQuery/certQuery.do"
MIRROR = f'<a href="{DEEP}">查询</a><a href="/prod-api/certsearch/code">x</a>' + ORGAN
CONFIRMED = "192.0.2.77"
SCHOOL = "<p>报名条件：年满18周岁，初中以上。培训学时足，理论考试、实操考试，考试合格发证。办学许可证齐全。</p>"

# Why *unknown* cannot occur.
NAME = "the host name is always there; a case without one has nothing to imitate"
CLEARS = "it only clears: what was not seen clears nobody, which is a miss"
SEEN = "without a sighting there is nothing that it could have said"
OTHERS = "advert_slogans says that no text was seen; once is enough"

AT_PAGE = "http://a.example.com/"


def a_picture(*codes: str, lines: tuple[str, ...] | None = None, read: bool = True) -> PictureFacts:
    """A picture of the page with codes and lines of text; unread where ``read`` is false."""
    qr = Fact("ok", codes) if read else Fact(why="没有读取")
    text = Fact("ok", lines) if lines is not None else Fact(why="没有做文字识别")
    return PictureFacts("http://a.example.com/p.png", "c" * 64, AT_PAGE, 600, 400, 0x0F0F_3333_5555_00FF, qr, text)


CARD_LINES = (
    "特种作业操作证",
    "姓名张某",
    "证号T990101********001X",
    "作业类别电工作业",
    "有效期限2031-03-31",
    "签发机关应急管理部",
)
PHOTO_PAGE = "<title>证</title><img src=/p.png>"
LONG = HONEST + "<p>本厂成立多年，生产车床、铣床、钻床及其配件，产品销往各地，欢迎新老客户来厂参观洽谈。</p>" * 9

# name: (a hit, a miss, an unknown or why there is none); keywords of ``make_case``, or a builder of a case.
NO_PAGE: dict = {}
Build = Callable[..., Case]
Fixture = dict | Build
ACCOUNT = "https://open.weixin.qq.com/qr/code?username=ytyj_demo"


def an_account(*fields: str, name: str = "烟台应急管理") -> Case:
    """A case of one account as the account search shows it."""
    seen = Sighting("weixin_accounts", "烟台应急管理", 1, False, ACCOUNT, name, "｜".join(("公众号", *fields)))
    return Case(NOW, SiteKey("open.weixin.qq.com", scope="/qr/code?username=ytyj_demo"), ACCOUNT, sightings=(seen,))


def with_dns(make: Any, by_server: dict[str, tuple[str, ...]]) -> Case:
    """A case whose name servers were asked side by side."""
    facts = DnsFacts({"A": ("198.51.100.7",)}, by_server=by_server)
    return replace(make.case(html=HONEST), hosting=Hosting(dns=Fact("ok", facts)))


SITE_CASES: dict[str, tuple[Fixture, Fixture, Fixture | str]] = {
    "account_lookalike": (
        lambda _: an_account("微信号：ytyj_demo", "认证：无", "简介：证书查询"),
        lambda _: an_account("微信号：ytyj_demo", "认证：烟台市应急管理局", "简介：官方"),
        lambda _: an_account("微信号：ytyj_demo"),
    ),
    "name_embedded": ({"host": "cx.mem.gov.cn.zs.example.com"}, {"host": "memory.example.com"}, NAME),
    "name_lookalike": ({"host": "www.chsii.com.cn"}, {"host": "www.example.com"}, NAME),
    "name_fake_gov": ({"host": "yingjigov.cn"}, {"host": "yjj.haibin.gov.cn"}, NAME),
    "name_pinyin": ({"host": "yingjiguanli-chaxun.com"}, {"host": "tuanjian-memory.com"}, NAME),
    "name_chinese": ({"host": "xn--vhq83aba960tgrddyuh8lw48asia.xn--fiqs8s"}, {"host": "a.example.cn"}, NAME),
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
        {"html": TOPIC + "<select name=certtype_code></select><input name=stu_name><input name=passcode>"},
        {"html": "<form>Name<input name=certnum>Code<input name=passcode></form>"},
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
    "dns_disagreement": (
        lambda f: with_dns(f, {"9.9.9.9": ("198.51.100.7",), "119.29.29.29": ()}),
        lambda f: with_dns(f, {"9.9.9.9": ("198.51.100.7",), "119.29.29.29": ("198.51.100.8",)}),
        {},
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
    "paid_position": ({"html": SELLS, "paid": True}, {"html": HONEST, "paid": True}, SEEN),
    "found_by_query": ({"html": SELLS, "paid": False}, {"html": WARNS, "paid": False}, SEEN),
    "advert_slogans": ({"html": SELLS}, {"html": WARNS}, NO_PAGE),
    "advert_forgery": (
        {"html": "<p>代办毕业证，伪造假操作证</p>"},
        {"html": "<p>警方捣毁伪造假操作证团伙</p>"},
        NO_PAGE,
    ),
    "advert_pattern": ({"html": SELLS}, {"html": WARNS}, NO_PAGE),
    "advert_told": (
        {"html": "<p>民警提醒：电工证免考包过、先出证后付款都是假的，别信</p><p>电工证免考包过，先出证后付款</p>"},
        {"html": SELLS},
        CLEARS,
    ),
    "advert_wording": ({"html": SELLS}, {"html": SCHOOL}, NO_PAGE),
    "advert_promise": ({"html": SELLS}, {"html": HONEST}, NO_PAGE),
    "advert_contact": ({"html": SELLS}, {"html": "<p>联系微信 abc_12345</p>"}, OTHERS),
    "advert_price": ({"html": SELLS}, {"html": "<p>考务费收费标准，定金不退</p>"}, OTHERS),
    "organ_that_sells": ({"html": ORGAN + SELLS}, {"html": ORGAN + WARNS}, NO_PAGE),
    "genuine_host": ({"host": "cnse.e-cqs.cn"}, {"host": "117.73.255.95:8082"}, CLEARS),
    "genuine_domain": ({"host": "my.chsi.com.cn"}, {"host": "chsi.com.cn.example.com"}, CLEARS),
    "gov_label": ({"host": "yjj.haibin.gov.cn"}, {"host": "zhagov.cn"}, CLEARS),
    "quoting_context": ({"html": WARNS}, {"html": SELLS}, CLEARS),
    "news_page": ({"html": "<p>来源：晚报 责任编辑：王某</p>"}, {"html": HONEST}, CLEARS),
    "honest_school": ({"html": SCHOOL}, {"html": HONEST}, CLEARS),
    "question_bank": ({"html": "<p>题库 模拟考试 历年真题</p>"}, {"html": HONEST}, CLEARS),
    "archive_frame": (
        {"html": "<p>网页快照 原址 http://cx.mem.gov.cn/</p>" + ORGAN},
        {"html": "<p>网页快照 原址 http://cx.mem.gov.cn/</p>" + ORGAN, "age": 20},
        CLEARS,
    ),
    "demo_site": ({"html": "<title>某市应急管理局演示站</title>"}, {"html": HONEST}, CLEARS),
    "edu_label": ({"host": "xwz.haibin.edu.cn"}, {"host": "haibin-edu.cn"}, CLEARS),
    "entrance_portal": (
        {"html": '<a href="https://cx.mem.gov.cn/">查询入口</a>'},
        {"html": TOPIC + FORM + '<a href="https://cx.mem.gov.cn/">x</a>'},
        CLEARS,
    ),
    "own_body": ({"html": HONEST}, {"html": HONEST + ORGAN}, CLEARS),
    "screen_similarity": (
        lambda f: f.case(views=(f.view(ORGAN, screen=Fact("ok", Screen(0, 0, "", int("9E3CF00FA55A17D3" * 4, 16)))),)),
        lambda f: f.case(views=(f.view(ORGAN, screen=Fact("ok", Screen(0, 0, "", int("123456789ABCDEF0" * 4, 16)))),)),
        {"html": ORGAN},
    ),
    "emblem": ({"html": ORGAN + '<img src="/guohui.png" alt="国徽">'}, {"html": HONEST}, NO_PAGE),
    "picture_text": (
        {"html": PHOTO_PAGE, "pictures": (a_picture(lines=CARD_LINES),)},
        {"html": LONG, "pictures": (a_picture(lines=CARD_LINES),)},
        {"html": PHOTO_PAGE, "pictures": (a_picture(),)},
    ),
    "qr_target": (
        {"html": HONEST, "pictures": (a_picture("https://cx.mem.gov.cn.zs.example.com/q?id=1"),)},
        {"html": HONEST, "pictures": (a_picture("https://cx.mem.gov.cn/", "http://b.example.com/app"),)},
        {"html": HONEST, "pictures": (a_picture(read=False),)},
    ),
    "qr_contact": (
        {"html": SELLS, "pictures": (a_picture("https://u.wechat.com/EAdemo11"),)},
        {"html": HONEST, "pictures": (a_picture("https://u.wechat.com/EAdemo11"),)},
        {"html": SELLS, "pictures": (a_picture(read=False),)},
    ),
    "other_subject": ({"html": "<title>健康证查询</title>" + FORM}, {"html": TOPIC + FORM}, CLEARS),
    "client_difference": (
        lambda f: f.case(views=(f.view("<p></p>"), f.view(CARD, client="wechat"))),
        lambda f: f.case(views=(f.view(HONEST * 4), f.view(HONEST * 4, client="mobile"))),
        {"html": HONEST},
    ),
    "redirect_offsite": (
        {"html": '<script>var u="http://b.exam"+"ple.org/x";window.location.href=u;</script>'},
        {"html": '<script>location.replace("https://cx.mem.gov.cn/")</script>'},
        NO_PAGE,
    ),
    "redirect_to_genuine": (
        lambda f: f.case(views=(f.view(f.genuine, final="https://cx.mem.gov.cn/"),)),
        {"html": HONEST},
        NO_PAGE,
    ),
    "favicon_match": (
        lambda f: f.case(views=(f.view(HONEST, favicon_mmh3=77),)),
        lambda f: f.case(views=(f.view(HONEST, favicon_mmh3=5),)),
        {"html": HONEST},
    ),
    "text_similarity": (lambda f: f.case(html=f.genuine), {"html": HONEST * 20}, NO_PAGE),
    "structure_similarity": (lambda f: f.case(html=f.genuine), {"html": HONEST * 20}, NO_PAGE),
    "dead_deep_links": (
        lambda f: f.case(views=(f.view(MIRROR), f.view("<p>404 Not Found</p>", path=DEEP, status=404))),
        lambda f: f.case(views=(f.view(MIRROR), f.view(CARD, path=DEEP))),
        {"html": MIRROR},
    ),
    "odd_charset": (
        lambda f: f.case(views=(f.view(HONEST, encoding_note="sniffed; odd label rot13"),)),
        {"html": '<meta charset="gb-2312">' + HONEST},
        NO_PAGE,
    ),
    "older_encoding": (
        {"html": "<meta charset=gb2312><select name=certtype_code></select><input name=stu_name><input name=passcode>"},
        {"html": "<meta charset=gb2312>" + HONEST},
        {"html": HONEST},
    ),
    "hidden_text": (
        {"html": HONEST + "<div style='position:absolute;left:-9999px'>电工证免考包过 官网可查</div>"},
        {"html": HONEST + "<div style='display:none'>登录 注册 特种作业操作证查询</div><p>电工证免考包过</p>"},
        NO_PAGE,
    ),
    "registrar": (
        {"html": ORGAN, "age": 9, "registration": {"registrar": "NameSilo, LLC"}},
        {"html": ORGAN, "age": 9, "registration": {"registrar": "Alibaba Cloud Computing (Beijing) Co., Ltd."}},
        {"html": ORGAN, "age": 9},
    ),
    "name_servers": (
        {"html": ORGAN, "age": 9, "registration": {"name_servers": ("A.NS.Cloudflare.com", "b.ns.cloudflare.com")}},
        {"html": ORGAN, "age": 9, "registration": {"name_servers": ("dns1.hichina.com", "b.ns.cloudflare.com")}},
        {"html": ORGAN, "age": 9},
    ),
    "shared_with_confirmed": (
        {"html": HONEST, "addresses": (CONFIRMED,)},
        {"html": HONEST, "addresses": ("192.0.2.78",)},
        {"html": HONEST},
    ),
    "short_lived": (
        {"html": ORGAN, "age": 30, "tls": TlsFacts(not_before=datetime(2026, 10, 24, tzinfo=UTC))},
        {"html": ORGAN, "age": 30, "tls": TlsFacts(not_before=datetime(2025, 10, 24, tzinfo=UTC)), "term": 1095},
        {"html": ORGAN, "age": 30},
    ),
    "linked_from_advert": (
        {"html": ORGAN, "paid": False, "told": "电工证免考包过，先出证后付款，官网可查，点此核验"},
        {"html": ORGAN, "paid": False, "told": "应急管理部门提醒：谨防免考包过骗局"},
        {"html": ORGAN},
    ),
    "late_official_name": (
        {"html": "<p>主办：南河县应急管理局</p>", "age": 900, "term": 3650},
        {"html": "<p>主办：南河县应急管理局</p>", "age": 4000, "term": 9000},
        {"html": "<p>主办：南河县应急管理局</p>"},
    ),
    "self_proclaimed": (
        {"html": TOPIC + FORM + "<p>该网站工信部已备案，唯一官方认证</p>"},
        {"html": "<title>培训学校</title><p>全国唯一的焊工实训基地</p>"},
        NO_PAGE,
    ),
    "parked_page": (
        {"html": "<title>a.example.com</title><p>该域名正在出售 This domain is for sale. Make an offer.</p>"},
        {"html": TOPIC + FORM + "<p>域名出售 buy this domain</p>"},
        CLEARS,
    ),
    "registrant_mismatch": (
        {"html": ORGAN, "age": 9, "registration": {"registrant": "温某"}},
        {"html": ORGAN, "age": 9, "registration": {"registrant": "应急管理部大数据中心"}},
        {"html": ORGAN, "age": 9, "registration": {"registrant": "REDACTED FOR PRIVACY", "privacy": True}},
    ),
    "gov_path_advert": (
        {"html": SELLS, "host": "wlj.haibin.gov.cn"},
        {"html": WARNS, "host": "wlj.haibin.gov.cn"},
        {"host": "wlj.haibin.gov.cn"},
    ),
}


def test_every_signal_has_a_hit_a_miss_and_an_unknown_or_a_reason_why_there_is_none():
    assert set(SITE_CASES) == {s.name for s in SIGNALS}


def test_every_file_of_the_folder_is_in_the_list_sorted_and_named_alike():
    files = sorted(p.stem for p in Path(folder.__file__).parent.glob("*.py") if not p.stem.startswith("_"))
    assert [s.name for s in SIGNALS] == files
    assert [type(s).__module__.rpartition(".")[2] for s in SIGNALS] == files


def test_every_signal_has_weights_and_a_chinese_title_and_nothing_else_has():
    weights = shipped()
    assert set(weights.site) == set(weights.advert) == {s.name for s in SIGNALS}
    assert all(not s.title.isascii() for s in SIGNALS)
    assert all(weights.site[s.name] or weights.advert[s.name] for s in SIGNALS)


@dataclass(frozen=True)
class Made:
    """What builders of fixtures work with."""

    case: Build
    view: Callable[..., View]
    genuine: str


@pytest.fixture(scope="session")
def fixture_of(factories):
    """``fixture_of(row)``: the case that a row of the table stands for."""
    made = Made(*factories)
    return lambda row: row(made) if callable(row) else made.case(**row)


@pytest.mark.parametrize("name", sorted(SITE_CASES))
def test_signal_hits_its_own_case(name, judge, fixture_of):
    result = judge(name, fixture_of(SITE_CASES[name][0]))
    assert result.status == "hit"
    assert 0 < result.strength <= 1
    assert result.text
    assert not result.text.isascii()
    assert result.evidence[0].quote


@pytest.mark.parametrize("name", sorted(SITE_CASES))
def test_signal_misses_the_honest_case(name, judge, fixture_of):
    assert judge(name, fixture_of(SITE_CASES[name][1])).status == "miss"


@pytest.mark.parametrize("name", sorted(n for n, c in SITE_CASES.items() if not isinstance(c[2], str)))
def test_signal_says_unknown_where_the_fact_is_missing(name, judge, fixture_of):
    result = judge(name, fixture_of(SITE_CASES[name][2]))
    assert result.status == "unknown"
    assert result.text


@pytest.mark.parametrize("name", sorted(n for n, c in SITE_CASES.items() if isinstance(c[2], str)))
def test_signal_that_is_never_unknown_misses_on_an_empty_case(name, judge):
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


def test_a_bare_domain_in_the_text_means_the_platform_behind_its_www(judge, factories):
    case = factories[0]("<title>ICP备案查询</title><p>最近查询：chsi.com.cn 京ICP备00000000号</p>")
    assert judge("entrance_portal", case).status == "hit"


def test_a_page_saved_without_its_host_is_not_judged_by_its_claims(judge, factories):
    _, make_view, _ = factories
    case = Case(NOW, views=(make_view(ORGAN, host=""),))
    assert judge("claim_organ", case).status == "unknown"


def test_every_pair_of_clients_is_compared(judge, factories):
    make_case, make_view, _ = factories
    same = [make_view(HONEST * 4, client=c) for c in ("desktop", "wechat")]
    views = (*same, make_view(CARD, client="mobile"))
    result = judge("client_difference", make_case(views=views))
    assert result.status == "hit"
    assert "手机" in result.text


@pytest.mark.parametrize("error", ["E_TIMEOUT 超时", "E_BUDGET 超出时间"])
def test_a_visit_that_failed_is_no_blank_page(judge, factories, error):
    make_case, make_view, _ = factories
    failed = View("desktop", "http://a.example.com/", (Hop("http://a.example.com/", None, error=error),), None, error)
    assert judge("client_difference", make_case(views=(failed, make_view(CARD, client="wechat")))).status == "unknown"


def test_two_addresses_are_not_compared_with_each_other(judge, factories):
    make_case, make_view, _ = factories
    views = (make_view(HONEST * 4), make_view(CARD, client="wechat", path="/c/1"))
    assert judge("client_difference", make_case(views=views)).status == "unknown"
