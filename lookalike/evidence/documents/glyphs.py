"""Characters that no installed font can draw, asked of the very library that chooses fonts for the PDF."""

from __future__ import annotations

import ctypes
import ctypes.util
from collections.abc import Iterator
from functools import cache
from typing import Any

_SYSTEM, _MATCH = 0, 0
_INVISIBLE = frozenset("\t\n\u00ad\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u2060\ufe0e\ufe0f\ufeff")


def lacking(text: str) -> list[str]:
    """Characters of a text without a glyph, each once, in order of code; empty where nobody can be asked."""
    sets = _coverage()
    wanted = sorted(set(text) - _INVISIBLE)
    return [c for c in wanted if sets and not _covered(ord(c), sets)]


@cache
def _library() -> Any:
    name = ctypes.util.find_library("fontconfig")
    if name is None:
        return None
    library = ctypes.CDLL(name)
    library.FcInitLoadConfigAndFonts.restype = ctypes.c_void_p
    library.FcConfigGetFonts.restype = ctypes.POINTER(_FontSet)
    library.FcConfigGetFonts.argtypes = [ctypes.c_void_p, ctypes.c_int]
    library.FcPatternGetCharSet.argtypes = [
        ctypes.c_void_p,
        ctypes.c_char_p,
        ctypes.c_int,
        ctypes.POINTER(ctypes.c_void_p),
    ]
    library.FcCharSetHasChar.argtypes = [ctypes.c_void_p, ctypes.c_uint32]
    return library


class _FontSet(ctypes.Structure):
    _fields_ = (("count", ctypes.c_int), ("allocated", ctypes.c_int), ("fonts", ctypes.POINTER(ctypes.c_void_p)))


@cache
def _coverage() -> tuple[int, ...]:
    """Sets of characters of all fonts; they live as long as the process."""
    library = _library()
    if library is None:
        return ()
    fonts = library.FcConfigGetFonts(library.FcInitLoadConfigAndFonts(), _SYSTEM)
    return tuple(_sets(library, fonts.contents)) if fonts else ()


def _sets(library: Any, fonts: _FontSet) -> Iterator[int]:
    for index in range(fonts.count):
        found = ctypes.c_void_p()
        state = library.FcPatternGetCharSet(fonts.fonts[index], b"charset", 0, ctypes.byref(found))
        if state == _MATCH and found.value:
            yield found.value


def _covered(code: int, sets: tuple[int, ...]) -> bool:
    library = _library()
    return any(library.FcCharSetHasChar(one, code) for one in sets)
