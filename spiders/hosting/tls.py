"""Which certificate a port presents: one handshake, no request, nothing believed.

The handshake itself trusts everybody; whether the chain leads to a root is judged afterwards
(``tls_chain``), by our clock and not by the machine's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from OpenSSL import SSL

from scoring.case import Fact, FactState, TlsFacts
from spiders import clock
from spiders.addresses import parse_literal
from spiders.hosting.tls_chain import check_chain
from spiders.hosting.tunnel import ProxyAnswer, Streams, tunnel
from spiders.options import Options
from spiders.refusal import sentence

MAX_HANDSHAKE = 256 * 1024  # bytes from the other side; honest chains take 3 to 8 kB
MAX_NAMES = 200
MAX_TEXT = 200
BAD_GATEWAY = 502  # what an exit proxy answers when the other side does not let it connect
NOT_TLS = ("wrong version number", "http request", "packet length too long")  # OpenSSL, on plain text
BROKEN = (ValueError, TypeError, OverflowError, x509.InvalidVersion, x509.DuplicateExtension, x509.ExtensionNotFound)

T = TypeVar("T")
Chain = list[x509.Certificate]


async def probe(host: str, port: int, options: Options, address: str = "") -> tuple[Fact[TlsFacts], bytes]:
    """The certificate of ``host:port`` and its DER bytes; connects to ``address`` or through ``options.proxy``.

    ``ok`` with None: the port is closed or speaks no TLS. With a proxy, ``address`` is only what the name resolved to.
    Never raises.
    """
    origin = f"tls:{address or host}:{port}"

    def fact(state: FactState, value: TlsFacts | None = None, why: str = "") -> Fact[TlsFacts]:
        return Fact(state, value, clock.now(options), origin, why)

    try:
        async with asyncio.timeout(options.whois_timeout), tunnel(host, port, address, options.proxy) as streams:
            chain = await _handshake(streams, host)
        return fact("ok", _facts(chain, host, clock.now(options), options.ca_file)), chain[0].public_bytes(Encoding.DER)
    except (OSError, SSL.Error, *BROKEN) as problem:
        state, why = _failure(problem, host, port, resolved=bool(address))
        return fact(state, why=why), b""


def _failure(problem: Exception, host: str, port: int, *, resolved: bool) -> tuple[FactState, str]:
    """``ok`` where the answer is a definite *no certificate*, ``failed`` where nothing is known.

    A proxy's 502 is definite only for a name that has an address: it stands for an unknown name too.
    """
    closed = isinstance(problem, ConnectionRefusedError)
    closed = closed or (resolved and isinstance(problem, ProxyAnswer) and problem.status == BAD_GATEWAY)
    if closed:
        return "ok", f"端口 {port} 未开放"
    if isinstance(problem, TimeoutError):
        return "failed", sentence("E_TIMEOUT", f"TLS {host}:{port}")
    if isinstance(problem, SSL.Error):
        reason = _reason(problem)
        if any(word in reason for word in NOT_TLS):
            return "ok", f"端口 {port} 不使用 TLS"
        return "failed", sentence("E_CONNECT", f"TLS {host}:{port} ({reason})")
    said = str(problem) if isinstance(problem, ProxyAnswer) else type(problem).__name__
    return "failed", sentence("E_CONNECT", f"TLS {host}:{port} ({said})")


def _context() -> SSL.Context:
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_verify(SSL.VERIFY_NONE)  # judged afterwards, with our clock
    context.set_cipher_list(b"ALL:@SECLEVEL=0")  # old sites are to be seen too; nothing secret is ever sent
    context.set_min_proto_version(SSL.TLS1_VERSION)
    return context


async def _handshake(streams: Streams, host: str) -> Chain:
    """The presented chain, leaf first."""
    reader, writer = streams
    connection = SSL.Connection(_context(), None)
    if parse_literal(host) is None:
        connection.set_tlsext_host_name(host.encode("ascii", "ignore"))
    connection.set_connect_state()
    received = 0
    while True:
        try:
            connection.do_handshake()
            break
        except SSL.WantReadError:
            _flush(connection, writer)
        data = await reader.read(MAX_HANDSHAKE)
        received += len(data)
        if not data or received > MAX_HANDSHAKE:
            raise ConnectionError("the handshake was cut")
        connection.bio_write(data)
    chain = connection.get_peer_cert_chain(as_cryptography=True)
    if not chain:
        raise ConnectionError("no certificate")
    return chain


def _flush(connection: SSL.Connection, writer: asyncio.StreamWriter) -> None:
    try:
        writer.write(connection.bio_read(MAX_HANDSHAKE))
    except SSL.WantReadError:
        return


def _reason(error: SSL.Error) -> str:
    first = error.args[0] if error.args and isinstance(error.args[0], list) else []
    return str(first[0][-1]) if first else type(error).__name__


def _facts(chain: Chain, host: str, now: datetime, ca_file: str) -> TlsFacts:
    leaf = chain[0]
    issuer, subject = _attempt(lambda: _shown(leaf.issuer), ""), _attempt(lambda: _shown(leaf.subject), "")
    own = _attempt(lambda: _signed_by_itself(leaf), default=False)
    problem = _attempt(lambda: check_chain(chain, host, now, ca_file, self_signed=own), "证书无法解析")
    return TlsFacts(
        issuer=issuer,
        subject=subject,
        names=_attempt(lambda: _names(leaf), ()),
        not_before=_attempt(lambda: leaf.not_valid_before_utc, None),
        not_after=_attempt(lambda: leaf.not_valid_after_utc, None),
        self_signed=own,
        verified=not problem,
        verify_error=problem,
        sha256=leaf.fingerprint(hashes.SHA256()).hex(),
    )


def _attempt(read: Callable[[], T], default: T) -> T:
    """One field of a certificate that anybody may have made: what cannot be read is left empty."""
    try:
        return read()
    except BROKEN:
        return default


def _shown(name: x509.Name) -> str:
    """``R11, Let's Encrypt, US``: common name, organisation, country."""
    parts = (
        str(attribute.value)
        for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME, NameOID.COUNTRY_NAME)
        for attribute in name.get_attributes_for_oid(oid)[:1]
    )
    return ", ".join("".join(c if c.isprintable() else " " for c in p)[:MAX_TEXT] for p in parts)


def _names(leaf: x509.Certificate) -> tuple[str, ...]:
    san = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    shown = (str(n.value) for n in san if isinstance(n, x509.DNSName | x509.IPAddress))
    return tuple(name[:MAX_TEXT] for name in list(shown)[:MAX_NAMES])


def _signed_by_itself(leaf: x509.Certificate) -> bool:
    if leaf.issuer != leaf.subject:
        return False
    try:
        leaf.verify_directly_issued_by(leaf)
    except Exception:  # noqa: BLE001 - InvalidSignature and whatever an odd key raises: it is not signed by itself
        return False
    return True
