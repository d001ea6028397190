"""``lookalike handover``: what was handed to whom, what the office answered, and what is late."""

from __future__ import annotations

import getpass
import hashlib
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

from lookalike.cli.handover_table import show
from lookalike.cli.output import json_line, safe
from lookalike.config import load_config
from lookalike.errors import UsageError
from lookalike.opening import open_store
from lookalike.store.engine import reading, writing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lookalike.store.models import Pack


class _GiveByDefault(TyperGroup):
    """``handover XS-…`` is ``handover give XS-…``."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        if args and args[0] not in {*self.commands, "-h", "--help"}:
            args = ["give", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_GiveByDefault, help="Handing leads over, and what became of it.", no_args_is_help=True, rich_markup_mode=None
)


class KindOption(StrEnum):
    """What a hand-over is."""

    police = "police"
    notice = "notice"
    report = "report"


class AnswerOption(StrEnum):
    """What an office can answer."""

    accepted = "accepted"
    closed = "closed"
    refused = "refused"
    withdrawn = "withdrawn"


class OpinionOption(StrEnum):
    """What a second reader can say."""

    confirmed = "confirmed"
    false_positive = "false_positive"
    later = "later"


By = Annotated[str, typer.Option(help="Who does it; default: the user of this machine.")]
At = Annotated[str, typer.Option(metavar="TIME", help="When it was; 2026-10-18 or 2026-10-18T09:30. Default: now.")]
Receipt = Annotated[str, typer.Option(metavar="NO", help="Number of the receipt or of the office's paper.")]
Note = Annotated[str, typer.Option(help="In your own words.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@app.callback(epilog="Example: lookalike handover XS-20261121-0001 --to 某市公安局 --by 王某 --receipt 2026-0012")
def handover() -> None:
    """Record that a pack or a lead was handed over: PACK_OR_LEAD --to OFFICE [--kind police|notice|report].

    Nothing is sent: this keeps who got what, when, and what they answered.
    """


@app.command("give", epilog="Example: lookalike handover 12 --kind notice --to 某云服务商 --by 王某")
def give(
    what: Annotated[list[str], typer.Argument(metavar="PACK_OR_LEAD …", help="Packs (number or file) or leads.")],
    to: Annotated[str, typer.Option(metavar="OFFICE", help="The office that gets it; needed.")] = "",
    kind: Annotated[KindOption, typer.Option(help="To the police, a platform or provider, or an authority.")] = (
        KindOption.police
    ),
    by: By = "",
    at: At = "",
    receipt: Receipt = "",
    note: Note = "",
    json: Json = False,
) -> None:
    """Record a hand-over (the word give can be left out).

    Only confirmed leads are handed over, and a pack only after a second reader has reviewed it.
    """
    from lookalike.cli.when import moment
    from lookalike.review.handling import line_of
    from lookalike.review.handover import Passed, hand_over_lead, hand_over_pack
    from lookalike.store import handovers
    from spiders import clock

    config = load_config()
    now = clock.now(config)
    passed = Passed(to, kind.value, by or getpass.getuser(), moment(at, "--at", now), receipt, note)
    with writing(open_store(config)) as session:
        made = []
        for one in dict.fromkeys(what):
            if one.isdecimal() and one.isascii():
                made += hand_over_lead(session, _number(one), passed, now)
            else:
                made += hand_over_pack(session, _pack(session, one), passed, now)
        found = [line_of(handovers.told(session, row.id), now) for row in made]
    show(found, json=json)


@app.command("list", epilog="Example: lookalike handover list --overdue")
def list_(
    lead: Annotated[int | None, typer.Option(help="Only this lead.")] = None,
    state: Annotated[str, typer.Option(help="Only this state, in Chinese or as --json has it.")] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is late by law.")] = False,
    json: Json = False,
) -> None:
    """Confirmed leads that wait, every hand-over with its state and dates, and what is overdue."""
    from lookalike.review.handling import STATES, lines
    from spiders import clock

    known = {*STATES, *STATES.values(), "不予处置"}
    if state and state not in known:
        raise UsageError(f"--state {state}: expected one of {', '.join(STATES.values())}")
    config = load_config()
    with reading(open_store(config)) as session:
        found = lines(session, clock.now(config), lead)
    found = [x for x in found if (not overdue or x.overdue) and (not state or state in {x.state, x.text})]
    if found or json:
        show(found, json=json)
    else:
        typer.echo("没有符合条件的线索")


@app.command(
    "answer", epilog="Example: lookalike handover answer 3 accepted --receipt 受案〔2026〕12号 --at 2026-11-22"
)
def answer(
    number: Annotated[int, typer.Argument(metavar="ID", help="The hand-over's number, as list shows it.")],
    said: Annotated[
        AnswerOption,
        typer.Argument(metavar="ANSWER", help="accepted 受理, closed 关停, refused 不予立案, withdrawn 录错"),
    ],
    by: By = "",
    at: At = "",
    receipt: Receipt = "",
    note: Note = "",
    json: Json = False,
) -> None:
    """Record what the office answered; the newest answer holds, earlier ones stay in the audit trail."""
    from lookalike.cli.when import moment
    from lookalike.review import handover as rules
    from lookalike.review.handling import line_of
    from lookalike.store import handovers
    from spiders import clock

    config = load_config()
    now = clock.now(config)
    who, when = by or getpass.getuser(), moment(at, "--at", now)
    with writing(open_store(config)) as session:
        rules.answer(session, number, said.value, who, when, now, receipt=receipt, note=note)
        found = line_of(handovers.told(session, number), now)
    show([found], json=json)


@app.command("read", epilog="Example: lookalike handover read 12 confirmed --reason fake_site --by 李某")
def read(
    lead: Annotated[int, typer.Argument(metavar="LEAD", help="The confirmed lead's number.")],
    opinion: Annotated[
        OpinionOption, typer.Argument(metavar="OPINION", help="confirmed, false_positive, or later: cannot tell.")
    ],
    reason: Annotated[str, typer.Option(help="Reason code, as for a verdict.")] = "",
    by: By = "",
    note: Note = "",
    json: Json = False,
) -> None:
    """Say as the second reader what you make of a lead that somebody else confirmed; look first, then ask why."""
    from lookalike.review import readings
    from lookalike.review.statuses import STATUSES
    from spiders import clock

    config = load_config()
    with writing(open_store(config)) as session:
        who, now = by or getpass.getuser(), clock.now(config)
        row = readings.read(session, lead, opinion.value, reason, note, who, now)
        told = {"reading": row.id, "lead": row.lead_id, "opinion": row.opinion, "reason": row.reason, "by": row.by}
    if json:
        json_line(told)
    else:
        typer.echo(f"线索 {row.lead_id}：{safe(row.by)} 复核意见“{STATUSES[row.opinion]}”已记录")


@app.command("review", epilog="Example: lookalike handover review XS-20261121-0001 --by 李某")
def review(
    pack: Annotated[str, typer.Argument(metavar="PACK", help="Number of the pack, or its file.")],
    by: By = "",
    note: Note = "",
    json: Json = False,
) -> None:
    """Mark a pack as reviewed, as the second reader: somebody who confirmed none of its leads."""
    from lookalike.review.packs import name_of
    from lookalike.review.packs import review as mark
    from spiders import clock

    config = load_config()
    with writing(open_store(config)) as session:
        row = mark(session, _pack(session, pack), by or getpass.getuser(), clock.now(config), note)
        assert row.reviewed_at is not None, "set just now"
        told = {"pack": name_of(row), "state": row.state, "reviewed_by": row.reviewed_by}
        told |= {"reviewed_at": row.reviewed_at.isoformat(), "leads": row.leads, "sha256": row.sha256}
    if json:
        json_line(told)
    else:
        typer.echo(f"{told['pack']}：已由 {safe(row.reviewed_by or '')} 复核，可以移交")


def _pack(session: Session, name: str) -> Pack:
    """The pack that was named; a file must be the one that was written here."""
    from lookalike.evidence.verify.archive import find
    from lookalike.review.packs import name_of, named_pack

    path = Path(name)
    pack = named_pack(session, name)
    if path.exists():
        with find(path).open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != pack.sha256:
                raise UsageError(
                    f"{name}: this file is not {name_of(pack)} as it was written here; lookalike verify it"
                )
    elif len(path.parts) > 1 or path.suffix == ".zip":
        raise UsageError(f"{name}: there is no such file; expected a pack's number or its file")
    return pack


def _number(text: str) -> int:
    if len(text) > 9:
        raise UsageError(f"{text}: expected the number of a lead")
    return int(text)
