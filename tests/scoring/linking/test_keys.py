"""Which keys a case gives, and above all which it does not."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.case import Case, DnsFacts, Fact, NetworkFacts, PictureFacts, RegistrationFacts, SiteKey, TlsFacts
from scoring.engine import assess
from scoring.linking.keys import MOST, keys_of
from scoring.linking.layout import bands
from scoring.linking.places import holder, place_of
from scoring.linking.types import TYPES
from scoring.result import Assessment, Row
from scoring.weights import shipped
from tests.scoring.conftest import GENUINE_PAGE, NOW, make_case, make_view

BAIDU = "0123456789abcdef0123456789abcdef"
COUNTER = f'<script>var s="https://hm.baidu.com/hm.js?{BAIDU}"</script>'
KIT = (
    "<html><body>"
    + "".join(
        f'<div class="kit-{n} zj-row{n}"><span class=l{n}>项目{n}</span><b id=v{n}>第{n}项甲乙丙丁</b></div>'
        for n in range(12)
    )
    + "<p>以上内容由本站登记备查，扫码所见与登记一致，如有出入以登记为准，请妥善保管。</p></body></html>"
)


def judged(kind: str = "site", *signals: str, impersonates: str | None = None) -> Assessment:
    rows = tuple(Row(s, 1.0, "") for s in signals)
    return Assessment(kind, 95.0, "high", impersonates, rows, (), "1")


@pytest.fixture
def found(reference):
    def of(case: Case, verdict: Assessment | None = None) -> dict[str, set[str]]:
        keys: dict[str, set[str]] = {}
        for key in keys_of(case, reference, verdict):
            keys.setdefault(key.type, set()).add(key.value)
        return keys

    return of


def hosted(host: str = "f.example.com", html: str = "<p>x</p>", **facts: Any) -> Case:
    """A case with registration (keywords of its facts), ``addresses``, ``name_servers``, ``network`` and ``tls``."""
    records = {"A": facts.pop("addresses", ()), "NS": facts.pop("name_servers", ())}
    network, tls = facts.pop("network", ""), facts.pop("tls", None)
    case = make_case(html, host=host, age=facts.pop("age", 100))
    whois = dataclasses.replace(case.hosting.whois.value or RegistrationFacts(), **facts)
    hosting = dataclasses.replace(
        case.hosting,
        whois=Fact("ok", whois),
        dns=Fact("ok", DnsFacts(records)),
        networks=Fact("ok", tuple(NetworkFacts(a, name=network) for a in records["A"])) if network else Fact(),
        tls=Fact("ok", tls) if tls else Fact(),
    )
    return dataclasses.replace(case, hosting=hosting)


def test_every_key_is_of_a_known_type_and_names_where_it_was_seen(reference) -> None:
    case = hosted(
        html=f"{COUNTER}<p>微信：zs_test88</p>", addresses=("203.0.113.9",), registrar="某某", email="a@b.example"
    )
    keys = keys_of(case, reference)
    assert {k.type for k in keys} >= {"analytics", "contact", "ip", "registrant_email", "batch", "domain"}
    assert all(k.type in TYPES and k.evidence.quote and k.evidence.where for k in keys)


def test_one_number_is_one_contact_under_every_label(found) -> None:
    assert found(make_case("<p>微信：13800138000</p>"))["contact"] == {"phone:13800138000"}
    assert (
        found(make_case("<p>QQ：1234567890</p>"))["contact"] == found(make_case("<p>微信：1234567890</p>"))["contact"]
    )
    assert (
        found(make_case("<p>微信：zs_test-88</p>"))["contact"] == found(make_case("<p>微信：zstest88</p>"))["contact"]
    )


def test_a_warning_gives_no_contacts(found) -> None:
    case = make_case("<p>警方提醒：骗子的微信：zstest88</p>")
    assert "contact" not in found(case, judged("advert", "quoting_context"))
    assert "contact" in found(case, judged("advert"))


def test_a_genuine_platforms_mail_and_counter_are_nobodys(found, reference) -> None:
    own = next(iter(reference.analytics))
    page = f'<p>kefu@chsi.com.cn</p><script>var a="https://hm.baidu.com/hm.js?{own}"</script>'
    assert found(make_case(page)).keys() & {"contact", "analytics"} == set()


def test_a_genuine_icon_and_a_programs_default_are_nobodys(found) -> None:
    for icon, keys in ((77, set()), (-297069493, set()), (4711, {"4711"})):
        case = make_case(views=[make_view("<p>x</p>", favicon_mmh3=icon)])
        assert found(case).get("favicon", set()) == keys


def test_the_genuine_layout_gives_no_template(found) -> None:
    assert found(make_case(GENUINE_PAGE), judged(impersonates="mem-cx")).keys() & {"template", "wording"} == set()
    assert found(make_case(KIT), judged(impersonates="mem-cx")).keys() >= {"template", "wording"}


def test_a_page_that_imitates_a_platform_of_which_no_page_is_at_hand_gives_no_template(found) -> None:
    assert found(make_case(KIT), judged(impersonates="chsi")).keys() & {"template", "wording"} == set()


def test_near_copies_share_a_band_and_strangers_share_none(found) -> None:
    first = found(make_case(KIT, host="a.example.com"))["template"]
    changed = KIT.replace("kit-3 ", "kit-x ").replace("项目7", "科目七")
    other = "".join(
        f"<section class=q{n}><h4>第{n}节</h4><ul><li class=w{n}>文<em>字</em></li></ul></section>" for n in range(12)
    )
    assert first & found(make_case(changed, host="b.example.com"))["template"]
    assert not first & found(make_case(f"<html><body>{other}</body></html>", host="c.example.com"))["template"]


def test_an_old_domain_and_a_shared_host_give_no_keys_of_the_host(found) -> None:
    facts = {"addresses": ("203.0.113.9",), "registrar": "某某", "email": "a@b.example", "html": COUNTER + KIT}
    hosting = {"ip", "batch", "registrant_email"}
    assert found(hosted(**facts)).keys() >= hosting | {"analytics"}
    assert found(hosted(age=3000, **facts)).keys() & (hosting | {"analytics"}) == set()
    assert found(hosted("a.github.io", **facts)).keys() & hosting == set()


def test_a_post_on_an_old_portal_gives_none_of_the_portals_looks(found) -> None:
    assert "template" not in found(hosted(age=3000, html=KIT), judged("advert"))
    assert "template" in found(hosted(age=3000, html=KIT), judged("site", impersonates="mem-cx"))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"registrant": "某某科技有限公司"}, {"registrant_org": {"某某科技有限公司"}}),
        ({"registrant": "Mou Mou Co., Ltd."}, {"registrant_org": {"moumoucoltd"}}),
        ({"registrant": "张某"}, {"registrant": {"张某"}}),
        ({"registrant": "REDACTED FOR PRIVACY"}, {}),
        ({"registrant": "张某", "privacy": True}, {}),
        ({"registrant": "域名注册商", "registrar": "域名注册商"}, {}),
        ({"email": "Lt88@Example.com"}, {"registrant_email": {"lt88@example.com"}}),
        ({"email": "abuse@example.com"}, {}),
        ({"email": "x1y2@whoisprotect.example"}, {}),
        ({"email": "service@namesilo.com", "registrar": "NameSilo, LLC"}, {}),
    ],
)
def test_only_whoever_registered_it_himself_is_a_registrant(found, facts, expected) -> None:
    keys = found(hosted(**facts))
    assert {k: v for k, v in keys.items() if k.startswith("registrant")} == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"addresses": ("203.0.113.9",)}, {"203.0.113.9"}),
        ({"addresses": ("203.0.113.9",), "network": "CLOUDFLARENET"}, set()),
        ({"addresses": tuple(f"203.0.113.{n}" for n in range(9))}, set()),
    ],
)
def test_an_address_that_a_delivery_network_serves_is_no_key(found, facts, expected) -> None:
    assert found(hosted(**facts)).get("ip", set()) == expected


@pytest.mark.parametrize(
    ("servers", "registrar", "expected"),
    [
        (("ns1.crew-dns.example", "ns2.crew-dns.example"), "某某", {"crew-dns.example"}),
        (("dns9.hichina.com",), "", set()),
        (("lee.ns.cloudflare.com",), "", set()),
        (("ns-1.awsdns-07.co.uk",), "", set()),
        (("ns1.sometown-names.com",), "Sometown Inc.", set()),
    ],
)
def test_name_servers_that_a_provider_gives_to_all_are_no_key(found, servers, registrar, expected) -> None:
    assert found(hosted(name_servers=servers, registrar=registrar)).get("name_server", set()) == expected


def test_a_certificate_names_other_holders_and_a_service_for_many_names_none(found) -> None:
    names = ("f.example.com", "www.crew.top", "www.mem.gov.cn")
    keys = found(hosted("f.crew2.top", tls=TlsFacts(names=names, sha256="ab")))
    assert (keys["certificate"], keys["cert_name"]) == ({"ab"}, {"example.com", "crew.top"})
    many = tuple(f"a{n}.top" for n in range(12))
    assert found(hosted(tls=TlsFacts(names=many, sha256="ab"))).keys() & {"certificate", "cert_name"} == set()


def test_redirects_links_and_named_addresses_lead_to_places(found) -> None:
    page = (
        "<a href='http://www.crew.top/x'>查</a><a href='https://cx.mem.gov.cn/'>官</a><a href='https://www.baidu.com/'>百</a>"
        "<p>查询网址 cx.named.cn，正版 cx.mem.gov.cn，文件 readme.txt 版本 1.2.3</p><meta http-equiv=refresh content='0;url=http://go.away.top/'>"
    )
    keys = found(make_case(page, host="f.example.com"))
    assert keys["link"] == {"crew.top", "named.cn"}
    assert keys["redirect"] == {"away.top"}


def test_a_directory_gives_no_links(found) -> None:
    many = "".join(f"<a href='http://site{n}.top/'>x</a>" for n in range(60))
    assert "link" not in found(make_case(many))


@pytest.mark.parametrize(
    ("content", "keys"),
    [
        ("http://s.crew.top/c?id=9", {"crew.top"}),
        ("https://u.wechat.com/AbCdEf1", {"https://u.wechat.com/AbCdEf1"}),
        ("https://cx.mem.gov.cn/", set()),
        ("证书编号 12345", set()),
    ],
)
def test_a_code_names_the_place_it_opens_or_whom_it_adds(found, content, keys) -> None:
    picture = PictureFacts("http://a.example.com/q.png", "c" * 64, qr=Fact("ok", (content,)))
    assert found(make_case("<p>x</p>", pictures=(picture,))).get("qr", set()) == keys


@pytest.mark.parametrize(
    ("site", "place"),
    [
        (SiteKey("cx.mem.gov.cn.zs-cx.top"), "zs-cx.top"),
        (SiteKey("a.b.github.io"), "b.github.io"),
        (SiteKey("203.0.113.9", 8081), "203.0.113.9:8081"),
        (SiteKey("gitee.com", 80, "/crew"), "gitee.com/crew"),
    ],
)
def test_a_place_is_what_one_holder_has(site, place) -> None:
    assert place_of(site) == place


@given(st.text(max_size=200))
def test_any_page_gives_bounded_keys(reference, text) -> None:
    keys = keys_of(make_case(f"<p>{text}</p><a href='http://{text}'>x</a>"), reference)
    assert len(keys) <= MOST
    assert all(len(k.value) <= 300 for k in keys)


def test_the_same_case_gives_the_same_keys_in_the_same_order(reference) -> None:
    case = hosted(html=COUNTER + KIT, addresses=("203.0.113.9",), registrar="某某", registrant="张某")
    verdict = assess(case, reference, shipped())
    assert keys_of(case, reference, verdict) == keys_of(case, reference, verdict)
    assert case.now == NOW


@given(st.sets(st.text("abcdef", min_size=3, max_size=6), min_size=15, max_size=60))
def test_bands_do_not_depend_on_order(features) -> None:
    assert bands(sorted(features)) == bands(sorted(features, reverse=True))


def test_a_holder_below_a_shared_suffix_is_the_label_there() -> None:
    assert [holder(h) for h in ("x.y.vercel.app", "www.example.com.cn", "com")] == [
        "y.vercel.app",
        "example.com.cn",
        "com",
    ]
