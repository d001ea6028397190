"""Which name of a confirmed fake a resolver may refuse, and why no more: a wrong answer cuts strangers off.

Never what strangers share, never a public body, a genuine platform or a well-known name, never an address, and never a
domain that nothing shows to be the crew's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from lookalike.exchange.facts import Block, SharedLead
from lookalike.exchange.ownership import Ownership, Rules, is_old, owner, path_of, protected, shared
from lookalike.review.reasons import reasons
from scoring.domains import is_public_suffix, normalise_host, registrable_domain

FAKES = frozenset({"fake_site", "fake_query", "known_case"})
"""Reasons of a verdict that say *this is a fake*; adverts and middlemen stand on other people's sites."""
_FRONT = re.compile(r"/?(?:(?:index|default|main|home)\.[a-z]{2,5})?", re.IGNORECASE)


def decide(lead: SharedLead, rules: Rules, honest: Mapping[str, Sequence[str]]) -> tuple[Ownership, Block]:
    """Whose the domain is, and what may be refused. ``honest``: by domain the hosts below it that are no fakes."""
    if theirs := protected(lead, rules):
        return Ownership(False, theirs, protected=True), Block(why=theirs)
    if never := _never(lead, rules):
        return Ownership(False, never), Block(why=never)
    mine = owner(lead, rules)
    if refused := _not_a_fake(lead):
        return mine, Block(why=refused)
    return mine, _block(lead, mine, honest.get(lead.registrable, ()))


def _block(lead: SharedLead, mine: Ownership, honest: Sequence[str]) -> Block:
    """The whole domain, its one host, or nothing."""
    if lead.host in honest:
        return Block(why="同一主机上有已排除的站点")
    front = _FRONT.fullmatch(path_of(lead)) is not None
    if lead.rented:
        why = f"{lead.rented} 由众人共用，"
        return Block(lead.host, why=f"{why}只列这一个名称") if front else Block(why=f"{why}而仿冒页面不是首页")
    if mine.owned and not honest:
        return Block(registrable_domain(lead.host), below=True, why=mine.why)
    if mine.owned:
        return Block(lead.host, why=f"同一域名下有已排除的主机 {honest[0]}，只列这一个名称")
    if front and not is_old(lead):
        return Block(lead.host, why=f"仿冒页面就是首页，但{mine.why}，只列这一个名称")
    return Block(why=mine.why)


def _never(lead: SharedLead, rules: Rules) -> str:
    """Why no name of this lead may be refused; empty: nothing forbids it."""
    if not lead.host:
        return "线索没有站点"
    if not lead.is_name:
        return "站点在裸 IP 地址上，没有域名；请处置托管方"
    if shared(lead, rules):
        return "主机由众人共用（发帖、文档、托管页面），请要求平台删除该页"
    if not _writable(lead.host):
        return "名称不是规范的主机名"
    if not registrable_domain(lead.host) or is_public_suffix(lead.host) or lead.host == lead.rented:
        return "名称本身是公共后缀"
    return ""


def _writable(host: str) -> bool:
    """Whether a host may stand in a zone or a list as it is: nothing in it ends a line or a label."""
    try:
        return normalise_host(host) == host
    except ValueError:
        return False


def _not_a_fake(lead: SharedLead) -> str:
    if not lead.guilty or lead.decided is None:
        return "没有人确认过"
    if lead.kind != "site":
        return "广告线索：多在别人的网站上，请发平台或主办单位"
    if lead.decided.reason not in FAKES:
        words = reasons()["confirmed"].get(lead.decided.reason, lead.decided.reason)
        return f"确认的理由是“{words}”，不是仿冒站"
    return "确认之后内容已更换，请重新研判" if lead.life == "changed" else ""
