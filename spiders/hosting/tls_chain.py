"""Whether a presented chain leads to a trusted root at a given instant, for a given host.

By RFC 5280 path building with explicit time: OpenSSL would use the machine's clock, which is wrong for
a fixed clock and for stored certificates. Less strict than the browsers' forum about extensions.
"""

from __future__ import annotations

import ipaddress
import warnings
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.x509 import verification as v
from cryptography.x509.oid import ExtendedKeyUsageOID

from spiders.addresses import parse_literal

MAX_DEPTH = 6
MAX_CHAIN = 12


def check_chain(chain: list[x509.Certificate], host: str, now: datetime, ca_file: str, *, self_signed: bool) -> str:
    """Empty when the chain verifies, else what is wrong with it, in Chinese."""
    leaf = chain[0]
    try:
        verifier = policy(ca_file).time(now).build_server_verifier(_subject(host))
        verifier.verify(leaf, chain[1:MAX_CHAIN])
    except (v.VerificationError, ValueError) as error:
        return "；".join(_problems(leaf, host, now, self_signed=self_signed)) or _untrusted(error)
    return ""


def _untrusted(error: Exception) -> str:
    return f"证书链不通向受信任的根（{' '.join(str(error).split())[:120]}）"


def _problems(leaf: x509.Certificate, host: str, now: datetime, *, self_signed: bool) -> list[str]:
    found = []
    if self_signed:
        found.append("自签名")
    if now > leaf.not_valid_after_utc:
        found.append(f"已于 {leaf.not_valid_after_utc:%Y-%m-%d} 过期")
    if now < leaf.not_valid_before_utc:
        found.append(f"{leaf.not_valid_before_utc:%Y-%m-%d} 起才有效")
    if not _names_host(leaf, host):
        found.append("证书不含此主机名")
    return found


def _subject(host: str) -> x509.DNSName | x509.IPAddress:
    literal = parse_literal(host)
    return x509.DNSName(host) if literal is None else x509.IPAddress(ipaddress.ip_address(literal))


def _names_host(leaf: x509.Certificate, host: str) -> bool:
    """RFC 6125: exact, or one left-most wildcard label."""
    try:
        san = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return False
    if parse_literal(host) is not None:
        return _subject(host).value in san.get_values_for_type(x509.IPAddress)
    names = {name.lower() for name in san.get_values_for_type(x509.DNSName)}
    return bool({host, f"*.{host.partition('.')[2]}"} & names)


def _ca_constraints(_: v.Policy, __: x509.Certificate, constraints: x509.BasicConstraints) -> None:
    if not constraints.ca:
        raise ValueError("an issuer in the chain is no authority")


def _ca_usage(_: v.Policy, __: x509.Certificate, usage: x509.KeyUsage | None) -> None:
    if usage is not None and not usage.key_cert_sign:
        raise ValueError("an issuer in the chain must not sign certificates")


def _server_usage(_: v.Policy, __: x509.Certificate, usage: x509.ExtendedKeyUsage | None) -> None:
    if usage is not None and not {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE} & set(
        usage
    ):
        raise ValueError("the certificate is not for servers")


@lru_cache(maxsize=4)
def policy(ca_file: str) -> v.PolicyBuilder:
    """Policy with the roots of certifi and ``ca_file``; ``ValueError`` or ``OSError`` when that cannot be read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a root of the list has serial number zero
        roots = x509.load_pem_x509_certificates(Path(certifi.where()).read_bytes())
    if ca_file:
        roots += x509.load_pem_x509_certificates(Path(ca_file).read_bytes())
    either = v.Criticality.AGNOSTIC
    authority = (
        v.ExtensionPolicy.permit_all()
        .require_present(x509.BasicConstraints, either, _ca_constraints)
        .may_be_present(x509.KeyUsage, either, _ca_usage)
    )
    server = (
        v.ExtensionPolicy.permit_all()
        .require_present(x509.SubjectAlternativeName, either, None)
        .may_be_present(x509.ExtendedKeyUsage, either, _server_usage)
    )
    base = v.PolicyBuilder().store(v.Store(roots)).max_chain_depth(MAX_DEPTH)
    return base.extension_policies(ca_policy=authority, ee_policy=server)
