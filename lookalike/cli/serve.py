"""``lookalike serve``: the analysts' pages."""

from __future__ import annotations

import gc
import ipaddress
import logging
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lookalike.cli.output import command, safe
from lookalike.config import load_config
from lookalike.errors import UsageError
from lookalike.opening import open_store

if TYPE_CHECKING:
    from lookalike.store.engine import Factory

HOST, PORT = "127.0.0.1", 8765
HERE = ("127.0.0.1", "localhost")
AT_ONCE = 200
"""Requests at a time; more are turned away with 503."""


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = HOST,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0: any free one.")] = PORT,
    name: Annotated[
        list[str] | None, typer.Option(help="Host name that people type; several times for several.")
    ] = None,
    certificate: Annotated[Path | None, typer.Option(help="TLS certificate (PEM).")] = None,
    key: Annotated[Path | None, typer.Option(help="Its key (PEM).")] = None,
    behind_tls: Annotated[bool, typer.Option(help="A proxy in front of it does TLS.")] = False,
) -> None:
    """The analysts' queue in a browser; on this machine only, unless told otherwise.

    Example: lookalike serve --port 8765
    """
    secure = certificate is not None or behind_tls
    check(host, name or [], certificate, key, secure=secure)
    check_free(host, port)
    try:
        import uvicorn

        from lookalike.web.app import create_app
    except ModuleNotFoundError as error:
        raise UsageError(f"{error.name} is missing; pip install 'lookalike[web]'") from error
    from lookalike.ops import logs

    config = load_config()
    logs.configure(config)
    factory = open_store(config)
    names = tuple(dict.fromkeys([*(name or []), *([host] if not _everywhere(host) else []), *HERE]))
    settings = uvicorn.Config(
        create_app(config, factory, names=names, secure=secure),
        host=host,
        port=port,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        limit_concurrency=AT_ONCE,
        proxy_headers=False,  # whoever is asked for by name tells his own address; nobody tells another's
        server_header=False,
        access_log=False,  # addresses of leads are nobody's business but the audit trail's
        log_config=None,  # its lines take the form of all others
        log_level="warning",
        ws="none",
        lifespan="off",
    )
    shown = f"[{host}]" if ":" in host else host
    for line in told(f"http{'s' if certificate else ''}://{shown}:{port}/", factory, config.home):
        typer.echo(safe(line))
    logging.getLogger("lookalike.web.api").setLevel(logging.INFO)  # who read what by key
    gc.collect()
    gc.freeze()  # what stays for good is looked through no more: a full collection took 150 ms of some request
    uvicorn.Server(settings).run()


def told(address: str, factory: Factory, home: Path) -> list[str]:
    """What somebody who starts it has to know: where it is, and how to get in."""
    from lookalike.store import people
    from lookalike.store.engine import reading

    with reading(factory) as session:
        known = people.listing(session)
    said = [f"{address}   （Ctrl+C 结束；程序接口见 {address}api）"]
    again = f"{command(home)} users"
    if not known:
        said.append("还没有账号。先建立系统管理员，再由管理员在页面上或用同一命令建立研判员；口令只显示一次：")
        said.append(f"  {again} add 姓名 --role admin")
        said.append(f"  {again} add 姓名 --role analyst")
    elif not any(person.role == "admin" and person.disabled_at is None for person in known):
        said.append(f"还没有系统管理员：{again} add 姓名 --role admin")
    else:
        said.append(f"忘记口令：{again} reset 姓名")
    return said


def check(host: str, names: list[str], certificate: Path | None, key: Path | None, *, secure: bool) -> None:
    """Raises UsageError for what would put passwords on the wire in plain, or could not work."""
    if (certificate is None) != (key is None):
        raise UsageError("--certificate and --key: expected both or neither")
    for path in (certificate, key):
        if path is not None and not path.is_file():
            raise UsageError(f"{path}: there is no such file; expected PEM")
    if not _loopback(host) and not secure:
        raise UsageError(
            f"--host {host}: passwords would cross the network in plain; give --certificate and --key, or --behind-tls"
        )
    if _everywhere(host) and not names:
        raise UsageError(f"--host {host}: say by --name what people type to reach it")


def check_free(host: str, port: int) -> None:
    """Raises UsageError where something else listens there, or the address is not this machine's."""
    try:
        where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with socket.socket(where[0], where[1]) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where[4])
    except OSError as error:
        raise UsageError(
            f"--host {host} --port {port}: cannot listen there ({error.strerror}); choose another"
        ) from error


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _everywhere(host: str) -> bool:
    return host in {"0.0.0.0", "::"}  # noqa: S104 - compared with, not bound to
