"""Looks at pages in a real browser and prints what is wrong with each as JSON. A program of its own: reactors of other
tests and Playwright's loop do not go together.

Nothing but 127.0.0.1 resolves, and every request that is tried is recorded.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.lookalike.web.browser import open_browser

WAIT_MS = 60_000
SMALL, SHEET, DESK = 320, 794, 1440
"""Pixels: of a small window (WCAG 2.2, 1.4.10), an A4 sheet, and a desk's screen."""
LISTEN = """
window.__refused = [];
document.addEventListener('securitypolicyviolation', e => window.__refused.push(e.violatedDirective + ' ' + e.blockedURI));
"""
WIDEST = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return '';
  const far = [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > room + 1);
  const name = e => e.tagName.toLowerCase() + (e.className && e.className.baseVal === undefined ? '.' + e.className : '');
  return document.documentElement.scrollWidth + ' px: ' + far.slice(0, 3).map(name).join(', ');
}"""
IN_PRINT = """() => {
  const shown = e => e.checkVisibility({visibilityProperty: true}) && e.getBoundingClientRect().height > 0;
  const found = [...document.querySelectorAll('nav, button, .toast, .pager, .skip')].filter(shown);
  const heading = document.querySelector('main h1, main h2');
  const dark = getComputedStyle(document.body).backgroundColor;
  return {left: found.map(e => e.outerHTML.slice(0, 80)), heading: Boolean(heading), ground: dark};
}"""


class Look:
    """One page as one role sees it."""

    def __init__(self, browser: Browser, told: dict[str, Any], visit: dict[str, str]) -> None:
        self.browser, self.base, self.url = browser, told["base"], told["base"] + visit["path"]
        self.token, self.axe, self.visit, self.shots = (
            told["tokens"].get(visit["role"], ""),
            told["axe"],
            visit,
            told["shots"],
        )
        self.asked: list[str] = []
        self.said: list[str] = []

    def open(self, **more: Any) -> Page:
        """In a fresh context with the role's session."""
        context = self.browser.new_context(**more)
        context.set_default_timeout(WAIT_MS)
        if self.token:
            context.add_cookies([{"name": "sid", "value": self.token, "url": self.base}])
        page = context.new_page()
        page.on("request", lambda r: self.asked.append(r.url))
        page.on("pageerror", lambda e: self.said.append(str(e)))
        page.on("console", lambda m: self.said.append(m.text) if m.type in {"error", "warning"} else None)
        page.on("dialog", lambda d: (self.said.append(f"dialog {d.message}"), d.dismiss()))
        return page

    def all(self) -> dict[str, Any]:
        """Everything that is looked at."""
        return {**self.strict(), "axe": [*self.barriers("light"), *self.barriers("dark")], "plain": self.plain()}

    def strict(self) -> dict[str, Any]:
        """Under its own policy: what was refused, said, asked elsewhere; how wide it is; and on paper."""
        page = self.open(viewport={"width": DESK, "height": 900}, color_scheme="dark")
        page.add_init_script(LISTEN)
        answer = page.goto(self.url)
        page.wait_for_load_state("networkidle")
        found: dict[str, Any] = {"status": answer.status if answer else 0, "ended": page.url.removeprefix(self.base)}
        found["headings"] = page.locator("h1").count()
        self.shot(page, "dark")
        page.emulate_media(media="print", color_scheme="dark")
        page.set_viewport_size({"width": SHEET, "height": 1123})
        found["print"] = {**page.evaluate(IN_PRINT), "wide": page.evaluate(WIDEST)}
        self.shot(page, "print")
        page.emulate_media(media="screen", color_scheme="light")
        page.set_viewport_size({"width": SMALL, "height": 640})
        found["small"] = page.evaluate(WIDEST)
        self.shot(page, "small")
        for width in (1024, DESK):
            page.set_viewport_size({"width": width, "height": 900})
            found["small"] = found["small"] or page.evaluate(WIDEST)
            self.shot(page, str(width))
        found["refused"] = page.evaluate("window.__refused")
        found["outside"] = sorted({url for url in self.asked if not url.startswith(self.base)})
        found["said"] = list(self.said)
        page.context.close()
        return found

    def barriers(self, scheme: str) -> list[str]:
        """What axe-core finds; the checker itself may run in spite of the page's policy."""
        page = self.open(color_scheme=scheme, bypass_csp=True)
        page.goto(self.url)
        page.locator("main details").evaluate_all("all => all.forEach(one => one.open = true)")
        page.evaluate(self.axe)
        violations = page.evaluate("axe.run()")["violations"]
        page.context.close()
        return [f"{scheme} {v['id']}: {v['nodes'][0]['html'][:160]}" for v in violations]

    def plain(self) -> dict[str, Any]:
        """Without scripts: the same heading, and the same links and forms."""
        counts = {}
        for scripts in (True, False):
            page = self.open(java_script_enabled=scripts)
            page.goto(self.url)
            counts[scripts] = [page.locator(f"main {name}").count() for name in ("h1", "a[href]", "form", "tr")]
            page.context.close()
        return {"with": counts[True], "without": counts[False]}

    def shot(self, page: Page, name: str) -> None:
        """A picture, where a folder for it is given."""
        if self.shots:
            file = self.visit["path"].strip("/").replace("/", "_").partition("?")[0] or "home"
            page.screenshot(path=str(Path(self.shots) / f"{file}-{name}.png"), full_page=name not in {"1024", "1440"})


def main(order: str) -> None:
    """``order`` is JSON: base, tokens by role, visits (path, role), axe (file), shots (folder, may be empty)."""
    told = json.loads(order)
    told["axe"] = Path(told["axe"]).read_text(encoding="utf-8")
    with sync_playwright() as player:
        browser = open_browser(player)
        seen = {visit["path"]: Look(browser, told, visit).all() for visit in told["visits"]}
        browser.close()
    sys.stdout.write(json.dumps(seen, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1])
