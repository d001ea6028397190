"""What the limited child does with one picture: open it within bounds, then hash, QR codes and, where asked, text."""

from __future__ import annotations

import sys
import warnings
from functools import lru_cache
from io import BytesIO
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from spiders.pictures import ocr
from spiders.pictures.phash import phash
from spiders.pictures.qr import read_codes

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
MAX_PIXELS = 40_000_000


class Unreadable(Exception):
    """The picture cannot or must not be opened; the message is for the analyst."""


def answer(data: bytes, with_text: bool) -> dict[str, Any]:
    """``read`` in a process of its own, which from now on opens no connection."""
    _cut_off()
    return read(data, with_text=with_text)


def read(data: bytes, *, with_text: bool) -> dict[str, Any]:
    """``{"width", "height", "phash", "qr", "text"}``; a part that failed is ``{"why": …}``, one not asked for absent.

    A picture that cannot be opened is ``{"unreadable": why}``.
    """
    try:
        picture = _open(data)
    except Unreadable as error:
        return {"unreadable": str(error)}
    grey = picture.convert("L")
    told: dict[str, Any] = {"width": picture.width, "height": picture.height, "phash": phash(grey)}
    try:
        told["qr"] = read_codes(grey)
    except Exception as error:  # noqa: BLE001 - the reader's own; the other readings stand
        told["qr"] = {"why": f"二维码读取出错：{type(error).__name__}"}
    if with_text:
        told["text"] = _text(picture)
    return told


def _text(picture: Image.Image) -> Any:
    try:
        return ocr.read_lines(picture)
    except ocr.Missing as error:
        return {"why": str(error), "missing": True}
    except Exception as error:  # noqa: BLE001 - the recogniser's own; the other readings stand
        return {"why": f"文字识别出错：{type(error).__name__}"}


def _open(data: bytes) -> Image.Image:
    """The first frame, upright, on white, in RGB. Pillow's warnings (bombs, odd metadata) are errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Image.MAX_IMAGE_PIXELS = MAX_PIXELS
        try:
            picture = Image.open(BytesIO(data), formats=FORMATS)
            picture.load()
            return _on_white(ImageOps.exif_transpose(picture))
        except UnidentifiedImageError as error:
            raise Unreadable("不是可读的图片（只读 PNG、JPEG、WEBP、GIF）") from error
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise Unreadable(f"图片过大（上限 {MAX_PIXELS // 1_000_000} 百万像素）") from error
        except MemoryError as error:
            raise Unreadable("图片解开后超出内存限制") from error
        except Exception as error:  # a decoder's own: SyntaxError, struct.error, EOFError … all mean broken bytes
            raise Unreadable(f"图片不完整或已损坏（{type(error).__name__}）") from error


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode not in {"RGBA", "LA", "PA"} and "transparency" not in picture.info:
        return picture.convert("RGB")
    clear = picture.convert("RGBA")
    white = Image.new("RGBA", clear.size, "white")
    white.alpha_composite(clear)
    return white.convert("RGB")


@lru_cache(maxsize=1)
def _cut_off() -> None:
    sys.addaudithook(_refuse)


def _refuse(event: str, _: tuple[Any, ...]) -> None:
    if event in {"socket.connect", "socket.getaddrinfo", "socket.bind", "subprocess.Popen", "os.exec", "os.system"}:
        raise PermissionError(f"{event}: nothing is fetched or started while a picture is read")
