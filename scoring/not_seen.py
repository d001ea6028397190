"""What nobody has looked at: walls in the way, and ways to visit that were not tried. Stated beside every judgement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.challenge import walls_of
from scoring.result import Unchecked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.case import Case, Client
    from scoring.challenge import Wall

NAMES: dict[Client, str] = {
    "desktop": "电脑",
    "wechat": "安卓微信",
    "mobile": "苹果手机",
    "mobile_referred": "从百度点入的安卓手机",
    "referred": "从搜索结果点入的电脑",
}
"""Clients as analysts know them."""
NEVER = "苹果微信、其他地区的网络、带登录状态或 Cookie 的访问"
"""What is never tried: no visit has an account, and all go through one exit."""


def not_seen(case: Case, walls: Mapping[str, Wall] | None = None) -> tuple[Unchecked, ...]:
    """One line for walls, one for clients; none for a case that no client visited. ``walls``: of the case, known."""
    return (*_walls(walls_of(case) if walls is None else walls), *_clients(case))


def _walls(walls: Mapping[str, Wall]) -> tuple[Unchecked, ...]:
    names: dict[str, list[str]] = {}
    for place, wall in walls.items():
        client = next((said for name, said in NAMES.items() if name == place.split(" ", 1)[0]), "")
        names.setdefault(wall.name, []).append(client)
    return tuple(
        Unchecked("页面内容（E_CHALLENGE 需要人工核验）", f"{name}：{'、'.join(dict.fromkeys(clients))}所见")
        for name, clients in names.items()
    )


def _clients(case: Case) -> tuple[Unchecked, ...]:
    tried = {view.client for view in case.views}
    if len(tried) < 2:
        return ()  # the signal on differences says so itself
    left = "、".join(said for client, said in NAMES.items() if client not in tried)
    return (Unchecked("其他身份的访问", f"没有试过：{f'{left}、' if left else ''}{NEVER}"),)
