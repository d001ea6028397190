"""What the downloader raised, as a code and a detail for a record: Twisted, OpenSSL and Scrapy each raise their own."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from twisted.internet.error import ConnectionAborted, ConnectionDone, ConnectionLost
from twisted.python.failure import Failure
from twisted.web._newclient import ParseError, ResponseNeverReceived

from spiders.refusal import Refused

SHOWN = 60
"""Bytes of something that is no HTTP answer that are quoted."""


def code_of(error: BaseException) -> tuple[str, str]:
    """Code and detail; a detail that begins with ``E_`` is a whole sentence already."""
    if isinstance(error, IgnoreRequest):
        cause = error.__cause__
        return (cause.code, str(cause)) if isinstance(cause, Refused) else ("E_PROTOCOL", str(error))
    if isinstance(error, (DownloadTimeoutError, TimeoutError)):
        return "E_TIMEOUT", "没有等到应答"
    if isinstance(error, CannotResolveHostError):
        return "E_DNS", str(error)
    if isinstance(error, DownloadConnectionRefusedError) or type(error).__name__ == "TunnelError":
        return "E_CONNECT", str(error) or type(error).__name__
    return _broken(error)


def _broken(error: BaseException) -> tuple[str, str]:
    """An answer that began, or should have begun, and then broke."""
    roots = list(_roots(error))
    for root in roots:
        if isinstance(root, ParseError):
            return "E_PROTOCOL", f"不是 HTTP 应答 {root.data[:SHOWN]!r}"
    never = any(isinstance(e, ResponseNeverReceived) for e in _chain(error))
    for root in roots:
        if isinstance(root, (ConnectionLost, ConnectionDone, ConnectionAborted)):
            return "E_RESET", "没有应答就断开了连接" if never else "应答头还没有收完"
    last = roots[-1] if roots else error
    return "E_PROTOCOL", f"{type(last).__name__} {last}"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(8):  # causes never go deeper; a loop of them must not hang us
        if error is None:
            return
        yield error
        error = error.__cause__


def _roots(error: BaseException) -> Iterator[BaseException]:
    """What Twisted wrapped: every error that has no reasons of its own."""
    for found in _chain(error):
        for reason in getattr(found, "reasons", ()):
            if isinstance(reason, Failure) and isinstance(reason.value, BaseException):
                if hasattr(reason.value, "reasons"):
                    yield from _roots(reason.value)
                else:
                    yield reason.value
