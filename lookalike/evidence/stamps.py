"""RFC 3161: makes requests, and believes a reply only if it is about our bytes, ours by nonce, signed under the
configured root for time stamping, and of this hour.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lookalike.errors import LookalikeError
from lookalike.evidence import openssl
from lookalike.evidence.hashes import digest

CLOCKS_AGREE = timedelta(minutes=10)
"""How far the authority's clock and ours may be apart (as wacz-auth has it)."""
_STATUS = re.compile(r"^Status: (.+)$", re.MULTILINE)
_FAILURE = re.compile(r"^(?:Status description|Failure info): (.+)$", re.MULTILINE)
_NONCE = re.compile(r"^Nonce: (0x[0-9A-Fa-f]+|unspecified)$", re.MULTILINE)
_TIME = re.compile(r"^Time stamp: (.+) GMT$", re.MULTILINE)
_SERIAL = re.compile(r"^Serial number: (.+)$", re.MULTILINE)
_DUMP = re.compile(r"^ {4}[0-9a-f]{4} - ((?:[0-9a-f]{2}[ -]?)+)", re.MULTILINE)


class Refused(LookalikeError):
    """A reply is not believed; the message says why."""


@dataclass(frozen=True, slots=True)
class Token:
    """What an accepted reply says."""

    at: datetime
    serial: str


def make_query(data: bytes, algorithm: str) -> bytes:
    """A request over ``data``, with a nonce, that asks for the certificate."""
    with openssl.files(data=data, query=b"") as paths:
        made = openssl.run("ts", "-query", "-data", paths["data"], f"-{algorithm}", "-cert", "-out", paths["query"])
        if not made.ok:
            raise Refused(f"无法生成时间戳请求：{made.errors[:200]}")
        with open(paths["query"], "rb") as stream:  # noqa: PTH123 - a name from the helper, not a path of ours
            return stream.read()


def check_reply(
    reply: bytes, data: bytes, query: bytes | None, root: bytes, now: datetime | None, algorithm: str
) -> Token:
    """What the reply says of ``data``. Raises Refused with the reason; ``now`` None: its time is not compared.

    ``query`` None: the reply came by hand, without the request that it answers.
    """
    if len(reply) > openssl.MOST:
        raise Refused("应答过大，不是时间戳")
    with openssl.files(reply=reply, data=data, query=query or b"", root=root) as paths:
        told = _told(paths["reply"])
        _is_granted(told)
        _is_ours(told, data, query, paths["query"], algorithm)
        token = Token(_time(told), _first(_SERIAL, told))
        _is_signed(paths, token, asked=query is not None)
    if now is not None and abs(token.at - now) > CLOCKS_AGREE:
        minutes = abs(token.at - now).total_seconds() / 60
        raise Refused(
            f"clock_disagrees 时间戳时间 {token.at.isoformat()} 与本机时钟相差 {minutes:.0f} 分钟（上限 10 分钟）"
        )
    return token


def _told(path: str) -> str:
    shown = openssl.run("ts", "-reply", "-in", path, "-text")
    if not shown.ok:
        raise Refused("应答不是 RFC 3161 时间戳应答")
    return shown.out.decode("utf-8", "replace")


def _is_granted(told: str) -> None:
    status = _first(_STATUS, told)
    if not status.startswith("Granted"):
        raise Refused(f"时间戳机构没有受理：{status or '没有状态'} {_first(_FAILURE, told)}".strip())


def _is_ours(told: str, data: bytes, query: bytes | None, query_path: str, algorithm: str) -> None:
    stamped = told.partition("TST info:")[2]
    imprint = "".join(re.sub(r"[^0-9a-f]", "", row) for row in _DUMP.findall(stamped))
    if imprint != digest(data, algorithm):
        raise Refused("应答所盖的不是本包的摘要：是另一份文件的时间戳")
    if query is None:
        return
    asked = openssl.run("ts", "-query", "-in", query_path, "-text")
    wanted = _first(_NONCE, asked.out.decode("utf-8", "replace")) if asked.ok else ""
    if not wanted:
        raise Refused("时间戳请求文件无法读取")
    if _first(_NONCE, stamped) != wanted:
        raise Refused("随机数（nonce）与请求不同：不是对本次请求的应答")


def _is_signed(paths: dict[str, str], token: Token, *, asked: bool) -> None:
    """By a certificate for time stamping, under the given root, valid at the time that is stamped."""
    at = str(int(token.at.timestamp()))
    bases = [("-data", paths["data"])] + ([("-queryfile", paths["query"])] if asked else [])
    for option, path in bases:
        done = openssl.run(
            "ts", "-verify", option, path, "-in", paths["reply"], "-CAfile", paths["root"], "-attime", at
        )
        if not done.ok:
            raise Refused(f"签名不能由所配置的根证书验证：{_reason(done.errors)}")


def _reason(errors: str) -> str:
    lines = [line.rpartition(":")[2] if line.count(":") > 3 else line for line in errors.splitlines()]
    found = re.search(r"Verify error:([^\n]+)", errors)
    return (
        found.group(1).strip() if found else next((line.strip() for line in lines if line.strip()), "未说明原因")[:200]
    )


def _time(told: str) -> datetime:
    text = _first(_TIME, told)
    for form in ("%b %d %H:%M:%S %Y", "%b %d %H:%M:%S.%f %Y"):
        try:
            return datetime.strptime(" ".join(text.split()), form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise Refused(f"应答中没有可读的时间（{text or '无'}）")


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found.group(1).strip() if found else ""
