"""Sockets are closed except loopback; the real data is used where it is present."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings
from pytest_socket import socket_allow_hosts

# Times are the benchmarks' business; a shared machine must not fail a property by being slow.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

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
