"""``lookalike screen --ct``: hits of certificate transparency logs on stdout, how far each log was read on stderr."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from lookalike.cli.night import PART_FAILED
from lookalike.cli.output import safe
from lookalike.cli.screen import write_hit
from lookalike.config import load_config
from spiders import clock
from spiders.sources.ct_items import CtItem, bad_words, lag


def screen_logs(logs: list[str], *, json: bool, least: float, state: Path | None, follow: bool) -> None:
    """Print the hits of every batch as it comes. Exit 3 where a log could not be read to the end of what is due."""
    from lookalike.runner import run
    from lookalike.screening.ct import chosen_logs, read_logs

    config = load_config()
    chosen = chosen_logs(config, logs)
    failed: list[str] = []

    def told(item: CtItem) -> None:
        for hit in item.hits:
            if hit.score >= least:
                write_hit(hit, json=json)
        sys.stdout.flush()
        if item.outcome == "failed":
            failed.append(item.log)
        if line := _progress(item, follow=follow):
            sys.stderr.write(safe(line) + "\n")
            sys.stderr.flush()

    def _progress(item: CtItem, *, follow: bool) -> str:
        if item.note:
            return item.note
        behind = lag(item, clock.now(config))
        bad = bad_words(item.bad, item.shown)
        return f"{item.log}：读到第 {item.stop} 条，{behind}" + f"；{bad}" * bool(bad) if follow or bad else ""

    crawled = run(lambda: read_logs(config, chosen, told, state=state, follow=follow))
    for failure in crawled.failures:
        sys.stderr.write(f"lookalike: {safe(failure)}\n")
    if failed or crawled.failures:
        raise typer.Exit(PART_FAILED)
