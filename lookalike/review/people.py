"""Names of those who decide: given, and told apart, however they are typed."""

from __future__ import annotations

import re
import unicodedata

from lookalike.errors import UsageError
from lookalike.store.types import storable

LONGEST = 64
"""Letters that a name has at most."""
_LETTER = r"A-Za-z0-9\u3400-\u4dbf\u4e00-\u9fff"
_ACCOUNT = re.compile(rf"[{_LETTER}](?:[ {_LETTER}._·-]*[{_LETTER}._·-])?")
_OURS = "lookalike"
"""Names of the program itself in the audit trail begin with this."""


class AccountError(UsageError):
    """Something that cannot be done with an account, or with a key."""

    def __init__(self, why: str, text: str) -> None:
        """``why`` is a short name of ours, by which a page finds its own words; ``text`` speaks to the command line."""
        super().__init__(text)
        self.why = why


def named(by: str, deed: str) -> str:
    """The name without blanks around it. Raises UsageError where there is none, or a page of text."""
    if not by.strip():
        raise UsageError(f"--by: who {deed}? expected a name")
    if len(by.strip()) > LONGEST:
        raise UsageError(f"--by: expected a name of at most {LONGEST} letters")
    return storable(by.strip())


def account_name(text: str) -> str:
    """The name of an account: NFKC, one blank where there are several.

    Raises UsageError for letters other than Latin and Chinese ones (two accounts must never look alike), for names of
    the program itself, and for those that are too long.
    """
    name = " ".join(unicodedata.normalize("NFKC", text).split())
    if not _ACCOUNT.fullmatch(name) or len(name) > LONGEST:
        raise AccountError(
            "name",
            f"name {text[:80]!r}: expected at most {LONGEST} letters, Chinese or Latin, digits, or . _ - · inside",
        )
    if folded(name).startswith(_OURS):
        raise AccountError("ours", f"name {name}: the program signs with names like that; choose another")
    return name


def same_person(one: str, other: str) -> bool:
    """Whether two names are one: width, letter case and blanks make no difference."""
    return folded(one) == folded(other)


def folded(name: str) -> str:
    """What two spellings of one name have in common."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
