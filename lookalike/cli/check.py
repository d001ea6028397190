"""``lookalike check``: a verdict on addresses, saved pages and texts."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from lookalike.cli.leads import BANDS, KINDS
from lookalike.cli.output import console, json_line, safe
from lookalike.config import load_config

if TYPE_CHECKING:
    from lookalike.check import Verdict

WORDS = {
    "high": "很可能是{kind}，建议核实后移交",
    "medium": "有{kind}嫌疑，需要进一步核查",
    "low": "没有发现足够的仿冒或售卖假证的证据",
}


def check(
    inputs: Annotated[list[str], typer.Argument(metavar="URL|FILE …", help="Addresses, .html pages, .txt texts.")],
    host: Annotated[str, typer.Option(help="The host that a saved page came from.")] = "",
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Say what an address, a saved page or an advert's text looks like, and why.

    Example: lookalike check http://suspect.example/ saved.html --host suspect.example
    """
    from lookalike.check import verdicts

    found = verdicts(inputs, host, load_config())
    for verdict in found:
        if json:
            json_line(verdict.as_json())
        elif verdict.assessment is not None:
            show(verdict)
        if verdict.error:
            sys.stderr.write(f"lookalike: {verdict.error}\n")
    if any(v.error for v in found):
        raise typer.Exit(2 if all(v.error for v in found) else 3)


def show(verdict: Verdict) -> None:
    """A verdict that needs no knowledge of the program to be understood."""
    judged = verdict.assessment
    assert judged is not None
    out = console()
    named = f"，仿冒对象 {judged.impersonates}" if judged.impersonates else ""
    said = WORDS[judged.band].format(kind=KINDS[judged.kind])
    if any(row.signal == "genuine_host" for row in judged.rows):
        said = "是已登记的官方平台"
    out.print(f"{safe(verdict.input)}: {said}（{judged.score:.1f} 分，{BANDS[judged.band]}{named}）")
    for row in sorted(judged.rows, key=lambda r: -abs(r.points)):
        out.print(f"  {row.points:+6.2f}  {safe(row.text)}")
        for evidence in row.evidence[:2]:
            quote = " ".join(f"{evidence.where} {evidence.quote}".split())
            out.print(f"          ↳ {safe(quote[:120])}", style="dim")
    for note in verdict.notes:
        out.print(f"  注意：{safe(note)}")
    if judged.unchecked:
        out.print("  未能核查：" + safe("；".join(f"{u.what}（{u.why}）" for u in judged.unchecked)))
