"""Reads the pictures of visits, cheap things first: codes and hashes of all, text only where it can matter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from lookalike.config import Config
from scoring.case import Fact, PictureFacts
from spiders.items import VisitItem
from spiders.pictures.read import PictureReader
from spiders.pictures.shown import Shown, pictures_of

LEAST_SIDE = 100
"""Pixels: a picture that is narrower holds no text that a reader could read."""
SMALL = "图片太小，没有做文字识别"
NOT_SUSPECT = "页面自有文字，且嫌疑不高，没有做文字识别"
NO_BUDGET = "本次运行的文字识别额度已用完"


class PictureReading:
    """One run's reading: every picture is read once, texts within the run's budget."""

    def __init__(self, reader: PictureReader, config: Config) -> None:
        self._reader = reader
        self._config = config
        self._texts: dict[str, PictureFacts] = {}
        self._left = config.picture_texts
        self.counts = {"visits": 0, "pictures": 0, "texts": 0, "left_out": 0}
        """What was looked at, whose text was read, and whose text no budget was left for."""

    def remember(self, facts: Sequence[PictureFacts]) -> None:
        """Texts that were read before need not be read again."""
        self._texts |= {fact.sha256: fact for fact in facts if fact.text.state == "ok"}

    def at_first_sight(self, visit: VisitItem) -> tuple[PictureFacts, ...]:
        """Codes and hashes of a visit's pictures; one that did not come says why."""
        facts = tuple(self._facts(shown) for shown in pictures_of(visit))
        self.counts["visits"] += 1
        self.counts["pictures"] += len(facts)
        return facts

    def matters(self, score: float, *, bare: bool) -> bool:
        """Whether the text of a site's pictures can matter: it is suspicious, or its pages show little else."""
        return bare or score >= self._config.picture_score

    def with_texts(
        self, facts: Sequence[PictureFacts], visit: Callable[[], VisitItem], *, matters: bool
    ) -> tuple[PictureFacts, ...]:
        """The same with texts, or with the reason why there are none; ``visit`` is asked for when bytes are needed."""
        shown: dict[str, Shown] = {}
        told = []
        for fact in facts:
            if fact.phash is None or fact.text.state != "unknown":
                told.append(fact)
            elif min(fact.width, fact.height) < LEAST_SIDE:
                told.append(replace(fact, text=Fact(why=SMALL)))
            elif not matters:
                told.append(replace(fact, text=Fact(why=NOT_SUSPECT)))
            else:
                if not shown and self._left > 0 and fact.sha256 not in self._texts:
                    shown = {s.sha256: s for s in pictures_of(visit())}
                told.append(self._recognised(fact, shown))
        return tuple(told)

    def _facts(self, shown: Shown) -> PictureFacts:
        if not shown.data:
            failed: Fact[tuple[str, ...]] = Fact("failed", why=shown.why)
            return PictureFacts(shown.url, "", shown.page_url, qr=failed, text=failed)
        if (same := self._texts.get(shown.sha256)) is not None:
            return replace(same, url=shown.url, page_url=shown.page_url)
        return self._reader.read(shown.data, shown.url, shown.page_url)

    def _recognised(self, fact: PictureFacts, shown: Mapping[str, Shown]) -> PictureFacts:
        if (same := self._texts.get(fact.sha256)) is not None:
            return replace(fact, text=same.text)
        if self._left <= 0:
            self.counts["left_out"] += 1
            return replace(fact, text=Fact(why=NO_BUDGET))
        self._left -= 1
        self.counts["texts"] += 1
        read = self._reader.read(shown[fact.sha256].data, fact.url, fact.page_url, ocr=True)
        self.remember([read])
        return replace(fact, text=read.text)
