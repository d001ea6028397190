"""The browser of tests that look at pages: it finds this machine and no other."""

from __future__ import annotations

from playwright.sync_api import Browser, Playwright

from spiders.browser.launch import WITHOUT, find_browser

FLAGS = (
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--disable-features=" + ",".join(WITHOUT),  # two renderers less in every window
)


def open_browser(player: Playwright) -> Browser:
    """Chromium without a window. Raises ``BrowserMissing``."""
    found = find_browser()
    flags = [*FLAGS, *([] if found.sandbox else ["--no-sandbox"])]
    return player.chromium.launch(executable_path=found.path or None, args=flags)
