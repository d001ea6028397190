"""All commands, and the one place where errors become one line and an exit code.

Exit 0 done; 1 the thing asked about is bad; 2 wrong usage or unusable input; 3 part of the work failed.
"""

from __future__ import annotations

import logging
import os
import signal
import sys

import typer
from typer.exceptions import TyperException

from lookalike.cli.late import LateGroup, told_late
from lookalike.errors import LookalikeError, StoreError
from seeds.errors import SeedError
from spiders.log_lines import escape_all

USAGE, PART_FAILED = 2, 3
COMMANDS = {
    "demo": "demo.demo",
    "nightly": "night.nightly",
    "leads": "leads.leads",
    "lead": "leads.lead",
    "check": "check.check",
    "screen": "screen.screen",
    "serve": "serve.serve",
    "work": "work.work",
    "schedule": "schedule.schedule",
    "digest": "digest.digest",
    "alert": "alert.alert",
    "runs": "runs.runs",
    "doctor": "doctor.doctor",
    "backup": "backup.backup",
    "restore": "backup.restore",
    "prune": "prune.prune",
    "verdict": "verdict.verdict",
    "export": "export.export",
    "share": "exchange.share",
    "verify": "verify.verify",
    "stamp": "stamp.stamp",
    "stats": "stats.stats",
    "calibrate": "calibrate.calibrate",
    "rescore": "rescore.rescore",
}
"""Each command: its module in this package, and its function there; imported when it is called."""
GROUPS = {
    "campaigns": "campaigns.app",
    "handover": "handover.app",
    "platforms": "platforms.app",
    "sources": "sources.app",
    "tips": "tips.app",
    "users": "users.app",
    "tokens": "tokens.app",
    "audit": "audit.app",
    "range": "ranges.app",
    "db": "database.app",
    "config": "config.app",
    "captures": "captures.app",
}
"""Commands with commands of their own."""

app = typer.Typer(
    name="lookalike",
    cls=LateGroup,
    help="Finds counterfeit government query sites and the adverts that lead to them.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
told_late(app, COMMANDS, GROUPS)


def main(argv: list[str] | None = None) -> None:
    """Run a command line and exit with its code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    escape_all()
    for name in ("scrapy", "filelock", "asyncio"):
        logging.getLogger(name).setLevel(logging.ERROR)
    sys.exit(_run(sys.argv[1:] if argv is None else argv))


def _run(argv: list[str]) -> int:
    try:
        code = app(argv, standalone_mode=False)
    except TyperException as error:
        return _one_line(f"{error.format_message()} (see: lookalike {' '.join(_command(argv))}--help)")
    except StoreError as error:
        return _one_line(str(error), PART_FAILED)
    except _one_liners() as error:
        return _one_line(str(error))
    except (KeyboardInterrupt, typer.Abort):
        sys.stderr.write("已中断；再次运行会从中断处继续\n")
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code if isinstance(code, int) else 0


def _one_liners() -> tuple[type[Exception], ...]:
    """The errors that are one line; that of settings, whose module is large, only where a command has loaded it."""
    options = sys.modules.get("spiders.options")
    return (LookalikeError, SeedError, *((options.SettingError,) if options is not None else ()))


def _command(argv: list[str]) -> list[str]:
    """The command's own words, for the hint: ``leads ``, ``range serve ``."""
    words: list[str] = []
    known = COMMANDS.keys() | GROUPS
    for word in argv[:2]:
        if (not words and word not in known) or word.startswith("-") or (words and words[0] not in GROUPS):
            break
        words.append(word)
    return [*words, ""] if words else [""]


def _one_line(text: str, code: int = USAGE) -> int:
    sys.stderr.write("lookalike: " + " ".join(text.split()) + "\n")
    return code
