"""What checks are given, and what they answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from lookalike.evidence.hashes import digest
from lookalike.evidence.members import Member

State = Literal["ok", "bad", "unchecked", "note"]
MARKS: dict[State, str] = {"ok": "通过", "bad": "不符", "unchecked": "未核验", "note": "说明"}
SHOWN = 20
"""Files that one line names; the JSON has all."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report."""

    name: str
    state: State
    text: str = ""
    files: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """For people."""
        named = "、".join(self.files[:SHOWN]) + (f" 等 {len(self.files)} 个" if len(self.files) > SHOWN else "")
        told = "：".join(filter(None, (self.name, self.text, named)))
        return f"[{MARKS[self.state]}] {told}"

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {"check": self.name, "state": self.state, "text": self.text, "files": list(self.files)}


def verdict(name: str, bad: Mapping[str, str] | list[str], good: str = "") -> Check:
    """``ok``, or ``bad`` with every file that differs, and why."""
    if not bad:
        return Check(name, "ok", good)
    told = [f"{file}（{why}）" for file, why in bad.items()] if isinstance(bad, Mapping) else bad
    return Check(name, "bad", "", tuple(told))


@dataclass(slots=True)
class Bag:
    """A pack, listed and not extracted: members by their path below the bag."""

    path: Path
    name: str
    """Of the one folder that the zip holds."""
    data: memoryview
    members: dict[str, Member]
    _hashes: dict[tuple[str, str], str] = field(default_factory=dict)

    def read(self, path: str) -> bytes:
        """The bytes of a member; KeyError when there is none."""
        return bytes(self._view(path))

    def hash(self, path: str, algorithm: str) -> str:
        """Hash of a member, computed once."""
        key = path, algorithm
        if key not in self._hashes:
            self._hashes[key] = digest(self._view(path), algorithm)
        return self._hashes[key]

    def json(self, path: str) -> Any:
        """A member as JSON."""
        return json.loads(self.read(path))

    def below(self, folder: str) -> list[str]:
        """Paths below a folder, sorted."""
        return sorted(p for p in self.members if p.startswith(f"{folder}/"))

    @property
    def leads(self) -> list[str]:
        """Paths of the lead records."""
        return [p for p in self.below("data/02_lead") if p != "data/02_lead/lead.schema.json"]

    @property
    def captures(self) -> list[str]:
        """Folders of the captures."""
        return sorted({"/".join(p.split("/")[:3]) for p in self.below("data/03_evidence")})

    def _view(self, path: str) -> memoryview:
        member = self.members[path]
        return self.data[member.start : member.start + member.size]
