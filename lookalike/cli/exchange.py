"""``lookalike share``: leads in the form that another office reads, and the log of what left the system."""

from __future__ import annotations

import getpass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lookalike.cli.output import json_line, safe
from lookalike.config import load_config
from lookalike.errors import UsageError
from lookalike.opening import open_store
from spiders.clock import CHINA

if TYPE_CHECKING:
    from lookalike.exchange.share import Shared
    from lookalike.store.engine import Factory


class FormOption(StrEnum):
    """The forms."""

    stix = "stix"
    misp = "misp"
    rpz = "rpz"
    hosts = "hosts"
    csv = "csv"
    xlsx = "xlsx"
    registrar = "notice-registrar"
    host = "notice-host"
    platform = "notice-platform"
    report = "12377"


class TlpOption(StrEnum):
    """How far the receiver may pass it on."""

    white = "white"
    green = "green"
    amber = "amber"
    red = "red"


def share(
    leads: Annotated[list[int] | None, typer.Argument(metavar="ID …", help="The leads' numbers.")] = None,
    form: Annotated[FormOption | None, typer.Option(metavar="FORM", help="|".join(FormOption))] = None,
    file: Annotated[Path | None, typer.Option("-o", metavar="FILE", help="Where it is written.")] = None,
    to: Annotated[str, typer.Option(help="For whom; a notice goes to the office that is suggested.")] = "",
    by: Annotated[str, typer.Option(help="Who shares; default: the user of this machine.")] = "",
    status: Annotated[str, typer.Option(help="All leads with this status; confirmed takes relapsed along.")] = "",
    campaign: Annotated[str, typer.Option(metavar="C-0003", help="All leads of this campaign.")] = "",
    tlp: Annotated[TlpOption, typer.Option(help="Traffic light of STIX and MISP.")] = TlpOption.amber,
    zone: Annotated[str, typer.Option(help="Name of the policy zone (rpz).")] = "rpz.lookalike.invalid",
    defang: Annotated[bool, typer.Option("--defang", help="Tables: addresses that nobody can click.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Write over a file that lies there.")] = False,
    log: Annotated[bool, typer.Option("--log", help="Instead: what left the system, the newest first.")] = False,
    json: Annotated[bool, typer.Option("--json", help="As JSON objects.")] = False,
) -> None:
    """Write leads in the form that another office reads, and record who took what for whom. Nothing is sent.

    Lists of names (rpz, hosts), notices and 12377 hold only leads that a person has confirmed.

    Example: lookalike share --form rpz --status confirmed -o fakes.rpz --to 某运营商 --by wang
    """
    from lookalike.cli.leads import defanged
    from lookalike.exchange.share import Request
    from lookalike.exchange.share import share as write
    from spiders import clock

    config = load_config()
    factory = open_store(config)
    if log:
        _log(factory, json)
        return
    if form is None or file is None:
        raise UsageError(f"share: expected --form ({', '.join(FormOption)}) and -o FILE; see: lookalike share --help")
    asked = Request(
        form=form.value,
        leads=_chosen(factory, list(leads or ()), status, campaign),
        file=file,
        to=to,
        by=by.strip() or getpass.getuser(),
        tlp=tlp.value,
        zone=zone.strip().rstrip(".").lower(),
        replace=replace,
        may_be_empty=bool(status),
        shown=defanged if defang else str,
    )
    _tell(write(config, factory, asked, clock.now(config)), json)


def _chosen(factory: Factory, leads: list[int], status: str, campaign: str) -> list[int]:
    from lookalike.evidence.content import leads_of
    from lookalike.review.verdicts import STATUSES
    from lookalike.store import exports
    from lookalike.store.engine import reading

    if bool(leads) + bool(status) + bool(campaign) != 1:
        raise UsageError("share: expected numbers of leads, or --status, or --campaign; see: lookalike leads")
    if campaign:
        return leads_of(factory, campaign)
    if not status:
        return leads
    if status not in STATUSES:
        raise UsageError(f"--status {status}: expected one of {', '.join(STATUSES)}")
    with reading(factory) as session:
        return exports.leads_with(session, status)


def _tell(made: Shared, json: bool) -> None:
    if json:
        told = {"path": str(made.path), "export": made.export, "form": made.form, "to": made.to, "reason": made.reason}
        told |= {"leads": list(made.leads), "left_out": {str(k): v for k, v in made.left_out.items()}}
        json_line(told | {"sha256": made.sha256, "bytes": made.bytes})
        return
    typer.echo(str(made.path))
    typer.echo(safe(f"{len(made.leads)} 条线索，交给 {made.to}；已记入导出记录第 {made.export} 号"), err=True)
    if made.reason:
        typer.echo(safe(f"受文单位的依据：{made.reason}"), err=True)
    for number, why in made.left_out.items():
        typer.echo(safe(f"未列入 线索 {number}：{why}"), err=True)


def _log(factory: Factory, json: bool) -> None:
    from lookalike.store import exports
    from lookalike.store.engine import reading

    with reading(factory) as session:
        rows = exports.listing(session)
    for row in rows:
        at = row.at.astimezone(CHINA)
        if json:
            told = {"export": row.id, "at": at.isoformat(), "by": row.by, "form": row.form, "to": row.to}
            json_line(told | {"leads": row.leads, "file": row.file, "sha256": row.sha256})
        else:
            numbers = "、".join(map(str, row.leads[:12])) + (f" 等 {len(row.leads)} 条" if len(row.leads) > 12 else "")
            told_line = f"{row.id}  {at:%Y-%m-%d %H:%M}  {row.by}  {row.form}  →  {row.to or '（未写明）'}  {row.file}"
            typer.echo(safe(f"{told_line}  线索 {numbers}"))
    if not rows and not json:
        typer.echo("还没有导出过任何线索")
