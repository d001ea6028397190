"""What became of a site, as one visit tells it: alive, parked, dead, moved, changed, and back again.

Pure: from what the clients saw (``scoring.faces``), what was known before, and the pages the site was judged by.
*Unknown* is never *dead*: what we refused, what a firewall hid and what our own network kept from us changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from scoring.faces import kind_of
from scoring.page import bare, shingles
from scoring.page_urls import host_of
from scoring.similarity import containment, jaccard

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from scoring.case import SiteKey
    from scoring.faces import Glimpse, Kind

Life = Literal["unknown", "alive", "parked", "dead", "moved", "changed"]

UP: frozenset[Life] = frozenset({"alive", "changed"})
"""Lives in which a page of the site's own is there."""
AWAY: frozenset[Life] = frozenset({"parked", "dead", "moved"})
SAME_TEXT, SAME_TAGS = 0.4, 0.6
"""Jaccard of three-character runs and of four-element runs from which two captures show one page; unrelated pages
share 0.02 and 0.06, a page whose news and date changed keeps 0.7 and more."""
LEAST_RUNS, LEAST_TAGS, FEW_RUNS = 30, 12, 8
"""Runs of text and elements that a page must have to be told from another by them; runs of one beside a full page."""
NOTHING_SHARED = 0.05
GRAM = 4


@dataclass(frozen=True, slots=True)
class Past:
    """What was known before the visit."""

    life: Life = "unknown"
    """The last life that was *known*."""
    since: datetime | None = None
    been_up: bool = False
    """Whether a page of its own was ever there."""
    judged_by: tuple[Glimpse, ...] = ()
    """What was seen on the visit by which the site was judged: by its standing verdict, else by its assessment."""
    judged_at: datetime | None = None
    """When that judgement was made."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one visit tells. ``unknown`` leaves what was known as it was."""

    life: Life
    why: str
    """One sentence for the analyst."""
    back: bool = False
    """Whether a page is there again after it had been away, or the page that was judged after another one."""
    kinds: tuple[Kind, ...] = field(default=())
    """The kinds of answers, in the order they were made."""


def tell(
    site: SiteKey,
    seen: Sequence[Glimpse],
    past: Past,
    *,
    no_such_name: bool = False,
    resolver_failed: bool = False,
    way_out: bool = True,
) -> Told:
    """What a visit tells. ``no_such_name``: the name server says so; ``resolver_failed``: it said nothing;
    ``way_out``: whether anything else has answered since the run began, so that silence is the site's own.
    """
    kinds = tuple(kind_of(one, site) for one in seen)
    if "page" in kinds:
        return _up(site, seen, kinds, past)
    life, why = _down(seen, kinds, no_such_name=no_such_name, resolver_failed=resolver_failed, way_out=way_out)
    return Told(life, why, kinds=kinds)


def alike(now: Sequence[Glimpse], then: Sequence[Glimpse]) -> bool | None:
    """Whether any of the pages is one of the others, by body, text or structure; None: too little is there to tell."""
    if {g.body_sha256 for g in now if g.body_sha256} & {g.body_sha256 for g in then}:
        return True
    told = [same for one in now for other in then if (same := _alike(one, other)) is not None]
    return any(told) if told else None


def _up(site: SiteKey, seen: Sequence[Glimpse], kinds: tuple[Kind, ...], past: Past) -> Told:
    pages = [one for one, kind in zip(seen, kinds, strict=True) if kind == "page"]
    before = [one for one in past.judged_by if kind_of(one, site) == "page"]
    same = alike(pages, before) if before else None
    was_away = past.life in AWAY and past.been_up
    if same is False:
        why = "恢复访问，但页面与研判时的不同" if was_away else "页面内容和结构与研判时的都不同"
        return Told("changed", why, was_away, kinds)
    returned = past.life == "changed" and same is True and _judged_before(past)
    if was_away or returned:
        gone = _GONE[past.life]
        why = f"{gone}后恢复访问" + ("，页面与研判时的相同" if same else "")
        return Told("alive", why, True, kinds)
    return Told("alive", "停放后上线" if past.life == "parked" else "能正常打开", False, kinds)


def _judged_before(past: Past) -> bool:
    """Whether the page that is there now was judged before the other one stood in its place."""
    return past.judged_at is not None and past.since is not None and past.judged_at < past.since


def _down(
    seen: Sequence[Glimpse], kinds: Collection[Kind], *, no_such_name: bool, resolver_failed: bool, way_out: bool
) -> tuple[Life, str]:
    if no_such_name and not set(kinds) - {"silent", "ours"}:
        return "dead", "域名已不存在（NXDOMAIN）"
    deciding = next((kind for kind in _BY_KIND if kind in kinds), None)
    if deciding is not None:
        return _BY_KIND[deciding], _why(deciding, seen, kinds)
    if not kinds or "ours" in kinds:
        return "unknown", "这次访问没有得到结论（本方拒绝访问或预算用尽）"
    if "missing" in kinds:
        return "dead", "所有页面都不存在（404 或 410）"
    return _silent(seen, resolver_failed=resolver_failed, way_out=way_out)


def _silent(seen: Sequence[Glimpse], *, resolver_failed: bool, way_out: bool) -> tuple[Life, str]:
    if resolver_failed and any(one.error == "E_DNS" for one in seen):
        return "unknown", "域名服务器没有应答，不知道域名是否还在"
    if not way_out:
        return "unknown", "本轮还没有任何网站应答，可能是自己的网络出口不通"
    codes = "、".join(dict.fromkeys(filter(None, (one.error for one in seen)))) or "网关无法连接"
    return "dead", f"无法访问（{codes}）"


_BY_KIND: dict[Kind, Life] = {
    "challenge": "unknown",
    "parked": "parked",
    "taken_down": "dead",
    "elsewhere": "moved",
    "blank": "parked",
    "refused": "unknown",
    "broken": "unknown",
}
"""What decides where no page came, in this order."""
_NOTICE: dict[Kind, str] = {
    "parked": "域名待售、停放或占位页面",
    "taken_down": "网站已被关停的提示页",
    "blank": "空白页面",
}
_GONE: dict[Life, str] = {"parked": "停放", "dead": "失效", "moved": "跳转他站", "changed": "内容更换"}


def _why(kind: Kind, seen: Sequence[Glimpse], kinds: Collection[Kind]) -> str:
    one = next(glimpse for glimpse, its in zip(seen, kinds, strict=True) if its == kind)
    if kind == "challenge":
        return f"被“{one.wall}”挡住，需要人工核验"
    if kind == "elsewhere":
        return f"跳转到 {host_of(one.onward or one.final_url)}"
    if kind in {"refused", "broken"}:
        return f"网站应答 HTTP {one.status}，没有给出页面"
    title = f"“{one.title[:40]}”" if one.title else ""
    return {"parked": "域名待售、停放或占位页面", "taken_down": "网站已被关停的提示页", "blank": "空白页面"}[
        kind
    ] + title


def _alike(one: Glimpse, other: Glimpse) -> bool | None:
    few, many = sorted((shingles(bare(seen.title + seen.text)) for seen in (one, other)), key=len)
    told_by_text = len(few) >= LEAST_RUNS
    told_by_tags = min(len(one.tags), len(other.tags)) >= LEAST_TAGS
    if told_by_text and jaccard(few, many) >= SAME_TEXT:
        return True
    if told_by_tags and jaccard(_grams(one.tags), _grams(other.tags)) >= SAME_TAGS:
        return True
    if told_by_text or told_by_tags:
        return False
    if one.title and one.title == other.title:
        return True  # two short pages, or one that only scripts fill: nothing more is known
    return _little_alike(few, many)


def _little_alike(few: frozenset[str], many: frozenset[str]) -> bool | None:
    """Of texts of which one at least is short: little in the place of much is another page, unless it is a part of it.

    Two short ones are two pages only where everything differs.
    """
    if len(few) < FEW_RUNS:
        return None
    shared = containment(few, many)
    if shared >= SAME_TEXT:
        return True
    return False if len(many) >= LEAST_RUNS or shared <= NOTHING_SHARED else None


def _grams(tags: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    return frozenset(tags[i : i + GRAM] for i in range(len(tags) - GRAM + 1))
