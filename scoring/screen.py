"""Screens host names in bulk: a pass over bytes that lets a few in ten thousand through, then the careful judgement.

Both together find exactly what ``NameIndex.judge`` finds alone. Reads buffers of lines; where they come from, and
what becomes of a hit, is for others. Without the libraries of the extra ``screen`` every name is judged carefully,
with the same outcome and far slower.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from scoring.domains import normalise_host, registrable_domain, unicode_host
from scoring.skeleton import flatten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scoring.name_finding import NameFinding
    from scoring.names import NameIndex

LEAST = 0.5
"""Strength from which a finding is a hit by itself: worth a visit."""
_MOST = 99.9
_BARE = re.compile(
    rb"""(?mi)^[ \t"'\[(<]*(?:[a-z][a-z0-9+.-]*:)?(?://)?(?:[^\s/?\#@]*@)?([^\s/?\#:"',;)\]>]*)[^\n]*$""", re.VERBOSE
)
"""What stands around a name in a line: scheme, user, port, path, quotes."""
_COMMENT = (b"#", b"//", b";", b"!")
MOST_BAD = 20
"""Bad lines that are shown."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One name that looks like a genuine platform's, or like an organ's at large."""

    name: str
    """Normalised: lower case, punycode, no port."""
    score: float
    """0 to 100: all findings together."""
    impersonates: str | None
    """Platform id; None where no single one is meant."""
    rule: str
    """The strongest rule."""
    matched: str
    text: str
    """One sentence in Chinese."""


@dataclass(slots=True)
class Counts:
    """What was read; a bad line is one that is no host name."""

    names: int = 0
    bad: int = 0
    hits: int = 0
    shown: list[tuple[int, str]] = field(default_factory=list)
    """The first bad lines: number, from 1, and what stands there, cut."""

    def note_bad(self, line: int, text: bytes) -> None:
        """One more bad line."""
        self.bad += 1
        if len(self.shown) < MOST_BAD:
            self.shown.append((line, text[:80].decode("utf-8", "replace")))


class Screener:
    """Finds the look-alikes among many names. Immutable but for the counts that callers hand in."""

    def __init__(self, index: NameIndex, spared: Iterable[str] = (), *, fast: bool | None = None) -> None:
        """``spared``: well-known registered domains that are never a hit. ``fast``: False to judge every name."""
        self._index = index
        self._spared = frozenset(spared)
        self._pass: Any = None
        if fast if fast is not None else (find_spec("numba") is not None and find_spec("numpy") is not None):
            from scoring.screening.passing import Pass  # noqa: PLC0415 - needs the extra ``screen``

            self._pass = Pass(index)

    @property
    def fast(self) -> bool:
        """Whether names are read by the compiled pass."""
        return self._pass is not None

    def judge(self, name: str) -> Hit | None:
        """The careful judgement of one name; None where it looks like nobody's. Never raises."""
        findings = self._index.judge(name)
        if not findings or (findings[0].strength < LEAST and all(f.strength < LEAST for f in findings)):
            return None
        host = normalise_host(name)
        if registrable_domain(host) in self._spared:
            return None
        return _hit(host, findings)

    def hits(self, buffer: bytes, counts: Counts | None = None) -> Iterator[Hit]:
        """The hits among the names of a buffer, one a line, in their order.

        Takes what ``normalise_host`` takes, comments and blank lines aside, in any case and with CR LF. ``counts``
        grow by what was read.
        """
        counts = counts if counts is not None else Counts()
        before = counts.names
        if not buffer.endswith(b"\n"):
            buffer += b"\n"
        lines = buffer.count(b"\n")
        counts.names = before + lines
        suspects = self._pass.suspects(buffer) if self._pass is not None else _every(buffer)
        for number, line in suspects:
            found = self._line(line, before + number + 1, counts)
            if found is not None:
                counts.hits += 1
                yield found

    def _line(self, line: bytes, number: int, counts: Counts) -> Hit | None:
        bare = bare_name(line)
        if not bare or line.lstrip().startswith(_COMMENT):
            return None
        try:
            name = normalise_host(bare.decode())
        except ValueError:  # no UTF-8, or no host name
            counts.note_bad(number, line)
            return None
        return self.judge(name)


def bare_name(line: bytes) -> bytes:
    """The name that stands in a line, without what lists put around it."""
    line = line.strip()
    if line.isalnum() or not line:
        return line
    found = _BARE.match(line)
    return found.group(1) if found else line


def bare_names(lines: bytes) -> bytes:
    """The same for many lines at once; as many lines as before."""
    return _BARE.sub(rb"\1", lines)


def shown_name(name: str) -> str:
    """A normalised name as people see it, every label decoded."""
    return unicode_host(name)


def flat_name(name: str) -> bytes:
    """A name's outline in ASCII: decoded, look-alike characters as Latin ones, all others as a mark."""
    flat = ".".join(flatten(label) for label in name.split("."))
    return flat.encode("ascii", "replace").replace(b"?", b"_").replace(b"\n", b"_")


def _every(buffer: bytes) -> Iterator[tuple[int, bytes]]:
    return enumerate(buffer.split(b"\n")[:-1])


def _hit(host: str, findings: tuple[NameFinding, ...]) -> Hit:
    best = findings[0]
    left = math.prod(1 - f.strength for f in findings)
    score = round(min(_MOST, 100 * (1 - left)), 1)
    return Hit(host, score, best.platform, best.rule, best.matched, best.text)
