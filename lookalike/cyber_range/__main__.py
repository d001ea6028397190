"""``python -m lookalike.cyber_range serve|check DIR``: a range without the rest of the program."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lookalike.cyber_range.serve import run_check, run_serve
from lookalike.errors import UsageError


def main(arguments: list[str] | None = None) -> int:
    """The exit code: 0 done, 1 the range is not valid, 2 it cannot be served."""
    parser = argparse.ArgumentParser(prog="python -m lookalike.cyber_range", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serving = commands.add_parser("serve", help="serve the range until Ctrl-C")
    serving.add_argument("folder", type=Path)
    serving.add_argument("--log", type=Path, help="file that keeps the request log")
    serving.add_argument("--until-stdin-closes", action="store_true", help="stop when whoever started it is gone")
    checking = commands.add_parser("check", help="tell everything that is wrong with the range")
    checking.add_argument("folder", type=Path)
    given = parser.parse_args(arguments)
    try:
        if given.command == "check":
            return run_check(given.folder)
        return run_serve(given.folder, given.log, until_stdin_closes=given.until_stdin_closes)
    except UsageError as error:
        sys.stderr.write(f"{error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
