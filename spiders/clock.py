"""The one clock: the real time, or the fixed instant that a range or a test sets."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from spiders.options import Options

CHINA = ZoneInfo("Asia/Shanghai")


def now(options: Options) -> datetime:
    """The current instant with offset; ``options.now`` when it is set."""
    return options.now if options.now is not None else datetime.now(UTC).astimezone(CHINA)
