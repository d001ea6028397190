"""TLS 证书不受信任或与域名不符。The TLS certificate is self-signed, unverified, or made for other names.

Old provincial platforms have bad certificates too: little weight.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, Evidence, SignalResult, hit, unknown

if TYPE_CHECKING:
    from scoring.case import Case, TlsFacts
    from scoring.context import Context


class CertificateMismatch:
    """Names and verification of the presented certificate."""

    name = "certificate_mismatch"
    title = "TLS 证书异常"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """Hit for a certificate that no browser would take for this host; a closed port is a miss."""
        fact = case.hosting.tls
        if ctx.official or not ctx.host:
            return MISS
        if not fact.known:
            return unknown(f"TLS 证书未取得{f'（{fact.why}）' if fact.why else ''}")
        tls = fact.value
        if tls is None:
            return MISS
        why = _trouble(tls, ctx.host)
        return hit(f"TLS 证书{why}", Evidence(tls.subject or ", ".join(tls.names), where="tls")) if why else MISS


def _trouble(tls: TlsFacts, host: str) -> str:
    if tls.names and not any(_fits(name.lower(), host) for name in tls.names):
        return f"的名称（{tls.names[0]}）与域名不符"
    if tls.self_signed:
        return "是自签名的"
    return "不受信任" if tls.verified is False else ""


def _fits(name: str, host: str) -> bool:
    if name.startswith("*."):
        return host.partition(".")[2] == name[2:]
    return name == host
