"""A certificate transparency log as tests need it: real certificates, both read interfaces, and faults to order."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
"""When the first entry was logged; each later one a second after."""
WIDTH = 256


@cache
def signing_key(name: str = "issuer") -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@cache
def certificate(names: tuple[str, ...], common: str = "", *, poison: bool = False) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)] if common else [])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test CA for Logs")]))
        .public_key(signing_key("leaf").public_key())
        .serial_number(1 + abs(hash(names)))
        .not_valid_before(AT - timedelta(days=1))
        .not_valid_after(AT + timedelta(days=89))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    )
    if names:
        alternative = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        builder = builder.add_extension(alternative, critical=not common)
    if poison:
        builder = builder.add_extension(x509.PrecertPoison(), critical=True)
    return builder.sign(signing_key(), SHA256())


def vector(raw: bytes, width: int) -> bytes:
    return len(raw).to_bytes(width, "big") + raw


@dataclass
class Entry:
    """What a log holds of one certificate."""

    der: bytes
    """The certificate, or of a precertificate its TBSCertificate."""
    submitted: bytes = b""
    """The precertificate itself; empty for a certificate."""
    at_ms: int = 0

    def timestamped(self, extensions: bytes) -> bytes:
        kind = 1 if self.submitted else 0
        head = self.at_ms.to_bytes(8, "big") + kind.to_bytes(2, "big")
        return head + (b"\x07" * 32 if kind else b"") + vector(self.der, 3) + vector(extensions, 2)

    def tile_leaf(self, number: int) -> bytes:
        leaf = self.timestamped(b"\x00\x00\x05" + number.to_bytes(5, "big"))
        return leaf + (vector(self.submitted, 3) if self.submitted else b"") + vector(b"\x09" * 64, 2)

    def merkle_leaf(self) -> bytes:
        return b"\x00\x00" + self.timestamped(b"")


@dataclass
class MadeLog:
    """The log; ``faults`` may answer a path in its place: ``(status, headers, body)``, or None to leave it."""

    kind: str = "tiled"
    origin: str = "log.example/a"
    entries: list[Entry] = field(default_factory=list)
    page: int = 32
    """Entries that one answer of get-entries has at most."""
    shown: int | None = None
    """Entries that the tree head admits; None: all."""
    root: bytes | None = None
    faults: Callable[[str], Any] = lambda _path: None
    asked: Counter[str] = field(default_factory=Counter)
    agents: set[str] = field(default_factory=set)
    methods: set[str] = field(default_factory=set)
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    url: str = ""

    def add(self, *names: str, common: str = "", precert: bool = False, der: bytes | None = None) -> None:
        at_ms = int((AT + timedelta(seconds=len(self.entries))).timestamp() * 1000)
        if der is not None:
            self.entries.append(Entry(der, b"\x30\x00" if precert else b"", at_ms))
        elif precert:
            submitted = certificate(names, common, poison=True).public_bytes(Encoding.DER)
            self.entries.append(Entry(certificate(names, common).tbs_certificate_bytes, submitted, at_ms))
        else:
            self.entries.append(Entry(certificate(names, common).public_bytes(Encoding.DER), b"", at_ms))

    @property
    def public_key(self) -> str:
        der = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(der).decode()

    @property
    def size(self) -> int:
        return len(self.entries) if self.shown is None else self.shown

    def root_hash(self) -> bytes:
        """No Merkle tree: another root for other entries is all that readers of names can tell."""
        told = b"".join(e.der[-8:] for e in self.entries[: self.size])
        return self.root if self.root is not None else hashlib.sha256(told).digest()

    def signed(self) -> tuple[int, bytes]:
        ms = int((AT + timedelta(seconds=self.size)).timestamp() * 1000)
        message = b"\x00\x01" + ms.to_bytes(8, "big") + self.size.to_bytes(8, "big") + self.root_hash()
        return ms, b"\x04\x03" + vector(self.key.sign(message, ec.ECDSA(SHA256())), 2)

    def sth(self) -> bytes:
        ms, signature = self.signed()
        answer = {"tree_size": self.size, "timestamp": ms, "sha256_root_hash": _b64(self.root_hash())}
        return json.dumps(answer | {"tree_head_signature": _b64(signature)}).encode()

    def checkpoint(self) -> bytes:
        text = f"{self.origin}\n{self.size}\n{_b64(self.root_hash())}\n".encode()
        other = f"— witness.example/w {_b64(b'abcd' + bytes(72))}\n"
        if isinstance(self.key, ed25519.Ed25519PrivateKey):
            mark = _key_id(self.origin, 1, self.key.public_key().public_bytes_raw())
            raw = mark + self.key.sign(text)
        else:
            ms, signature = self.signed()
            log_id = hashlib.sha256(base64.b64decode(self.public_key)).digest()
            raw = _key_id(self.origin, 5, log_id) + ms.to_bytes(8, "big") + signature
        return text + b"\n" + other.encode() + f"— {self.origin} {_b64(raw)}\n".encode()

    def tile(self, number: int, width: int = WIDTH) -> bytes:
        first = number * WIDTH
        return b"".join(e.tile_leaf(n) for n, e in enumerate(self.entries[first : first + width], first))

    def get_entries(self, start: int, end: int) -> bytes:
        some = self.entries[start : min(end + 1, start + self.page)]
        leaves = [{"leaf_input": _b64(e.merkle_leaf()), "extra_data": _b64(b"\x00" * 1500)} for e in some]
        return json.dumps({"entries": leaves}).encode()

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        self.asked[path] += 1
        if (fault := self.faults(path)) is not None:
            return fault
        if self.kind == "tiled" and path == "/checkpoint":
            return 200, {}, self.checkpoint()
        if self.kind == "tiled" and path.startswith("/tile/data/"):
            return self._tile_answer(path.removeprefix("/tile/data/"))
        if self.kind == "rfc6962" and path == "/ct/v1/get-sth":
            return 200, {}, self.sth()
        if self.kind == "rfc6962" and path.startswith("/ct/v1/get-entries?"):
            start, end = (int(part.partition("=")[2]) for part in path.partition("?")[2].split("&"))
            if not 0 <= start <= end < self.size:
                return 400, {}, b"bad range"
            return 200, {}, self.get_entries(start, end)
        return 404, {}, b""

    def _tile_answer(self, rest: str) -> tuple[int, dict[str, str], bytes]:
        place, _, width = rest.partition(".p/")
        number = int("".join(part.removeprefix("x") for part in place.split("/")))
        if not width and len(self.entries) < (number + 1) * WIDTH:
            return 404, {}, b""
        if width and len(self.entries) >= (number + 1) * WIDTH:
            return 404, {}, b"full by now"
        return 200, {}, self.tile(number, int(width or WIDTH))


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _key_id(name: str, kind: int, material: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + material).digest()[:4]


@contextmanager
def serving(*logs: MadeLog) -> Iterator[None]:
    """Each log at a path of its own on one loopback port; their ``url`` says where."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            number, _, path = self.path.removeprefix("/").partition("/")
            log = logs[int(number)]
            log.agents.add(self.headers["User-Agent"])
            log.methods.add(self.command)
            status, headers, body = log.answer("/" + path)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    for number, log in enumerate(logs):
        log.url = f"http://127.0.0.1:{server.server_address[1]}/{number}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def row(log: MadeLog, name: str, **more: Any) -> str:
    """The log's row of ``ct_logs.toml``."""
    values = {"id": name, "kind": log.kind, "url": log.url, "key": log.public_key, **more}
    return "[[log]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())
