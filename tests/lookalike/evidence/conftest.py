"""One store and one pack of it for all tests of packs: they are read, and copied before anything is changed."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from lookalike.evidence.pack import Exported
from lookalike.night import Night
from tests.lookalike.evidence.stored import exported, stored


@pytest.fixture(scope="session")
def evidence_night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    return stored(tmp_path_factory.mktemp("evidence"))


@pytest.fixture(scope="session")
def whole_pack(evidence_night: Night, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    return exported(evidence_night, tmp_path_factory.mktemp("packs"))


@pytest.fixture
def bag_folder(whole_pack: Exported, tmp_path: Path) -> Path:
    """The pack, extracted with Python's own zip reader: a second opinion on ours."""
    with zipfile.ZipFile(whole_pack.path) as package:
        package.extractall(tmp_path)
    return tmp_path / whole_pack.path.stem
