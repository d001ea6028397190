"""``lookalike verdict``: an analyst's decision on a lead."""

from __future__ import annotations

import getpass
from enum import StrEnum
from typing import Annotated

import typer

from lookalike.cli.output import json_line
from lookalike.config import load_config
from lookalike.opening import open_store
from lookalike.store.engine import writing


class VerdictOption(StrEnum):
    """What can be decided."""

    confirm = "confirm"
    false_positive = "false-positive"
    duplicate = "duplicate"
    later = "later"
    undo = "undo"


def verdict(
    lead_id: Annotated[int, typer.Argument(metavar="ID", help="The lead's number.")],
    decision: Annotated[VerdictOption, typer.Argument(metavar="VERDICT", help="|".join(VerdictOption))],
    reason: Annotated[str, typer.Option(help="Reason code; needed for confirm and false-positive.")] = "",
    note: Annotated[str, typer.Option(help="In your own words.")] = "",
    by: Annotated[str, typer.Option(help="Who decides; default: the user of this machine.")] = "",
    seen: Annotated[int | None, typer.Option("--version", help="The lead's version that you saw.")] = None,
    of: Annotated[int | None, typer.Option(help="The lead that a duplicate repeats.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Decide on a lead: confirm, false-positive, duplicate, later; or undo the decision that stands.

    Example: lookalike verdict 12 confirm --reason fake_site --note 与通报一致 --by wang
    """
    from lookalike.review.verdicts import STATUSES, Word, give, undo
    from spiders import clock

    config = load_config()
    words: dict[str, Word] = {
        "confirm": "confirmed",
        "false-positive": "false_positive",
        "duplicate": "duplicate",
        "later": "later",
    }
    who = by or getpass.getuser()
    now = clock.now(config)
    with writing(open_store(config)) as session:
        if decision is VerdictOption.undo:
            row = undo(session, lead_id, who, now, seen)
        else:
            row = give(session, lead_id, words[decision], reason, note, who, now, seen, duplicate_of=of)
        from lookalike.store.models import Lead

        status, version = session.get_one(Lead, lead_id).status, row.lead_version
        told = {
            "lead": lead_id,
            "verdict": row.verdict,
            "status": status,
            "reason": row.reason,
            "note": row.note,
            "by": row.by,
            "at": row.at.isoformat(),
            "version": version,
            "duplicate_of": row.duplicate_of,
        }
    if json:
        json_line(told)
    else:
        hint = "" if decision is VerdictOption.undo else f"；撤销：lookalike verdict {lead_id} undo"
        typer.echo(f"线索 {lead_id}：{STATUSES[status]}（{row.by}）{hint}")
