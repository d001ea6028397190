"""WACZ 1.1.1 around one WARC: index with its own index, pages, and the hashes of all of it, so that it replays.

py-wacz drops pages silently and accepts files without what the format asks for, so it is written and read here.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO, StringIO
from typing import Any

from cdxj_indexer.main import CDXJIndexer

from lookalike.evidence.hashes import digest
from lookalike.evidence.members import write_zip
from lookalike.evidence.records import warc_date

WARC = "archive/capture.warc.gz"
INDEX, IDX = "indexes/index.cdx.gz", "indexes/index.idx"
PAGES, PACKAGE, DIGEST = "pages/pages.jsonl", "datapackage.json", "datapackage-digest.json"
LISTED = (WARC, INDEX, IDX, PAGES)
"""All that the package lists; with package and digest the file holds nothing else."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a reader opens: its time must be the response's, to the second, or the replay does not find it."""

    url: str
    at: datetime
    title: str
    id: str


def make_wacz(warc: bytes, pages: Sequence[Page], software: str, created: datetime) -> bytes:
    """The file; the same WARC and pages always give the same bytes."""
    idx, gz = StringIO(), BytesIO()
    indexer = CDXJIndexer(
        idx, [BytesIO(warc)], sort=True, fields="", compress=gz, data_out_name="index.cdx.gz", filename=WARC[8:]
    )
    indexer.process_all()
    parts = {WARC: warc, INDEX: gz.getvalue(), IDX: idx.getvalue().encode(), PAGES: _pages(pages)}
    package = _json(
        {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "software": software,
            "created": warc_date(created),
            "resources": [
                {
                    "name": path.rpartition("/")[2],
                    "path": path,
                    "hash": f"sha256:{digest(data, 'sha256')}",
                    "bytes": len(data),
                }
                for path, data in parts.items()
            ],
        }
    )
    parts[PACKAGE] = package
    parts[DIGEST] = _json({"path": PACKAGE, "hash": f"sha256:{digest(package, 'sha256')}"})
    out = BytesIO()
    write_zip(out, parts.items())
    return out.getvalue()


def _pages(pages: Sequence[Page]) -> bytes:
    lines: list[dict[str, Any]] = [{"format": "json-pages-1.0", "id": "pages", "title": "Pages"}]
    lines += [{"id": p.id, "url": p.url, "ts": warc_date(p.at), "title": p.title} for p in pages]
    return "".join(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n" for line in lines).encode()


def _json(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
