"""The range's certificate authority: a root, an intermediate an issuer, and leaves with each host's [tls] facts.

The keys live in memory and in the range's own temporary folder, and end with it.
"""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lookalike.cyber_range.model import Tls
from lookalike.cyber_range.names import is_address

_BEGIN, _END = datetime(2000, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)
_DEFAULT_ISSUER = "Cyber Range Intermediate, Cyber Range, CN"
_LONGEST_COMMON_NAME = 64


class Authority:
    """Makes server contexts; each host's certificate is made once."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self._folder, self._now = folder, now
        self._root_key, self._issuer_key, self._leaf_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
        self._root_name = _name(["Cyber Range Root", "Cyber Range", "CN"])
        builder = _builder(self._root_name, self._root_name, self._root_key, _BEGIN, _END)
        self._root = _authority(builder, self._root_key, self._root_key).sign(self._root_key, hashes.SHA256())
        self._issuers: dict[str, x509.Certificate] = {}
        self._contexts: dict[str, ssl.SSLContext] = {}
        self.root_file = folder / "root.pem"
        self.root_file.write_bytes(_pem(self._root))

    def context(self, key: str, tls: Tls, names: tuple[str, ...]) -> ssl.SSLContext:
        """The context that presents ``tls`` for ``names``; ``key`` says which host's it is."""
        found = self._contexts.get(key)
        if found is None:
            file = self._folder / f"leaf-{len(self._contexts)}.pem"
            file.touch(mode=0o600)
            file.write_bytes(self._private_pem() + b"".join(map(_pem, self.chain(tls, names))))
            found = self._contexts[key] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            found.load_cert_chain(file)
            found.set_alpn_protocols(["http/1.1"])
        return found

    def chain(self, tls: Tls, names: tuple[str, ...]) -> tuple[x509.Certificate, ...]:
        """The certificates that are presented, leaf first; the root is left out as usual.

        A self-signed leaf calls itself by ``issuer`` where one is given: forged authorities do so.
        """
        begin, end = self._dates(tls)
        names = tls.names or names
        common = next((name for name in names if len(name) <= _LONGEST_COMMON_NAME), "")
        subject = _name([common]) if common else x509.Name([])
        if tls.self_signed:
            subject = issuer_name(tls.issuer) if tls.issuer else subject
            leaf = _leaf(_builder(subject, subject, self._leaf_key, begin, end), names)
            return (leaf.sign(self._leaf_key, hashes.SHA256()),)
        issuer = self._issuer(tls.issuer or _DEFAULT_ISSUER)
        leaf = _leaf(_builder(subject, issuer.subject, self._leaf_key, begin, end), names)
        known = x509.SubjectKeyIdentifier.from_public_key(self._issuer_key.public_key())
        leaf = leaf.add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(known), False)
        return leaf.sign(self._issuer_key, hashes.SHA256()), issuer

    def _dates(self, tls: Tls) -> tuple[datetime, datetime]:
        """The dates that are told; else 30 days before the range's clock, and 90 days in all."""
        begin = tls.not_before or (tls.not_after or self._now + timedelta(days=60)) - timedelta(days=90)
        return begin, tls.not_after or begin + timedelta(days=90)

    def _issuer(self, written: str) -> x509.Certificate:
        found = self._issuers.get(written)
        if found is None:
            builder = _builder(issuer_name(written), self._root_name, self._issuer_key, _BEGIN, _END)
            builder = _authority(builder, self._issuer_key, self._root_key)
            found = self._issuers[written] = builder.sign(self._root_key, hashes.SHA256())
        return found

    def _private_pem(self) -> bytes:
        return self._leaf_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


def issuer_name(written: str) -> x509.Name:
    """``R11, Let's Encrypt, US`` (common name, organisation, country), or a name as RFC 4514 writes it."""
    if "=" in written:
        try:
            return x509.Name.from_rfc4514_string(written)
        except ValueError:
            pass
    return _name([part.strip() for part in written.split(",")])


def _name(parts: list[str]) -> x509.Name:
    """Common name, then organisation, then country when the last one is two letters."""
    parts = [part for part in parts if part]
    country = parts.pop() if len(parts) > 1 and len(parts[-1]) == 2 and parts[-1].isascii() else ""
    attributes = [x509.NameAttribute(NameOID.COUNTRY_NAME, country.upper())] if country else []
    if parts[1:]:
        attributes.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, ", ".join(parts[1:])[:64]))
    if parts:
        attributes.append(x509.NameAttribute(NameOID.COMMON_NAME, _cut(parts[0])))
    return x509.Name(attributes)


def _cut(text: str) -> str:
    """As much as fits: the limit counts bytes."""
    return text.encode()[:_LONGEST_COMMON_NAME].decode(errors="ignore")


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, begin: datetime, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _authority(
    builder: x509.CertificateBuilder, own: ec.EllipticCurvePrivateKey, signer: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    usage = dict.fromkeys(
        (
            "digital_signature",
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    builder = builder.add_extension(x509.KeyUsage(key_cert_sign=True, crl_sign=True, **usage), critical=True)
    if own is not signer:
        signer_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
        builder = builder.add_extension(signer_id, critical=False)
    return builder


def _leaf(builder: x509.CertificateBuilder, names: tuple[str, ...]) -> x509.CertificateBuilder:
    general: list[x509.GeneralName] = [
        x509.IPAddress(ipaddress.ip_address(name)) if is_address(name) else x509.DNSName(name)
        for name in names
        if name.isascii()
    ]
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    return builder.add_extension(x509.SubjectAlternativeName(general), critical=False)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
