from __future__ import annotations

import pytest

from lookalike.reached import reached
from scoring.context import SAID_BY_OTHERS


@pytest.mark.parametrize("source", sorted(SAID_BY_OTHERS))
def test_nothing_that_was_no_search_is_called_one(source: str) -> None:
    told = reached(source, "http://a.example/x")
    assert "搜索" not in told
    assert "http://a.example/x" in told


def test_a_search_is_told_with_its_words() -> None:
    assert reached("baidu", "电工证 免考") == "baidu 搜索“电工证 免考”"


def test_a_list_without_words_is_told_by_its_name() -> None:
    assert reached("assets", "") == "assets"
