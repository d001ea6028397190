"""A night against others: what gives nothing is told first, and fewer than three nights are no yardstick."""

from __future__ import annotations

from typing import Any

import pytest

from lookalike.web.nights import BAD, lines


def counts(**more: Any) -> dict[str, Any]:
    known = {"queries": 20, "pages": 40, "results": 300, "paid": 10, "failed": 0, "unparsed": 0, "captcha": 0}
    return known | {"blocked": 0, "robots": 0, "pending_queries": 0, "state": "ok", "why": "", "leads_new": 4} | more


def before(*results: int, **more: Any) -> list[dict[str, Any]]:
    return [{"sources": {"baidu": counts(results=n, paid=0, **more)}} for n in results]


def came(now: dict[str, Any], earlier: list[dict[str, Any]] | None = None, files: frozenset[str] = frozenset()) -> str:
    return lines({"baidu": now}, earlier or [], files)[0].came


@pytest.mark.parametrize(
    ("now", "word"),
    [
        (counts(), "ok"),
        (counts(results=0, paid=0), "zero"),
        (counts(results=0, paid=3), "ok"),
        (counts(results=0, paid=0, pending_queries=5), "ok"),
        (counts(results=0, paid=0, queries=0, pages=0), "idle"),
        (counts(results=0, paid=0, state="backing off"), "blocked"),
        (counts(results=9, state="blocked"), "blocked"),
        (counts(results=9, state="failed"), "failed"),
        (counts(state="suspect"), "suspect"),
        (counts(results=0, paid=0, state="no key"), "resting"),
        (counts(results=0, paid=0, state="outside hours"), "resting"),
    ],
)
def test_how_a_source_came_out(now: dict[str, Any], word: str) -> None:
    assert came(now) == word


def test_a_folder_without_files_is_no_alarm() -> None:
    assert came(counts(results=0, paid=0), files=frozenset({"baidu"})) == "ok"


def test_far_fewer_than_usual_is_told_and_no_alarm() -> None:
    line = lines({"baidu": counts(results=80, paid=0)}, before(300, 310, 290), frozenset())[0]
    assert (line.came, line.bad) == ("few", False)


def test_two_nights_are_no_yardstick() -> None:
    line = lines({"baidu": counts(results=80, paid=0)}, before(300, 310), frozenset())[0]
    assert (line.came, line.numbers["results"].usual, line.nights) == ("ok", None, 2)


def test_medians_are_of_the_nights_on_which_the_source_was_asked() -> None:
    earlier = [*before(100, 200, 300), *before(0, 0, pages=0)]
    numbers = lines({"baidu": counts(failed=2, unparsed=1, captcha=3)}, earlier, frozenset())[0].numbers
    assert (numbers["results"].now, numbers["results"].usual) == (310, 200.0)
    assert (numbers["errors"].now, numbers["refused"].now) == (3, 3)


def test_a_number_that_older_nights_did_not_note_is_unknown_and_not_zero() -> None:
    earlier = [{"sources": {"baidu": {k: v for k, v in counts().items() if k != "leads_new"}}} for _ in range(5)]
    numbers = lines({"baidu": counts()}, earlier, frozenset())[0].numbers
    assert (numbers["leads_new"].now, numbers["leads_new"].usual) == (4, None)


def test_what_needs_somebody_stands_first() -> None:
    found = lines({"a": counts(), "b": counts(results=0, paid=0), "c": counts(state="no key")}, [], frozenset())
    assert [line.source for line in found] == ["b", "a", "c"]
    assert [line.came in BAD for line in found] == [True, False, False]
