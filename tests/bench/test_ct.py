"""Entries of certificate transparency logs per second: ours beside bare reading and beside a strict reader, one run.

``bare`` is what nobody can go below in Python: base64 and JSON of the same page, one search over the bytes of the same
tiles. ``strict`` is what a certificate library takes for the names of the same certificates.
"""

from __future__ import annotations

import base64
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509

from spiders.feeds.ctlog.leaves import page_leaves, tile_leaves
from spiders.feeds.ctlog.names import names_of
from spiders.feeds.ctlog.seen import Seen
from tests.spiders.feeds.ctlog.made_log import MadeLog

pytestmark = pytest.mark.bench
ENTRIES = 2048
ROUNDS = 7
ALTERNATIVE = b"\x06\x03\x55\x1d\x11"


@pytest.fixture(scope="module")
def bench_log() -> MadeLog:
    log = MadeLog("tiled", page=ENTRIES)
    for n in range(ENTRIES):
        log.add(f"shop{n}.example.com", f"www.shop{n}.example.com", f"*.shop{n}.example", precert=bool(n % 2))
    return log


def entries_per_second(work: Callable[[], object], entries: int = ENTRIES) -> float:
    """The median of some rounds."""
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return entries / statistics.median(took)


def test_entries_are_read_beside_bare_reading(bench_log: MadeLog, tmp_path: Path) -> None:
    page = bench_log.get_entries(0, ENTRIES)
    tiles = [bench_log.tile(n) for n in range(ENTRIES // 256)]
    certificates = [entry.der for entry in bench_log.entries if not entry.submitted]

    def by_page() -> None:
        for leaf in page_leaves(page, 0, ENTRIES):
            names_of(leaf.der, bare=leaf.bare)

    def by_tile() -> None:
        for number, tile in enumerate(tiles):
            for leaf in tile_leaves(tile, number * 256, 256)[0]:
                names_of(leaf.der, bare=leaf.bare)

    def strictly() -> None:
        for der in certificates:
            extensions = x509.load_der_x509_certificate(der).extensions
            extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName)

    speed = {
        "get-entries: bare JSON and base64": entries_per_second(
            lambda: [base64.b64decode(entry["leaf_input"]) for entry in json.loads(page)["entries"]]
        ),
        "get-entries: ours": entries_per_second(by_page),
        "tiles: bare search": entries_per_second(lambda: [tile.count(ALTERNATIVE) for tile in tiles]),
        "tiles: ours": entries_per_second(by_tile),
        "names: strict reader": entries_per_second(strictly, len(certificates)),
        "names: ours": entries_per_second(lambda: [names_of(d, bare=False) for d in certificates], len(certificates)),
    }
    names = [name for leaf in page_leaves(page, 0, ENTRIES) for name in names_of(leaf.der, bare=leaf.bare).names]
    with Seen(tmp_path / "seen") as seen:
        seen.enter(names)
        speed["names of entries: seen before?"] = entries_per_second(lambda: seen.fresh(names))
    print()
    for what, found in speed.items():
        print(f"{what:40} {found:12,.0f} entries/s")
    for kind in ("get-entries", "tiles", "names"):
        bare, ours = (value for what, value in speed.items() if what.startswith(f"{kind}:"))
        print(f"{kind}: ours is {ours / bare:.2f} of the reference beside it")
