"""``lookalike serve`` puts no password on the wire in plain, and says in one line what it needs instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookalike.cli.serve import check
from lookalike.errors import UsageError


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.0.0.9"])
def test_this_machine_needs_nothing(host: str) -> None:
    check(host, [], None, None, secure=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "leads.example", "::"])
def test_a_network_needs_tls(host: str) -> None:
    with pytest.raises(UsageError, match="in plain"):
        check(host, ["leads.example"], None, None, secure=False)
    check(host, ["leads.example"], None, None, secure=True)


def test_listening_everywhere_needs_a_name() -> None:
    with pytest.raises(UsageError, match="--name"):
        check("0.0.0.0", [], None, None, secure=True)


def test_a_certificate_needs_its_key_and_both_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="both or neither"):
        check("192.0.2.7", [], tmp_path / "a.pem", None, secure=True)
    with pytest.raises(UsageError, match="no such file"):
        check("192.0.2.7", [], tmp_path / "a.pem", tmp_path / "k.pem", secure=True)
