"""Opens an address that replays an archive in a real browser; prints what the archived page shows as JSON.

A program of its own: the tests around it start reactors and children, which Playwright's loop does not expect.
"""

from __future__ import annotations

import json
import sys

from playwright.sync_api import sync_playwright

from spiders.browser.launch import find_browser

NOWHERE_ELSE = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
WAIT_MS = 90_000


def main(url: str, awaited: str, picture: str) -> None:
    """Wait until the archived page holds ``awaited``, then tell its text and the width of its picture in pixels."""
    found = find_browser()
    flags = [NOWHERE_ELSE, *([] if found.sandbox else ["--no-sandbox"])]
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=found.path or None, args=flags)
        page = browser.new_page()
        page.goto(url)
        shown = page.frame_locator("replay-web-page iframe").frame_locator("iframe").locator("body")
        shown.get_by_text(awaited).wait_for(timeout=WAIT_MS)
        width = shown.locator("img").evaluate("one => one.decode().then(() => one.naturalWidth)")
        if picture:
            page.screenshot(path=picture)
        sys.stdout.write(json.dumps({"text": shown.inner_text(), "width": width}))
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
