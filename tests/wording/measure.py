"""How the whole scorer judges texts of authors whose wording its model has not seen: ``make wording`` prints it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from texts import CORPUS, Told, read_texts
from train import calibration, count, fit, unseen

from scoring import wording
from scoring.case import Case
from scoring.engine import hits_of, observe
from scoring.reference import Reference
from scoring.tally import Hit, total
from scoring.weights import Weights
from scoring.wording import Model


@contextmanager
def speaking(model: Model) -> Iterator[None]:
    """``model`` in place of the shipped one."""
    shipped = wording.shipped_model
    wording.shipped_model = lambda: model
    wording.read_wording.cache_clear()
    try:
        yield
    finally:
        wording.shipped_model = shipped
        wording.read_wording.cache_clear()


def unseen_hits(reference: Reference, now, names: frozenset[str] | None = None) -> list[tuple[Told, list[Hit]]]:
    """Each line with what the signals say of it, the wording's model being one that has not seen its author."""
    texts = read_texts()
    counted = count(texts)
    slope, shift = calibration(unseen(counted, texts), texts)
    found = []
    for author in sorted({told.author for told in texts} - {CORPUS}):
        others = [n for n, told in enumerate(texts) if told.author != author]
        model = fit([counted[n] for n in others], [texts[n] for n in others])
        with speaking(Model(model.weights, model.bias, slope, shift)):
            mine = [told for told in texts if told.author == author]
            found += [(told, hits_of(observe(Case(now, text=told.text), reference))) for told in mine]
    return found


def shown(hits: list[Hit], weights: Weights, *, without: str = "") -> bool:
    """Whether a bare text with these hits reaches the medium band."""
    return total([hit for hit in hits if hit.signal != without], "advert", weights) >= 0
