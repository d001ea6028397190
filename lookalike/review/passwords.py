"""Passwords: what a good one is, argon2id hashes of them (RFC 9106), and the one-time ones that open a new account."""

from __future__ import annotations

import secrets
import threading
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lookalike.errors import UsageError
from lookalike.review.people import folded

SHORTEST, LONGEST = 12, 128
LONG_ENOUGH = 20
"""Letters from which a password needs no mixture of kinds."""
ONE_TIME = timedelta(hours=72)
"""How long a password that was given out opens anything."""

_hasher = PasswordHasher()  # 64 MiB, three passes, four lanes: RFC 9106's second choice
_turn = threading.BoundedSemaphore(2)
"""Half a second of all cores and 64 MiB each: a crowd at the door must not take the machine."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_RUN = 4
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")


@dataclass(frozen=True, slots=True)
class OneTime:
    """A password to hand to somebody, shown once, and what is kept of it."""

    password: str
    hashed: str


def one_time() -> OneTime:
    """Twenty letters that cannot be confused, 99 bits."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))
    password = "-".join(groups)
    return OneTime(password, hash_of(password))


def hash_of(password: str) -> str:
    """The argon2id hash, PHC format; half a second."""
    with _turn:
        return _hasher.hash(_bytes(password))


def matches(hashed: str | None, password: str) -> bool:
    """Whether a password is the one; without a hash the same time is spent: nobody learns which accounts exist."""
    with _turn:
        known = hashed or _nobody(_hasher)
        try:
            return _hasher.verify(known, _bytes(password)) and hashed is not None
        except (VerificationError, InvalidHashError):
            return False


def outdated(hashed: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(hashed)


def check_new(name: str, password: str, old: str = "") -> None:
    """Raises UsageError, in Chinese, for a password that is too easy, or is the one that it replaces."""
    said = _complaint(folded(name), unicodedata.normalize("NFKC", password))
    if not said and old and _bytes(old) == _bytes(password):
        said = "与原口令相同，请换一个"
    if said:
        raise UsageError(f"password: {said}")


def _complaint(name: str, password: str) -> str:
    plain = folded(password)
    if not SHORTEST <= len(password) <= LONGEST:
        return f"口令须为 {SHORTEST} 至 {LONGEST} 个字符"
    if any(not c.isprintable() for c in password):
        return "口令含有不可见字符"
    if len(name) > 2 and name in plain:
        return "口令不得包含账号名"
    if len(set(plain)) < 6 or _runs(plain) * 2 > len(plain):
        return "口令由重复或连续的字符组成，太容易猜"
    if len(password) < LONG_ENOUGH and _kinds(password) < 3:
        return f"少于 {LONG_ENOUGH} 个字符的口令须含大写、小写、数字、符号（或汉字）中的三种"
    return ""


def _kinds(password: str) -> int:
    kinds = {
        "upper" if c.isupper() else "lower" if c.islower() else "digit" if c.isdigit() else "other" for c in password
    }
    return len(kinds)


def _runs(password: str) -> int:
    """Letters that stand in a run: ``aaaa``, ``1234``, ``fdsa``."""
    found: set[int] = set()
    for start in range(len(password) - _RUN + 1):
        part = password[start : start + _RUN]
        if len(set(part)) == 1 or any(part in row or part[::-1] in row for row in _ROWS):
            found.update(range(start, start + _RUN))
    return len(found)


def _bytes(password: str) -> bytes:
    """NFKC (NIST SP 800-63B-4, 3.1.1.2): a Chinese keyboard's full-width letters are the same password."""
    return unicodedata.normalize("NFKC", password[: LONGEST * 8]).encode("utf-8", "surrogatepass")


@lru_cache(maxsize=1)
def _nobody(hasher: PasswordHasher) -> str:
    """The hash of a password that nobody has."""
    return hasher.hash(secrets.token_bytes(32))
