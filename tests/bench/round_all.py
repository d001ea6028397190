"""The subject: a night's rounds (visit, read, judge, show to a browser) over the sites of a list; prints seconds."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from lookalike.config import load_config
from lookalike.night import open_night
from lookalike.runner import run
from lookalike.stages.refresh import load_reference
from lookalike.stages.rounds import look_until_nothing_is_new
from lookalike.store import runs, sites
from lookalike.store.engine import writing


def main() -> None:
    night = open_night(load_config())
    with writing(night.factory) as session:
        current, _ = runs.begin_or_resume(session, "nightly", night.now(), {})
        night.run_id = current.id
        listed = Path(sys.argv[1]).read_text(encoding="utf-8").split()
        sites.note_seen(session, current, [sites.Seen(night.unit(url), url, night.now()) for url in listed])
    load_reference(night)
    began = time.perf_counter()
    run(lambda: look_until_nothing_is_new(night))
    sys.stdout.write(f"{time.perf_counter() - began:.4f}\n")


if __name__ == "__main__":
    main()
