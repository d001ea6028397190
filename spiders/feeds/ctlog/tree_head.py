"""How large a log says it is, and whether it signed that: get-sth (RFC 6962, 3.5) and checkpoints (C2SP)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from spiders.clock import CHINA
from spiders.feeds.ctlog.errors import CtError

LONGEST = 64 * 1024
"""Bytes of a tree head; witnesses add a line each."""
MOST_LINES = 200
_ROOT = 32
_LARGEST = 2**40
"""Entries: a place in a tiled log is a number of 40 bits."""
_RFC6962, _ED25519 = 5, 1
"""Kinds of signatures of a note."""
_SHA256, _ECDSA, _RSA = 4, 3, 1
"""RFC 5246, 7.4.1.4.1."""
_LAST_MS = 253_402_300_799_999
Key = ec.EllipticCurvePublicKey | rsa.RSAPublicKey | ed25519.Ed25519PublicKey


@dataclass(frozen=True, slots=True)
class TreeHead:
    """A tree head whose signature has been verified, or for which no key is known."""

    size: int
    root: bytes
    at: datetime | None = None
    """When it was signed, where it says so."""
    verified: bool = False


def instant(ms: int) -> datetime | None:
    """A log's timestamp; None where it is no time that a calendar has."""
    return datetime.fromtimestamp(ms / 1000, CHINA) if 0 < ms < _LAST_MS else None


def sth(body: bytes, key: str = "") -> TreeHead:
    """The answer of get-sth. ``key``: base64 of the log's public key; empty: not verified. Raises ``CtError``."""
    try:
        answer = json.loads(body[:LONGEST])
    except (ValueError, RecursionError) as error:
        raise CtError(f"get-sth 的应答不是 JSON（{body[:60]!r}）") from error
    if not isinstance(answer, dict):
        raise CtError("get-sth 的应答不是对象")
    size, ms = _count(answer.get("tree_size"), _LARGEST), _count(answer.get("timestamp"), _LAST_MS)
    root = _root(answer.get("sha256_root_hash"))
    if key:
        _verify_signed(_known(key), size, ms, root, _binary(answer.get("tree_head_signature")))
    return TreeHead(size, root, instant(ms), bool(key))


def checkpoint(body: bytes, key: str = "", origin: str = "") -> TreeHead:
    """A checkpoint. ``origin``: its first line, where it is known beforehand. Raises ``CtError``."""
    text, feed, tail = body[:LONGEST].partition(b"\n\n")
    text += b"\n"
    lines = text.decode("utf-8", "replace").split("\n")
    if not feed or len(lines) < 4:
        raise CtError(f"不是检查点（{body[:60]!r}）")
    named, count, root = lines[0], lines[1], _root(lines[2])
    if not (count.isascii() and count.isdigit() and len(count) <= 13 and (count == "0" or count[0] != "0")):
        raise CtError(f"检查点的大小无效：{count[:40]!r}")
    if origin and named != origin:
        raise CtError(f"检查点属于 {named[:80]!r}，不是 {origin!r}")
    size = int(count)
    if size > _LARGEST:
        raise CtError("检查点的大小无效")
    if not key:
        return TreeHead(size, root)
    public = _known(key)
    signed = _signature_of(public, hashlib.sha256(base64.b64decode(key)).digest(), named, tail)
    if isinstance(public, ed25519.Ed25519PublicKey):
        _check(lambda: public.verify(signed, text))
        return TreeHead(size, root, None, verified=True)
    ms = int.from_bytes(signed[:8], "big")
    _verify_signed(public, size, ms, root, signed[8:])
    return TreeHead(size, root, instant(ms), verified=True)


def _signature_of(public: Key, log_id: bytes, named: str, tail: bytes) -> bytes:
    """The signature that a note's lines hold for a key; ``CtError`` where there is none."""
    if isinstance(public, ed25519.Ed25519PublicKey):
        wanted = _key_id(named, _ED25519, public.public_bytes_raw())
    else:
        wanted = _key_id(named, _RFC6962, log_id)
    for line in tail.decode("utf-8", "replace").split("\n")[:MOST_LINES]:
        mark, _, rest = line.partition(" ")
        name, _, coded = rest.rpartition(" ")
        if mark == "—" and name == named and (raw := _binary(coded))[:4] == wanted:
            return raw[4:]
    raise CtError("检查点没有这把公钥的签名")


def _key_id(name: str, kind: int, material: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + material).digest()[:4]


def _verify_signed(public: Key, size: int, ms: int, root: bytes, signed: bytes) -> None:
    """A TreeHeadSignature, as TLS 1.2 writes it: two bytes of algorithms, a length, the signature."""
    message = b"\x00\x01" + ms.to_bytes(8, "big") + size.to_bytes(8, "big") + root
    wanted = _RSA if isinstance(public, rsa.RSAPublicKey) else _ECDSA
    if signed[:2] != bytes([_SHA256, wanted]) or len(signed) != 4 + int.from_bytes(signed[2:4], "big"):
        raise CtError("树头的签名格式不符")
    signature = signed[4:]
    if isinstance(public, rsa.RSAPublicKey):
        _check(lambda: public.verify(signature, message, padding.PKCS1v15(), SHA256()))
    elif isinstance(public, ec.EllipticCurvePublicKey):
        _check(lambda: public.verify(signature, message, ec.ECDSA(SHA256())))
    else:
        raise CtError("RFC 6962 的日志不用 Ed25519 签名")


def _check(verify: Any) -> None:
    try:
        verify()
    except InvalidSignature as error:
        raise CtError("树头的签名不对") from error


def _known(key: str) -> Key:
    try:
        public = load_der_public_key(base64.b64decode(key))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CtError("配置的公钥无法读取（应为 DER 的 base64）") from error
    if not isinstance(public, Key):
        raise CtError("配置的公钥不是日志用的种类")
    return public


def _root(text: Any) -> bytes:
    root = _binary(text)
    if len(root) != _ROOT:
        raise CtError("树根不是 32 字节")
    return root


def _binary(text: Any) -> bytes:
    if not isinstance(text, str):
        raise CtError("缺少 base64 字段")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise CtError("base64 无效") from error


def _count(value: Any, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise CtError("get-sth 的大小或时间无效")
    return value
