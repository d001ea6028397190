"""One store for the tests that only read, a fresh one for those that decide; passwords that cost nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from tests.lookalike.web.desk_at_work import AtWork, fill, work


@pytest.fixture(scope="module", autouse=True)
def cheap_hashes() -> Iterator[None]:
    """What argon2's real cost is for is tested where passwords are; no longer than a file of these tests lasts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lookalike.review.passwords._hasher", PasswordHasher(1, 8, 1))
        yield


@pytest.fixture(scope="session")
def filled_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("filled")
    fill(home)
    return home


@pytest.fixture(scope="session")
def read_desk(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> AtWork:
    return work(shutil.copytree(filled_home, tmp_path_factory.mktemp("desk") / "home"))


@pytest.fixture
def fresh_desk(filled_home: Path, tmp_path: Path) -> AtWork:
    return work(shutil.copytree(filled_home, tmp_path / "home"))
