"""Ranking against the rule, read word by word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lookalike.cyber_range.pages import Page
from lookalike.cyber_range.search import Index, snippet

WORDS = st.text(alphabet="免考证书安全 aB", max_size=12)
PAGES = st.lists(
    st.builds(
        lambda host, path, title, text: Page(host, path, f"http://{host}{path}", title, text),
        st.sampled_from(["a.example", "b.example", "c.example"]),
        st.sampled_from(["/", "/a", "/b"]),
        WORDS,
        WORDS,
    ),
    max_size=12,
    unique_by=lambda page: (page.host, page.path),
)


def by_the_rule(pages: list[Page], query: str) -> list[Page]:
    query = query.casefold()
    pairs = {query[i : i + 2] for i in range(len(query) - 1)}
    pairs = {pair for pair in pairs if not any(c.isspace() for c in pair)}

    def shared(page: Page) -> int:
        return sum(pair in page.title.casefold() or pair in page.text.casefold() for pair in pairs)

    return sorted((p for p in pages if shared(p)), key=lambda p: (-shared(p), p.host, p.path))


@given(PAGES, WORDS)
def test_pages_are_ranked_by_shared_bigrams_then_host_and_path(pages: list[Page], query: str) -> None:
    assert list(Index(pages).search(query)) == by_the_rule(pages, query)


def test_a_snippet_shows_where_the_query_stands() -> None:
    page = Page("a", "/", "http://a/", "", "前" * 300 + "免考办证" + "后" * 300)
    shown = snippet(page, "怎样免考")
    assert "免考办证" in shown
    assert len(shown) <= 112
