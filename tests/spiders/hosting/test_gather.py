"""All look-ups of a site together, against name server, WHOIS and a certificate on loopback."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime

import pytest

from scoring.case import Hosting, SiteKey
from spiders.hosting.dns import Resolver
from spiders.hosting.gather import HostingTools, domain_of, gather
from spiders.hosting.joining import Joining
from spiders.options import Options

NOW = datetime.fromisoformat("2026-03-01T02:00:00+08:00")
ZONE = {
    ("cx.zs-cx.top", "A"): ["203.0.113.10"],
    ("inside.zs-cx.top", "A"): ["203.0.113.10", "10.0.0.5"],
    ("zs-cx.top", "NS"): ["ns1.dnspod.net."],
} | {(f"h{i}.zs-cx.top", "A"): ["203.0.113.10"] for i in range(50)}
RECORD = (
    b"Domain Name: ZS-CX.TOP\r\nRegistrar: R Ltd\r\nCreation Date: 2026-02-13T09:20:11Z\r\nName Server: NS1.X.COM\r\n"
)


@pytest.fixture
def networks(tmp_path):
    file = tmp_path / "networks.tsv"
    file.write_text("203.0.113.0\t203.0.113.255\t13335\tUS\tCLOUDFLARENET\n", encoding="utf-8")
    return str(file)


def run(dns_server, text_server, networks, sites, whois_reply=None, fetch=None, **settings):
    async def answer(_, writer):
        writer.write(RECORD)

    async def no_rdap(url):
        asked.append(url)
        return 404, b"{}", url

    async def closed(_, writer):
        writer.write(b"HTTP/1.1 502 X\r\n\r\n")

    async def main():
        async with (
            dns_server(ZONE) as names,
            text_server(whois_reply or answer) as whois,
            text_server(closed, first_line=False) as proxy,
        ):
            options = Options(
                nameservers=(names.address,),
                whois=whois.address,
                proxy=f"http://{proxy.address}",
                networks=networks,
                now=NOW,
                allow_networks=("203.0.113.0/24",),
                **{"dns_timeout": 10, "whois_timeout": 20, **settings},
            )
            tools = HostingTools.for_options(options, Resolver(options.nameservers, 10), fetch or no_rdap)
            found = await asyncio.gather(*(gather(site, options, tools) for site in sites))
            return found, whois, proxy

    asked: list[str] = []
    found, whois, proxy = asyncio.run(main())
    return found, whois, proxy, asked


def test_every_fact_says_when_and_from_where(dns_server, text_server, networks):
    found, *_ = run(dns_server, text_server, networks, [SiteKey("cx.zs-cx.top")])
    hosting, raw = found[0]
    assert isinstance(hosting, Hosting)
    facts = (hosting.dns, hosting.whois, hosting.rdap, hosting.networks, hosting.tls)
    assert [f.state for f in facts] == ["ok", "ok", "unknown", "ok", "ok"]
    assert all(f.observed_at == NOW for f in facts)
    assert [f.origin.partition(":")[0] for f in facts] == ["dns", "whois", "rdap", "network", "tls"]
    assert hosting.dns.value.records["NS"] == ("ns1.dnspod.net",)
    assert hosting.whois.value.registrar == "R Ltd"
    assert hosting.networks.value[0].name == "CLOUDFLARENET"
    assert (hosting.tls.value, raw) == (None, {"whois.txt": RECORD, "rdap.json": b"{}"})


def test_fifty_hosts_of_one_domain_ask_the_registry_once(dns_server, text_server, networks):
    sites = [SiteKey(f"h{i}.zs-cx.top") for i in range(50)]
    found, whois, _, asked = run(dns_server, text_server, networks, sites)
    assert whois.requests == [b"zs-cx.top\r\n"]
    assert asked == ["https://rdap.org/domain/zs-cx.top"]
    assert all(hosting.whois.known and raw["whois.txt"] == RECORD for hosting, raw in found)


def test_registries_are_asked_four_at_a_time(dns_server, text_server, networks):
    async def slow(_, writer):
        await asyncio.sleep(0.05)
        writer.write(RECORD)

    _, whois, *_ = run(dns_server, text_server, networks, [SiteKey(f"d{i}.com") for i in range(20)], slow)
    assert len(whois.requests) == 20
    assert whois.most_open <= 5  # a socket may be closing while the next one opens


@pytest.mark.parametrize("host", ["117.73.255.95", "2001:db8::1"])
def test_a_bare_address_has_no_registration_and_says_so(dns_server, text_server, networks, host):
    found, whois, _, asked = run(dns_server, text_server, networks, [SiteKey(host, 8081)])
    hosting, _ = found[0]
    for fact in (hosting.dns, hosting.whois, hosting.rdap):
        assert (fact.state, fact.value) == ("unknown", None)
        assert "IP 地址" in fact.why
    assert (whois.requests, asked) == ([], [])


def test_a_name_that_resolves_inside_is_not_probed(dns_server, text_server, networks):
    found, _, proxy, _ = run(dns_server, text_server, networks, [SiteKey("inside.zs-cx.top")])
    tls = found[0][0].tls
    assert (tls.state, proxy.requests) == ("refused", [])
    assert tls.why.startswith("E_NET_PRIVATE")
    assert "10.0.0.5（内网）" in tls.why


def test_an_address_outside_of_the_table_is_unknown_and_never_without_network(dns_server, text_server, networks):
    found, *_ = run(dns_server, text_server, networks, [SiteKey("117.73.255.95")])
    fact = found[0][0].networks
    assert (fact.state, fact.value) == ("unknown", None)
    assert "117.73.255.95" in fact.why


def test_a_missing_name_leaves_network_and_certificate_unknown(dns_server, text_server, networks):
    found, _, proxy, _ = run(dns_server, text_server, networks, [SiteKey("gone.zs-cx.top")])
    hosting, _ = found[0]
    assert hosting.dns.value.rcode == "NXDOMAIN"
    assert (hosting.networks.state, hosting.tls.state, proxy.requests) == ("unknown", "unknown", [])
    assert hosting.whois.known


def test_a_broken_look_up_costs_one_fact_and_not_the_visit(dns_server, text_server, networks, caplog):
    async def broken(_):
        raise RuntimeError("a bug")

    found, *_ = run(dns_server, text_server, networks, [SiteKey("cx.zs-cx.top")], fetch=broken)
    hosting, _ = found[0]
    assert (hosting.rdap.state, hosting.whois.state) == ("failed", "ok")
    assert hosting.rdap.why.startswith("E_INTERNAL")
    assert "a bug" in caplog.text


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("cx.mem.gov.cn", "mem.gov.cn"),
        ("a.b.zs-cx.top", "zs-cx.top"),
        ("cx.zs-cx.example-top", "zs-cx.example-top"),
        ("117.73.255.95", ""),
        ("::1", ""),
        ("localhost", ""),
        ("xn--6qq79v.xn--fiqs8s", "xn--6qq79v.xn--fiqs8s"),
    ],
)
def test_the_domain_that_is_asked_about(host, domain):
    assert domain_of(host) == domain


@pytest.mark.parametrize("setting", ["ca_file", "networks"])
def test_settings_that_cannot_be_read_are_reported_before_anything_is_asked(tmp_path, setting):
    file = tmp_path / "file"
    file.write_text("no such thing\n", encoding="utf-8")
    with pytest.raises(ValueError, match=str(file)):
        HostingTools.for_options(Options(now=NOW, **{setting: str(file)}), Resolver(("127.0.0.1:9",)))


def test_kept_answers_run_out_and_errors_are_never_kept():
    async def main():
        calls = []

        async def ask():
            calls.append(1)
            if len(calls) == 1:
                raise OSError
            return len(calls)

        joining = Joining(lambda _: 0.05, size=1)
        with pytest.raises(OSError):
            await joining.get("a", ask)
        first = [await joining.get("a", ask), await joining.get("a", ask)]
        await asyncio.sleep(0.06)
        second = await joining.get("a", ask)
        await joining.get("b", ask)
        return first, second, await joining.get("a", ask)

    assert asyncio.run(main()) == ([2, 2], 3, 5)


def test_one_silent_registry_does_not_hold_up_more_than_its_timeout(dns_server, text_server, networks):
    async def silent(*_):
        await asyncio.sleep(5)

    began = time.monotonic()
    found, *_ = run(dns_server, text_server, networks, [SiteKey("cx.zs-cx.top")], silent, whois_timeout=1)
    assert found[0][0].whois.state == "failed"
    assert time.monotonic() - began < 3
