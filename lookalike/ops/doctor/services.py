"""What the settings name: database, name servers, proxy, authorities, mail, webhook. Asks nobody else.

A service is only connected to; nothing is sent but one DNS question for the root's name servers.
"""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import dns.exception
import dns.message
import dns.query
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from lookalike.config import Config
from lookalike.errors import LookalikeError, UsageError
from lookalike.ops.channels import configured
from lookalike.ops.dialling import Undelivered, checked, checked_host
from lookalike.ops.doctor.model import Finding
from lookalike.ops.readiness import no_captures
from lookalike.store.engine import open_engine, reading, session_factory
from lookalike.store.migrate import is_current
from spiders.hosting.dns import parse_server, system_servers

SECONDS = 5.0


def services(config: Config, *, offline: bool) -> Iterator[Finding]:
    """All of them; ``offline``: nothing is connected to but the database."""
    yield from _database(config)
    yield _captures(config, offline=offline)
    yield from _name_servers(config, offline=offline)
    yield _proxy(config, offline=offline)
    yield from _authorities(config)
    yield from _notices(config, offline=offline)


def _database(config: Config) -> Iterator[Finding]:
    try:
        url = make_url(config.database)
    except SQLAlchemyError:
        yield Finding("database", "fail", facts={"why": "LOOKALIKE_DATABASE_URL"})
        return
    shown = {"url": url.render_as_string(hide_password=True)}
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        yield Finding("database", "off", facts=shown)  # opening would make it
        return
    if url.get_backend_name() == "postgresql":
        yield Finding("pg_dump", "ok" if shutil.which("pg_dump") else "warn")
    try:
        engine = open_engine(config.database)
        with reading(session_factory(engine)) as session:
            session.execute(text("SELECT 1"))
            current = is_current(session.connection())
        engine.dispose()
    except (LookalikeError, SQLAlchemyError) as error:
        yield Finding("database", "fail", facts=shown | {"why": str(error).splitlines()[0][:300]})
        return
    yield Finding("database", "ok", facts=shown)
    yield Finding("schema", "ok" if current else "fail")


def _captures(config: Config, *, offline: bool) -> Finding:
    """The store of captures; that of a folder is looked at with the machine."""
    if not config.captures_store:
        return Finding("captures_store", "off")
    facts = {"store": config.captures_store}
    if offline:
        return Finding("captures_store", "unknown", facts=facts)
    why = no_captures(config)
    if not why and not config.s3_endpoint.startswith("http://"):
        return Finding("captures_store", "ok", facts=facts)
    return Finding("captures_store", "fail" if why else "warn", facts=facts | {"why": why})


def _name_servers(config: Config, *, offline: bool) -> Iterator[Finding]:
    try:
        servers = [parse_server(one) for one in config.nameservers] or list(system_servers())
    except ValueError as error:
        yield Finding("dns", "fail", "wrong", {"why": str(error)})
        return
    if not servers:
        yield Finding("dns", "fail", "none")
    for server in servers:
        facts = {"server": str(server)}
        if offline:
            yield Finding("dns", "unknown", facts=facts)
            continue
        why = _silent(server.address, server.port, config.dns_timeout)
        yield Finding("dns", "fail" if why else "ok", facts=facts | {"why": why})


def _silent(address: str, port: int, seconds: float) -> str:
    """Why a name server does not answer; an answer of any sort is one."""
    try:
        dns.query.udp(dns.message.make_query(".", "NS"), address, timeout=seconds, port=port)
    except (dns.exception.DNSException, OSError) as error:
        return type(error).__name__
    return ""


def _proxy(config: Config, *, offline: bool) -> Finding:
    if not config.proxy:
        return Finding("proxy", "off")
    parts = urlsplit(config.proxy)
    facts = {"proxy": f"{parts.hostname}:{parts.port}"}
    if offline:
        return Finding("proxy", "unknown", facts=facts)
    why = _unreachable(parts.hostname or "", parts.port or 80)
    return Finding("proxy", "fail" if why else "ok", facts=facts | {"why": why})


def _authorities(config: Config) -> Iterator[Finding]:
    if not config.time_stamps:
        yield Finding("time_stamps", "off")
    for one in config.time_stamps:
        try:
            good = b"-----BEGIN CERTIFICATE-----" in one.root.read_bytes()
            why = "" if good else "PEM?"
        except OSError as error:
            why = error.strerror or str(error)
        facts = {"name": one.name, "root": str(one.root), "why": why}
        yield Finding("time_stamps", "fail" if why else "ok", facts=facts)


def _notices(config: Config, *, offline: bool) -> Iterator[Finding]:
    try:
        ways = configured(config)
    except UsageError as error:
        yield Finding("notices", "fail", "half", {"why": str(error)})
        return
    if not ways:
        yield Finding("notices", "off")
    for way in ways:
        facts = {"way": way.name}
        if offline:
            yield Finding("notices", "unknown", facts=facts)
            continue
        why = _unreached(config, way.name)
        yield Finding("notices", "fail" if why else "ok", facts=facts | {"why": why})


def _unreached(config: Config, way: str) -> str:
    try:
        if way == "email":
            passed, port = checked_host(config, config.smtp_host), config.smtp_port
        else:
            url = config.webhook_url.get_secret_value()
            parts = urlsplit(url)
            passed, port = checked(config, url), parts.port or (443 if parts.scheme == "https" else 80)
            if config.proxy and not passed.inside:
                return ""  # by way of the proxy, which has its own line
    except Undelivered as error:
        return str(error)
    return _unreachable(passed.addresses[0], port) if passed.addresses else passed.dns


def _unreachable(host: str, port: int) -> str:
    try:
        socket.create_connection((host, port), SECONDS).close()
    except OSError as error:
        return error.strerror or str(error)
    return ""
