"""The table of spellings stands for pypinyin, so it has to say what pypinyin says."""

from __future__ import annotations

import re
import subprocess
import sys

from scoring.spelling import spell_anew, spellings
from seeds.loader import load_seeds


def test_every_spelling_is_that_of_the_dictionary() -> None:
    assert {word: " ".join(spell_anew(word)) for word in spellings()} == spellings()


def test_every_word_of_the_lexicon_that_names_may_spell_is_in_the_table() -> None:
    lexicon = load_seeds().lexicon
    words = [*lexicon.words("places"), *(term.text for term in lexicon.groups["pinyin"])]
    assert {word for word in words if not word.isascii()} <= spellings().keys()


def test_every_word_of_the_core_rows_that_names_may_spell_is_in_the_table() -> None:
    core = [p for p in load_seeds().platforms if p.group == "core"]
    texts = [t for p in core for t in (p.name, *p.aliases, p.organ, *p.organ_aliases, *p.subjects)]
    assert {run for text in texts for run in re.findall(r"[\u4e00-\u9fff]+", text)} <= spellings().keys()


def test_the_reference_is_built_without_the_dictionary() -> None:
    code = (
        "import sys; from scoring.reference import Reference; from seeds.loader import load_seeds; "
        "Reference(load_seeds()).terms; sys.exit('pypinyin' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
