"""Every link between the documents leads somewhere: to a file of the project, and to a heading that is there."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.docs.markdown import PAGES, ROOT, anchors, blocks, links


def broken(page: Path, target: str) -> str | None:
    """What is wrong with a link, or None."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return None if parts.scheme == "https" and parts.netloc else "expected https"
    path = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not path.is_relative_to(ROOT) or not path.exists():
        return f"no such file: {parts.path}"
    if parts.fragment and unquote(parts.fragment) not in anchors(path):
        return f"no heading #{unquote(parts.fragment)} in {path.name}"
    return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file_and_a_heading_that_are_there(page: Path) -> None:
    found = {target: why for target in links(page) if (why := broken(page, target))}
    assert not found


def test_a_link_to_nowhere_is_found(tmp_path: Path) -> None:
    page = ROOT / "docs" / "people.md"
    assert broken(page, "nowhere.md")
    assert broken(page, "handover.md#nothing-of-the-kind")
    assert broken(page, "http://example.com/")
    assert broken(page, "../../elsewhere.md")
    assert broken(page, "handover.md#from-a-verdict-to-an-office") is None


def test_every_page_can_be_reached_from_the_readme_or_the_site_s_list() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        targets = (urlsplit(target).path for target in links(page) if not urlsplit(target).scheme)
        waiting += [p for t in targets if t.endswith(".md") and (p := (page.parent / unquote(t)).resolve()).is_file()]
    index = ROOT / "docs" / "index.md"
    patterns = [line for block in blocks(index) for line in block.text.splitlines() if line and line[0] != ":"]
    listed = {page for pattern in patterns for page in index.parent.glob(f"{pattern}.md")}
    assert {page.name for page in PAGES} - {page.name for page in reached | listed} == {"index.md"}


def test_the_readme_leads_to_most_pages_by_itself() -> None:
    named = {urlsplit(target).path for target in links(ROOT / "README.md")}
    assert {f"docs/{name}.md" for name in ("handbook.zh", "operations", "developing", "threat-model")} <= named
