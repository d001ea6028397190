"""The digest as one POST to the one address that the operator set: facts as JSON, or a message service's text form.

Nothing else of the program posts anywhere. No redirect is followed, the answer is bounded, and the address, which holds
a key, is named in no message.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import ssl
from collections.abc import Callable, Mapping
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import quote_plus, urlsplit

from lookalike.ops.dialling import SECONDS, Undelivered, checked, context
from lookalike.ops.settings import OpsOptions

MOST = 65_536
"""Bytes of an answer that are read."""
WECOM_MOST = 2048
"""Bytes of a text message that 企业微信 takes; 钉钉 and 飞书 take about 20,000, which no digest reaches."""


def form(options: OpsOptions, facts: Mapping[str, Any], text: str, now: datetime) -> tuple[str, dict[str, Any]]:
    """What is appended to the address, and what is posted."""
    secret = options.webhook_secret.get_secret_value()
    return _FORMS[options.webhook_form](facts, text, now, secret)


def send(options: OpsOptions, facts: Mapping[str, Any], text: str, now: datetime) -> None:
    """Posts it once. Raises Undelivered unless the service says that it took it."""
    more, posted = form(options, facts, text, now)
    url = options.webhook_url.get_secret_value()
    parts = urlsplit(url)
    query = "&".join(piece for piece in (parts.query, more) if piece)
    path = (parts.path or "/") + (f"?{query}" if query else "")
    host = parts.hostname or ""
    try:
        connection = _connected(options, url)
        try:
            # an HTTP proxy is asked for the whole address, a tunnel and the service itself for the path
            target = path if connection.host == host or parts.scheme == "https" else f"http://{parts.netloc}{path}"
            body = json.dumps(posted, ensure_ascii=False).encode()
            connection.request("POST", target, body, {"Content-Type": "application/json; charset=utf-8"})
            answer = connection.getresponse()
            said = answer.read(MOST)
        finally:
            connection.close()
    except (OSError, HTTPException, ValueError) as error:
        raise Undelivered(f"{host} {type(error).__name__}: {error}"[:300].replace(path, "…")) from error
    if not 200 <= answer.status < 300:
        raise Undelivered(f"{host} 回答 HTTP {answer.status}")
    if options.webhook_form != "json":
        _believe(host, said)


def _believe(host: str, said: bytes) -> None:
    """Message services answer 200 also to what they refuse: the code within counts."""
    try:
        told = json.loads(said)
        code = next((told[name] for name in ("errcode", "code", "StatusCode") if name in told), None)
    except (ValueError, TypeError) as error:
        raise Undelivered(f"{host} 的回答不是 JSON") from error
    if code != 0:
        why = str(told.get("errmsg") or told.get("msg") or "")[:120]
        raise Undelivered(f"{host} 拒绝：{code} {why}")


def _connected(options: OpsOptions, url: str) -> HTTPConnection:
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    passed = checked(options, url)
    tls = context(options.webhook_ca_file) if secure else None
    if options.proxy and not passed.inside:
        way = urlsplit(options.proxy)
        if tls is None:
            return HTTPConnection(way.hostname or "", way.port, timeout=SECONDS)
        tunnel = HTTPSConnection(way.hostname or "", way.port, timeout=SECONDS, context=tls)
        tunnel.set_tunnel(host, port)
        return tunnel
    if not passed.addresses:
        raise Undelivered(f"{host} 无法解析")
    connection = HTTPConnection(host, port, timeout=SECONDS)
    connection.sock = _dialled(passed.addresses[0], port, host, tls)
    return connection


def _dialled(address: str, port: int, host: str, tls: ssl.SSLContext | None) -> socket.socket:
    plain = socket.create_connection((address, port), SECONDS)
    if tls is None:
        return plain
    try:
        return tls.wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise


def _json(facts: Mapping[str, Any], text: str, _now: datetime, _secret: str) -> tuple[str, dict[str, Any]]:
    return "", {"kind": f"lookalike.{facts.get('kind', 'digest')}", "facts": dict(facts), "text": text}


def _wecom(_facts: Mapping[str, Any], text: str, _now: datetime, _secret: str) -> tuple[str, dict[str, Any]]:
    data = text.encode()
    if len(data) > WECOM_MOST:
        text = data[: WECOM_MOST - 3].decode(errors="ignore") + "…"
    return "", {"msgtype": "text", "text": {"content": text}}


def _dingtalk(_facts: Mapping[str, Any], text: str, now: datetime, secret: str) -> tuple[str, dict[str, Any]]:
    posted = {"msgtype": "text", "text": {"content": text}}
    if not secret:
        return "", posted
    moment = str(int(now.timestamp() * 1000))
    sign = _signature(secret.encode(), f"{moment}\n{secret}".encode())
    return f"timestamp={moment}&sign={quote_plus(sign)}", posted


def _feishu(_facts: Mapping[str, Any], text: str, now: datetime, secret: str) -> tuple[str, dict[str, Any]]:
    posted: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
    if secret:
        moment = str(int(now.timestamp()))
        # here the key is what elsewhere is signed, and nothing is signed with it
        posted |= {"timestamp": moment, "sign": _signature(f"{moment}\n{secret}".encode(), b"")}
    return "", posted


def _signature(key: bytes, said: bytes) -> str:
    return base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()


_FORMS: Mapping[str, Callable[[Mapping[str, Any], str, datetime, str], tuple[str, dict[str, Any]]]] = {
    "json": _json,
    "wecom": _wecom,
    "dingtalk": _dingtalk,
    "feishu": _feishu,
}
