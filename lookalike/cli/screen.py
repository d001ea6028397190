"""``lookalike screen``: host names by the million, one hit a line."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from lookalike.cli.output import json_line, safe
from lookalike.config import load_config
from lookalike.errors import UsageError

if TYPE_CHECKING:
    from lookalike.config import Config
    from lookalike.screening.local import Screened
    from scoring.screen import Counts, Hit

ENGINES = ("local", "workers")


def screen(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE|- …", help="Text, CSV, .gz, .zst, Parquet, zone file or CT JSON lines; - or none: stdin."
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    min_score: Annotated[float, typer.Option(help="Lowest score that is shown.")] = 0.0,
    engine: Annotated[
        str, typer.Option(help="local: processes of this machine; workers: those of lookalike work.")
    ] = "local",
    processes: Annotated[int, typer.Option(help="Processes; 0: one for every processor.")] = 0,
    column: Annotated[str, typer.Option(help="Column of a table with the names: its heading, or its number.")] = "",
    form: Annotated[
        str, typer.Option("--format", help="names, csv, parquet, zone or ct; empty: told by the content.")
    ] = "",
    ct: Annotated[
        list[str] | None,
        typer.Option(metavar="LOG|all", help="What is new in a certificate transparency log of ct_logs.toml."),
    ] = None,
    state: Annotated[
        Path | None, typer.Option(help="With --ct: file that notes how far it has read; not that of the nights.")
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", help="With --ct: go on with what is new until Ctrl-C.")] = False,
) -> None:
    """Find the host names that imitate a genuine platform, with rule, what matched, and which platform.

    Example: zcat newly-registered.txt.gz | lookalike screen - --json
    """
    if ct:
        if files:
            raise UsageError(f"--ct: expected no FILE beside it, got {files[0]}; run them one after the other")
        from lookalike.cli.ct import screen_logs

        screen_logs(ct, json=json, least=min_score, state=state, follow=follow)
        return
    if state or follow:
        raise UsageError("--state, --follow: expected --ct beside them; add --ct all")
    if engine not in ENGINES:
        raise UsageError(f"--engine {engine}: expected {' or '.join(ENGINES)}")
    if engine == "workers":
        from lookalike.workers.database import conninfo

        conninfo(load_config().database)
    began = time.monotonic()
    told = _Told(json=json, least=min_score)
    failed = 0
    for name in files or ["-"]:
        try:
            told.file(name, _counted(name, form, column, engine, processes))
        except UsageError as error:
            sys.stderr.write(f"lookalike: {safe(str(error))}\n")
            failed += 1
    told.end(time.monotonic() - began)
    if failed:
        raise typer.Exit(2 if failed == len(files or ["-"]) and not told.names else 3)


def _counted(
    name: str, form: str, column: str, engine: str, processes: int
) -> Iterator[tuple[tuple[Hit, ...], Counts]]:
    from lookalike.screening.blocks import blocks, stream_blocks
    from lookalike.screening.forms import FORMS
    from lookalike.screening.local import screened
    from lookalike.screening.parts import parts

    chosen = next((f for f in FORMS if f == form), None)
    if form and chosen is None:
        raise UsageError(f"--format {form}: expected one of {', '.join(FORMS)}")
    if name == "-":
        source = stream_blocks(cast("io.BufferedReader", sys.stdin.buffer), "stdin", form=chosen, column=column)
    else:
        source = blocks(Path(name), form=chosen, column=column)
    config = load_config()
    if engine == "workers":
        found = _by_workers(source, config)
    else:
        read = source if name == "-" else parts(Path(name), form=chosen, column=column)
        found = screened(read, seeds_folder=config.seeds_folder, processes=processes)
    for part in found:
        yield part.hits, part.counts


def _by_workers(source: Iterator[bytes], config: Config) -> Iterator[Screened]:
    from lookalike.workers.spread import screened

    def alone() -> None:
        sys.stderr.write(
            "lookalike: 还没有 worker 在运行；在任意一台机器上以同一数据库运行 lookalike work，这里继续等待\n"
        )

    return screened(source, url=config.database, seeds_folder=config.seeds_folder, alone=alone)


class _Told:
    """Writes hits as they come, then how much was read; bad lines are shown, at most a few."""

    def __init__(self, *, json: bool, least: float) -> None:
        self._json = json
        self._least = least
        self.names = self.bad = self.hits = 0

    def file(self, name: str, parts: Iterator[tuple[tuple[Hit, ...], Counts]]) -> None:
        read = bad = 0
        for hits, counts in parts:
            for hit in hits:
                self._hit(hit)
            for line, text in counts.shown[: max(0, 5 - bad)]:
                where = "" if name == "-" else f"{name}: "
                sys.stderr.write(f"{where}名称 {read + line}：不是域名，已略过：{safe(text)}\n")
            read += counts.names
            bad += counts.bad
            self.names += counts.names
            self.bad += counts.bad
        if not read:
            sys.stderr.write(f"lookalike: {safe(name)}: 没有读到任何域名\n")

    def _hit(self, hit: Hit) -> None:
        if hit.score < self._least:
            return
        self.hits += 1
        write_hit(hit, json=self._json)

    def end(self, seconds: float) -> None:
        speed = self.names / seconds if seconds else 0
        sys.stderr.write(
            f"读 {self.names:,} 行，命中 {self.hits:,}，不是域名 {self.bad:,}；{seconds:.1f} 秒（每秒 {speed:,.0f}）\n"
        )


def write_hit(hit: Hit, *, json: bool) -> None:
    """One hit as a line on stdout, for people or as JSON."""
    if json:
        json_line(
            {
                "name": hit.name,
                "score": hit.score,
                "impersonates": hit.impersonates,
                "rule": hit.rule,
                "matched": hit.matched,
                "text": hit.text,
            }
        )
        return
    from scoring.screen import shown_name

    shown = shown_name(hit.name)
    name = hit.name if shown == hit.name else f"{hit.name}（{shown}）"
    line = f"{hit.score:5.1f}  {name}  {hit.impersonates or '-'}  {hit.rule}  {hit.text}"
    sys.stdout.write(safe(line) + "\n")
