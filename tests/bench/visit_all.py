"""The subject: the visit stage with everything on, over the sites of a list; prints Scrapy's elapsed seconds."""

from __future__ import annotations

import sys
from pathlib import Path

from lookalike.config import load_config
from lookalike.night import open_night
from lookalike.runner import run
from lookalike.stages.visit import visit
from lookalike.store import runs, sites
from lookalike.store.engine import writing


def main() -> None:
    night = open_night(load_config())
    with writing(night.factory) as session:
        current, _ = runs.begin_or_resume(session, "nightly", night.now(), {})
        night.run_id = current.id
        seen = [
            sites.Seen(night.unit(url), url, night.now())
            for url in Path(sys.argv[1]).read_text(encoding="utf-8").split()
        ]
        sites.note_seen(session, current, seen)
    crawled = run(lambda: visit(night))
    sys.stdout.write(f"{crawled.stats['elapsed_time_seconds']:.4f}\n")


if __name__ == "__main__":
    main()
