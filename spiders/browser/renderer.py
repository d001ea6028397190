"""Shows pages to a browser in a worker process, one page at a time; ends it whole when it is late. Total: a page's
trouble is in the answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any, Self

from scoring.case import Hop, Screen
from spiders.browser.handle import Late, Wanted, Worker, sweep_folders
from spiders.browser.launch import BrowserMissing, Found, find_browser
from spiders.items import RenderedPage, RenderedRequest
from spiders.limited import ChildFailed, LimitedChild, Limits
from spiders.options import Options
from spiders.refusal import sentence
from spiders.request_rendered import log_rendered

HARD_LIMIT = 60.0
"""Seconds of one page, whatever it does."""
PAGES_A_BROWSER = 60
"""Then another one is started: what pages leave behind in it stays small."""
_HASHES = Limits(seconds=15.0, cpu_seconds=10.0, memory=2 << 30)


class Renderer:
    """One browser. ``start`` raises ``BrowserMissing`` once and clearly; ``render`` raises nothing."""

    def __init__(self, options: Options, now: Callable[[], datetime], hard_limit: float = HARD_LIMIT) -> None:
        self._options = options
        self._now = now
        self._limit = hard_limit
        self._found: Found | None = None
        self._worker: Worker | None = None
        self._hasher = LimitedChild("spiders.browser.hashes:hashes", _HASHES)
        self.described = ""
        """What rendered: version, sandbox, flags; known once started."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def sandbox(self) -> bool:
        """Whether Chromium's own sandbox is on: never for root."""
        return self._found is not None and self._found.sandbox

    @property
    def pid(self) -> int | None:
        """The worker that is running; None when there is none."""
        return self._worker.process.pid if self._worker is not None else None

    def start(self) -> None:
        """Find and start the browser. Raises ``BrowserMissing``."""
        self._found = find_browser(self._options.chromium)
        sweep_folders()
        self._ready()

    def render(self, wanted: Wanted) -> RenderedPage:
        """One page, within the hard limit; ``start`` must have been called."""
        page = self._render(wanted)
        log_rendered(self._options, page)
        return page

    def _render(self, wanted: Wanted) -> RenderedPage:
        at = self._now()
        try:
            worker = self._ready()
            facts, dom, fold, whole = worker.ask(wanted, self._limit)
        except BrowserMissing as error:
            return RenderedPage(wanted.client, wanted.url, at, error=sentence("E_CRASH", str(error)))
        except Late as late:
            self._end()
            return RenderedPage(wanted.client, wanted.url, at, error=str(late))
        if facts["stuck"]:
            self._end()
        return self._page(wanted, at, facts, dom, fold, whole)

    def close(self) -> None:
        """End the browser and everything it started."""
        self._end()
        self._hasher.close()

    def _ready(self) -> Worker:
        if self._worker is not None and (self._worker.asked >= PAGES_A_BROWSER or not self._worker.alive):
            self._end()
        if self._worker is None:
            assert self._found is not None
            self._worker = Worker()
            try:
                said = self._worker.begin(self._found, self._options)
            except BrowserMissing:
                self._end()
                raise
            sandbox = "" if self._found.sandbox else " --no-sandbox"
            self.described = f"Chromium {said['ready']}{sandbox} " + " ".join(said["flags"][1:])
        return self._worker

    def _end(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.end()

    def _page(
        self, wanted: Wanted, at: datetime, facts: dict[str, Any], dom: bytes, fold: bytes, whole: bytes
    ) -> RenderedPage:
        return RenderedPage(
            client=wanted.client,
            requested_url=wanted.url,
            at=at,
            hops=_hops(facts.get("steps", ())),
            final_url=facts.get("final_url", ""),
            title=facts.get("title", ""),
            dom=dom,
            dom_cut=facts.get("dom_cut", False),
            fold=fold,
            whole=whole,
            whole_cut=facts.get("whole_cut", False),
            width=facts.get("width", 0),
            height=facts.get("height", 0),
            screen=self._screen(fold, whole),
            requests=[RenderedRequest(**request) for request in facts.get("requests", ())],
            requests_left_out=facts.get("requests_left_out", 0),
            refused=facts.get("refused", {}),
            counts=facts.get("counts", {}),
            dialogs=facts.get("dialogs", 0),
            popups=facts.get("popups", 0),
            downloads=facts.get("downloads", []),
            certificate=facts.get("certificate", ""),
            seconds=facts.get("seconds", 0.0),
            error=facts.get("error", ""),
        )

    def _screen(self, fold: bytes, whole: bytes) -> Screen | None:
        if not fold or not whole:
            return None
        try:
            of_fold, of_whole, fine_fold, fine_whole = self._hasher.call(fold, whole)
        except ChildFailed:
            return None
        return Screen(of_whole, of_fold, hashlib.sha256(fold).hexdigest(), fine_whole, fine_fold)


def _hops(steps: Any) -> list[Hop]:
    onward = [*(step["url"] for step in steps[1:]), ""]
    return [Hop(s["url"], s["status"], s["via"], to, s["error"]) for s, to in zip(steps, onward, strict=False)]
