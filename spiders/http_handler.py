"""Scrapy's HTTP/1.1 handler with bounds that it lacks: on what stands before the body, and on a body that stalls.

The headers of an answer are counted as they come, before anything is kept of them; broken framing gives the bytes
that came and a flag instead of nothing. Decides nothing about what may be fetched.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers import http11
from scrapy.exceptions import StopDownload
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure
from twisted.web.iweb import IResponse

from spiders.request_log import resent, sent

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from twisted.internet.interfaces import IAddress
    from twisted.web._newclient import HTTP11ClientProtocol
    from twisted.web._newclient import Request as TxRequest

HEADER_BYTES = 65536
"""All lines before the body together, interim answers included; real sites send 0.5 to 8 kB."""
HEADER_LINES = 500
INTERIM = 16
"""Answers of class 1xx before the real one (RFC 9110, 15.2 sets no bound)."""
ODD_FRAMING = "odd-framing"
"""Flag of a response whose length or transfer coding made no sense: it was read to the end of the connection."""


class HeadersTooLong(Exception):
    """What stands before the body is a bomb; ``status`` and the first ``headers`` are what can be kept of it."""

    def __init__(self, why: str, status: int | None, headers: list[tuple[bytes, bytes]]) -> None:
        super().__init__(why)
        self.status = status
        self.headers = headers


class BoundedParser(http11._LenientHTTPClientParser):  # noqa: SLF001 - the parser that Scrapy itself puts in Twisted's place
    """Counts lines and bytes of the head. Holds its state in class attributes: its objects are made by Twisted."""

    MAX_LENGTH = HEADER_BYTES
    _bytes = 0
    _lines = 0
    _interim = 0
    odd = False

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 - Twisted's interface
        self._bytes += len(line) + 1
        self._lines += 1
        if self._bytes > HEADER_BYTES:
            raise self._too_long(f"超过 {HEADER_BYTES} 字节")
        if self._lines > HEADER_LINES:
            raise self._too_long(f"超过 {HEADER_LINES} 行")
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802, ARG002 - Twisted's interface
        raise self._too_long(f"一行超过 {HEADER_BYTES} 字节")

    def allHeadersReceived(self) -> None:  # noqa: N802 - Twisted's interface
        if 100 <= self.response.code < 200:  # interim
            self._interim += 1
            if self._interim > INTERIM:
                raise self._too_long(f"超过 {INTERIM} 个 1xx 应答")
        else:
            self._mend_framing()
        super().allHeadersReceived()  # type: ignore[no-untyped-call]

    def _mend_framing(self) -> None:
        """Twisted drops an answer whose framing it cannot believe; a browser shows it, so its bytes are read."""
        coding = self.connHeaders.getRawHeaders(b"Transfer-Encoding")
        if coding and coding[0].strip().lower() not in self._transferDecoders:
            self.connHeaders.removeHeader(b"Transfer-Encoding")
            self.odd = True
        told = self.connHeaders.getRawHeaders(b"Content-Length") or ()
        lengths = {value.strip() for raw in told for value in raw.split(b",")}
        if len(lengths) > 1 or any(not v.isdigit() or len(v) > 18 for v in lengths):
            self.connHeaders.removeHeader(b"Content-Length")
            self.odd = True
        self.response._lookalike_odd = self.odd  # noqa: SLF001 - a note on Twisted's object

    def _too_long(self, why: str) -> HeadersTooLong:
        status = self.response.code if hasattr(self, "response") else None
        got = [(name, value) for name, values in self.headers.getAllRawHeaders() for value in values]
        return HeadersTooLong(why, status, got)


class BoundedProtocol(http11._LenientHTTP11ClientProtocol):  # noqa: SLF001 - as above
    """Reads answers with ``BoundedParser``; a bomb ends the connection at once and not after a polite good-bye."""

    def request(self, request: TxRequest) -> Deferred[IResponse]:
        if vars(request).setdefault("_lookalike_sent", self) is not self:
            resent(request.absoluteURI.decode("latin-1"))  # Twisted asks again where a kept connection was closed
        answer = super().request(request)
        if self._parser is not None:
            self._parser.__class__ = BoundedParser
        return answer

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's interface
        parser = self._parser
        if parser is None:
            return  # more of what was cut
        try:
            parser.dataReceived(data)  # type: ignore[no-untyped-call]
        except HeadersTooLong:
            reason = Failure()  # type: ignore[no-untyped-call]
            assert self.transport is not None
            self.transport.abortConnection()
            self._disconnectParser(reason)  # type: ignore[no-untyped-call]
        except BaseException:  # noqa: BLE001 - as Twisted does: a broken answer fails its request and nothing else
            self._giveUp(Failure())  # type: ignore[no-untyped-call]


class _Factory(http11._LenientHTTP11ClientFactory):  # noqa: SLF001 - as above
    def buildProtocol(self, addr: IAddress | None) -> HTTP11ClientProtocol:  # noqa: ARG002, N802 - Twisted's interface
        return BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class _Agent(http11._ScrapyAgent):  # noqa: SLF001 - as above
    """One request. ``meta["lookalike_seconds"]``: after so many a body that has begun is cut, and kept."""

    _began = 0.0

    def download_request(self, request: Request) -> Deferred[Response]:
        self._began = monotonic()
        return super().download_request(request)

    def _cb_bodyready(self, txresponse: Any, request: Request) -> Any:
        result = super()._cb_bodyready(txresponse, request)
        seconds = request.meta.get("lookalike_seconds")
        if isinstance(result, Deferred) and seconds is not None and txresponse._bodyProtocol is not None:  # noqa: SLF001
            from twisted.internet import reactor  # noqa: PLC0415 - importing it installs one

            left = max(0.0, self._began + seconds - monotonic())
            timer: Any = reactor.callLater(left, _cut, txresponse, request)
            result.addBoth(_stopped, timer)
        return result

    def _cb_bodydone(self, result: Any, url: str) -> Response:
        response = super()._cb_bodydone(result, url)
        if getattr(result["txresponse"], "_lookalike_odd", False):
            response.flags.append(ODD_FRAMING)
        return response


def _cut(txresponse: Any, request: Request) -> None:
    request.meta["lookalike_cut"] = "time"
    reader, transport = txresponse._bodyProtocol, txresponse._transport  # noqa: SLF001 - Twisted offers no other way
    reader._finish_response(stop_download=StopDownload(fail=False))  # noqa: SLF001 - as Scrapy does on a signal
    producer = getattr(transport, "_producer", None)
    if producer is not None:
        producer.abortConnection()


def _stopped(result: Any, timer: Any) -> Any:
    if timer.active():
        timer.cancel()
    return result


class BoundedHandler(http11.HTTP11DownloadHandler):
    """``DOWNLOAD_HANDLERS`` for http and https."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory  # noqa: SLF001 - as Scrapy sets its own

    async def download_request(self, request: Request) -> Response:
        """The response; raises Scrapy's download errors, with ``HeadersTooLong`` as their root for a header bomb."""
        sent(request, self._crawler.settings["LOOKALIKE_OPTIONS"])
        agent = _Agent(
            contextFactory=self._contextFactory,
            bindAddress=self._bind_address,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
            tls_verbose_logging=self._tls_verbose_logging,
        )
        with wrap_twisted_exceptions():
            return await maybe_deferred_to_future(agent.download_request(request))


def stop_at_limit(data: bytes, request: Request) -> None:
    """Receiver of ``bytes_received``: stop, and keep what came, at ``meta["lookalike_limit"]`` bytes."""
    meta = request.meta
    if "lookalike_limit" not in meta:
        return
    meta["lookalike_received"] = received = meta.get("lookalike_received", 0) + len(data)
    if received > meta["lookalike_limit"]:
        meta["lookalike_cut"] = "length"
        raise StopDownload(fail=False)


def header_bomb(error: BaseException | None) -> HeadersTooLong | None:
    """The header bomb behind what the downloader raised; None when it was something else."""
    while error is not None:
        if isinstance(error, HeadersTooLong):
            return error
        for reason in getattr(error, "reasons", ()):
            if isinstance(reason, Failure) and isinstance(reason.value, HeadersTooLong):
                return reason.value
        error = error.__cause__
    return None
