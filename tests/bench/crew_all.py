"""The subject: a night's rounds over the sites of a list, alone or by workers that wait already.

Says ``ready``, waits for a line, does them, prints the seconds, and waits for another line: whoever measures looks at
the processes in between.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from lookalike.config import load_config
from lookalike.night import Night, open_night
from lookalike.runner import run
from lookalike.stages.refresh import load_reference
from lookalike.stages.rounds import look_until_nothing_is_new
from lookalike.store import runs, sites
from lookalike.store.engine import writing
from lookalike.workers.crew import crew_of


def main() -> None:
    night = open_night(load_config())
    with writing(night.factory) as session:
        current, _ = runs.begin_or_resume(session, "nightly", night.now(), {})
        night.run_id = current.id
        listed = Path(sys.argv[1]).read_text(encoding="utf-8").split()
        sites.note_seen(session, current, [sites.Seen(night.unit(url), url, night.now()) for url in listed])
    load_reference(night)
    _tell("ready")
    began = time.perf_counter()
    run(lambda: _by_workers(night) if night.config.engine == "workers" else look_until_nothing_is_new(night))
    _tell(f"{time.perf_counter() - began:.4f}")
    with writing(night.factory) as session:
        runs.finish(session, current, night.now())


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
    sys.stdin.readline()


async def _by_workers(night: Night) -> None:
    async with crew_of(night) as crew:
        await look_until_nothing_is_new(night, crew.steps)


if __name__ == "__main__":
    main()
