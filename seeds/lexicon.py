"""Reads the lexicon: one file a group, and the query templates. Judges no text; ``scoring`` does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seeds.model import Lexicon, Term
from seeds.tables import Problems, Table, kind_of, read_toml

GROUPS = (
    "slogans", "topics", "organs", "promises", "quoting", "school", "contacts", "query", "price", "places",
    "products", "gov_markers", "pinyin", "towns", "name_parts",
)  # fmt: skip
CLASSES = ("", "organ", "gov", "agency", "topic", "paper", "query", "before", "behind", "place", "office", "dress")
PLACEHOLDERS = ("product", "slogan", "promise", "place", "topic", "query", "platform")
_FIELD = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class LexiconPart:
    """One folder's lexicon before it is merged."""

    groups: dict[str, tuple[Term, ...]]
    templates: tuple[str, ...] = ()
    replace: bool = False


def _term(t: Table, default: Term) -> Term:
    term = Term(
        text=t.text("text", required=True),
        weight=t.number("weight", default.weight, 0, 1, above=True),
        note=t.text("note", default.note),
        cls=t.text("cls", default.cls),
        initials=t.boolean("initials", default=default.initials),
    )
    _check_class(t, term.cls)
    t.close()
    return term


def _check_class(t: Table, cls: str) -> None:
    if cls not in CLASSES:
        t.wrong("cls", f"expected one of {', '.join(CLASSES[1:])}, got {cls!r}", "choose one of them")


def _terms(table: Table, default: Term) -> tuple[Term, ...]:
    seen: dict[str, Term] = {}
    items: list[Any] = table.items("terms")
    for i, item in enumerate(items):
        place = f"terms[{i}]"
        if isinstance(item, dict):
            term = _term(Table(item, table.file, place, table.problems), default)
        elif isinstance(item, str) and item.strip():
            term = Term(item, default.weight, default.note, default.cls, default.initials)
        else:
            table.wrong(place, f"expected a term, got {kind_of(item)}", 'write "…" or {text = "…", weight = 0.5}')
            continue
        if term.text in seen:
            table.wrong(place, f"{term.text!r} came before in this group", "remove the repeat")
        elif term.text:
            seen[term.text] = term
    return tuple(seen.values())


def _group(table: Table) -> tuple[Term, ...]:
    default = Term(
        text="",
        weight=table.number("weight", 1.0, 0, 1, above=True),
        note=table.text("note"),
        cls=table.text("cls"),
        initials=table.boolean("initials", default=False),
    )
    _check_class(table, default.cls)
    terms = _terms(table, default)
    table.close()
    return terms


def _templates(table: Table) -> tuple[str, ...]:
    templates = table.texts("templates")
    for i, template in enumerate(templates):
        rest = _FIELD.sub("", template)
        unknown = [name for name in _FIELD.findall(template) if name not in PLACEHOLDERS]
        if unknown or "{" in rest or "}" in rest:
            known = " ".join(f"{{{p}}}" for p in PLACEHOLDERS)
            table.wrong(f"templates[{i}]", f"unknown place-holder in {template!r}", f"use only {known}")
    return templates


def read_lexicon(folder: Path, label: str, problems: Problems) -> LexiconPart:
    """A folder of lexicon files; the file's name is the group, ``templates.toml`` holds the query templates."""
    groups: dict[str, tuple[Term, ...]] = {}
    templates: tuple[str, ...] = ()
    replace = False
    for path in sorted(folder.glob("*.toml")):
        table = read_toml(path, f"{label}{path.name}", problems)
        if table is None:
            continue
        if path.stem == "templates":
            replace = table.boolean("replace", default=False)
            templates = _templates(table)
            table.close()
        elif path.stem in GROUPS:
            groups[path.stem] = _group(table)
        else:
            table.wrong("file", f"unknown group {path.stem!r}; expected one of {', '.join(GROUPS)}", "rename the file")
    return LexiconPart(groups, templates, replace)


def merge_lexicon(base: LexiconPart, over: LexiconPart | None) -> Lexicon:
    """The overlay's terms and templates stand first, since queries are made in this order; a term that stands in
    both is the overlay's; ``replace = true`` leaves the bundled templates out.
    """
    if over is None:
        return Lexicon({g: base.groups.get(g, ()) for g in GROUPS}, base.templates)
    groups = {}
    for group in GROUPS:
        mine = over.groups.get(group, ())
        replaced = {t.text for t in mine}
        groups[group] = (*mine, *(t for t in base.groups.get(group, ()) if t.text not in replaced))
    templates = over.templates if over.replace else tuple(dict.fromkeys((*over.templates, *base.templates)))
    return Lexicon(groups, templates)
