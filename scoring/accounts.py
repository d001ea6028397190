"""Accounts on WeChat: whose name one bears, and whether the body behind it is the genuine one.

Reads what the account search tells of an account, in the form in which the results are kept; asks nobody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from scoring.bodies import plain_name
from scoring.folding import fold_loose
from scoring.page_urls import host_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.case import Sighting
    from scoring.reference import Reference
    from seeds.model import Platform

HOSTS = frozenset({"open.weixin.qq.com", "mp.weixin.qq.com"})
"""Where accounts have their addresses: no other site's text is read as an account's."""
LEADS, SEPARATOR, NO_MARK = "公众号", "｜", "无"
_ID, _MARK, _ABOUT = "微信号：", "认证：", "简介："
SAME, ALIKE, EXTENDED = 1.0, 0.75, 0.65
"""Strength of the same name, of one that sounds the same, of one with an official word more."""
LEAST_ALIKE = 5
"""Characters from which one exchanged character still means the same name: 山西应急 is not 山东应急."""
_OFFICIAL = re.compile(
    r"(?:官方|官网|权威|证书|查询|核验|验证|认证|考试|信息|服务|平台|系统|中心|公众|公众号|服务号|订阅号|网|号|在线|入口|\d)+"
)
"""What fakes add to a genuine name; a school's 培训 or a radio's 广播 is somebody else's name."""


@dataclass(frozen=True, slots=True)
class SeenAccount:
    """One account as the search showed it."""

    name: str
    wechat_id: str = ""
    body: str | None = None
    """Whom the network has certified; ``""``: it shows no mark; None: the page did not tell."""
    about: str = ""
    """What the account says of itself."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """The genuine account that a name is like, and how."""

    platform: Platform
    name: str
    strength: float


def seen_account(sighting: Sighting) -> SeenAccount | None:
    """The account that a sighting shows; None where it shows none."""
    lead, *fields = sighting.snippet.split(SEPARATOR)
    if lead != LEADS or host_of(sighting.url) not in HOSTS or not sighting.title.strip():
        return None
    told: dict[str, str] = {}
    for field in fields:
        key = next((k for k in (_ID, _MARK, _ABOUT) if field.startswith(k)), "")
        told.setdefault(key, field[len(key) :].strip())
    mark = told.get(_MARK)
    body = "" if mark == NO_MARK else mark
    return SeenAccount(sighting.title.strip(), told.get(_ID, ""), body, told.get(_ABOUT, ""))


def likeness(name: str, platforms: Iterable[Platform]) -> Likeness | None:
    """The genuine account that ``name`` passes for, the closest one; None where it is nobody's."""
    bare = _bare(name)
    found = [Likeness(p, genuine, how) for p in platforms for genuine in _names(p) if (how := _how(bare, genuine))]
    return max(found, key=lambda f: (f.strength, len(f.name)), default=None)


def is_genuine(body: str, platform: Platform, ref: Reference) -> bool:
    """Whether the certified body is the account's own, or another public one: those may bear an official name."""
    own = {plain_name(b) for b in (platform.organ, *platform.organ_aliases, *(a.body for a in platform.accounts)) if b}
    if plain_name(body) in own:
        return True
    match = ref.body(body)
    return match is not None and match.kind in {"organ", "gov"}


def _names(platform: Platform) -> tuple[str, ...]:
    """Names under which a platform has accounts or mini programs; an organ's own name is one that only it may bear."""
    if platform.kind == "body":
        return ()
    accounts = tuple(a.name for a in platform.accounts)
    organ = (platform.organ,) if platform.group == "core" else ()
    return tuple(dict.fromkeys((*accounts, *organ)))


def _how(bare: str, genuine: str) -> float:
    meant = _bare(genuine)
    if bare == meant:
        return SAME
    if len(bare) == len(meant) >= LEAST_ALIKE and _sounds_alike(bare, meant):
        return ALIKE
    before, found, after = bare.partition(meant)
    added = (before, after)
    return EXTENDED if found and any(added) and all(not a or _OFFICIAL.fullmatch(a) for a in added) else 0.0


def _sounds_alike(one: str, other: str) -> bool:
    """Whether one character differs and is read the same: 考式 for 考试."""
    differing = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    return len(differing) == 1 and bool(_readings(differing[0][0]) & _readings(differing[0][1]))


@lru_cache(maxsize=512)
def _readings(char: str) -> frozenset[str]:
    from pypinyin import Style, pinyin  # noqa: PLC0415 - its dictionary is large and seldom needed

    return frozenset(pinyin(char, style=Style.NORMAL, heteronym=True, errors="ignore")[0] if char else ())


def _bare(name: str) -> str:
    """The name as it is read: width, variants, signs and blanks taken away."""
    return plain_name("".join(c for c in fold_loose(name).text if c.isalnum()))
