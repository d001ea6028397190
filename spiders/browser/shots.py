"""What a loaded page shows: source, size, pictures of its first screenful and of the whole, by the browser's own means.

The page's scripts are not asked for any of it: they could answer what they like.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.async_api import CDPSession

MAX_HEIGHT = 16_384
"""Pixels: taller pictures are more than Chromium's compositor draws."""
MAX_WIDTH = 4_096
MAX_PICTURE = 12 << 20
"""Bytes of one picture; a larger one of the whole page is left away."""
MAX_DOM = 4 << 20
"""Characters of the source, frames included."""
MAX_FRAMES = 8
_SOURCE = """(() => {
  const most = %d, from = document.documentElement;
  const type = document.doctype ? "<!DOCTYPE html>" : "";
  const whole = type + (from ? from.outerHTML : "");
  return JSON.stringify([whole.length > most, whole.slice(0, most), document.title.slice(0, 500)]);
})()"""


@dataclass(frozen=True, slots=True)
class Size:
    """Of the page's content, CSS pixels."""

    width: int
    height: int


async def source(cdp: CDPSession, frame: str, most: int = MAX_DOM) -> tuple[str, str, bool]:
    """Source, title, and whether the source was cut, of one frame, read in a world apart from the page's scripts."""
    world = await cdp.send("Page.createIsolatedWorld", {"frameId": frame})
    context = world["executionContextId"]
    told = await cdp.send(
        "Runtime.evaluate", {"expression": _SOURCE % most, "contextId": context, "returnByValue": True}
    )
    cut, text, title = json.loads(told["result"]["value"])
    return str(text), str(title), bool(cut)


async def frames(cdp: CDPSession) -> list[tuple[str, str]]:
    """Id and address of the page's frame and of the frames in it that live in the same process, itself first."""
    found: list[tuple[str, str]] = []
    trees: list[Any] = [(await cdp.send("Page.getFrameTree"))["frameTree"]]
    while trees and len(found) <= MAX_FRAMES:
        tree = trees.pop(0)
        found.append((str(tree["frame"]["id"]), str(tree["frame"].get("url", ""))))
        trees += tree.get("childFrames", ())
    return found


async def size(cdp: CDPSession) -> Size:
    """How large the page is laid out."""
    content = (await cdp.send("Page.getLayoutMetrics"))["cssContentSize"]
    return Size(max(1, round(content["width"])), max(1, round(content["height"])))


async def fold(cdp: CDPSession) -> bytes:
    """PNG of what a visitor sees first."""
    return _decoded(await cdp.send("Page.captureScreenshot", {"format": "png"}))


async def whole(cdp: CDPSession, laid_out: Size) -> bytes:
    """PNG of the page from its top, cut at ``MAX_HEIGHT``; empty where the file would be too large."""
    clip = {
        "x": 0,
        "y": 0,
        "width": min(laid_out.width, MAX_WIDTH),
        "height": min(laid_out.height, MAX_HEIGHT),
        "scale": 1,
    }
    asked = {"format": "png", "captureBeyondViewport": True, "clip": clip}
    picture = _decoded(await cdp.send("Page.captureScreenshot", asked))
    return picture if len(picture) <= MAX_PICTURE else b""


def _decoded(told: dict[str, Any]) -> bytes:
    return base64.b64decode(told["data"])
