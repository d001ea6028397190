"""Connects to the operator's own services, by an address that the guard has checked; never to what a page named."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Coroutine
from typing import Any

from spiders.guard import Guard, Passed
from spiders.hosting.dns import Resolver
from spiders.options import Options
from spiders.refusal import Refused

SECONDS = 20.0


class Undelivered(Exception):
    """A notice did not go out; one line says why, and holds no secret."""


def checked(options: Options, url: str) -> Passed:
    """The addresses of an own service, by the guard's rules. Raises Undelivered."""
    return _passed(_guard(options).check(url, own=True))


def checked_host(options: Options, host: str) -> Passed:
    """The same for a host that is no website's. Raises Undelivered."""
    return _passed(_guard(options).check_host(host, own=True))


def context(ca_file: str) -> ssl.SSLContext:
    """Certificates are always checked, by the given root or the system's. Raises Undelivered."""
    try:
        found = ssl.create_default_context(cafile=ca_file or None)
    except (OSError, ssl.SSLError) as error:
        raise Undelivered(f"{ca_file}: 不能读作 PEM 根证书（{error}）") from error
    found.minimum_version = ssl.TLSVersion.TLSv1_2
    return found


def _guard(options: Options) -> Guard:
    """One of its own each time: what a resolver holds belongs to the loop that asked."""
    return Guard(options, Resolver(options.nameservers, options.dns_timeout).addresses)


def _passed(asked: Coroutine[Any, Any, Passed]) -> Passed:
    try:
        return asyncio.run(asked)
    except Refused as error:
        raise Undelivered(str(error)) from error
