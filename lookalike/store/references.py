"""Reference sets: what judgements were made against, so that they can be made again; the same set is kept once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lookalike.store.baselines import bytes_of
from lookalike.store.models import Baseline, ReferenceSet
from lookalike.store.upsert import insert_new


@dataclass(frozen=True, slots=True)
class Compared:
    """What suspects are compared with."""

    seeds: str
    """Hash of the seeds as loaded."""
    program: str
    """Hash of the scoring code and its data, weights left out."""
    baselines: tuple[tuple[int, str], ...]
    """Baseline rows by number, each with the hashes of its bytes (``baselines.bytes_of``)."""
    confirmed: Mapping[str, Sequence[str]]
    """Addresses of confirmed fakes, each with its hosts."""

    @property
    def sha256(self) -> str:
        """Hash over all of it."""
        said = [self.seeds, self.program, self.baselines, {a: list(h) for a, h in self.confirmed.items()}]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def keep(session: Session, compared: Compared, now: datetime) -> str:
    """Keeps the set and returns its hash; a repeat changes nothing."""
    row = {
        "sha256": compared.sha256,
        "seeds": compared.seeds,
        "program": compared.program,
        "baselines": [list(pair) for pair in compared.baselines],
        "confirmed": {address: list(hosts) for address, hosts in compared.confirmed.items()},
        "at": now,
    }
    insert_new(session, ReferenceSet, [row])
    return compared.sha256


def get(session: Session, sha256: str) -> Compared | None:
    """A kept set."""
    row = session.scalar(select(ReferenceSet).where(ReferenceSet.sha256 == sha256))
    if row is None:
        return None
    return Compared(row.seeds, row.program, tuple((number, held) for number, held in row.baselines), row.confirmed)


def rows_of(session: Session, compared: Compared) -> list[Baseline]:
    """The baseline rows of a set, by platform and URL; those whose page was captured anew since are left out."""
    wanted = dict(compared.baselines)
    rows = session.scalars(select(Baseline).where(Baseline.id.in_(wanted)).order_by(Baseline.platform, Baseline.url))
    return [row for row in rows if bytes_of(row) == wanted[row.id]]
