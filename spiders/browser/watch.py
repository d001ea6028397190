"""Watches one page while it loads: requests, where it leads on, dialogs, popups, downloads. Stops what sends."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from playwright.async_api import Error

from spiders.browser.proxy import Checks
from spiders.refusal import Refused, sentence

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, CDPSession, Dialog, Download, Page, Request, Response, Route

MAX_REQUESTS = 400
MAX_NAVIGATIONS = 12
"""Pages that one address may lead through: the visit's own limit of hops, and the first and last."""
STOPPING = 3.0
MAX_DIALOGS = 10
"""Dialogs that are dismissed one by one; then the page's scripts are stopped."""
META = frozenset({"metaTagRefresh", "httpHeaderRefresh"})
SUBMITTED = frozenset({"formSubmissionGet", "formSubmissionPost"})


@dataclass(slots=True)
class Step:
    """One navigation of the page itself."""

    url: str
    via: str
    status: int | None = None
    error: str = ""


@dataclass(slots=True)
class Seen:
    """One request as it is told: everything else about it stays in the browser."""

    url: str
    kind: str
    method: str
    status: int | None = None
    error: str = ""


@dataclass  # without slots: Playwright keeps its own notes on whom it calls
class Watch:
    """The account of one page; ``attach`` before it goes anywhere."""

    page: Page
    cdp: CDPSession
    guard: Checks
    refused: dict[str, str]
    """What the guard proxy refused, by address or ``host:port``."""
    user_agent: str
    steps: list[Step] = field(default_factory=list)
    requests: list[Seen] = field(default_factory=list)
    left_out: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    """Refusals that were made here and not by the proxy, by code."""
    dialogs: int = 0
    popups: int = 0
    downloads: list[str] = field(default_factory=list)
    arrived: int = 0
    """Pages that have begun, one after the other."""
    crashed: bool = False
    certificate: str = ""
    _stopping: list[asyncio.Future[None]] = field(default_factory=list)
    _reasons: dict[str, str] = field(default_factory=dict)
    _by_request: dict[int, tuple[Any, Seen]] = field(default_factory=dict)

    async def attach(self, context: BrowserContext) -> None:
        """Listen, and let every request pass through ``_route``."""
        await context.route("**/*", self._route)
        context.on("page", self._on_popup)
        context.on("request", self._on_request)
        context.on("response", self._on_response)
        context.on("requestfailed", self._on_failed)
        self.page.on("websocket", lambda socket: self._keep(Seen(socket.url[:2000], "websocket", "GET")))
        self.page.on("dialog", self._on_dialog)
        self.page.on("download", self._on_download)
        self.page.on("crash", self._on_crash)
        self.cdp.on("Page.frameRequestedNavigation", self._on_reason)
        self.cdp.on("Page.frameNavigated", self._on_arrival)
        self.cdp.on("Security.visibleSecurityStateChanged", self._on_security)
        for domain in ("Page", "Security", "Runtime"):
            await self.cdp.send(f"{domain}.enable")

    async def stop_scripts(self) -> None:
        """End what runs now; timers and events of the page stay."""
        with suppress(Error, TimeoutError):
            await asyncio.wait_for(self.cdp.send("Runtime.terminateExecution"), STOPPING)

    def refusal_of(self, url: str) -> str:
        """Why the guard proxy refused an address; empty when it did not."""
        parts = urlsplit(url)
        try:
            port = parts.port or (443 if parts.scheme in {"https", "wss"} else 80)
        except ValueError:
            return ""
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return self.refused.get(url.partition("#")[0], "") or self.refused.get(f"{host}:{port}", "")

    def note_refusals(self) -> None:
        """What the browser got for an answer where the guard refused was the proxy's, and no answer of the site."""
        for step in self.steps:
            if refused := self.refusal_of(step.url):
                step.status, step.error = None, refused

    @property
    def under_way(self) -> bool:
        """Whether the page is being left for another one that has not begun."""
        begun = [s for s in self.steps if s.via != "http" and not s.error and s.url not in self.downloads]
        return not self.crashed and self.arrived < len(begun)

    @property
    def stayed(self) -> bool:
        """Whether the page's last way on was stopped or became a download, so that the page stays."""
        last = self.steps[-1] if len(self.steps) > 1 else None
        return last is not None and (bool(last.error) or last.url in self.downloads)

    async def _route(self, route: Route, request: Request) -> None:
        why = await self._objection(request)
        with suppress(Error):
            if why is None:
                await route.continue_()
                return
            self.counts[why.code] += 1
            self._note(request).error = str(why)
            # A page whose way on is aborted stays; one that is blocked gives way to the browser's own page.
            await route.abort("aborted" if self._is_step(request) else "blockedbyclient")

    async def _objection(self, request: Request) -> Refused | None:
        if request.method != "GET":
            return Refused("E_METHOD", f"{request.method} {request.url}")
        if not self._is_step(request):
            return None
        if self._reasons.get(request.url) in SUBMITTED:
            return Refused("E_METHOD", f"表单 {request.url}")
        if len(self.steps) > MAX_NAVIGATIONS:
            return Refused("E_REDIRECT_LIMIT", str(MAX_NAVIGATIONS))
        if len(self.steps) > 1 and request.url.startswith(("http://", "https://")):
            try:
                await self.guard.check(request.url)
            except Refused as refusal:
                self.refused.setdefault(request.url[:2000], str(refusal))
                return refusal
        return None

    def _is_step(self, request: Request) -> bool:
        try:
            return request.is_navigation_request() and request.frame == self.page.main_frame
        except Exception:  # noqa: BLE001 - Playwright's own, for a request whose frame is not there yet or any more
            return False

    def _note(self, request: Request) -> Seen:
        known = self._by_request.get(id(request))
        if known is not None:
            return known[1]
        seen = Seen(request.url[:2000], request.resource_type, request.method)
        self._by_request[id(request)] = (request, seen)  # the request is held, so that its id stays its own
        self._keep(seen)
        return seen

    def _keep(self, seen: Seen) -> None:
        if len(self.requests) < MAX_REQUESTS:
            self.requests.append(seen)
        else:
            self.left_out += 1

    def _on_request(self, request: Request) -> None:
        self._note(request)
        if not self._is_step(request) or len(self.steps) > MAX_NAVIGATIONS:
            return
        if request.redirected_from is not None:
            via = "http"
        else:
            reason = self._reasons.get(request.url, "")
            via = "start" if not self.steps else "meta" if reason in META else "script"
        self.steps.append(Step(request.url, via))

    def _on_response(self, response: Response) -> None:
        self._note(response.request).status = response.status
        step = self._step_of(response.request)
        if step is not None:
            step.status = response.status

    def _on_failed(self, request: Request) -> None:
        seen = self._note(request)
        seen.error = seen.error or self.refusal_of(request.url) or _failure(request)
        step = self._step_of(request)
        if step is not None and step.status is None:
            step.error = seen.error

    def _step_of(self, request: Request) -> Step | None:
        if not self._is_step(request):
            return None
        return next((s for s in reversed(self.steps) if s.url == request.url), None)

    async def _on_popup(self, popup: Page) -> None:
        if popup is self.page:
            return
        self.popups += 1
        with suppress(Error):
            await popup.close()

    async def _on_dialog(self, dialog: Dialog) -> None:
        self.dialogs += 1
        if self.dialogs >= MAX_DIALOGS:
            # Sent while the dialog holds the script, which then ends where it would go on.
            self._stopping.append(asyncio.ensure_future(self.stop_scripts()))
        with suppress(Error):
            if dialog.type == "beforeunload":
                await dialog.accept()  # it may leave
            else:
                await dialog.dismiss()

    async def _on_download(self, download: Download) -> None:
        self.downloads.append(download.url[:2000])
        self.counts["E_DOWNLOAD"] += 1
        with suppress(Error):
            await download.cancel()

    def _on_crash(self, _: Page) -> None:
        self.crashed = True

    def _on_reason(self, event: dict[str, Any]) -> None:
        if len(self._reasons) < MAX_REQUESTS:
            self._reasons[str(event.get("url"))] = str(event.get("reason"))

    def _on_arrival(self, event: dict[str, Any]) -> None:
        if "parentId" not in event.get("frame", {}):
            self.arrived += 1

    def _on_security(self, event: dict[str, Any]) -> None:
        state = event.get("visibleSecurityState", {}).get("certificateSecurityState") or {}
        self.certificate = str(state.get("certificateNetworkError") or "")[:100]


def _failure(request: Request) -> str:
    why = request.failure or ""
    code = "E_TIMEOUT" if "TIMED_OUT" in why else "E_CONNECT"
    return sentence(code, why.removeprefix("net::"))
