"""What follows a night and must never fail it: the numbers for node_exporter."""

from __future__ import annotations

import logging

from lookalike.config import Config
from lookalike.errors import LookalikeError

logger = logging.getLogger("lookalike.ops")


def after_night(config: Config) -> None:
    """Leaves the numbers where the settings ask for them; what is in the way is told in the log."""
    if config.textfile is None:
        return
    from lookalike.opening import open_store  # noqa: PLC0415 - most nights leave no numbers
    from lookalike.ops.numbers import leave  # noqa: PLC0415
    from spiders import clock  # noqa: PLC0415

    try:
        leave(config, open_store(config), clock.now(config), config.textfile)
    except (OSError, LookalikeError) as error:
        logger.warning("没有写出监测指标 %s：%s", config.textfile, error)
