"""Which files belong to which feed, and how one is known again."""

from __future__ import annotations

from pathlib import Path

import pytest

from spiders.feeds.folder import FeedError, feed_files, feed_of, feeds_in, file_of


@pytest.mark.parametrize(
    ("name", "feed"),
    [
        ("fofa-2026-03-01.csv", "assets"),
        ("Hunter_导出.xlsx", "assets"),
        ("鹰图.csv", "assets"),
        ("urlscan.json", "assets"),
        ("assets/20260301.csv", "assets"),
        ("newly-registered.txt", "names"),
        ("crtsh.jsonl", "ct"),
        ("12345热线台账.xlsx", "tips"),
        ("三月举报线索.csv", "tips"),
        ("资产测绘-0318.json", "assets"),
        ("12345 三月.xlsx", "tips"),
        ("saved/百度.mhtml", "saved"),
        ("结果.html", "saved"),
        ("notes.txt", ""),
        ("fofa.pdf", ""),
        ("tips/fofa.csv", "tips"),
    ],
)
def test_a_file_belongs_to_the_feed_that_its_folder_or_its_name_says(name: str, feed: str) -> None:
    assert feed_of(name) == feed


@pytest.fixture
def feeds(tmp_path: Path) -> Path:
    for name in ("fofa.csv", "copy/fofa again.csv", "saved/a.html", "a_files/frame.html", ".hidden.csv", "notes.md"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("host\na.example\n" if "fofa" in name else name)
    (tmp_path / "fofa-link.csv").symlink_to("/etc/hostname")
    return tmp_path


def test_the_same_content_under_two_names_is_one_file(feeds: Path) -> None:
    assert [f.name for f in feed_files(feeds, "assets")] == ["fofa.csv"]


def test_parts_of_a_saved_page_hidden_files_and_links_are_left_out(feeds: Path) -> None:
    assert [f.name for f in feed_files(feeds, "saved")] == ["saved/a.html"]
    assert feeds_in(feeds) == {"assets", "saved"}


@pytest.mark.parametrize("folder", [None, Path("/nonexistent")])
def test_without_a_folder_there_is_nothing_to_read(folder: Path | None) -> None:
    assert feed_files(folder, "assets") == ()
    assert feeds_in(folder) == frozenset()


def test_a_planned_file_is_found_again_by_its_query(feeds: Path) -> None:
    (file,) = feed_files(feeds, "assets")
    assert file_of(feeds, file.query) == file


def test_a_planned_file_that_changed_or_went_is_told(feeds: Path) -> None:
    (file,) = feed_files(feeds, "assets")
    file.path.write_text("host\nb.example\n")
    with pytest.raises(FeedError, match="内容已改变"):
        file_of(feeds, file.query)
    file.path.unlink()
    with pytest.raises(FeedError, match="已不在目录中"):
        file_of(feeds, file.query)


def test_a_query_leads_to_no_file_outside_the_folder(feeds: Path) -> None:
    with pytest.raises(FeedError):
        file_of(feeds, "../../etc/passwd 0123456789ab")
