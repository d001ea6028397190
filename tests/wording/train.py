"""Trains ``scoring/wording_model.json`` from the texts of this folder and the corpus: ``make wording``. Deterministic.

Calibrated on what models say of authors whose texts they had not seen (Platt 1999).
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT)]

from texts import Told, read_texts  # noqa: E402 - found by the line above

from scoring.wording import LEAST, POWER, Model  # noqa: E402
from scoring.wording_grams import grams  # noqa: E402
from scoring.wording_pieces import pieces_of  # noqa: E402

FILE = ROOT / "scoring" / "wording_model.json"
GROUPS = "cskp"
PULL = 0.3
"""C of scikit-learn's logistic regression; 0.1 to 1 differ little on unseen authors."""
SCALE = 5.0
TEXTS, AUTHORS = 3, 2
"""Texts and authors in which a gram has to stand."""
MOST = 7000
DIGITS = 3

Counted = dict[str, set[str]]
Vocabulary = list[tuple[str, str]]


def count(texts: Sequence[Told]) -> list[Counted]:
    """The grams of each text."""
    return [grams(pieces_of(told.text)) for told in texts]


def vocabulary(counted: Sequence[Counted], authors: Sequence[str]) -> Vocabulary:
    """Grams that stand in texts enough, by authors enough."""
    texts: Counter[tuple[str, str]] = Counter()
    by: dict[tuple[str, str], set[str]] = defaultdict(set)
    for grams_of, author in zip(counted, authors, strict=True):
        for group in GROUPS:
            for gram in grams_of[group]:
                texts[group, gram] += 1
                by[group, gram].add(author)
    least = min(AUTHORS, len(set(authors)))
    return sorted(key for key, n in texts.items() if n >= TEXTS and len(by[key]) >= least)


def matrix(counted: Sequence[Counted], words: Vocabulary) -> csr_matrix:
    """One row a text, each group divided as ``Model.raw`` divides it."""
    place = {key: n for n, key in enumerate(words)}
    rows, columns, values = [], [], []
    for row, grams_of in enumerate(counted):
        for group in GROUPS:
            known = sorted(place[group, gram] for gram in grams_of[group] if (group, gram) in place)
            rows += [row] * len(known)
            columns += known
            values += [SCALE / max(LEAST, len(known)) ** POWER] * len(known)
    return csr_matrix((values, (rows, columns)), shape=(len(counted), len(words)))


def fit(counted: Sequence[Counted], texts: Sequence[Told]) -> Model:
    """An uncalibrated model: fitted, cut to the heaviest grams, fitted again."""
    labels = np.array([told.advert for told in texts])
    words = vocabulary(counted, [told.author for told in texts])
    for _ in range(2):
        fitted = LogisticRegression(C=PULL, max_iter=5000, tol=1e-6).fit(matrix(counted, words), labels)
        weights = fitted.coef_[0]
        if len(words) > MOST:
            heaviest = sorted(range(len(words)), key=lambda n: (-abs(weights[n]), words[n]))[:MOST]
            words = [words[n] for n in sorted(heaviest)]
    by_group: dict[str, dict[str, float]] = {group: {} for group in GROUPS}
    for (group, gram), weight in zip(words, weights, strict=True):
        by_group[group][gram] = round(float(weight) * SCALE, DIGITS)
    return Model(by_group, round(float(fitted.intercept_[0]), DIGITS), 1.0, 0.0)


def unseen(counted: Sequence[Counted], texts: Sequence[Told]) -> list[float]:
    """What is said of each text by a model that has seen none of its author's."""
    said = [0.0] * len(texts)
    for author in sorted({told.author for told in texts}):
        mine = [n for n, told in enumerate(texts) if told.author != author]
        model = fit([counted[n] for n in mine], [texts[n] for n in mine])
        for n, told in enumerate(texts):
            if told.author == author:
                said[n] = model.raw(counted[n])
    return said


def calibration(said: Sequence[float], texts: Sequence[Told]) -> tuple[float, float]:
    """Slope and shift that make sums log-odds, both kinds taken as equally frequent."""
    fitted = LogisticRegression(C=1e6, class_weight="balanced").fit(
        np.array(said)[:, None], np.array([told.advert for told in texts])
    )
    return round(float(fitted.coef_[0][0]), DIGITS), round(float(fitted.intercept_[0]), DIGITS)


def learned_from(texts: Sequence[Told]) -> str:
    """A digest of all that is learned from: the texts and the tables of sounds and words."""
    tables = [(ROOT / "scoring" / name).read_bytes() for name in ("wording_classes.toml", "wording_sounds.txt")]
    told = json.dumps([(t.text, t.advert, t.author) for t in texts], ensure_ascii=False).encode()
    return hashlib.sha256(b"".join((*tables, told))).hexdigest()


def as_text(model: Model, texts: Sequence[Told]) -> str:
    """The model as it is kept: a gram a line, so that changes can be read."""
    numbers = {"bias": model.bias, "slope": model.slope, "shift": model.shift}
    data = {**numbers, "learned_from": learned_from(texts), "weights": model.weights}
    return json.dumps(data, ensure_ascii=False, indent=0, sort_keys=True) + "\n"


def train(texts: Sequence[Told]) -> Model:
    """The model of all texts."""
    counted = count(texts)
    slope, shift = calibration(unseen(counted, texts), texts)
    model = fit(counted, texts)
    return Model(model.weights, model.bias, slope, shift)


if __name__ == "__main__":
    read = read_texts()
    made = train(read)
    FILE.write_text(as_text(made, read), encoding="utf-8")
    print(f"{sum(map(len, made.weights.values()))} grams, slope {made.slope}, shift {made.shift} -> {FILE.name}")
