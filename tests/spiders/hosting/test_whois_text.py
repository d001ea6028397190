"""Reading WHOIS answers: own ones in the registries' forms, and every real one at hand."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spiders.hosting.privacy import is_private
from spiders.hosting.whois_dates import parse_date
from spiders.hosting.whois_text import parse

CNNIC = """Domain Name: zhengshu-chaxun.cn
ROID: 20260213s10001s00000000-cn
Domain Status: clientTransferProhibited
Registrant: 某某网络科技有限公司
Registrant Contact Email: admin@zhengshu-chaxun.cn
Sponsoring Registrar: 阿里云计算有限公司（万网）
Name Server: dns1.hichina.com
Name Server: DNS2.HICHINA.COM
Registration Time: 2026-02-13 09:20:11
Expiration Time: 2027-02-13 09:20:11
DNSSEC: unsigned
"""
GTLD = """Domain Name: ZS-CX.TOP
Registrar WHOIS Server: whois.registrar.example
Updated Date: 0001-01-01T00:00:00.00Z
Creation Date: 2026-02-13T09:20:11.0Z
Registry Expiry Date: 2027-02-13T09:20:11-0700
Registrar: NameSilo, LLC
Domain Status: clientTransferProhibited https://icann.org/epp#clientTransferProhibited
Registrant Name: REDACTED FOR PRIVACY
Registrant Organization: {organization}
Registrant Email: Please query the RDDS service of the Registrar of Record
Name Server: NS1.DNSPOD.NET
Name Server: No nameserver
>>> Last update of WHOIS database: 2026-03-01T00:00:00Z <<<
Registrar: somebody else in the small print
"""
TWNIC = """Domain Name: zs.com.tw
   Domain Status: clientUpdateProhibited,clientTransferProhibited
   Registrant:

      某某股份有限公司
      Some Co., Ltd.
      Nobody  nobody@zs.com.tw
      +886.000000000

   Record expires on 2027-12-09 12:30:05 (UTC+8)
   Record created on 2025-12-09 (YYYY-MM-DD)

   Domain servers in listed order:
      ns1.zs.com.tw
      ns2.zs.com.tw

Registration Service Provider: NET-EXAMPLE
"""
HKIRC = """ ----------
 Whois server by HKIRC
 ----------
Domain Name:  ZS.HK
Domain Status: Active
Registrar Name: Some Registrar Limited
Registrar Contact Information: Email: help@registrar.example
Registrant Contact Information:
Company English Name (It should be the same as the registered/corporation name): SOME CO LIMITED
Company Chinese name:  -
Address: NOWHERE
Email: admin@zs.hk
Domain Name Commencement Date: 11-07-2025
Expiry Date: null
Technical Contact Information:
Email: tech@zs.hk
Name Servers Information:

NS1.ZS.HK
NS2.ZS.HK
"""
FREENOM = """
   Domain name:
      ZS.TK

   Organisation:
      Some Body
      Phone: +00 0

   Domain Nameservers:
      NS01.FREENOM.COM

   Domain registered: 11/29/2025
   Record will expire on: 01/03/2027
"""


def read(domain, text):
    return parse(domain, text.encode())


def test_cnnic_prints_beijing_time():
    facts = read("zhengshu-chaxun.cn", CNNIC).facts
    assert facts.created == datetime(2026, 2, 13, 1, 20, 11, tzinfo=UTC)
    assert facts.created.utcoffset() == timedelta(hours=8)
    assert facts.registrar == "阿里云计算有限公司（万网）"
    assert (facts.registrant, facts.email) == ("某某网络科技有限公司", "admin@zhengshu-chaxun.cn")
    assert facts.name_servers == ("dns1.hichina.com", "dns2.hichina.com")
    assert facts.statuses == ("clientTransferProhibited",)
    assert (facts.privacy, len(facts.raw_sha256)) == (False, 64)


def test_idn_answers_of_cnnic_are_beijing_time_too():
    facts = read("xn--6qq79v.xn--fiqs8s", CNNIC.replace("zhengshu-chaxun.cn", "你好.中国")).facts
    assert facts.created == datetime(2026, 2, 13, 1, 20, 11, tzinfo=UTC)


def test_old_gb_encoding_is_read():
    facts = parse("a.cn", CNNIC.encode("gb18030")).facts
    assert facts.registrant == "某某网络科技有限公司"


def test_generic_registry_answer_is_read_and_its_small_print_is_not():
    read_ = read("zs-cx.top", GTLD.format(organization="Some Co"))
    facts = read_.facts
    assert facts.created == datetime(2026, 2, 13, 9, 20, 11, tzinfo=UTC)
    assert facts.expires == datetime(2027, 2, 13, 16, 20, 11, tzinfo=UTC)
    assert facts.updated is None
    assert (facts.registrar, facts.registrant, facts.email) == ("NameSilo, LLC", "Some Co", "")
    assert facts.name_servers == ("ns1.dnspod.net",)
    assert read_.referral == "whois.registrar.example"


@pytest.mark.parametrize(
    ("organization", "private"),
    [
        ("REDACTED FOR PRIVACY", True),
        ("Domains By Proxy, LLC", True),
        ("WhoisGuard, Inc.", True),
        ("某市应急管理局", False),
    ],
)
def test_hidden_registrants_are_marked(organization, private):
    assert read("zs-cx.top", GTLD.format(organization=organization)).facts.privacy is private


@pytest.mark.parametrize(
    "name", ["生态环境保护局", "Environmental Protection Agency", "劳动保护研究所", "Agent Smith Ltd"]
)
def test_bodies_that_protect_something_are_not_hidden(name):
    assert not is_private(name)


def test_block_format_of_twnic_is_read():
    facts = read("zs.com.tw", TWNIC).facts
    assert facts.created.isoformat() == "2025-12-09T00:00:00+08:00"
    assert facts.expires.isoformat() == "2027-12-09T12:30:05+08:00"
    assert (facts.registrant, facts.email) == ("某某股份有限公司", "nobody@zs.com.tw")
    assert facts.name_servers == ("ns1.zs.com.tw", "ns2.zs.com.tw")
    assert facts.statuses == ("clientUpdateProhibited", "clientTransferProhibited")
    assert facts.registrar == "NET-EXAMPLE"


def test_block_format_of_hkirc_is_read_with_the_day_first():
    facts = read("zs.hk", HKIRC).facts
    assert facts.created.isoformat() == "2025-07-11T00:00:00+08:00"
    assert facts.expires is None
    assert (facts.registrant, facts.email) == ("SOME CO LIMITED", "admin@zs.hk")
    assert facts.name_servers == ("ns1.zs.hk", "ns2.zs.hk")


def test_block_format_of_freenom_is_read_with_the_month_first():
    facts = read("zs.tk", FREENOM).facts
    assert (facts.created.date().isoformat(), facts.expires.date().isoformat()) == ("2025-11-29", "2027-01-03")
    assert (facts.registrant, facts.name_servers) == ("Some Body", ("ns01.freenom.com",))


def test_python_whois_reads_a_format_that_we_do_not_know():
    nominet = (
        "    Domain name:\n        zs.co.uk\n\n    Registrar:\n        Some Registrar [Tag = X]\n\n    Relevant dates:\n"
        "        Registered on: 26-Jul-2025\n        Expiry date:  26-Jul-2027\n\n    Name servers:\n        ns1.zs.co.uk\n"
    )
    facts = read("zs.co.uk", nominet).facts
    assert facts.created.date().isoformat() == "2025-07-26"
    assert facts.registrar.startswith("Some Registrar")


@pytest.mark.parametrize(
    "text",
    [
        "No matching record.\r\n",
        'No match for "ZS.COM".\r\n>>> Last update',
        "NOT FOUND",
        "No Found",
        "No Data Found",
        "The domain has not been registered.",
        "% No entries found",
        "Domain: zs.de\nStatus: free\n",
        "DOMAIN NOT FOUND",
    ],
)
def test_no_such_domain_is_a_known_fact(text):
    answer = read("zs.com", text)
    assert (answer.state, answer.facts.registered, answer.facts.statuses) == ("ok", False, ())


@pytest.mark.parametrize(
    "text",
    [
        "The domain you requested is prohibited.",
        "Sorry, The domain you requested is in the reserved list.",
        "Not available for second level registration.",
    ],
)
def test_reserved_names_belong_to_nobody_and_say_so(text):
    facts = read("zs.cn", text).facts
    assert (facts.registered, facts.statuses) == (False, ("reserved",))


@pytest.mark.parametrize(
    "text",
    [
        "Your connection limit exceeded. Please slow down and try again later.",
        "WHOIS LIMIT EXCEEDED - SEE WWW.PIR.ORG",
        "Number of allowed queries exceeded.",
        "%% Maximum query rate reached",
        "Queried interval is too short.",
        "查询过于频繁",
    ],
)
def test_a_rate_limit_is_a_refusal_and_never_a_no(text):
    answer = read("zs.com", text)
    assert (answer.state, answer.facts) == ("refused", None)
    assert answer.why.startswith("E_WHOIS")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b" \r\n",
        b"\xff\x00\x80\x07" * 200,
        b"<html><title>404 Not Found</title></html>",
        b"hello there",
        b"HTTP/1.1 404 Not Found\r\n\r\n",
        b"Status: not found\x01\x02\x03" + b"\x04" * 40,
    ],
)
def test_garbage_is_a_failure_and_never_a_no(raw):
    answer = parse("zs.com", raw)
    assert (answer.state, answer.facts) == ("failed", None)
    assert "E_WHOIS" in answer.why
    assert answer.why.isprintable()


@pytest.mark.parametrize("tld", ["hk", "ua", "com", "cn", "tw", "uk", "it", "mx"])
@pytest.mark.parametrize(
    "unit", ["a", "a.", "\n", " \n", "*", "Registrant:\n", "contact: x\n", ":", "Name Server: ", "a-"]
)
def test_hostile_answers_are_read_in_bounded_time(tld, unit):
    raw = (unit * 65536)[:65536].encode()
    began = time.process_time()
    parse(f"zs.{tld}", raw)
    assert time.process_time() - began < 1.0


@given(st.binary(max_size=400))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_answered_without_an_exception(raw):
    answer = parse("zs.com", raw)
    assert answer.facts is not None or answer.why


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001 - what registries print has no zone
def test_dates_without_zone_are_utc_and_for_cnnic_eight_hours_earlier(moment):
    moment = moment.replace(microsecond=0)
    text = moment.strftime("%Y-%m-%d %H:%M:%S")
    assert parse_date(text, "com") == moment.replace(tzinfo=UTC)
    assert parse_date(text, "cn") == moment.replace(tzinfo=UTC) - timedelta(hours=8)


@pytest.mark.parametrize(
    "text", ["", "null", "0001-01-01T00:00:00Z", "9999-12-31", "2026-13-45", "31-feb-2026", "x" * 500]
)
def test_what_is_no_date_is_none(text):
    assert parse_date(text, "com") is None


REGISTERED_WITHOUT_DATES = {"noterror__gov_fda.gov", "noterror__gov_us.gov", "noterror__name_github.name"} | {
    "noterror__name_google.name",
    "noterror__tk_yazeji.tk",
}


def real_answers(real_data):
    for file in sorted((real_data / "whois" / "raw").glob("*.txt")):
        source, _, rest = file.stem.partition("__")
        domain = {"asyncwhois": f"x.{rest[4:]}", "strindex": rest}.get(source) or rest.partition("_")[2] or rest
        if source == "weppos":
            domain = f"x.{rest.split('__')[1] if '__' in rest else 'com'}"
        yield file.stem, domain, file.read_bytes()


def test_every_real_answer_says_what_it_is(real_data):
    for stem, domain, raw in real_answers(real_data):
        answer = parse(domain, raw)
        assert answer.facts is not None, (stem, answer.why)
        free = "notfound" in stem or "available" in stem or "reserved" in stem
        assert answer.facts.registered is not free, stem
        if not free and stem not in REGISTERED_WITHOUT_DATES:
            assert answer.facts.created is not None, stem
            assert answer.facts.registrar or answer.facts.registrant, stem


def test_real_answers_agree_with_their_collectors_reading(real_data):
    compared = 0
    for stem, domain, raw in real_answers(real_data):
        file = real_data / "whois" / "parsed" / f"{stem.partition('__')[2]}.json"
        if not stem.startswith("noterror") or not file.exists():
            continue
        facts, expected = parse(domain, raw).facts, json.loads(file.read_text(encoding="utf-8"))
        assert sorted(facts.name_servers) == sorted(expected["domain"].get("name_servers", [])), stem
        statuses = {s.lower() for s in expected["domain"].get("status", [])}
        assert {s.lower() for s in facts.statuses} == statuses, stem
        assert facts.registrar == expected.get("registrar", {}).get("name", ""), stem
        printed = expected["domain"].get("created_date_in_time")
        if printed and facts.created is not None:  # the collector takes local time for UTC
            difference = abs(facts.created - datetime.fromisoformat(printed))
            assert difference <= timedelta(hours=15), stem
        compared += 1
    assert compared >= 40
