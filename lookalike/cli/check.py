"""``lookalike check``: a verdict on addresses, saved pages, texts and photos."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from lookalike.cli.output import console, json_line, safe
from lookalike.config import load_config

if TYPE_CHECKING:
    from lookalike.check_verdict import Verdict


def check(
    inputs: Annotated[
        list[str],
        typer.Argument(metavar="URL|FILE …", help="Addresses, .html pages, .txt texts, .png .jpg .webp photos."),
    ],
    host: Annotated[str, typer.Option(help="The host that a saved page came from.")] = "",
    visit: Annotated[
        bool, typer.Option("--visit/--no-visit", help="Visit addresses, those in a photo's QR code among them.")
    ] = True,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Say what an address, a saved page, an advert's text or a photo looks like, and why.

    Example: lookalike check http://suspect.example/ card.jpg saved.html --host suspect.example
    """
    from lookalike.check import verdicts

    found = verdicts(inputs, host, load_config(), visit=visit)
    for verdict in found:
        if json:
            json_line(verdict.as_json())
        elif verdict.assessment is not None:
            show(verdict)
        if verdict.error:
            sys.stderr.write(f"lookalike: {safe(verdict.error)}\n")
    if any(v.error for v in found):
        raise typer.Exit(2 if all(v.error for v in found) else 3)


def show(verdict: Verdict) -> None:
    """A verdict that needs no knowledge of the program to be understood."""
    from lookalike.cli.check_lines import body, headline

    out = console()
    out.print(f"{safe(verdict.input)}：{safe(headline(verdict))}", soft_wrap=True)
    for line in body(verdict):
        out.print(safe(line), soft_wrap=True)
