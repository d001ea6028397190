"""Where a site lives, as a pack tells it: DNS, certificate, registration, network, each with who answered and when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pydantic import TypeAdapter

from lookalike.evidence.canonical import utc
from lookalike.evidence.facts import Json, unknown
from lookalike.evidence.hashes import digest
from scoring.case import DnsFacts, Fact, Hosting, NetworkFacts, RegistrationFacts, TlsFacts
from spiders.decode import decode

_STATES = {"unknown": "没有查询", "refused": "未作查询或对方拒绝答复", "failed": "查询失败"}
_DNS, _TLS = TypeAdapter(DnsFacts), TypeAdapter(TlsFacts)
_REGISTRATION, _NETWORKS = TypeAdapter(RegistrationFacts), TypeAdapter(tuple[NetworkFacts, ...])
RAW = {"whois.txt": "registration-whois.txt", "rdap.json": "registration-rdap.json"}
"""Raw answers by the name that they are stored under, and the file of the pack."""


def stated(fact: Fact[Any], value: Any, verified: str) -> Json:
    """A value with its source and time; a missing one with the reason."""
    origin = {"source": fact.origin, "observed_at": utc(fact.observed_at) if fact.observed_at else None}
    if not fact.known:
        return unknown(fact.why or _STATES.get(fact.state, fact.state)) | {"state": fact.state} | origin
    return {"value": value, "state": fact.state, "verified": verified} | origin


def dns_json(hosting: Hosting) -> Json:
    """Answers of the name server."""
    value = _DNS.dump_python(hosting.dns.value, mode="json") if hosting.dns.value else None
    return stated(hosting.dns, value, "observed")


def tls_json(hosting: Hosting) -> Json:
    """The certificate; a known ``null`` says that nothing listens there."""
    value = _TLS.dump_python(hosting.tls.value, mode="json") if hosting.tls.value else None
    return stated(hosting.tls, value, "observed")


def registration_json(hosting: Hosting, raw: Mapping[str, bytes]) -> Json:
    """WHOIS and RDAP beside each other, each with its raw answer; what registrants say of themselves is claimed."""
    found: Json = {"note": "注册信息为注册局、注册商所载，其中注册人信息为注册人自称，未经核实"}
    for name, fact, file in (("whois", hosting.whois, "whois.txt"), ("rdap", hosting.rdap, "rdap.json")):
        value = _REGISTRATION.dump_python(fact.value, mode="json") if fact.value else None
        found[name] = stated(fact, value, "third_party")
        if body := raw.get(file):
            answer = {"file": RAW[file], "bytes": len(body), "sha256": digest(body, "sha256")}
            found[name]["raw"] = answer | {"text": decode(body).text}
    return found


def geoip_json(hosting: Hosting) -> Json:
    """Network of each address; the place needs a database that is not part of the program."""
    fact = hosting.networks
    value = _NETWORKS.dump_python(fact.value, mode="json") if fact.value else None
    return {
        "network": stated(fact, value, "third_party"),
        "location": unknown("未配置 IP 归属地库；请由办案单位按 IP 地址查询"),
    }


def pem(raw: Mapping[str, bytes]) -> bytes:
    """The site's own certificate as PEM; empty where none was kept, or where what came is none."""
    try:
        return x509.load_der_x509_certificate(raw["cert.der"]).public_bytes(Encoding.PEM)
    except (KeyError, ValueError):
        return b""
