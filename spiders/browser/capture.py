"""Renders one page within the worker: goes there, waits as a patient visitor would, keeps what is shown.

Whatever the page does ends up in the answer; the time of each step is bounded here, that of all by the parent.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from playwright.async_api import Error

from spiders.browser import shots
from spiders.browser.looks import look_of
from spiders.browser.proxy import Checks, GuardProxy
from spiders.browser.traffic import Traffic
from spiders.browser.watch import Watch
from spiders.refusal import sentence

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, CDPSession, Page

T = TypeVar("T")

GOING, LOADING, SETTLING, SHOOTING, CLOSING = 20.0, 8.0, 6.0, 8.0, 4.0
"""Seconds for the first answer, for what the page loads, for its own time to pass, for each picture, for the end."""
GRACE = 0.15
STAYING, UNDER_WAY = 4, 20
PATIENCE_MS = 6500
"""Milliseconds of the page's own time that a visitor would stay: “5 秒后跳转” has led on by then."""
NO_PAGE = ("chrome-error:", "about:blank")
"""Addresses that the browser shows where there is no page."""
REFUSED = ("E_NET_PRIVATE", "E_PORT", "E_HOST", "E_DNS", "E_SCHEME", "E_METHOD", "E_BUDGET")
LEADS = 4
"""How often a page may lead on by itself and is waited for."""
_BROKEN = (Error, TimeoutError, KeyError, ValueError, TypeError)


@dataclass(slots=True)
class Captured:
    """One page as it came out; plain data, so that it can be sent to the parent."""

    facts: dict[str, Any] = field(default_factory=dict)
    dom: bytes = b""
    fold: bytes = b""
    whole: bytes = b""
    stuck: bool = False
    """Whether the browser no longer does what it is told; another one is needed."""


async def capture(browser: Browser, guard: Checks, exit_proxy: str, job: dict[str, str]) -> Captured:
    """Render ``job``'s ``url`` with its ``user_agent`` and ``referer``. Never raises for what a page does."""
    began = time.monotonic()
    proxy = GuardProxy(guard, exit_proxy, Traffic())
    told = Captured()
    context: BrowserContext | None = None
    try:
        context = await _context(browser, await proxy.start(), job["user_agent"])
        page = await context.new_page()
        cdp = await context.new_cdp_session(page)
        await cdp.send("Emulation.setUserAgentOverride", look_of(job["user_agent"]).hints())
        watch = Watch(page, cdp, guard, proxy.traffic.refused, job["user_agent"])
        await watch.attach(context)
        errors = [await _go(page, watch, job)]
        if not errors[0]:
            errors.append(await _settle(page, cdp, watch))
            watch.note_refusals()
            if page.url.startswith(NO_PAGE):
                errors.append(watch.steps[-1].error if watch.steps else "")
            elif not watch.crashed:
                errors += await _show(told, cdp, watch, page)
        told.facts |= _account(page, watch, proxy.traffic, errors)
    except _BROKEN as error:
        told.stuck = True
        told.facts.setdefault("error", sentence("E_CRASH", str(error).splitlines()[0] if str(error) else "…"))
    told.stuck |= context is not None and not await _ended(context)
    await proxy.close()
    told.facts["seconds"] = round(time.monotonic() - began, 2)
    return told


async def _context(browser: Browser, proxy: str, user_agent: str) -> BrowserContext:
    look = look_of(user_agent)
    width, height = look.window
    return await browser.new_context(
        proxy={"server": proxy, "bypass": "<-loopback>"},
        user_agent=user_agent,
        viewport={"width": width, "height": height},
        screen={"width": width, "height": height},
        is_mobile=look.phone,
        has_touch=look.phone,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        ignore_https_errors=True,  # the certificate's result is recorded: a fake is looked at all the same
        accept_downloads=False,
        service_workers="block",
        permissions=[],
    )


async def _go(page: Page, watch: Watch, job: dict[str, str]) -> str:
    """Ask for the page; the error where none came."""
    if not job["url"].startswith(("http://", "https://")):
        return sentence("E_SCHEME", job["url"])
    try:
        await page.goto(job["url"], wait_until="commit", timeout=GOING * 1000, referer=job.get("referer") or None)
    except Error as error:
        if watch.downloads or "Download is starting" in str(error):
            return sentence("E_DOWNLOAD", job["url"])
        watch.note_refusals()
        why = watch.steps[-1].error if watch.steps and watch.steps[-1].error.startswith(REFUSED) else ""
        first = str(error).splitlines()[0].removeprefix("Page.goto: ").removeprefix("net::")
        return why or sentence("E_TIMEOUT" if "imeout" in first else "E_CONNECT", first.partition(" at ")[0])
    return ""


async def _settle(page: Page, cdp: CDPSession, watch: Watch) -> str:
    """Let the page load, then let its own time pass at once, as long as it leads on by itself."""
    hung = ""
    await _loaded(page, watch)
    for _ in range(LEADS):
        arrived = watch.arrived
        if not watch.crashed and not await _time_passes(cdp):
            hung = sentence("E_TIMEOUT", "页面脚本不停运行")
            await watch.stop_scripts()
        for _ in range(UNDER_WAY):  # where it led on, the next page begins only now, and needs time of its own
            await asyncio.sleep(GRACE)
            if not watch.under_way:
                break
        if watch.arrived == arrived or watch.crashed:
            break
    return hung


async def _loaded(page: Page, watch: Watch) -> None:
    """Wait until the page has loaded, or stays because its way on was stopped."""
    loading = asyncio.ensure_future(page.wait_for_load_state("load", timeout=LOADING * 1000))
    stays = 0
    while not loading.done() and stays < STAYING:
        await asyncio.wait({loading}, timeout=GRACE)
        stays += watch.stayed
    loading.cancel()
    await asyncio.gather(loading, return_exceptions=True)


async def _time_passes(cdp: CDPSession) -> bool:
    """Spend ``PATIENCE_MS`` of virtual time (CDP, Emulation.setVirtualTimePolicy); False where the page did not.

    Timers fire in their order and requests are waited for, so the page becomes what it would have become.
    """
    passed = asyncio.Event()
    cdp.once("Emulation.virtualTimeBudgetExpired", lambda _: passed.set())
    try:
        policy = {
            "policy": "pauseIfNetworkFetchesPending",
            "budget": PATIENCE_MS,
            "maxVirtualTimeTaskStarvationCount": 500,
        }
        await asyncio.wait_for(cdp.send("Emulation.setVirtualTimePolicy", policy), SETTLING)
        await asyncio.wait_for(passed.wait(), SETTLING)
    except _BROKEN:
        return False
    return True


async def _show(told: Captured, cdp: CDPSession, watch: Watch, page: Page) -> list[str]:
    """Keep source and pictures; what could not be had is told in the errors."""
    errors = []

    async def had(what: str, part: Awaitable[T]) -> T | None:
        try:
            return await asyncio.wait_for(part, SHOOTING)
        except _BROKEN as error:
            errors.append(sentence("E_TIMEOUT" if isinstance(error, TimeoutError) else "E_CRASH", what))
            await watch.stop_scripts()
            return None

    fold = await had("首屏截图", shots.fold(cdp))
    read = await had("页面源码", _sources(cdp, page.url))
    laid_out = await had("页面尺寸", shots.size(cdp))
    if laid_out is not None and fold and (laid_out.width, laid_out.height) == look_of(watch.user_agent).window:
        whole: bytes | None = fold
    else:
        whole = await had("整页截图", shots.whole(cdp, laid_out)) if laid_out else None
    told.fold, told.whole = fold or b"", whole or b""
    if read is not None:
        text, title, cut = read
        told.dom = text.encode("utf-8", "replace")
        told.facts |= {"title": title, "dom_cut": cut}
    if laid_out is not None:
        told.facts |= {"width": laid_out.width, "height": laid_out.height}
        told.facts["whole_cut"] = laid_out.height > shots.MAX_HEIGHT or laid_out.width > shots.MAX_WIDTH or not whole
    return errors


async def _sources(cdp: CDPSession, url: str) -> tuple[str, str, bool]:
    """Source and title of the page; frames of its own follow in the source, as a visitor sees them in it."""
    (own, _), *inner = await shots.frames(cdp)
    text, title, cut = await shots.source(cdp, own)
    host = _host(url)
    for frame, address in inner:
        if address.startswith(("about:", "data:", "blob:")) or _host(address) == host:
            with suppress(*_BROKEN):
                more, _, more_cut = await shots.source(cdp, frame, shots.MAX_DOM - min(len(text), shots.MAX_DOM))
                text, cut = text + more, cut or more_cut
    return text, title, cut


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].lower()


def _account(page: Page, watch: Watch, traffic: Traffic, errors: list[str]) -> dict[str, Any]:
    watch.note_refusals()
    counts = watch.counts + traffic.counts
    error = sentence("E_CRASH", "渲染进程") if watch.crashed else next(filter(None, errors), "")
    return {
        "final_url": page.url[:4096],
        "steps": [asdict(step) for step in watch.steps],
        "requests": [asdict(seen) for seen in watch.requests],
        "requests_left_out": watch.left_out,
        "refused": dict(traffic.refused),
        "counts": dict(counts),
        "dialogs": watch.dialogs,
        "popups": watch.popups,
        "downloads": watch.downloads[:20],
        "certificate": watch.certificate,
        "received": traffic.received,
        "error": error,
    }


async def _ended(context: BrowserContext) -> bool:
    try:
        await asyncio.wait_for(context.close(), CLOSING)
    except _BROKEN:
        return False
    return True
