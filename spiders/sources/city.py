"""The route of sites that have one part a city: which city a query is asked in, and at which host."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self
from urllib.parse import urlencode

import re2

from seeds.asked import cities_of, in_city
from seeds.loader import load_seeds
from seeds.model import City, Source
from spiders.options import Options
from spiders.sources.base import SerpSpider
from spiders.sources.task import SearchTask

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_LABEL = re2.compile(r"[a-z0-9][a-z0-9-]{0,30}")


class CitySpider(SerpSpider):
    """A query that begins with a city is asked there; any other one in every chosen city. See ``WubaSpider``."""

    host: ClassVar[str]
    """The name below which every city has its own."""

    def __init__(
        self, query: str = "", cities: str | Sequence[str] = (), source: Source | None = None, **kwargs: Any
    ) -> None:
        """``-a cities=`` names, labels or hosts, comma separated; absent: LOOKALIKE_CITIES, else the source's own.

        Raises ``ValueError`` with one clear line.
        """
        super().__init__(query=query, source=source, **kwargs)
        row = source or _bundled(self.name)
        wanted = [c.strip() for c in cities.split(",") if c.strip()] if isinstance(cities, str) else list(cities)
        self.cities = _chosen(self.name, row, wanted)
        if query.strip() and not kwargs.get("searches"):
            city, _ = in_city(query.strip(), self.cities)
            asked = [query.strip()] if city or not self.cities else [f"{c.name} {query.strip()}" for c in self.cities]
            self.searches = deque(SearchTask(q) for q in asked)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """With the cities of the settings where no argument names them."""
        options: Options | None = crawler.settings.get("LOOKALIKE_OPTIONS")
        if not kwargs.get("cities") and options is not None:
            kwargs["cities"] = options.cities
        return super().from_crawler(crawler, *args, **kwargs)

    def search_url(self, query: str) -> str:
        """Address of the first page for ``query`` in its city, the city's name left out of the words."""
        city, words = in_city(query, self.cities)
        city = city or next(iter(self.cities), None)
        below = (self.source.host if self.source else "") or self.host
        host = f"{city.label}.{below}" if city else below
        path = (self.source.path if self.source else "") or self.path
        return f"{self.scheme}://{host}{path}?{urlencode({self.query_param: words, **self.extra})}"


def _bundled(name: str) -> Source | None:
    return next((s for s in load_seeds().sources if s.spider == name), None)


def _chosen(name: str, row: Source | None, wanted: Sequence[str]) -> tuple[City, ...]:
    """The wanted cities; a label that no row knows is taken as it stands, anything else is refused by name."""
    if row is None or not wanted:
        return row.cities if row else ()
    found = list(cities_of(row, wanted))
    known = {key for c in found for key in (c.name, c.label, f"{c.label}.{row.host}")}
    for one in wanted:
        if one in known or "." in one:  # a host below another source's name is that one's
            continue
        if not _LABEL.fullmatch(one):
            offered = ", ".join(c.name for c in row.cities[:5])
            raise ValueError(f"spider {name}: -a cities={one}: expected a known city ({offered}, …) or its label")
        found.append(City(one, one))
    if not found:
        raise ValueError(f"spider {name}: -a cities={','.join(wanted)}: expected cities below {row.host}")
    return tuple(dict.fromkeys(found))
