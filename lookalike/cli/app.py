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

from lookalike.cli import (
    audit,
    backup,
    calibrate,
    campaigns,
    check,
    database,
    demo,
    digest,
    doctor,
    exchange,
    export,
    handover,
    leads,
    night,
    platforms,
    prune,
    ranges,
    rescore,
    runs,
    schedule,
    screen,
    serve,
    sources,
    stamp,
    stats,
    tips,
    tokens,
    users,
    verdict,
    verify,
    work,
)
from lookalike.cli.night import PART_FAILED
from lookalike.errors import LookalikeError, StoreError
from seeds.errors import SeedError
from spiders.log_lines import escape_all
from spiders.options import SettingError

USAGE = 2
GROUPS = {"audit", "campaigns", "handover", "platforms", "range", "db", "sources", "tips", "tokens", "users"}

app = typer.Typer(
    name="lookalike",
    help="Finds counterfeit government query sites and the adverts that lead to them.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demo.demo)
app.command("nightly")(night.nightly)
app.command("leads")(leads.leads)
app.command("lead")(leads.lead)
app.command("check")(check.check)
app.command("screen")(screen.screen)
app.command("serve")(serve.serve)
app.command("work")(work.work)
app.command("schedule")(schedule.schedule)
app.command("digest")(digest.digest)
app.command("runs")(runs.runs)
app.command("doctor")(doctor.doctor)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("prune")(prune.prune)
app.command("verdict")(verdict.verdict)
app.command("export")(export.export)
app.command("share")(exchange.share)
app.command("verify")(verify.verify)
app.command("stamp")(stamp.stamp)
app.command("stats")(stats.stats)
app.command("calibrate")(calibrate.calibrate)
app.command("rescore")(rescore.rescore)
app.add_typer(campaigns.app, name="campaigns")
app.add_typer(handover.app, name="handover")
app.add_typer(platforms.app, name="platforms")
app.add_typer(sources.app, name="sources")
app.add_typer(tips.app, name="tips")
app.add_typer(users.app, name="users")
app.add_typer(tokens.app, name="tokens")
app.add_typer(audit.app, name="audit")
app.add_typer(ranges.app, name="range")
app.add_typer(database.app, name="db")


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
    except (LookalikeError, SeedError, SettingError) as error:
        return _one_line(str(error))
    except (KeyboardInterrupt, typer.Abort):
        sys.stderr.write("已中断；再次运行会从中断处继续\n")
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code if isinstance(code, int) else 0


def _command(argv: list[str]) -> list[str]:
    """The command's own words, for the hint: ``leads ``, ``range serve ``."""
    words: list[str] = []
    known = {command.name for command in app.registered_commands} | GROUPS
    for word in argv[:2]:
        if (not words and word not in known) or word.startswith("-") or (words and words[0] not in GROUPS):
            break
        words.append(word)
    return [*words, ""] if words else [""]


def _one_line(text: str, code: int = USAGE) -> int:
    sys.stderr.write("lookalike: " + " ".join(text.split()) + "\n")
    return code
