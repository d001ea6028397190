"""Prints the part of ``requirements.lock`` that the program itself needs: what only its developers need is left out.

Reads the comments that ``uv pip compile`` leaves below each package (``# via …``). Needs Python alone, since it runs
before anything is installed.

    python3 lookalike/deploy/runtime_lock.py requirements.lock > runtime.lock
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

OWN = "lookalike (pyproject.toml)"
"""What asks for packages that the program, or one of its extras, names."""
_PINNED = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==")
_VIA = re.compile(r"    #(?: via)?\s+(\S.*)")


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """Each package and its lines, hashes and comments included."""
    name, held = "", ""
    for line in text.splitlines(keepends=True):
        found = _PINNED.match(line)
        if found:
            if name:
                yield name, held
            name, held = found[1].lower(), ""
        if name:
            held += line
    if name:
        yield name, held


def asked_by(block: str) -> set[str]:
    """Who asks for the package."""
    return {found[1].strip() for found in map(_VIA.fullmatch, block.splitlines()) if found}


def runtime(text: str) -> str:
    """The blocks that the program needs, in their order. Raises ValueError where the lock does not say who asks."""
    packages = dict(blocks(text))
    asks = {name: asked_by(block) for name, block in packages.items()}
    silent = sorted(name for name, who in asks.items() if not who)
    if silent:
        raise ValueError(f"expected a '# via' comment below each package, found none below {', '.join(silent)}")
    wanted = {name for name, who in asks.items() if OWN in who}
    while more := {name for name, who in asks.items() if name not in wanted and who & wanted}:
        wanted |= more
    return "".join(block for name, block in packages.items() if name in wanted)


def main(argv: list[str]) -> int:
    """Exit 2 with one line for a lock that cannot be read."""
    if len(argv) != 1:
        sys.stderr.write("expected one argument: requirements.lock\n")
        return 2
    try:
        sys.stdout.write(runtime(Path(argv[0]).read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{argv[0]}: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
