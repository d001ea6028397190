"""``lookalike digest``: what people should know in the morning."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from lookalike.cli.output import delivered, json_line
from lookalike.config import load_config
from lookalike.errors import UsageError


def digest(
    send: Annotated[bool, typer.Option("--send", help="Send it by the ways that are set, once a day.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """New high leads, relapses, failed sources, leases that ran out, reports that are due; printed, or sent.

    Of a lead only its domain is told, defanged. Exit 3: some way did not take it; call again, and only that way is
    tried again.

    Example: lookalike digest --send
    """
    from lookalike.lock import only_one
    from lookalike.opening import open_store
    from lookalike.ops import logs
    from lookalike.ops.channels import configured
    from lookalike.ops.digest import gather
    from lookalike.ops.digest_text import text
    from lookalike.ops.sending import send as send_now
    from lookalike.store.engine import reading
    from spiders import clock

    config = load_config()
    logs.configure(config)
    ways, now = configured(config), clock.now(config)
    if not send:
        with reading(open_store(config)) as session:
            facts = gather(session, now, config.deadlines).as_json()
        json_line(facts) if json else sys.stdout.write(text(facts))
        return
    if not ways:
        raise UsageError("digest --send: no way is set; set digest_to with smtp_host and digest_from, or webhook_url")
    with only_one(config.home / "digest.lock"):
        done = send_now(open_store(config), ways, now, config.deadlines)
    if json:
        json_line(done.as_json())
    elif done.already:
        typer.echo("今天的早报已经送达")
    delivered(() if json or done.already else done.sent, done.failed)
