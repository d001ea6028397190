"""Places in China that texts and numbers name: province, city, county. What names none, or several, says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from lookalike.evidence.documents.law import read

_SUFFIX = re.compile(r"(?:壮族|回族|维吾尔)?自治区$|特别行政区$|[省市]$")
_CITY_SUFFIX = re.compile(r"(?:[一-鿿]{1,4}族)*自治州$|地区$|[市盟]$")
_COUNTY = re.compile(r"^(?:市)?([一-鿿]{1,6}?(?:区|县|市|旗))")
_AREA_CODE = re.compile(r"^0(?:10|2[0-9]|[3-9][0-9]{2})")


@dataclass(frozen=True, slots=True)
class Place:
    """As far as it is known; empty: not known."""

    province: str
    city: str = ""
    county: str = ""

    def __str__(self) -> str:
        return self.province + (self.city if self.city != self.province else "") + self.county


@dataclass(frozen=True, slots=True)
class _Table:
    provinces: tuple[str, ...]
    cities: dict[str, str]
    """City to province."""
    counties: dict[str, str]
    """County to city, for those that are listed."""
    codes: dict[str, tuple[str, tuple[str, ...]]]
    icp: dict[str, str]


@cache
def _table() -> _Table:
    told = read("places.toml")["province"]
    codes = {code: (p["name"], tuple(cities)) for p in told for code, cities in p["codes"].items()}
    return _Table(
        provinces=tuple(p["name"] for p in told),
        cities={city: province for province, cities in codes.values() for city in cities},
        counties={c: city for p in told for city, counties in p.get("counties", {}).items() for c in counties},
        codes=codes,
        icp={p["icp"]: p["name"] for p in told},
    )


def of_text(text: str) -> Place | None:
    """The place that an address, an office's or a firm's name begins with or holds; None: none that the table has."""
    table = _table()
    province = next((p for p in table.provinces if p in text or text.startswith(_SUFFIX.sub("", p))), "")
    city = next((c for c in sorted(table.cities, key=len, reverse=True) if c in text and c != province), "")
    if not city:
        rest = text.removeprefix(province).removeprefix(_SUFFIX.sub("", province)) if province else text
        short = {_CITY_SUFFIX.sub("", c): c for c in table.cities if not province or table.cities[c] == province}
        city = next((c for s, c in short.items() if len(s) > 1 and rest.startswith(s)), "")
    county = next((c for c in table.counties if c in text and (not city or table.counties[c] == city)), "")
    if county and not city:
        city = table.counties[county]
    if not province and not city:
        return None
    province = province or table.cities[city]
    city = city or (province if province.endswith("市") else "")
    return Place(province, city, county or _county(text, city))


def _county(text: str, city: str) -> str:
    if not city:
        return ""
    short = city if city in text else _CITY_SUFFIX.sub("", city)
    _, found, rest = text.partition(short)
    match = _COUNTY.match(rest) if found else None
    return match[1] if match and len(match[1]) > 1 else ""


def of_telephone(number: str) -> tuple[str, Place | None]:
    """The area code of a fixed telephone and its place; a code of several cities gives the province alone."""
    match = _AREA_CODE.match(number)
    code = match[0] if match else ""
    known = _table().codes.get(code)
    if known is None:
        return code, None
    province, cities = known
    return code, Place(province, cities[0] if len(cities) == 1 else "")


def of_filing(number: str) -> Place | None:
    """The province that a 备案号 begins with, whoever wrote it there."""
    province = _table().icp.get(number[:1])
    return Place(province, province if province.endswith("市") else "") if province else None
