"""Certificates of real handshakes on loopback, judged by a fixed clock."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from spiders.hosting.dns import Resolver
from spiders.hosting.http_get import HttpGet
from spiders.hosting.tls import probe
from spiders.options import Options

NOW = datetime(2011, 3, 1, 2, tzinfo=UTC)  # years away from any machine's clock, on purpose
HOST = "cx.zs-cx.example"


def name(common, organisation="", country=""):
    parts = ((NameOID.COUNTRY_NAME, country), (NameOID.ORGANIZATION_NAME, organisation), (NameOID.COMMON_NAME, common))
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts if value])


class Pki:
    """A root, an intermediate, and leaves of any kind."""

    def __init__(self, folder):
        self.folder = folder
        self.root_key, self.middle_key, self.key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
        self.root = self.make(name("Some Root"), name("Some Root"), self.root_key, self.root_key, ca=True)
        issuer = name("R11", "Let's Encrypt", "US")
        self.middle = self.make(issuer, self.root.subject, self.middle_key, self.root_key, ca=True)
        self.ca_file = folder / "root.pem"
        self.ca_file.write_bytes(self.pem(self.root))

    def make(self, subject, issuer, key, signer, ca=False, names=(), begin=-30, end=60):
        builder = (
            x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW + timedelta(days=-3650 if ca else begin))
            .not_valid_after(NOW + timedelta(days=3650 if ca else end))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(signer, hashes.SHA256())

    def leaf(self, names=(HOST,), **dates):
        general = [x509.IPAddress(ipaddress.ip_address(n)) if n[0].isdigit() else x509.DNSName(n) for n in names]
        return self.make(name(names[0]), self.middle.subject, self.key, self.middle_key, names=general, **dates)

    def context(self, chain, key=None):
        file = self.folder / f"{id(chain)}.pem"
        private = (key or self.key).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file.write_bytes(private + b"".join(map(self.pem, chain)))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def pem(self, certificate):
        return certificate.public_bytes(serialization.Encoding.PEM)


@pytest.fixture(scope="module")
def pki(tmp_path_factory):
    return Pki(tmp_path_factory.mktemp("pki"))


async def quiet(*_):
    await asyncio.sleep(0)


def look(pki, text_server, chain, host=HOST, key=None, trust=True):
    async def run():
        async with text_server(quiet, ssl=pki.context(chain, key)) as server:
            options = Options(now=NOW, ca_file=str(pki.ca_file) if trust else "", whois_timeout=2)
            return await probe(host, server.port, options, "127.0.0.1")

    return asyncio.run(run())


def test_a_good_chain_is_verified_by_the_set_clock_and_its_facts_are_read(pki, text_server):
    fact, der = look(pki, text_server, [pki.leaf((HOST, "*.zs.example")), pki.middle])
    facts = fact.value
    assert (fact.state, facts.verified, facts.verify_error) == ("ok", True, "")
    assert facts.issuer == "R11, Let's Encrypt, US"
    assert (facts.subject, facts.names) == (HOST, (HOST, "*.zs.example"))
    assert facts.not_before == NOW - timedelta(days=30)
    assert facts.not_after == NOW + timedelta(days=60)
    assert not facts.self_signed
    assert facts.sha256 == x509.load_der_x509_certificate(der).fingerprint(hashes.SHA256()).hex()


def test_a_wildcard_covers_one_label(pki, text_server):
    chain = [pki.leaf(("*.zs-cx.example",)), pki.middle]
    assert look(pki, text_server, chain)[0].value.verified
    deep, _ = look(pki, text_server, chain, host=f"www.{HOST}")
    assert "主机名" in deep.value.verify_error


def test_an_address_is_covered_by_name(pki, text_server):
    chain = [pki.leaf(("127.0.0.1",)), pki.middle]
    assert look(pki, text_server, chain, host="127.0.0.1")[0].value.verified
    assert not look(pki, text_server, chain, host="127.0.0.2")[0].value.verified


@pytest.mark.parametrize(
    ("dates", "words"), [({"begin": -90, "end": -1}, "过期"), ({"begin": 1, "end": 90}, "起才有效")]
)
def test_a_certificate_outside_of_its_time_is_not_verified(pki, text_server, dates, words):
    fact, der = look(pki, text_server, [pki.leaf(**dates), pki.middle])
    assert (fact.state, fact.value.verified) == ("ok", False)
    assert words in fact.value.verify_error
    assert der


def test_a_forged_self_signed_certificate_shows_what_it_claims(pki, text_server):
    claimed = name("DigiCert Global CA", "DigiCert Inc", "US")
    forged = pki.make(claimed, claimed, pki.key, pki.key, names=[x509.DNSName(HOST)])
    facts = look(pki, text_server, [forged])[0].value
    assert (facts.issuer, facts.self_signed, facts.verified) == ("DigiCert Global CA, DigiCert Inc, US", True, False)
    assert "自签名" in facts.verify_error


def test_the_name_of_an_authority_without_its_key_is_no_chain(pki, text_server):
    impostor = pki.make(name(HOST), pki.middle.subject, pki.key, pki.key, names=[x509.DNSName(HOST)])
    facts = look(pki, text_server, [impostor, pki.middle])[0].value
    assert (facts.verified, facts.self_signed) == (False, False)
    assert "受信任的根" in facts.verify_error


@pytest.mark.parametrize("missing", ["intermediate", "root"])
def test_a_chain_that_ends_nowhere_is_not_verified(pki, text_server, missing):
    chain = [pki.leaf()] if missing == "intermediate" else [pki.leaf(), pki.middle]
    facts = look(pki, text_server, chain, trust=missing != "root")[0].value
    assert facts.verified is False
    assert "受信任的根" in facts.verify_error


def test_a_leaf_that_plays_authority_is_not_believed(pki, text_server):
    leaf = pki.leaf()
    below = pki.make(name(HOST), leaf.subject, pki.middle_key, pki.key, names=[x509.DNSName(HOST)])
    assert look(pki, text_server, [below, leaf, pki.middle], key=pki.middle_key)[0].value.verified is False


@pytest.mark.parametrize("extra", [True, False])
def test_usage_for_something_else_is_not_verified(pki, text_server, extra):
    purpose = ExtendedKeyUsageOID.CODE_SIGNING if extra else ExtendedKeyUsageOID.SERVER_AUTH
    builder = (
        x509.CertificateBuilder(
            subject_name=name(HOST), issuer_name=pki.middle.subject, public_key=pki.key.public_key(), serial_number=77
        )
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    )
    leaf = builder.sign(pki.middle_key, hashes.SHA256())
    assert look(pki, text_server, [leaf, pki.middle])[0].value.verified is not extra


def plain(text_server, reply, timeout=0.5, proxy=False, first_line=False):
    async def run():
        async with text_server(reply, first_line=first_line) as server:
            options = Options(now=NOW, whois_timeout=timeout, proxy=f"http://{server.address}" if proxy else "")
            return await probe(HOST, server.port, options, "127.0.0.1"), server.requests

    return asyncio.run(run())


def test_a_closed_port_is_a_definite_none():
    fact, der = asyncio.run(probe(HOST, 9, Options(now=NOW), "127.0.0.1"))
    assert (fact.state, fact.value, der, fact.observed_at) == ("ok", None, b"", NOW)
    assert "未开放" in fact.why


class Raw:
    """A server that speaks first or never."""

    def __init__(self, data):
        self.data = data

    async def __call__(self, reader, writer):
        try:
            await reader.read(100)
            writer.write(self.data)
            await writer.drain()
            if not self.data:
                await asyncio.sleep(5)
        finally:
            writer.close()


def against(data, timeout=0.4):
    async def run():
        server = await asyncio.start_server(Raw(data), "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            found = await probe(HOST, port, Options(now=NOW, whois_timeout=timeout), "127.0.0.1")
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
            await asyncio.sleep(0)
            return found

    return asyncio.run(run())


def test_a_port_that_speaks_plain_http_has_no_certificate():
    fact, _ = against(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    assert (fact.state, fact.value) == ("ok", None)
    assert "不使用 TLS" in fact.why


@pytest.mark.parametrize(
    ("data", "code"), [(b"", "E_TIMEOUT"), (b"\x15\x03\x03\x00\x02\x02\x28", "E_CONNECT"), (b"\x16", "E_CONNECT")]
)
def test_silence_alerts_and_cut_handshakes_leave_it_unknown(data, code):
    fact, _ = against(data)
    assert (fact.state, fact.value) == ("failed", None)
    assert fact.why.startswith(code)


@pytest.mark.parametrize(("status", "state"), [(502, "ok"), (403, "failed"), (504, "failed")])
def test_an_exit_proxy_that_cannot_connect_is_told_from_one_that_will_not(text_server, status, state):
    async def reply(_, writer):
        writer.write(f"HTTP/1.1 {status} X\r\n\r\n".encode())

    (fact, _), requests = plain(text_server, reply, proxy=True)
    assert (fact.state, fact.value) == (state, None)
    assert requests[0].startswith(f"CONNECT {HOST}:".encode())


def test_an_exit_proxys_502_says_nothing_of_a_name_without_address(text_server):
    async def run():
        async def reply(_, writer):
            writer.write(b"HTTP/1.1 502 X\r\n\r\n")

        async with text_server(reply, first_line=False) as server:
            return await probe(HOST, 443, Options(now=NOW, proxy=f"http://{server.address}"))

    assert asyncio.run(run())[0].state == "failed"


def fetch_over_tls(pki, chain, url="https://rdap.example/domain/zs-cx.top"):
    """GET through a proxy that opens the tunnel and answers itself with ``chain``."""

    async def proxy(reader, writer):
        try:
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"CONNECT rdap.example:443 ")
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            await writer.drain()
            await writer.start_tls(pki.context(chain))
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def run():
        server = await asyncio.start_server(proxy, "127.0.0.1", 0)
        async with server:
            address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            options = Options(now=NOW, ca_file=str(pki.ca_file), proxy=address, whois_timeout=2)
            return await HttpGet(options, Resolver(("127.0.0.1:9",)).addresses)(url)

    return asyncio.run(run())


def test_look_ups_over_tls_trust_the_extra_roots_and_the_set_clock(pki):
    status, body, _ = fetch_over_tls(pki, [pki.leaf(("rdap.example",)), pki.middle])
    assert (status, body) == (200, b"{}")


@pytest.mark.parametrize("fault", ["name", "expired", "self-signed"])
def test_look_ups_over_tls_refuse_what_does_not_verify(pki, fault):
    chain = {
        "name": lambda: [pki.leaf(("other.example",)), pki.middle],
        "expired": lambda: [pki.leaf(("rdap.example",), begin=-90, end=-1), pki.middle],
        "self-signed": lambda: [pki.make(name("x"), name("x"), pki.key, pki.key, names=[x509.DNSName("rdap.example")])],
    }[fault]()
    with pytest.raises(ssl.SSLCertVerificationError):
        fetch_over_tls(pki, chain)
