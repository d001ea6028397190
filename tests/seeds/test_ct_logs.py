"""The table of certificate transparency logs: what it gives, and what it says of mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from seeds.ct_model import CtFollow, CtLog
from seeds.errors import SeedError
from seeds.loader import load_seeds

ROW = '[[log]]\nid = "a1"\nkind = "tiled"\nurl = "https://log.example/a/"\nkey = "AAAA"\n'


@pytest.fixture
def overlay_of(tmp_path: Path):
    def write(text: str) -> Path:
        (tmp_path / "ct_logs.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_no_log_is_followed_until_a_row_says_so() -> None:
    assert load_seeds().ct_logs == ()


def test_a_row_is_a_log_without_the_slash_at_its_end(overlay_of) -> None:
    (log,) = load_seeds(overlay_of(ROW)).ct_logs
    assert log == CtLog("a1", "tiled", "https://log.example/a", key="AAAA")


def test_bounds_that_the_overlay_does_not_name_keep_their_defaults(overlay_of) -> None:
    assert load_seeds(overlay_of("[follow]\nentries = 7\n")).ct_follow == CtFollow(entries=7)


def test_bundled_bounds_hold_where_the_overlay_names_none(overlay_of) -> None:
    assert load_seeds(overlay_of(ROW)).ct_follow == load_seeds().ct_follow


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ROW.replace("tiled", "static"), "kind"),
        (ROW.replace("https://log.example/a/", "log.example"), "url"),
        (ROW.replace("AAAA", "-----BEGIN"), "key"),
        (ROW.replace('"a1"', '"A 1"'), "id"),
        (ROW + ROW, "id"),
        (ROW + "speed = 1\n", "speed"),
        ('[[log]]\nid = "a1"\n', "kind"),
        ("follow = 1\n", "follow"),
        ("[follow]\nbatch = 0\n", "follow.batch"),
    ],
)
def test_a_mistake_is_told_with_file_and_key(overlay_of, text: str, said: str) -> None:
    with pytest.raises(SeedError) as told:
        load_seeds(overlay_of(text))
    assert "ct_logs.toml" in str(told.value)
    assert said in str(told.value)
