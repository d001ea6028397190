"""Reads RDAP's JSON about a domain (RFC 9083, RFC 9537) and asks for it through a given fetch.

What it says is the registry's claim; the answer is hostile text of unknown depth and size.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from scoring.case import Fact, FactState, RegistrationFacts
from spiders import clock
from spiders.hosting.privacy import is_private
from spiders.options import Options
from spiders.refusal import Refused, sentence

Fetch = Callable[[str], Awaitable[tuple[int, bytes, str]]]
"""``(status, body, final URL)`` of a GET, redirects followed; raises ``OSError``, ``TimeoutError`` or ``Refused``."""

MAX_ANSWER = 512 * 1024
MAX_FIELD = 200
MAX_ITEMS = 64
NO_SUCH = 404
TOO_MANY = frozenset({403, 429})


class NotADomain(ValueError):
    """The answer is no RDAP domain object; ``str()`` says what it is."""


def parse(raw: bytes) -> RegistrationFacts:
    """The facts of a domain object; an error object with code 404 is ``registered=False``.

    Raises ``NotADomain`` for anything else, however deep or broken.
    """
    try:
        answer = json.loads(raw[:MAX_ANSWER])
    except (ValueError, RecursionError) as error:
        raise NotADomain(f"不是 JSON（{type(error).__name__}）") from error
    if not isinstance(answer, dict):
        raise NotADomain("不是 RDAP 对象")
    sha = hashlib.sha256(raw).hexdigest()
    if answer.get("errorCode") == NO_SUCH:
        return RegistrationFacts(registered=False, raw_sha256=sha)
    if answer.get("objectClassName") != "domain":
        raise NotADomain(f"不是域名对象：{_text(answer.get('objectClassName') or answer.get('errorCode') or '无类型')}")
    dates = {action: when for action, when in _events(answer) if when is not None}
    registrant, email, hidden = _registrant(answer)
    return RegistrationFacts(
        created=dates.get("registration"),
        updated=dates.get("last changed"),
        expires=dates.get("expiration"),
        registrar=_registrar(answer),
        registrant=registrant,
        email=email,
        privacy=hidden,
        name_servers=tuple(_text(s.get("ldhName")).lower().rstrip(".") for s in _objects(answer.get("nameservers"))),
        statuses=tuple(_epp(_text(s)) for s in _list(answer.get("status")) if _text(s)),
        raw_sha256=sha,
    )


async def lookup(domain: str, options: Options, fetch: Fetch) -> tuple[Fact[RegistrationFacts], bytes]:
    """What the RDAP service says about ``domain``, and the raw answer. Never raises."""
    url = f"{options.rdap.rstrip('/')}/domain/{domain}"
    body, value = b"", None
    state: FactState = "failed"
    try:
        status, body, answered = await fetch(url)
        state, value, why = _judge(status, body, referred=urlsplit(answered).hostname != urlsplit(url).hostname)
    except TimeoutError:
        why = sentence("E_TIMEOUT", url)
    except Refused as refusal:
        state, why = "refused", str(refusal)
    except (OSError, ValueError) as problem:
        why = sentence("E_CONNECT", f"{url} ({type(problem).__name__})")
    return Fact(state, value, clock.now(options), f"rdap:{url}", why), body


def _judge(status: int, body: bytes, *, referred: bool) -> tuple[FactState, RegistrationFacts | None, str]:
    if status == NO_SUCH:
        if not referred:
            # The service that only knows where to ask says so for names of registries without RDAP, .cn among them.
            return "unknown", None, "E_RDAP 服务中没有这个域名；它的登记机构可能不提供 RDAP"
        return "ok", RegistrationFacts(registered=False, raw_sha256=hashlib.sha256(body).hexdigest()), ""
    if status in TOO_MANY:
        return "refused", None, f"E_RDAP 登记服务限制查询（HTTP {status}）"
    if status != 200:
        return "failed", None, f"E_RDAP 登记服务返回 HTTP {status}"
    try:
        return "ok", parse(body), ""
    except NotADomain as error:
        return "failed", None, f"E_RDAP 无法识别的回答：{error}"


def _text(value: object) -> str:
    if not isinstance(value, str | int):
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in str(value)[:1000]).split())[:MAX_FIELD]


def _list(value: object) -> list[Any]:
    return value[:MAX_ITEMS] if isinstance(value, list) else []


def _objects(value: object) -> Iterator[dict[str, Any]]:
    return (item for item in _list(value) if isinstance(item, dict))


def _events(answer: dict[str, Any]) -> Iterator[tuple[str, datetime | None]]:
    for event in _objects(answer.get("events")):
        yield _text(event.get("eventAction")), _instant(_text(event.get("eventDate")))


def _instant(text: str) -> datetime | None:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return when if when.tzinfo is not None else when.replace(tzinfo=UTC)


def _entity(answer: dict[str, Any], role: str) -> dict[str, Any] | None:
    return next((e for e in _objects(answer.get("entities")) if role in _list(e.get("roles"))), None)


def _vcard(entity: dict[str, Any], *names: str) -> str:
    """The first non-empty value of the named properties of a jCard (RFC 7095): ``[name, {…}, type, value]``."""
    card = _list(entity.get("vcardArray"))
    properties = [p for p in _list(card[1] if len(card) > 1 else None) if isinstance(p, list) and len(p) > 3]
    for name in names:
        for prop in properties:
            value = prop[3][0] if isinstance(prop[3], list) and prop[3] else prop[3]
            if prop[0] == name and _text(value):
                return _text(value)
    return ""


def _registrar(answer: dict[str, Any]) -> str:
    entity = _entity(answer, "registrar")
    return (_vcard(entity, "fn", "org") or _text(entity.get("handle"))) if entity is not None else ""


def _registrant(answer: dict[str, Any]) -> tuple[str, str, bool | None]:
    """Name, address, and whether somebody hides behind it (None: nothing is said of a registrant)."""
    entity = _entity(answer, "registrant")
    redacted = any("registrant" in _text(_name(r)).lower() for r in _objects(answer.get("redacted")))
    if entity is None:
        return "", "", True if redacted else None
    name, email = _vcard(entity, "org", "fn"), _vcard(entity, "email").lower()
    if name:
        return name, email, is_private(name)
    remarks = any(is_private(_text(r.get("title"))) for r in _objects(entity.get("remarks")))
    return "", email, True if remarks or redacted else None


def _name(redaction: dict[str, Any]) -> object:
    name = redaction.get("name")
    return name.get("type") or name.get("description") if isinstance(name, dict) else ""


def _epp(status: str) -> str:
    """RDAP's ``client transfer prohibited`` as EPP and WHOIS write it (RFC 8056)."""
    first, *rest = status.split()
    return first + "".join(word.capitalize() for word in rest)
