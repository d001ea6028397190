"""Names and dates of the certificates that the range makes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from lookalike.cyber_range.authority import Authority, issuer_name
from lookalike.cyber_range.model import Tls

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("R11, Let's Encrypt, US", "CN=R11,O=Let's Encrypt,C=US"),
        ("WoTrus DV Server CA", "CN=WoTrus DV Server CA"),
        ("TrustAsia RSA DV TLS CA G3, TrustAsia Technologies, Inc., CN", "O=TrustAsia Technologies\\, Inc.,C=CN"),
        ("CN=R11,O=Let's Encrypt,C=US", "CN=R11,O=Let's Encrypt,C=US"),
        ("a=b", "CN=a=b"),
        ("证" * 64, "CN=" + "证" * 21),
        ("", ""),
    ],
)
def test_issuers_are_read_as_people_write_them(written: str, expected: str) -> None:
    assert issuer_name(written).rfc4514_string().endswith(expected)


def test_dates_that_are_not_told_are_around_the_ranges_clock(tmp_path: Path) -> None:
    leaf = Authority(tmp_path, NOW).chain(Tls(), ("a.example",))[0]
    assert leaf.not_valid_before_utc < NOW < leaf.not_valid_after_utc


def test_a_leaf_hangs_on_its_issuer_and_that_on_the_root(tmp_path: Path) -> None:
    leaf, issuer = Authority(tmp_path, NOW).chain(Tls(issuer="R11, Let's Encrypt, US"), ("a.example", "192.0.2.1"))
    leaf.verify_directly_issued_by(issuer)
    assert issuer.issuer.rfc4514_string() == "CN=Cyber Range Root,O=Cyber Range,C=CN"


def test_a_host_name_too_long_for_a_common_name_still_gets_a_certificate(tmp_path: Path) -> None:
    leaf = Authority(tmp_path, NOW).chain(Tls(), ("a" * 60 + ".example-top.example",))[0]
    assert leaf.subject.rfc4514_string() == ""
