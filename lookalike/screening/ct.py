"""Certificate transparency logs by hand: the same spider as in a night, its hits handed on as each batch comes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from lookalike.config import Config
from lookalike.errors import UsageError
from lookalike.runner import Crawled, crawl, project_settings
from seeds.loader import load_seeds
from spiders.feeds.ctlog.state import StateError, opened
from spiders.sources.ct import BY_HAND, CtSpider
from spiders.sources.ct_items import CtItem


def chosen_logs(config: Config, wanted: Sequence[str]) -> list[str]:
    """Ids of the logs; ``all``: those that are enabled. Raises ``UsageError`` for one that is not known, or none."""
    known = {log.id: log for log in load_seeds(config.seeds_folder).ct_logs}
    if not known:
        raise UsageError(
            "--ct: no log is configured; write ct_logs.toml in the folder that LOOKALIKE_SEEDS names, "
            "as the comments of seeds/ct_logs.toml say"
        )
    chosen: dict[str, None] = {}
    for name in wanted:
        if name != "all" and name not in known:
            raise UsageError(f"--ct {name}: expected one of {', '.join(known)}, or all")
        chosen |= dict.fromkeys([i for i, log in known.items() if log.enabled] if name == "all" else [name])
    if not chosen:
        raise UsageError("--ct all: every log is switched off; set enabled = true in ct_logs.toml")
    return list(chosen)


async def read_logs(
    config: Config, logs: Sequence[str], told: Callable[[CtItem], None], *, state: Path | None, follow: bool
) -> Crawled:
    """Read what is new; ``told`` gets every batch, and what it does with it counts as stored when it returns.

    ``state``: None for a file of its own, so that the nights miss nothing that was read by hand. Raises ``UsageError``
    where it cannot be used.
    """
    place = state or config.home / "ct" / BY_HAND
    try:
        with opened(place):
            pass
    except StateError as error:
        raise UsageError(str(error)) from error

    async def keep(item: CtItem) -> None:
        told(item)

    settings = project_settings(LOOKALIKE_OPTIONS=config, DOWNLOAD_DELAY=0, ROBOTSTXT_OBEY=False, LOG_LEVEL="WARNING")
    return await crawl(CtSpider, settings, keep, logs=list(logs), state=place, poll=0 if follow else None)
