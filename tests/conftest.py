"""Sockets are closed except loopback; the real data is used where it is present."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_socket import socket_allow_hosts

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"


def pytest_runtest_setup() -> None:
    socket_allow_hosts(["127.0.0.0/8", "::1"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of real pages, answers and names; not part of the project."""
    if not SHARED.is_dir():
        pytest.skip("the folder of real data is not on this machine")
    return SHARED
