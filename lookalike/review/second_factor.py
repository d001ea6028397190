"""The second factor: six digits every 30 s (RFC 6238), each of them taken once."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

import pyotp
from pyotp.exceptions import OTPVerificationError

ISSUER = "lookalike"
LATE = 1
"""Steps by which a telephone's clock may be off, to either side."""
_CODE = re.compile(r"[0-9]{6}")


def new_secret() -> str:
    """160 random bits, base32: the length of the hash (RFC 4226, 4)."""
    return pyotp.random_base32()


def uri(name: str, secret: str) -> str:
    """What an authenticator reads from a QR code: ``otpauth://totp/…``."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def step_of(secret: str, typed: str, now: datetime, after: int) -> int | None:
    """The step whose code was typed; None where it is wrong, or not newer than the step ``after``."""
    code = _plain(typed)
    if not _CODE.fullmatch(code):
        return None
    try:
        step = pyotp.TOTP(secret).verify_and_get_timecode(code, for_time=now.timestamp(), valid_window=LATE)
    except OTPVerificationError:
        return None
    return step if step > after else None


def _plain(typed: str) -> str:
    """People copy ``123 456``, and Chinese keyboards type full-width digits."""
    return "".join(unicodedata.normalize("NFKC", typed[:32]).split()).replace("-", "")
