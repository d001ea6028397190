from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lookalike.store.blobs import Blobs


def test_batches_of_several_threads_do_not_end_each_other(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)

    def keep(number: int) -> list[str]:
        with blobs.batch():
            return [blobs.put_as_is(f"{number} {n}".encode()) for n in range(20)]

    with ThreadPoolExecutor(8) as pool:
        hashes = [digest for batch in pool.map(keep, range(16)) for digest in batch]
    assert all(blobs.get(digest) for digest in hashes)
