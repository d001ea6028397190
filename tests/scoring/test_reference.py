"""Who is genuine, what belongs to whom, and what names mean."""

from __future__ import annotations

import pytest

from scoring.bodies import BodyIndex
from scoring.case import SiteKey
from scoring.offers import offers_in
from scoring.page import parse
from scoring.reference import segments
from scoring.similarity import Baseline, containment, jaccard, structure_similarity, text_similarity


@pytest.mark.parametrize(
    ("host", "port", "platform"),
    [
        ("cx.mem.gov.cn", 80, "mem-cx"),
        ("117.73.255.95", 8081, "sd-construction"),
        ("117.73.255.95", 80, None),
        ("117.73.255.95", 8082, None),
        ("cnse.e-cqs.cn", 80, "samr-cnse"),
        ("cx.mem.gov.cn.example.com", 80, None),
        ("zlag.mohurdgov.cn", 80, None),
    ],
)
def test_a_platform_is_known_by_host_and_port(reference, host, port, platform):
    found = reference.genuine(SiteKey(host, port))
    assert (found.id if found else None) == platform


def test_a_stranger_below_a_shared_host_is_not_the_platform(reference):
    assert reference.genuine(SiteKey("cnse.e-cqs.cn", 80, "/someone")) is None


def test_an_owned_domain_covers_its_other_hosts_but_no_lookalike(reference):
    assert reference.sister("my.chsi.com.cn").id.startswith("chsi")
    assert reference.sister("chsi.com.cn.example.com") is None
    assert reference.sister("203.0.113.1") is None


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("应急管理部", "organ"),
        ("中华人民共和国应急管理部", "organ"),
        ("应急管理部培训中心", "organ"),
        ("教育部学生服务与素质发展中心", "organ"),
        ("国家安全生产监督管理总局", "organ"),
        ("中国人事考试网", "platform"),
        ("南河县应急管理局", "gov"),
        ("云岭省住房和城乡建设厅", "gov"),
        ("中国·浙江省发展和改革委员会", "gov"),
        ("全国安全生产证书查询中心", "official_sounding"),
        ("江城人事人才服务网", "official_sounding"),
        ("某某信息技术有限公司", "private"),
        ("宏达职业培训学校", "private"),
        ("某省焊接行业协会", "private"),
        ("长江互动传媒网", "private"),
        ("中国载人航天工程办公室", "organ"),
        ("凤凰新媒体", None),
        ("工程建设部", None),
        ("市场部", None),
    ],
)
def test_whom_a_name_means(reference, value, kind):
    found = reference.body(value)
    assert (found.kind if found else None) == kind


def test_a_title_is_cut_where_names_are_joined():
    assert segments("甲乙 - 丙_丁｜戊|己") == ["甲乙", "丙", "丁｜戊", "己"]


def test_a_name_that_fills_a_segment_counts_full(reference):
    best = reference.names_in("全国特种设备公示信息查询平台 - 首页")[0]
    assert (best.platform, best.share, best.generic) == ("samr-cnse", 1.0, False)


def test_a_common_phrase_is_a_generic_name(reference):
    assert reference.names_in("特种作业操作证查询")[0].generic


def test_sets_are_compared_by_share():
    assert containment(frozenset("abcd"), frozenset("abxy")) == 0.5
    assert jaccard(frozenset("abc"), frozenset("bcd")) == 0.5
    assert containment(frozenset(), frozenset("a")) == jaccard(frozenset(), frozenset()) == 0.0


def test_unrelated_pages_share_nothing(factories):
    _, _, genuine = factories
    baseline = Baseline("mem-cx", "u", parse(genuine, "http://x/"))
    other = parse(
        "<ul>" + "".join(f"<li><a href=/{i}>商品第{i}种欢迎选购</a></li>" for i in range(60)) + "</ul>", "http://y/"
    )
    assert text_similarity(other, baseline) == 0.0
    assert structure_similarity(other, baseline) == 0.0
    assert text_similarity(baseline.page, baseline) == structure_similarity(baseline.page, baseline) == 1.0


OFFERS = {
    "asserted": "电工证免考包过，官网可查",
    "warned": "警惕“免考包过”骗局",
    "denied": "本校严禁代考替考，不承诺包过",
    "asked": "特种作业操作证免考是真的吗",
    "quoted": "“免考拿证” 国家规定必须考试。记者提醒",
    "judged": "被告人发布免考包过信息，判处有期徒刑",
}


@pytest.mark.parametrize("name", OFFERS)
def test_only_what_is_asserted_is_an_offer(reference, name):
    text = OFFERS[name]
    matches: dict = {}
    for match in reference.terms.find(text):
        matches.setdefault(match.group, []).append(match)
    offers = offers_in(text, matches, reference.weights)
    assert (offers.strength > 0.5) == (name == "asserted"), offers


def test_body_names_are_held_without_platforms():
    assert BodyIndex(()).find("应急管理部") is None
