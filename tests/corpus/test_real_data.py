"""The gate on real texts, pages and names, where the folder of real data is present: nothing of it is in the project."""

from __future__ import annotations

import csv
import json
from urllib.parse import urlsplit

import pytest
from cases import NOW

from scoring.case import Case, Hop, SiteKey, View
from scoring.engine import assess
from scoring.gate import SHOWN, average_precision
from scoring.page import parse
from scoring.weights import shipped
from spiders.decode import decode

ADVERT_AP = 0.95
RECALL = 0.9
HOMES = {
    "genuine/html/cmse_gov_article.html": "www.cmse.gov.cn",
    "genuine/html/gov_cn_article.html": "www.gov.cn",
    "genuine/html/shanxi_gov_article.html": "www.shanxi.gov.cn",
    "genuine/html/zhejiang_gov_article.html": "fzggw.zj.gov.cn",
    "genuine/news_html/cjn_1.html": "news.cjn.cn",
    "genuine/news_html/ifeng_1.html": "news.ifeng.com",
    "genuine/news_html/people_1.html": "finance.people.com.cn",
    "genuine/news_html/qq_2.html": "new.qq.com",
    "genuine/news_html/thepaper_3.html": "www.thepaper.cn",
    "genuine/news_html/xinhuanet_1.html": "www.xinhuanet.com",
}
EVERY = 60
"""Of the long lists of honest names one in so many is judged here."""


def judged(reference, case):
    return assess(case, reference, shipped())


def page_at(host, html):
    url = f"http://{host}/"
    view = View("desktop", url, (Hop(url, 200),), parse(html, url), observed_at=NOW)
    return Case(NOW, SiteKey(host), url, (view,))


@pytest.fixture(scope="module")
def real_texts(real_data, corpus_reference):
    rows = [json.loads(line) for line in (real_data / "ads" / "texts.jsonl").read_text().splitlines() if line.strip()]
    return [(row["label"], row["text"], judged(corpus_reference, Case(NOW, text=row["text"]))) for row in rows]


def test_real_adverts_rank_above_real_honest_texts(real_texts):
    ranked = sorted(real_texts, key=lambda r: (-r[2].score, r[0] == "ad"))
    told = [(label, round(a.score, 1), text[:30]) for label, text, a in ranked]
    assert average_precision([label == "ad" for label, _, _ in ranked]) >= ADVERT_AP, told


def test_real_adverts_are_shown(real_texts):
    missed = [(text[:40], round(a.score, 1)) for label, text, a in real_texts if label == "ad" and a.band not in SHOWN]
    assert 1 - len(missed) / sum(label == "ad" for label, _, _ in real_texts) >= RECALL, missed


def test_no_real_warning_news_or_school_is_shown(real_texts):
    assert [(text[:40], a.score) for label, text, a in real_texts if label != "ad" and a.band in SHOWN] == []


@pytest.mark.parametrize("name", sorted(HOMES))
def test_a_real_page_at_its_own_host_is_never_shown(real_data, corpus_reference, name):
    html = decode((real_data / name).read_bytes()).text
    assert judged(corpus_reference, page_at(HOMES[name], html)).band == "low"


@pytest.mark.parametrize("name", sorted(n for n in HOMES if "news" in n))
def test_a_real_news_page_is_never_shown_on_a_host_that_nobody_knows_either(real_data, corpus_reference, name):
    html = decode((real_data / name).read_bytes()).text
    assert judged(corpus_reference, page_at("www.reprinted.example", html)).band == "low"


def shown_by_name(reference, hosts):
    found = []
    for host in dict.fromkeys(h.strip().lower() for h in hosts if h.strip()):
        name, _, port = host.partition(":")
        case = Case(NOW, SiteKey(name, int(port) if port.isdigit() else 80), f"http://{host}/")
        assessment = judged(reference, case)
        found += [(host, round(assessment.score, 1))] if assessment.band in SHOWN else []
    return found


def column(path, name):
    with path.open(newline="", encoding="utf-8") as file:
        return [row[name] for row in csv.DictReader(file)]


def test_no_real_official_site_is_shown_by_its_name(real_data, corpus_reference):
    hosts = column(real_data / "names" / "cn_official_sites.csv", "host")
    assert shown_by_name(corpus_reference, hosts[::4]) == []


def test_no_provincial_platform_is_shown_by_its_address(real_data, corpus_reference):
    urls = column(real_data / "genuine" / "provincial_construction_platforms.csv", "url")
    assert shown_by_name(corpus_reference, [urlsplit(url).netloc for url in urls]) == []


def test_no_honest_name_with_an_agencys_token_in_it_is_shown(real_data, corpus_reference):
    hosts = column(real_data / "names" / "benign_token_hits.csv", "host")
    assert shown_by_name(corpus_reference, hosts) == []


@pytest.mark.parametrize(
    "name", ["alexa_top100k_2016.txt", "china_list_accelerated.txt", "shadowwhisperer_whitelist.txt"]
)
def test_no_popular_name_is_shown(real_data, corpus_reference, name):
    lines = [line.split() for line in (real_data / "names" / name).read_text().splitlines()]
    hosts = [words[0] for words in lines if words and "." in words[0] and not words[0].startswith("#")]
    assert len(hosts) > 300
    assert shown_by_name(corpus_reference, hosts[:: EVERY if len(hosts) > 1000 else 1]) == []
