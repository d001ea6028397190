"""The columns of 《工作情况统计表》 (肥城 2024, annex 2), in the order they are printed, and what a cell may hold."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Value = int | Decimal | tuple[int, int]
"""A count, an amount in 万元, or cases and persons."""
ENTERPRISES, NETWORK, CASES = "对企业执法检查情况", "网络空间治理情况", "立案查处情况"
GROUPS = (ENTERPRISES, NETWORK, CASES)
SERIAL = "序号"
_EMPTY = frozenset({"", "-", "--", "—", "——", "/", "\\"})
_NONE = frozenset({"无", "零"})
_ZERO: dict[str, Value] = {"count": 0, "amount": Decimal(0), "pair": (0, 0)}
_COUNT = re.compile(r"([0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3}){1,2})(?:\.0{1,4})?")
_AMOUNT = re.compile(r"([0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3}){1,2})(\.[0-9]{1,6})?(万元|万|元)?")
_PAIR = re.compile(r"([0-9]{1,9})(?:件[、,/;]?|[、/;])([0-9]{1,9})人?")


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    key: str
    group: str
    title: str
    unit: str
    kind: Literal["count", "amount", "pair"] = "count"

    @property
    def heading(self) -> str:
        """As it is printed: title and unit."""
        return f"{self.title}({self.unit})"


COLUMNS = (
    Column("inspected", ENTERPRISES, "开展执法检查的企业数量", "家"),
    Column("holders", ENTERPRISES, "查出无证、假证人员数量", "人"),
    Column("problems", ENTERPRISES, "查出企业问题总数", "项"),
    Column("deadline_set", ENTERPRISES, "限期整改的企业数量", "家"),
    Column("suspended", ENTERPRISES, "停业整顿的企业数量", "家"),
    Column("fined", ENTERPRISES, "罚款金额", "万元", "amount"),
    Column("mended", ENTERPRISES, "完成整改的问题数量", "项"),
    Column("referred_enterprises", ENTERPRISES, "涉嫌犯罪的问题线索移交数量", "项"),
    Column("fake_sites", NETWORK, "查出假冒政府网站平台数量", "个"),
    Column("cleared", NETWORK, "清理涉安全生产资格证书违法违规信息数量", "项"),
    Column("referred", NETWORK, "涉嫌犯罪的问题线索移交数量", "项"),
    Column("police_cases", CASES, "公安机关查处的涉证案件数量", "件"),
    Column("prosecutor_cases", CASES, "检察机关介入的涉证案件数量", "件"),
    Column("charged", CASES, "检察机关提起公诉的涉证案件数量", "件、人", "pair"),
    Column("tried", CASES, "人民法院审判假证案数量", "件"),
)
OWN = frozenset(column.key for column in COLUMNS if column.group == NETWORK)
"""Keys of the columns that this program fills; the others belong to other offices."""


def folded(title: str) -> str:
    """A heading without unit, blanks and width; the printed slip 引入 is 介入."""
    plain = "".join(unicodedata.normalize("NFKC", title).split())
    plain = plain.partition("(")[0] if plain.endswith(")") else plain
    return plain.replace("机关引入", "机关介入")


def read_value(column: Column, text: str) -> Value | None:
    """What a cell says; None: it is empty. Raises ValueError with one sentence in Chinese."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    if plain in _EMPTY:
        return None
    if plain in _NONE or plain == "0":
        return _ZERO[column.kind]
    if column.kind == "pair":
        if found := _PAIR.fullmatch(plain):
            return int(found[1]), int(found[2])
        raise ValueError(f"「{column.title}」应写成“3件、5人”，现为“{text[:30]}”")
    if column.kind == "amount":
        return _amount(column, plain, text)
    if found := _COUNT.fullmatch(plain.removesuffix(column.unit)):
        return int(found[1].replace(",", ""))
    raise ValueError(f"「{column.title}」应为不小于 0 的整数，现为“{text[:30]}”")


def printed(value: Value) -> str:
    """As a cell shows it: ``12``, ``3.5``, ``3件、5人``."""
    if isinstance(value, tuple):
        return f"{value[0]}件、{value[1]}人"
    return str(value) if isinstance(value, int) else f"{value.normalize():f}"


def added(one: Value, other: Value) -> Value:
    """The sum of two values of one column."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return one[0] + other[0], one[1] + other[1]
    if isinstance(one, int) and isinstance(other, int):
        return one + other
    assert not isinstance(one, tuple), "values of one column are of one kind"
    assert not isinstance(other, tuple), "values of one column are of one kind"
    return Decimal(one) + Decimal(other)


def _amount(column: Column, plain: str, text: str) -> Decimal:
    found = _AMOUNT.fullmatch(plain)
    if not found:
        raise ValueError(f"「{column.title}」应为以万元计的金额，现为“{text[:30]}”")
    number = Decimal(found[1].replace(",", "") + (found[2] or ""))
    return number / 10_000 if found[3] == "元" else number
