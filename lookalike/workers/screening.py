"""The job of screening one block of names. Run twice it changes nothing: the first result stays."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import zstandard
from procrastinate import Blueprint, RetryStrategy

from lookalike.config import load_config
from lookalike.screening.local import Screened, screener
from lookalike.workers.database import connect, conninfo
from scoring.screen import Counts, Hit, Screener
from seeds.loader import load_seeds

QUEUE, NAMESPACE, TASK = "screening", "screening", "screening:block"
MOST_UNPACKED = 1 << 28
"""Bytes that one block may unpack to."""


def blueprint() -> Blueprint:
    """The job for one engine; a blueprint takes the name of its engine for good, so each has its own."""
    jobs = Blueprint()
    again = RetryStrategy(max_attempts=6, exponential_wait=2, retry_exceptions=[psycopg.OperationalError])
    jobs.task(name="block", queue=QUEUE, retry=again)(block)
    return jobs


def block(batch: str, number: int) -> None:
    """Judge the block, and keep its hits in the row that the block came in."""
    config = load_config()
    with connect(conninfo(config.database)) as connection:
        row = connection.execute(
            "SELECT names, seeds FROM screen_blocks JOIN screen_batches ON id = batch"
            " WHERE batch = %s AND number = %s AND result IS NULL AND error IS NULL",
            [batch, number],
        ).fetchone()
        if row is None:
            return  # done by somebody else, or nobody waits for it any more
        result: bytes | None = None
        error = _other_words(row[1], config.seeds_folder)
        if not error:
            try:
                result = judged(_screener(config.seeds_folder), row[0])
            except Exception as trouble:  # noqa: BLE001 - whoever waits is told, instead of waiting for ever
                error = f"{type(trouble).__name__}: {trouble}"[:500]
        connection.execute(
            "UPDATE screen_blocks SET result = %s, error = %s, names = NULL"
            " WHERE batch = %s AND number = %s AND result IS NULL AND error IS NULL",
            [result, error or None, batch, number],
        )


def judged(one: Screener, packed: bytes) -> bytes:
    """The hits and counts of a packed block, packed."""
    names = zstandard.ZstdDecompressor().decompress(packed, max_output_size=MOST_UNPACKED)
    counts = Counts()
    hits = [asdict(hit) for hit in one.hits(names, counts)]
    text = json.dumps({"hits": hits, "counts": asdict(counts)})
    return zstandard.ZstdCompressor().compress(text.encode())


def unpacked(result: bytes) -> Screened:
    """What ``judged`` packed."""
    found: dict[str, Any] = json.loads(
        zstandard.ZstdDecompressor().decompress(result, max_output_size=MOST_UNPACKED * 4)
    )
    counts = Counts(**(found["counts"] | {"shown": [(line, text) for line, text in found["counts"]["shown"]]}))
    return Screened(tuple(Hit(**hit) for hit in found["hits"]), counts)


@lru_cache(maxsize=2)
def words_of(seeds_folder: Path | None) -> str:
    """A digest of the platforms and words that names are held against."""
    seeds = load_seeds(seeds_folder)
    said = repr((seeds.platforms, sorted(seeds.lexicon.groups.items()), sorted(seeds.known_names)))
    return sha256(said.encode()).hexdigest()[:16]


def _other_words(wanted: str, seeds_folder: Path | None) -> str:
    """A worker with other platforms would find other hits: said instead of found out later."""
    if wanted == words_of(seeds_folder):
        return ""
    return "a worker has other platforms and words than this machine; give all machines one version and seeds folder"


@lru_cache(maxsize=1)
def _screener(seeds_folder: Path | None) -> Screener:
    return screener(seeds_folder)
