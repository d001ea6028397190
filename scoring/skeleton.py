"""What letters look like: confusable characters to plain Latin, look-alike digits and letter pairs.

Decides looks only; whether a look-alike is a fake is for ``scoring.names``.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_LOOKS = {
    "a": "аαɑаⱥӓᴀ",
    "b": "ƅЬьвᏏʙβ",
    "c": "сϲᴄⲥ¢",
    "d": "ԁɗժᏧᴅ",
    "e": "еєҽεеɛℯᴇ",
    "f": "ƒϝꬵғ",
    "g": "ɡցԍɢ",
    "h": "һհнηʜ",
    "i": "іıɩɪιɨꙇ",
    "j": "јʝϳᴊ",
    "k": "кκΚĸᴋ",
    "l": "ӏǀⅼʟ",
    "m": "мΜᴍ",
    "n": "пոռηΝɴ",
    "o": "оοօσ๐໐ᴏⲟΟ",
    "p": "рρϱᴘ⍴",
    "q": "ԛգզ",
    "r": "гᴦɼʀꭇ",
    "s": "ѕꜱʂς",
    "t": "тτţᴛ",
    "u": "υսʋцᴜ",
    "v": "ѵνᴠⱱ",
    "w": "ԝѡɯшωᴡ",
    "x": "хχ",
    "y": "уүγʏყ",
    "z": "ʐΖᴢ",
}
"""By plain letter: characters of other alphabets with the same outline (own reading of the Unicode charts)."""


def _confusables() -> dict[str, str]:
    table: dict[str, str] = {}
    for plain, looks in _LOOKS.items():
        for look in looks:
            table.setdefault(look, plain)
            table.setdefault(look.upper() if len(look.upper()) == 1 else look, plain)
    return {k: v for k, v in table.items() if not k.isascii()}


CONFUSABLES = _confusables()

_LEET = str.maketrans("0134578|", "oleastbl")
_SAME = str.maketrans("iq", "lg")
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))


def latin(char: str) -> str:
    """One character as the plain Latin letter that it looks like; itself when it looks like none."""
    look = CONFUSABLES.get(char)
    if look is not None:
        return look
    if char.isascii():
        return char
    base = unicodedata.normalize("NFKD", char)
    if base and base[0].isascii() and base[0].isalnum():
        return "".join(c for c in base if not unicodedata.combining(c))
    return char


def mixes_scripts(label: str) -> bool:
    """Whether plain Latin letters stand beside letters of another script; accents are Latin (``östa``)."""
    foreign = (c for c in label if c.isalpha() and not c.isascii())
    return any(c.isascii() and c.isalpha() for c in label) and any(
        not unicodedata.name(c, "LATIN").startswith("LATIN") for c in foreign
    )


@lru_cache(maxsize=4096)
def flatten(label: str) -> str:
    """The label in lower case with confusable characters as plain Latin; punycode decoded first."""
    text = decode(label.lower())
    return text if text.isascii() else "".join(latin(c) for c in text).lower()


def decode(label: str) -> str:
    """The Unicode form of a punycode label; the label itself when it is none or does not decode."""
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, OverflowError, ValueError):
        return label


@lru_cache(maxsize=4096)
def skeleton(label: str) -> str:
    """The one outline that look-alikes share; compare skeletons with skeletons only.

    Flattened, digits as the letters they stand for, ``i`` as ``l``, ``q`` as ``g``, ``rn`` as ``m``, ``vv`` as
    ``w``, ``cl`` as ``d``.
    """
    text = flatten(label).translate(_LEET).translate(_SAME)
    for pair, one in _PAIRS:
        text = text.replace(pair, one)
    return text


_STAND_INS = {
    "i": "l1", "l": "i1", "q": "g9", "g": "q9", "o": "0", "s": "5", "e": "3", "a": "4", "b": "8", "t": "7",
    "m": ("rn",), "d": ("cl",), "w": ("vv",),
}  # fmt: skip
_SWAPS = 2


def lookalikes(label: str) -> frozenset[str]:
    """Labels of plain letters and digits that look like ``label``, with up to two places changed; never itself."""
    found: set[tuple[str, ...]] = {tuple(label)}
    for _ in range(_SWAPS):
        found |= {
            (*letters[:at], other, *letters[at + 1 :])
            for letters in found
            for at, letter in enumerate(letters)
            for other in _STAND_INS.get(letter, ())
        }
    return frozenset("".join(letters) for letters in found) - {label}
