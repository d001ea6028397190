"""Looks at pages in a real browser as several people; prints what axe-core finds as JSON, and a form as it is printed.

A program of its own: reactors of other tests and Playwright's loop do not go together.
"""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.lookalike.web.browser import open_browser

WAIT_MS = 60_000


def looked(browser: Browser, told: dict[str, Any], axe: str) -> list[str]:
    """Violations in light and dark, and pages that are wider than a small window; by person and path."""
    found = []
    for who, paths in told["people"].items():
        cookie = {"name": "sid", "value": told["tokens"][who], "url": told["base"]}
        for scheme in ("light", "dark"):
            context = browser.new_context(
                color_scheme=scheme, bypass_csp=True, viewport={"width": told["width"], "height": 900}
            )
            context.set_default_timeout(WAIT_MS)
            context.add_cookies([cookie])
            page = context.new_page()
            for number, path in enumerate(paths):
                answer = page.goto(told["base"] + path)
                if answer is None or answer.status != 200:
                    found.append(f"{who} {path}: {answer.status if answer else 'no answer'}")
                if told["pictures"]:
                    picture = Path(told["pictures"]) / f"{who}-{number}-{scheme}-{told['width']}.png"
                    page.screenshot(path=picture, full_page=True)
                page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
                page.evaluate(axe)
                violations = page.evaluate("axe.run()")["violations"]
                found += [f"{scheme} {who} {path} {v['id']}: {v['nodes'][0]['html'][:160]}" for v in violations]
            context.close()
        small = browser.new_context(viewport={"width": 320, "height": 640})
        small.add_cookies([cookie])
        page = small.new_page()
        for path in paths:
            page.goto(told["base"] + path)
            width = page.evaluate("document.documentElement.scrollWidth")
            if width > 320:
                found.append(f"{who} {path}: {width} px wide")
        small.close()
    return found


def printed(browser: Browser, told: dict[str, Any]) -> str:
    """A page as PDF, as the browser prints it by its own rules."""
    who, path = told["print"]
    context = browser.new_context()
    context.add_cookies([{"name": "sid", "value": told["tokens"][who], "url": told["base"]}])
    page = context.new_page()
    page.goto(told["base"] + path)
    return base64.b64encode(page.pdf(prefer_css_page_size=True)).decode()


def main(order: str) -> None:
    """``order`` is JSON: base, tokens, people (paths of each), axe, width, pictures, print (who and path)."""
    told = json.loads(order)
    with sync_playwright() as player:
        browser = open_browser(player)
        seen = {"axe": looked(browser, told, Path(told["axe"]).read_text(encoding="utf-8"))}
        seen |= {"pdf": printed(browser, told)} if told["print"] else {}
        browser.close()
    sys.stdout.write(json.dumps(seen, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1])
