"""``lookalike users``: accounts of the people who work with the queue; a password is printed once and never kept."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from lookalike.cli.output import console, json_line, safe
from lookalike.config import load_config
from lookalike.opening import open_store
from lookalike.store.engine import reading, writing
from spiders.clock import CHINA

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lookalike.review.passwords import OneTime
    from lookalike.store.models import Person

Name = Annotated[str, typer.Argument(metavar="NAME", help="The account's name.")]
Role = Annotated[str, typer.Option(metavar="analyst|lead|admin|viewer|rules|auditor", help="What they may do; needed.")]
By = Annotated[str, typer.Option(help="Who does it; default: the user of this machine.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]

app = typer.Typer(help="Accounts of people.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def users() -> None:
    """Accounts of people: analyst judges, lead approves as well, admin keeps accounts, auditor reads the trail.

    Nobody has two roles. The first account is made here: there is no default one, and no default password.
    """


@app.command("add", epilog="Example: lookalike users add 王某 --role analyst")
def add_command(name: Name, role: Role = "", by: By = "", json: Json = False) -> None:
    """Make an account, and print its one-time password: good for three days, and changed at the first sign-in."""
    from lookalike.review import accounts

    _with_password(
        lambda session, first, who, now: accounts.add(session, name, role, first, who, now), "已建立账号", by, json=json
    )


@app.command("reset", epilog="Example: lookalike users reset 王某")
def reset_command(name: Name, by: By = "", json: Json = False) -> None:
    """Give a new one-time password; all sessions end, the second factor stays."""
    from lookalike.review import accounts

    _with_password(
        lambda session, first, who, now: accounts.reset(session, name, first, who, now), "已重置口令", by, json=json
    )


@app.command("totp", epilog="Example: lookalike users totp 李某")
def totp_command(name: Name, by: By = "", json: Json = False) -> None:
    """Forget a lost second factor, and give a new one-time password; both are set up anew at the next sign-in."""
    from lookalike.review import accounts

    _with_password(
        lambda session, first, who, now: accounts.reset_second_factor(session, name, first, who, now),
        "已清除动态口令并重置口令",
        by,
        json=json,
    )


@app.command("enable", epilog="Example: lookalike users enable 王某")
def enable_command(name: Name, by: By = "", json: Json = False) -> None:
    """Open a closed account again, with a new one-time password."""
    from lookalike.review import accounts

    _with_password(
        lambda session, first, who, now: accounts.enable(session, name, first, who, now), "已重新启用", by, json=json
    )


@app.command("disable", epilog="Example: lookalike users disable 王某")
def disable_command(name: Name, by: By = "", json: Json = False) -> None:
    """Close an account and end its sessions; what it did stays under its name."""
    from lookalike.review import accounts

    _without(lambda session, who, now: accounts.disable(session, name, who, now), "已停用", by, json=json)


@app.command("role", epilog="Example: lookalike users role 王某 --role lead")
def role_command(name: Name, role: Role = "", by: By = "", json: Json = False) -> None:
    """Give an account another role; its sessions end."""
    from lookalike.review import accounts

    _without(lambda session, who, now: accounts.set_role(session, name, role, who, now), "已改为", by, json=json)


@app.command("list", epilog="Example: lookalike users list --json")
def list_command(json: Json = False) -> None:
    """All accounts, and how many sessions each has open."""
    from lookalike.review.rights import ROLES
    from lookalike.review.sessions import standing
    from lookalike.store import people
    from spiders import clock

    config = load_config()
    now = clock.now(config)
    with reading(open_store(config)) as session:
        found = [(person, len(standing(session, person.id, now))) for person in people.listing(session)]
    if json:
        for person, count in found:
            json_line({**_told(person), "sessions": count})
        return
    if not found:
        typer.echo("还没有账号。先建管理员：lookalike users add 姓名 --role admin")
        return
    roles = {str(role): said for role, said in ROLES.items()}
    table = Table("账号", "角色", "状态", "动态口令", "口令", "会话")
    for person, count in found:
        state = "停用" if person.disabled_at else "启用"
        second = "已设置" if person.totp_at else "—"
        own = "一次性" if person.one_time_until else "本人设置"
        table.add_row(safe(person.name), roles.get(person.role, person.role), state, second, own, str(count))
    console().print(table)


def _with_password(act: Callable[[Any, OneTime, str, datetime], Person], done: str, by: str, *, json: bool) -> None:
    """Something that gives a new first password, and the password: once, on stdout."""
    from lookalike.review.passwords import ONE_TIME, one_time
    from spiders import clock

    config = load_config()
    now, first = clock.now(config), one_time()
    with writing(open_store(config)) as session:
        person = act(session, first, by or getpass.getuser(), now)
    if json:
        json_line({**_told(person), "password": first.password})
        return
    _say(person, done)
    hours = int(ONE_TIME.total_seconds()) // 3600
    typer.echo(f"一次性口令（只显示这一次，{hours} 小时内有效，首次登录须修改）：{first.password}")


def _without(act: Callable[[Any, str, datetime], Person], done: str, by: str, *, json: bool) -> None:
    from spiders import clock

    config = load_config()
    with writing(open_store(config)) as session:
        person = act(session, by or getpass.getuser(), clock.now(config))
    if json:
        json_line(_told(person))
    else:
        _say(person, done)


def _say(person: Person, done: str) -> None:
    from lookalike.review.rights import ROLES

    role = {str(known): said for known, said in ROLES.items()}.get(person.role, person.role)
    typer.echo(safe(f"{done}：{person.name}（{role}）"))


def _told(person: Person) -> dict[str, Any]:
    """An account as ``--json`` prints it."""
    return {
        "name": person.name,
        "role": person.role,
        "open": person.disabled_at is None,
        "second_factor": person.totp_at is not None,
        "one_time_until": person.one_time_until.astimezone(CHINA).isoformat() if person.one_time_until else None,
        "made_at": person.made_at.astimezone(CHINA).isoformat(),
        "made_by": person.made_by,
    }
