"""``lookalike alert``: tells people that a service failed."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from lookalike.cli.output import delivered
from lookalike.config import load_config
from lookalike.errors import UsageError


def alert(unit: Annotated[str, typer.Argument(metavar="UNIT", help="Name of the service that failed.")]) -> None:
    """Send a notice that a service failed, by the digest's ways; systemd's OnFailure= calls it. Asks no database.

    The same service is told of once an hour at most. Exit 3: some way did not take it.

    Example: lookalike alert lookalike-night.service
    """
    from lookalike.ops import logs
    from lookalike.ops.alert import alert as send
    from lookalike.ops.channels import configured
    from spiders import clock

    config = load_config()
    logs.configure(config)
    ways = configured(config)
    if not ways:
        raise UsageError("alert: no way is set; set digest_to with smtp_host and digest_from, or webhook_url")
    config.home.mkdir(parents=True, exist_ok=True)
    done = send(config.home, ways, unit, os.environ, clock.now(config))
    if done.withheld:
        typer.echo("一小时内已通知过，不再重复")
    delivered(done.sent, done.failed)
