"""How Chinese words are spelled in letters: pinyin without tones, syllable by syllable, and initials.

The words of the seeds stand in ``spellings.toml``; others are looked up when they are met. Decides no meaning.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=4096)
def spell(text: str) -> str:
    """A word as names spell it: pinyin without tones for Han characters, letters in lower case."""
    if text.isascii():
        return "".join(c for c in text.lower() if c.isalnum())
    return "".join(syllables(text))


def syllables(text: str) -> tuple[str, ...]:
    """The pinyin of Chinese text, one syllable a character as far as the dictionary knows them all."""
    known = spellings().get(text)
    return tuple(known.split()) if known else spell_anew(text)


def spell_anew(text: str) -> tuple[str, ...]:
    """The syllables of a word that is in no table."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - its dictionaries are large and seldom needed

    return tuple(s.lower().replace("ü", "v") for s in lazy_pinyin(text, style=Style.NORMAL))


@lru_cache(maxsize=1)
def spellings() -> dict[str, str]:
    """The words of ``spellings.toml``, syllables parted by blanks."""
    table = tomllib.loads(files("scoring").joinpath("spellings.toml").read_text(encoding="utf-8"))
    return {word: str(letters) for word, letters in table.items()}
