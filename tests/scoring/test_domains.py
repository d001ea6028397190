from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.domains import (
    is_gov_label,
    is_ip,
    is_public_suffix,
    normalise_host,
    private_suffix,
    registrable_domain,
    split,
    unicode_host,
)


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("WWW.MEM.GOV.CN", "www.mem.gov.cn"),
        ("www.mem.gov.cn.", "www.mem.gov.cn"),
        ("ｃｘ．ｍｅｍ．ｇｏｖ。ｃｎ", "cx.mem.gov.cn"),
        ("gov。cn", "gov.cn"),
        ("*.zs-cx.top", "zs-cx.top"),
        ("zs-cx.top:8443", "zs-cx.top"),
        ("http://user:pw@cx.mem.gov.cn:8080/a?b@c#d", "cx.mem.gov.cn"),
        ("//cx.mem.gov.cn/x", "cx.mem.gov.cn"),
        ("https:\\\\cx.mem.gov.cn\\x", "cx.mem.gov.cn"),
        ("_dmarc.foo_bar.com", "_dmarc.foo_bar.com"),
        ("应急查询.中国", "xn--extu8ac1n6m4b.xn--fiqs8s"),
        ("❤.ws", "xn--qei.ws"),
        ("bücher.de", "xn--bcher-kva.de"),
        ("117.73.255.95:8081", "117.73.255.95"),
        ("2130706433", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("[::1]:80", "::1"),
        ("2001:DB8::1", "2001:db8::1"),
    ],
)
def test_a_host_has_one_spelling(typed: str, host: str) -> None:
    assert normalise_host(typed) == host


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        ("http:///path", "empty"),
        ("a..b", "empty label"),
        ("x" * 300 + ".com", "longer than 253"),
        ("x" * 64 + ".com", "longer than 63"),
        ("xn--a", "does not decode"),
        ("a b.com", "no host name has"),
        ("<script>.com", "no host name has"),
        ("1.2.3.4.5", "no IPv4"),
        ("256.1.1.1", "no IPv4"),
        ("09.1.1.1", "no IPv4"),
        ("a:b:c", "not an IPv6"),
        ("z" * 5000, "longer than 4096"),
        ("\udcff\udcfe.com", "empty label"),
    ],
)
def test_what_is_no_host_is_refused_with_the_reason(typed: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        normalise_host(typed)


@given(st.text(max_size=300) | st.text(alphabet="xn-.0a:[]@/%。", max_size=40))
@settings(deadline=None)
def test_any_text_is_a_stable_host_or_refused(text: str) -> None:
    try:
        host = normalise_host(text)
    except ValueError:
        return
    assert normalise_host(host) == host
    assert host.isascii()
    assert isinstance(unicode_host(host), str)
    assert isinstance(registrable_domain(host), str)


@given(st.binary(max_size=120))
def test_bytes_read_as_text_give_a_host_or_a_reason(raw: bytes) -> None:
    try:
        host = normalise_host(raw.decode("utf-8", "surrogateescape"))
    except ValueError as error:
        host = f"refused: {error}"
    assert host not in {"", "refused: "}


@pytest.mark.parametrize(
    ("host", "domain", "shared"),
    [
        ("cx.mem.gov.cn.zs-cx.top", "zs-cx.top", ""),
        ("cx.mem.gov.cn", "mem.gov.cn", ""),
        ("gov.cn", "", ""),
        ("my.chsi.com.cn", "chsi.com.cn", ""),
        ("a.b.github.io", "github.io", "github.io"),
        ("gov-cn.someone.workers.dev", "workers.dev", "workers.dev"),
        ("cx-mem-gov.cn.com", "cn.com", "cn.com"),
        ("117.73.255.95", "", ""),
        ("::1", "", ""),
        ("localhost", "", ""),
    ],
)
def test_what_was_registered_and_what_is_shared(host: str, domain: str, shared: str) -> None:
    assert registrable_domain(host) == domain
    assert private_suffix(host) == shared


@pytest.mark.parametrize(
    "host", ["gov.cn", "www.gov.cn", "cx.mem.gov.cn", "xn--extu8a.xn--zfr164b", "a.xn--zfr164b.cn"]
)
def test_gov_suffixes_count_at_a_label_boundary(host: str) -> None:
    assert is_gov_label(host)


@pytest.mark.parametrize(
    "host", ["zhagov.cn", "luozhuang-gov.cn", "gov.cn.xx.com", "gov-cn.com", "gov.cnn16", "mygov.cn", "gov.com.cn", ""]
)
def test_nothing_else_counts_as_gov(host: str) -> None:
    assert not is_gov_label(host)


def test_ip_literals_and_suffixes_are_told_from_names() -> None:
    assert is_ip("1.2.3.4")
    assert is_ip("::1")
    assert not is_ip("1.2.3.4.example")
    assert is_public_suffix("gov.cn")
    assert not is_public_suffix("mem.gov.cn")
    assert split("a.b.mem.gov.cn") == ("a.b", "mem", "gov.cn")
