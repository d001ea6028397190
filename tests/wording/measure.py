"""How the whole scorer judges texts of authors whose wording its model has not seen: ``make wording`` prints it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT), str(ROOT / "tests" / "corpus")]

from cases import NOW, read_reference  # noqa: E402 - found by the lines above
from texts import CORPUS, Told, read_texts  # noqa: E402 - found by the lines above
from train import calibration, count, fit, unseen  # noqa: E402

from scoring import wording  # noqa: E402
from scoring.case import Case  # noqa: E402
from scoring.engine import hits_of, observe  # noqa: E402
from scoring.reference import Reference  # noqa: E402
from scoring.tally import Hit, total  # noqa: E402
from scoring.weights import Weights, shipped  # noqa: E402
from scoring.wording import Model  # noqa: E402


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


@dataclass(frozen=True)
class Judged:
    """One line with what the signals say of it, by a wording model that has seen nothing of its author's."""

    told: Told
    hits: tuple[Hit, ...]

    def shown(self, weights: Weights, *, without: str = "") -> bool:
        """Whether it reaches the medium band as a bare text."""
        return total([hit for hit in self.hits if hit.signal != without], "advert", weights) >= 0


def judged(reference: Reference) -> list[Judged]:
    """All hand-written lines, each author's by a model of the others."""
    texts = read_texts()
    counted = count(texts)
    slope, shift = calibration(unseen(counted, texts), texts)
    found = []
    for author in sorted({told.author for told in texts} - {CORPUS}):
        others = [n for n, told in enumerate(texts) if told.author != author]
        model = fit([counted[n] for n in others], [texts[n] for n in others])
        with speaking(Model(model.weights, model.bias, slope, shift)):
            mine = [told for told in texts if told.author == author]
            found += [Judged(told, tuple(hits_of(observe(Case(NOW, text=told.text), reference)))) for told in mine]
    return found


@dataclass(frozen=True)
class Share:
    """How many of how many are shown."""

    shown: int
    of: int

    def __str__(self) -> str:
        return f"{self.shown}/{self.of} = {self.shown / self.of:.3f}"


def share(lines: list[Judged], *, advert: bool, without: str = "", author: str = "") -> Share:
    """The adverts, or honest texts, that are shown under the shipped weights."""
    asked = [line for line in lines if line.told.advert == advert and author in ("", line.told.author)]
    return Share(sum(line.shown(shipped(), without=without) for line in asked), len(asked))


def main() -> None:
    """Print recall and false alarms, by author, with and without the signal."""
    lines = judged(read_reference())
    for author in [*sorted({line.told.author for line in lines}), ""]:
        for without in ("advert_wording", ""):
            told = [share(lines, advert=advert, without=without, author=author) for advert in (True, False)]
            print(
                f"{author or 'all':8} {'without' if without else 'with':8} adverts shown {told[0]}   honest shown {told[1]}"
            )


if __name__ == "__main__":
    main()
