"""Time stamps and the unit's signature; root certificates are believed only if somebody vouches for them."""

from __future__ import annotations

import re
from datetime import datetime

from lookalike.evidence import bag as layout
from lookalike.evidence import custody, openssl
from lookalike.evidence.openssl import OpensslMissing
from lookalike.evidence.sign import signer
from lookalike.evidence.stamps import CLOCKS_AGREE, Refused, check_reply
from lookalike.evidence.verify.contents import LOG
from lookalike.evidence.verify.manifests import labels
from lookalike.evidence.verify.model import Bag, Check
from lookalike.evidence.verify.receipt import Receipt
from spiders.clock import CHINA

NAME = "可信时间戳"
_REPLY = re.compile(r"verify/tagmanifest-(sha256|sm3)-tsa([0-9]+)\.tsr")


def stamps(bag: Bag, receipt: Receipt | None) -> list[Check]:
    """Every reply of the pack; without any, whether some were promised."""
    replies = [p for p in bag.below("verify") if _REPLY.fullmatch(p)]
    if not replies:
        if labels(bag).get(layout.AUTHORITIES) == "none":
            return [Check(NAME, "note", "导出单位未配置可信时间戳服务")]
        return [Check(NAME, "unchecked", f"待加盖（{labels(bag).get(layout.AUTHORITIES)}）")]
    exported = datetime.fromisoformat(custody.read(bag.read(LOG))[-1]["at"])
    found = []
    for path in replies:
        try:
            found += _one(bag, path, exported, receipt)
        except Refused as error:
            found.append(Check(NAME, "bad", str(error), (path,)))
        except OpensslMissing as error:
            found.append(Check(NAME, "unchecked", str(error), (path,)))
    return found


def _one(bag: Bag, path: str, exported: datetime, receipt: Receipt | None) -> list[Check]:
    named = _REPLY.fullmatch(path)
    assert named is not None
    algorithm, number = named.groups()
    query, root = path.removesuffix("r") + "q", bag.read(f"verify/tsa-{number}-root.pem")
    asked = bag.read(query) if query in bag.members else None
    token = check_reply(bag.read(path), bag.read(layout.TAG), asked, root, None, algorithm)
    if token.at < exported - CLOCKS_AGREE:
        raise Refused(f"时间戳时间 {token.at.isoformat()} 早于导出时间 {exported.isoformat()}")
    told = f"{token.at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}（北京时间），序号 {token.serial}，{algorithm.upper()}"
    return [Check(NAME, "ok", told, (path,)), _vouched(root, f"verify/tsa-{number}-root.pem", receipt)]


def _vouched(root: bytes, path: str, receipt: Receipt | None) -> Check:
    print_ = openssl.fingerprint(root)
    if receipt is None or not receipt.fingerprints:
        why = f"未与纸质回执核对（--receipt 或 --root-fingerprint）；指纹 {print_}"
        return Check("时间戳根证书", "unchecked", why, (path,))
    if print_ in receipt.fingerprints:
        return Check("时间戳根证书", "ok", f"指纹与{receipt.source}一致", (path,))
    return Check("时间戳根证书", "bad", f"指纹 {print_} 与{receipt.source}不同", (path,))


def signature(bag: Bag, receipt: Receipt | None) -> Check:
    """The optional signature; whose it is, a person says, or the receipt."""
    if layout.SIGNATURE not in bag.members:
        return Check("单位签名", "note", "没有单位签名")
    try:
        who = signer(bag.read(layout.SIGNATURE), bag.read(layout.TAG))
    except OpensslMissing as error:
        return Check("单位签名", "unchecked", str(error), (layout.SIGNATURE,))
    if not who:
        return Check("单位签名", "bad", "签名与标签清单不符", (layout.SIGNATURE,))
    known = receipt is not None and who in receipt.fingerprints
    return Check("单位签名", "ok", f"签名有效；证书指纹 {who}" + ("，与回执一致" if known else "，请与单位公布的核对"))
