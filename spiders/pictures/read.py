"""Reads pictures in a limited child: their facts always come back, never an exception."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Self

from scoring.case import Fact, PictureFacts
from spiders.limited import ChildFailed, LimitedChild, Limits

ORIGIN = "picture"
NOT_ASKED = "没有做文字识别"
LIMITS = Limits(seconds=40.0, cpu_seconds=60.0, memory=3 << 30)
"""Two threads of the recogniser take 2 s on a screenshot; its models and their runtime map 1.2 GB."""


def reader_version() -> str:
    """What reads: our own number and the libraries'; another one may read other things in the same picture."""
    found = []
    for name in ("pillow", "zxing-cpp", "rapidocr"):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} -")
    return "1; " + ", ".join(found)


class PictureReader:
    """One child for many pictures; it is started when the first one comes."""

    def __init__(self, now: Callable[[], datetime], limits: Limits = LIMITS) -> None:
        self._now = now
        self._child = LimitedChild("spiders.pictures.child:answer", limits)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.close()

    def read(
        self, data: bytes, url: str, page_url: str = "", *, ocr: bool = False, why: str = NOT_ASKED
    ) -> PictureFacts:
        """The facts of one picture; ``why`` is the reason that its text stays unknown without ``ocr``."""
        at = self._now()
        sha256 = hashlib.sha256(data).hexdigest()
        try:
            told: dict[str, Any] = self._child.call(data, ocr)
        except ChildFailed as error:
            failed: Fact[tuple[str, ...]] = Fact("failed", None, at, ORIGIN, f"图片没有读成：{error}")
            return PictureFacts(url, sha256, page_url, qr=failed, text=failed)
        if "unreadable" in told:
            refused: Fact[tuple[str, ...]] = Fact("refused", None, at, ORIGIN, str(told["unreadable"]))
            return PictureFacts(url, sha256, page_url, qr=refused, text=refused)
        return PictureFacts(
            url,
            sha256,
            page_url,
            int(told["width"]),
            int(told["height"]),
            int(told["phash"]),
            _fact(told["qr"], at),
            _fact(told["text"], at) if ocr else Fact(why=why),
        )


def read_picture(
    data: bytes, url: str, now: Callable[[], datetime], page_url: str = "", *, ocr: bool = True
) -> PictureFacts:
    """The facts of a single picture, read in a child of its own."""
    with PictureReader(now) as reader:
        return reader.read(data, url, page_url, ocr=ocr)


def _fact(told: Any, at: datetime) -> Fact[tuple[str, ...]]:
    if isinstance(told, dict):
        return Fact("unknown" if told.get("missing") else "failed", None, at, ORIGIN, str(told["why"]))
    return Fact("ok", tuple(str(line) for line in told), at, ORIGIN)
