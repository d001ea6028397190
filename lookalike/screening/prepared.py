"""The screener of this process, made when the module is imported: by the one that all workers are forked from."""

from __future__ import annotations

import gc
import os
from pathlib import Path

from lookalike.screening.local import SEEDS, screener

FOLDER = Path(told) if (told := os.environ.get(SEEDS)) else None
SCREENER = screener(FOLDER)
_WARM = list(SCREENER.hits(b"example.com\n"))  # loads the compiled pass
gc.collect()
gc.freeze()  # what is here stays: the collector of a fork need not write to pages that all share
