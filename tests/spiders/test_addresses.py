"""The deny table line by line, and every spelling of loopback."""

from __future__ import annotations

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.addresses import DENY_V4, DENY_V6, AllowList, classify, parse_literal

LOOPBACK = (
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "①②⑦.⓪.⓪.①",
    "127.0.0.1.",
    "127。0。0。1",
    "１２７.0.0.1",
    "%31%32%37.0.0.1",
    "0x7f.1",
    "0X7F.0.0.1",
    "017700000001",
    "127.0.1",
    "１２７．０．０．１",
    "127\u200b.0.0.\u00ad1",
    " 127.0.0.1 ",
    "𝟙𝟚𝟟.𝟘.𝟘.𝟙",
)


@pytest.mark.parametrize(("network", "reason"), [*DENY_V4, *DENY_V6], ids=str)
def test_first_and_last_address_of_every_denied_network_are_refused(network, reason):
    for address in (network[0], network[-1]):
        assert classify(str(address))
    middle = network[network.num_addresses // 3]
    assert reason in (classify(str(middle)) or "") or classify(str(middle)) in {"云元数据", "环回", "未指定"}


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("127.0.0.1", "环回"),
        ("10.1.2.3", "内网"),
        ("172.31.255.255", "内网"),
        ("192.168.1.1", "内网"),
        ("169.254.10.10", "链路本地"),
        ("169.254.169.254", "云元数据"),
        ("100.100.100.200", "云元数据"),
        ("168.63.129.16", "云元数据"),
        ("fd00:ec2::254", "云元数据"),
        ("::ffff:169.254.169.254", "IPv4 映射：云元数据"),
        ("100.64.0.1", "运营商级 NAT"),
        ("203.0.113.9", "文档示例"),
        ("255.255.255.255", "广播"),
        ("::1", "环回"),
        ("::", "未指定"),
        ("::7f00:1", "IPv4 兼容：环回"),
        ("::ffff:10.0.0.1", "IPv4 映射：内网"),
        ("64:ff9b::7f00:1", "NAT64：环回"),
        ("64:ff9b::808:808", "NAT64"),
        ("2002:7f00:1::", "6to4：环回"),
        ("2001:0:4136:e378:8000:63bf:80ff:fffe", "Teredo：环回"),
        ("fe80::1%eth0", "链路本地"),
        ("fec0::1", "内网"),
        ("3fff::1", "文档示例"),
        ("4000::1", "未分配"),
        ("e000::1", "未分配"),
        ("cx.mem.gov.cn", "无法识别的地址"),
        ("", "无法识别的地址"),
        ("127.1", "无法识别的地址"),
    ],
)
def test_reserved_address_is_refused_with_its_class(address, reason):
    assert classify(address) == reason


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "117.73.255.95",
        "::ffff:1.1.1.1",
        "2400:3200::1",
        "172.32.0.1",
        "172.15.255.255",
        "11.0.0.1",
        "100.128.0.1",
        "126.255.255.255",
        "128.0.0.1",
        "223.255.255.255",
        "192.0.1.1",
        "198.20.0.1",
        "2606:4700::1",
    ],
)
def test_public_address_and_its_nearest_reserved_neighbours_pass(address):
    assert classify(address) is None


@pytest.mark.parametrize("host", LOOPBACK)
def test_every_spelling_of_loopback_is_read_as_loopback(host):
    assert parse_literal(host) == "127.0.0.1"


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("0", "0.0.0.0"),
        ("0x", "0.0.0.0"),
        ("0.0.0.0", "0.0.0.0"),
        ("[::1]", "::1"),
        ("[::ffff:127.0.0.1]", "::ffff:7f00:1"),
        ("::ffff:127.0.0.1", "::ffff:7f00:1"),
        ("[fe80::1%25eth0]", "fe80::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("[：：1]", "::1"),
        ("169.254.43518", "169.254.169.254"),
        ("0xa9fea9fe", "169.254.169.254"),
        ("4294967295", "255.255.255.255"),
        ("117.73.255.95", "117.73.255.95"),
    ],
)
def test_other_spellings_of_addresses_are_read(host, address):
    parsed = parse_literal(host)
    assert parsed is not None
    assert ipaddress.ip_address(parsed) == ipaddress.ip_address(address)


@pytest.mark.parametrize(
    "host",
    [
        "cx.mem.gov.cn",
        "1.2.3.4.5",
        "256.1.1.1",
        "4294967296",
        "1..1",
        "",
        ".",
        "127.0.0.1.nip.io",
        "08.1.1.1",
        "0x7g",
        "١٢٧.0.0.1",
        "a" * 400,
        "1" * 290,
        "localhost",
        "[::1",
        "::1::",
        "12306.cn",
        "1e3",
    ],
)
def test_name_or_nonsense_is_no_address(host):
    assert parse_literal(host) is None


@given(st.ip_addresses(v=4))
def test_ordinary_spelling_round_trips_and_every_private_ipv4_is_refused(address):
    assert parse_literal(str(address)) == str(address)
    if not address.is_global or address.is_multicast or address.is_reserved:
        assert classify(str(address))


@given(st.ip_addresses(v=6))
def test_no_ipv6_that_the_standard_library_calls_private_passes(address):
    parsed = parse_literal(f"[{address}]")
    assert parsed is not None
    assert ipaddress.ip_address(parsed) == address
    if not address.is_global and address.ipv4_mapped is None:
        assert classify(str(address))


@given(st.ip_addresses(v=4))
def test_embedding_never_turns_a_refused_address_into_an_allowed_one(address):
    if classify(str(address)):
        number = int(address)
        for prefix in ("::", "::ffff:", "64:ff9b::"):
            assert classify(f"{prefix}{number >> 16:x}:{number & 0xFFFF:x}")
        assert classify(f"2002:{number >> 16:x}:{number & 0xFFFF:x}::1")


@given(st.lists(st.integers(0, 0xFFFFFFFF), min_size=1, max_size=4), st.sampled_from(["d", "#x", "o"]))
def test_whatever_inet_aton_accepts_is_read_the_same(numbers, form):
    prefix = "0" if form == "o" else ""
    host = ".".join(prefix + format(n, form) for n in numbers)
    try:
        expected = socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        expected = None
    assert parse_literal(host) == expected


@given(st.text(max_size=60))
def test_any_text_is_answered_without_an_exception(text):
    parsed = parse_literal(text)
    assert parsed is None or ipaddress.ip_address(parsed)
    assert classify(text) is None or classify(text)


def test_allowed_documentation_network_passes_and_nothing_else_does():
    allow = AllowList(["203.0.113.0/24", "2001:db8::/32"])
    assert allow.refusal("203.0.113.9") is None
    assert allow.refusal("::ffff:203.0.113.9") is None
    assert "2001:db8::5" in allow
    assert allow.refusal("198.51.100.1") == "文档示例"
    assert allow.refusal("127.0.0.1") == "环回"
    assert allow.refusal("64:ff9b::cb00:7109") == "NAT64：文档示例"


def test_metadata_is_refused_whatever_is_allowed():
    assert AllowList(["169.254.0.0/16"]).refusal("169.254.169.254") == "云元数据"


def test_own_public_address_is_refused():
    assert AllowList(own=["8.8.4.4"]).refusal("::ffff:8.8.4.4") == "本机"


def test_a_network_that_is_none_is_reported():
    with pytest.raises(ValueError):
        AllowList(["203.0.113.0/33"])
