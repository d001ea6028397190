"""What a WHOIS answer says: a registration, that there is none, or why neither can be told.

Our own reader comes first, because python-whois takes CNNIC's Beijing time for UTC and leaves fields of
several registries open; python-whois is asked for what is still missing and for the hundred formats we
do not know. Its answers are taken as claims of the registry, never checked for truth here.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from whois.exceptions import WhoisDomainNotFoundError
from whois.parser import WhoisEntry

from scoring.case import RegistrationFacts
from spiders.hosting.privacy import any_of, is_private
from spiders.hosting.whois_dates import FIRST_YEAR, LAST_YEAR, parse_date
from spiders.hosting.whois_fields import read_fields

# python-whois searches with patterns that are quadratic, for .ua cubic, in hostile text; its .hk patterns
# take 20 seconds for 6,000 characters, so .hk never goes there (our reader knows HKIRC).
LIBRARY_CHARS, LIBRARY_LINE = 4000, 300
NOT_FOR_LIBRARY = frozenset({"hk"})
MAX_FIELD = 200

_NOT_FOUND = any_of(
    r"no match(?:ing record|es found)?\b|not? found|nothing found|no such domain|domain name not known",
    r"no (?:data|entries|object|information) (?:was |were )?found|does not exist|invalid query or domain",
    r"has not been registered|not (?:been )?registered|is (?:free|available)|未注册|没有找到|不存在",
)
_RESERVED = re.compile(
    r"reserved list|domain[\w ]{0,30} is (?:reserved|prohibited)|not available for (?:second level )?registration"
    r"|cannot be registered|restricted list|保留域名|禁止注册",
    re.IGNORECASE,
)
_LIMITED = any_of(
    r"(?:limit|quota|rate|number of (?:allowed )?queries)[\w ,]{0,40}(?:exceed|reached)|excessive quer",
    r"exceed\w*[\w ,]{0,60}(?:limit|quota|rate|allow|quer)|rate limit|query rate|interval is too short",
    r"too many (?:requests|queries|connections)|try again (?:later|after|in )|slow down",
    r"temporarily (?:blocked|denied|unavailable)|access (?:denied|restricted)|blacklisted for|blocked due",
    r"查询过于频繁|频率|超过.{0,10}限制",
)
_WEB_PAGE = re.compile(r"\s*(?:<!doctype|<html|<\?xml|HTTP/1)", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}", re.ASCII)
_HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+", re.IGNORECASE | re.ASCII)
_FREE = frozenset({"free", "available", "avail"})  # DENIC and EURid answer so instead of "not found"
_WORDS = frozenset({"administrative", "technical", "billing", "-", "null", "none", "n/a", "."})


@dataclass(frozen=True, slots=True)
class Read:
    """``facts`` when the answer says something, else ``state`` and ``why`` as a ``Fact`` has them."""

    facts: RegistrationFacts | None
    state: Literal["ok", "refused", "failed"] = "ok"
    why: str = ""
    referral: str = ""
    """The registrar's own server that the registry names, or empty."""


def decode(raw: bytes) -> str:
    """Text of an answer: UTF-8, else GB 18030 as older Chinese registrars send it, with replacement."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def parse(domain: str, raw: bytes) -> Read:
    """Read the answer ``raw`` about ``domain`` (lower case, punycode). Never raises."""
    text = decode(raw).replace("\x00", "")
    if not text.strip():
        return Read(None, "failed", "E_WHOIS 登记服务器没有返回任何内容")
    tld = domain.rpartition(".")[2]
    fields = read_fields(text)
    own = _facts(fields, tld) if _names_something(fields) else None
    other = None if own is not None and _complete(own) else _ask_library(domain, text)
    sha = hashlib.sha256(raw).hexdigest()
    if own is None and not isinstance(other, RegistrationFacts):
        return _without_record(text, sha, missing=other is not None)
    if own is not None and {s.lower() for s in own.statuses} & _FREE and not own.registrar:
        return Read(RegistrationFacts(registered=False, raw_sha256=sha))
    facts = _merge(own, other if isinstance(other, RegistrationFacts) else None)
    return Read(replace(facts, raw_sha256=sha), referral=_referral(fields))


def _names_something(fields: dict[str, list[str]]) -> bool:
    has = {name for name, values in fields.items() if values}
    return bool(has & {"created", "expires", "registrar", "servers"}) or {"domain", "statuses"} <= has


def _without_record(text: str, sha: str, *, missing: bool) -> Read:
    """No field was read; "there is none" is believed only from a short line of plain text."""
    lines = [line for line in text.splitlines()[:120] if len(line) <= 160]
    if sum(not c.isprintable() or c == "\ufffd" for c in text[:2000] if not c.isspace()) > 20:
        return Read(None, "failed", "E_WHOIS 无法识别的回答：不是文本")
    if _WEB_PAGE.match(text):
        return Read(None, "failed", f"E_WHOIS 无法识别的回答：{_clean(text)[:80]}")
    first = next((line for line in lines if line.strip()), "")
    if not _NOT_FOUND.search(first):
        limited = next((line for line in lines if _LIMITED.search(line)), "")
        if limited:
            return Read(None, "refused", f"E_WHOIS 登记服务器限制查询频率：{_clean(limited)[:80]}")
        if any(_RESERVED.search(line) for line in lines):
            return Read(RegistrationFacts(registered=False, statuses=("reserved",), raw_sha256=sha))
    if missing or any(_NOT_FOUND.search(line) for line in lines):
        return Read(RegistrationFacts(registered=False, raw_sha256=sha))
    return Read(None, "failed", f"E_WHOIS 无法识别的回答：{_clean(text)[:80]}")


def _clean(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text[:2000]).split())[:MAX_FIELD]


def _complete(facts: RegistrationFacts) -> bool:
    return bool(facts.created and facts.registrar and facts.registrant and facts.name_servers)


def _first(values: list[str] | None) -> str:
    return next((_clean(v) for v in values or () if _clean(v).lower() not in _WORDS), "")


def _date(values: list[str] | None, tld: str) -> datetime | None:
    return next((d for d in (parse_date(v, tld) for v in values or ()) if d is not None), None)


def _facts(fields: dict[str, list[str]], tld: str) -> RegistrationFacts:
    organization, person = _first(fields.get("organization")), _first(fields.get("person"))
    hidden = bool(organization) and is_private(organization)
    registrant = person if person and (not organization or (hidden and not is_private(person))) else organization
    email = _email([*fields.get("email", []), *fields.get("organization", [])])
    known = registrant or email
    return RegistrationFacts(
        created=_date(fields.get("created"), tld),
        updated=_date(fields.get("updated"), tld),
        expires=_date(fields.get("expires"), tld),
        registrar=_first(fields.get("registrar")),
        registrant=registrant,
        email=email,
        privacy=is_private(registrant or email) if known else None,
        name_servers=_servers(fields.get("servers", [])),
        statuses=_statuses(fields.get("statuses", [])),
    )


def _email(values: list[str]) -> str:
    matches = (_EMAIL.search(v) for v in values[:20] if not v.lower().startswith("abuse"))
    return next((m.group(0).lower() for m in matches if m is not None), "")


def _servers(values: list[str]) -> tuple[str, ...]:
    found = (_HOST.match(v.strip()) for v in values)
    return tuple(dict.fromkeys(m.group(0).lower() for m in found if m is not None))


def _statuses(values: list[str]) -> tuple[str, ...]:
    """Status words without their explaining URL, EPP and registry spellings alike."""
    words = (w for v in values for w in v.split(","))
    bare = (re.split(r"[\s(]", w.strip(), maxsplit=1)[0] for w in words)
    return tuple(dict.fromkeys(w[:64] for w in bare if w and w[0].isalnum()))


def _referral(fields: dict[str, list[str]]) -> str:
    match = _HOST.fullmatch(_first(fields.get("referral")))
    return match.group(0).lower() if match is not None else ""


def _merge(own: RegistrationFacts | None, other: RegistrationFacts | None) -> RegistrationFacts:
    if own is None or other is None:
        return own or other or RegistrationFacts()
    gaps = ("created", "updated", "expires", "registrar", "registrant", "email", "privacy", "name_servers", "statuses")
    fill = {g: getattr(other, g) for g in gaps if getattr(own, g) in (None, "", ())}
    return replace(own, **fill)


def _ask_library(domain: str, text: str) -> RegistrationFacts | Literal["missing"] | None:
    """What python-whois reads; ``missing`` when it says there is no such domain, None when it reads nothing."""
    try:
        shown = domain.encode("ascii").decode("idna")  # it chooses the format by the Unicode top-level domain
    except UnicodeError:
        shown = domain
    if domain.rpartition(".")[2] in NOT_FOR_LIBRARY or _WEB_PAGE.match(text):
        return None
    try:
        entry: dict[str, Any] = WhoisEntry.load(shown, _short(text))
    except WhoisDomainNotFoundError:
        return "missing"
    except Exception:  # noqa: BLE001 - an untyped parser on hostile text: whatever it raises, it has read nothing
        return None
    facts = RegistrationFacts(
        created=_library_date(entry.get("creation_date")),
        updated=_library_date(entry.get("updated_date")),
        expires=_library_date(entry.get("expiration_date")),
        registrar=_first(_texts(entry.get("registrar"))),
        registrant=_first(_texts(entry.get("org")) + _texts(entry.get("name")) + _texts(entry.get("registrant_name"))),
        name_servers=_servers(_texts(entry.get("name_servers"))),
        statuses=_statuses(_texts(entry.get("status"))),
    )
    facts = replace(facts, privacy=is_private(facts.registrant) if facts.registrant else None)
    return facts if facts.created or facts.registrar or facts.name_servers else None


def _short(text: str) -> str:
    return "\n".join(line[:LIBRARY_LINE] for line in text[: 4 * LIBRARY_CHARS].splitlines())[:LIBRARY_CHARS]


def _library_date(value: object) -> datetime | None:
    candidates = value if isinstance(value, list) else [value]
    return next((d for d in candidates if isinstance(d, datetime) and FIRST_YEAR <= d.year <= LAST_YEAR), None)


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [line for v in values if isinstance(v, str) for line in v.splitlines()]
