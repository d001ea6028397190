"""Honest cases as they would be without what clears them.

Counter-evidence is more than a row: an address decides what other signals look for, and words of warning decide whether a
slogan counts as said. So a case that is cleared by where it lives is moved, word for word, to a host that is nobody's, one
that is cleared by where it leads stays where it is, and where words clear, those words are unknown; then the rows go too.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from typing import Any
from unittest.mock import patch

from cases import HERE, LABELS, read_case

from scoring.distance import _worth
from scoring.domains import is_ip
from scoring.engine import hits_of, is_bare, observe
from scoring.gate import GateCase
from scoring.reference import Reference, phrases

BY_ADDRESS = frozenset({"genuine_host", "genuine_domain", "gov_label", "edu_label"})
BY_REDIRECT = frozenset({"redirect_to_genuine"})
WORDS = {
    "advert_told": {"quoting", "distance", "news", "about"},
    "archive_frame": {"archive"},
    "demo_site": {"demo"},
    "honest_school": {"school"},
    "news_page": {"news"},
    "other_subject": {"other_subject"},
    "parked_page": {"parked"},
    "question_bank": {"question_bank"},
    "quoting_context": {"quoting", "distance", "news", "about"},
}
"""Groups of lexicon and phrases by which a signal knows its words."""
TELLING = {"advert_told", "quoting_context"}
NOBODYS = "www.k7-wangluo.com"
NOBODYS_ADDRESS = "198.51.100.250"
"""Where a case goes that lives on an address by itself."""


def rows_by_id() -> dict[str, dict[str, Any]]:
    """The corpus as it stands in its files."""
    rows = [
        r
        for folder in LABELS
        for p in sorted((HERE / folder).glob("*.toml"))
        for r in tomllib.loads(p.read_text())["case"]
    ]
    return {row["id"]: row for row in rows}


def bereft(row: dict[str, Any], reference: Reference) -> GateCase:
    """The case without the signals that it is cleared by."""
    cleared = frozenset(row["cleared_by"])
    if cleared & BY_ADDRESS:
        row = moved(row, row["host"])
    if cleared & BY_REDIRECT:
        row = {**row, "view": [_staying(view) for view in row.get("view", ())]}
    case = read_case(row)
    with _unknown_words(reference, cleared) as ignorant:
        hits = tuple(hit for hit in hits_of(observe(case, ignorant)) if hit.signal not in cleared)
    return GateCase(row["id"], "benign", hits, bare=is_bare(case))


@contextmanager
def _unknown_words(reference: Reference, cleared: frozenset[str]) -> Iterator[Reference]:
    """A reference that does not know the words of these signals."""
    groups = frozenset().union(*(WORDS.get(signal, ()) for signal in cleared))
    if not groups:
        yield reference
        return
    left = {name: () if name in groups else words for name, words in phrases().items()}
    with patch("scoring.reference.phrases", lambda: left):
        ignorant = _ignorant(reference, groups)
        assert ignorant.terms
    with patch("scoring.distance._worth", (lambda _: (0.0, ())) if cleared & TELLING else _worth):
        yield ignorant


@lru_cache(maxsize=32)
def _ignorant(reference: Reference, groups: frozenset[str]) -> Reference:
    known = reference.seeds.lexicon.groups
    lexicon = replace(reference.seeds.lexicon, groups={g: () if g in groups else terms for g, terms in known.items()})
    return Reference(replace(reference.seeds, lexicon=lexicon), reference.baselines)


def moved(value: Any, host: str, to: str = "") -> Any:
    """The same with another host wherever the old one stands: ``to``, or one that is nobody's."""
    to = to or (NOBODYS_ADDRESS if is_ip(host.partition(":")[0]) else NOBODYS)
    if isinstance(value, str):
        return value.replace(host, to)
    if isinstance(value, dict):
        file = {"html": (HERE / value["html_file"]).read_text()} if "html_file" in value else {}
        return {key: moved(item, host, to) for key, item in (value | file).items() if key != "html_file"}
    return [moved(item, host, to) for item in value] if isinstance(value, list) else value


def _staying(view: dict[str, Any]) -> dict[str, Any]:
    return {key: item for key, item in view.items() if key not in {"final", "via"}}
