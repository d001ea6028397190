"""Works through the pages in a real browser; prints what was seen as JSON. A program of its own: reactors of other tests
and Playwright's loop do not go together.

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
ADVERTS = "input[name=kind][value=advert]"
SETTLED_MS = 400
"""Until what a click began is under way."""


class Desk:
    """One browser with what it asked for and said."""

    def __init__(self, browser: Browser, base: str, token: str) -> None:
        self.browser, self.base, self.token = browser, base, token
        self.asked: list[str] = []
        self.dialogs: list[str] = []
        self.complaints: list[str] = []

    def page(self, **more: Any) -> Page:
        """A fresh context with the session's cookie."""
        context = self.browser.new_context(**more)
        context.set_default_timeout(WAIT_MS)
        context.add_cookies([{"name": "sid", "value": self.token, "url": self.base}])
        page = context.new_page()
        page.on("request", lambda r: self.asked.append(r.url))
        page.on("dialog", lambda d: (self.dialogs.append(d.message), d.dismiss()))
        page.on("pageerror", lambda e: self.complaints.append(str(e)))
        return page


def by_keyboard(desk: Desk, wanted: int) -> dict[str, Any]:
    """Judges leads one after the other without a pointer, then takes the last verdict back."""
    page = desk.page()
    page.goto(f"{desk.base}/leads")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/leads/*")
    judged, pressed = [], 4
    for number in range(wanted):
        judged.append(int(page.url.split("/leads/")[1].split("?")[0]))
        before = page.url
        page.keyboard.press("n" if number % 2 else "y")
        page.keyboard.press("2")
        pressed += 2
        page.wait_for_url(lambda url, was=before: url != was)
    page.keyboard.press("z")
    page.wait_for_url(f"**/leads/{judged[-1]}*")
    return {"judged": judged, "pressed": pressed, "undone": page.locator(".lead-head strong").inner_text()}


def keys_in_fields(desk: Desk, lead: str) -> dict[str, Any]:
    """Letters typed into a field, an input method's key, and keys that were switched off, do nothing, or the right thing."""
    page = desk.page()
    page.goto(f"{desk.base}{lead}")
    page.keyboard.press("n")
    page.locator("details[open] textarea").focus()
    page.keyboard.type("yyy2z")
    typed = page.locator("details[open] textarea").input_value()
    page.keyboard.press("Escape")
    page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'Process', code: 'KeyY', keyCode: 229, bubbles: true}))"
    )
    by_place = page.locator("details.confirmed").get_attribute("open") is not None
    page.context.add_cookies([{"name": "keys", "value": "off", "url": desk.base}])
    page.goto(f"{desk.base}{lead}")
    page.keyboard.press("y")
    off = page.locator("details.confirmed").get_attribute("open") is None
    return {"typed": typed, "by_place": by_place, "off": off, "stayed": page.url.endswith(lead)}


def without_scripts(desk: Desk, lead: str) -> str:
    """A verdict by pointer, with JavaScript switched off."""
    page = desk.page(java_script_enabled=False)
    page.goto(f"{desk.base}{lead}")
    page.locator("details.confirmed summary").click()
    page.locator("details.confirmed button").nth(1).click()
    page.wait_for_url("**done=*")
    return page.locator(".toast span").inner_text()


def narrowing(desk: Desk) -> dict[str, Any]:
    """A choice narrows the list in place, stands in the address, and the back button brings the whole list."""
    page = desk.page()
    page.goto(f"{desk.base}/leads")
    whole = page.locator("[data-row]").count()
    page.locator(ADVERTS).check()
    page.wait_for_url("**kind=advert**")
    page.locator("[data-row]").nth(whole - 1).wait_for(state="detached")
    few = page.locator("[data-row]").count()
    ticked, focused = page.locator(ADVERTS).is_checked(), page.evaluate("document.activeElement.value")
    page.go_back()
    page.locator("[data-row]").nth(whole - 1).wait_for()
    return {
        "whole": whole,
        "few": few,
        "again": page.locator("[data-row]").count(),
        "header": page.locator("header.top").count(),
        "ticked": [ticked, page.locator(ADVERTS).is_checked()],
        "focused": focused,
    }


def searching(desk: Desk) -> dict[str, Any]:
    """By keyboard: to the search box, a search that finds one lead, one that cannot be read, and down the list again."""
    page = desk.page()
    page.goto(f"{desk.base}/leads")
    page.keyboard.press("/")
    page.keyboard.type("host:cx39")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=host%3Acx39**")
    page.locator("[data-row]").nth(1).wait_for(state="detached")
    found = page.locator("[data-open]").all_inner_texts()
    page.locator("#q").fill("host:cx39 colour:red")
    page.keyboard.press("Enter")
    told = page.locator("#q-wrong").inner_text()
    page.locator("#q").fill("")
    page.keyboard.press("Enter")
    page.locator("[data-row]").nth(5).wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator("[data-open]").nth(1).get_attribute("href")
    on = page.evaluate("document.activeElement.getAttribute('href')")
    page.keyboard.press("x")
    picked = page.locator("input[name=pick]:checked").count()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/leads/*")
    return {"found": found, "told": told, "moved": on == second, "picked": picked}


def narrowing_without_scripts(desk: Desk) -> dict[str, Any]:
    """Choices by the form alone."""
    page = desk.page(java_script_enabled=False)
    page.goto(f"{desk.base}/leads")
    page.locator(ADVERTS).check()
    page.locator("form.facets button").first.click()
    page.wait_for_url("**kind=advert**")
    return {"kinds": sorted(set(page.locator("td .sub").filter(has_text="#").all_inner_texts()))[:3]}


def ended_session(desk: Desk) -> str:
    """Narrows the list after the session has ended elsewhere."""
    page = desk.page()
    page.goto(f"{desk.base}/leads")
    page.context.clear_cookies()
    page.locator(ADVERTS).click()
    page.wait_for_url("**/signin")
    return page.locator("h1").inner_text()


def hostile(desk: Desk, lead: str) -> dict[str, Any]:
    """Opens a hostile lead and its source and clicks every link that there is."""
    page = desk.page()
    page.goto(f"{desk.base}{lead}")
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    links = page.locator("a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    for at, link in enumerate(links):
        page.close()  # a click that still loads would cut the next page short
        page = desk.page()
        page.goto(f"{desk.base}{lead}")
        page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        page.locator("a").nth(at).evaluate("one => one.click()")
        page.wait_for_timeout(SETTLED_MS)
        page.wait_for_load_state()
        assert page.url.startswith(desk.base), (link, page.url)
    return {"clicked": len(links)}


def accessible(desk: Desk, paths: list[str], axe: str) -> list[str]:
    """What axe-core finds, light and dark; and pages that are wider than a small window."""
    found = []
    for scheme in ("light", "dark"):
        page = desk.page(color_scheme=scheme, bypass_csp=True)
        for path in paths:
            page.goto(desk.base + path)
            page.evaluate(axe)
            violations = page.evaluate("axe.run()")["violations"]
            found += [f"{scheme} {path} {one['id']}: {one['nodes'][0]['html'][:120]}" for one in violations]
    small = desk.page(viewport={"width": 320, "height": 640})
    for path in paths:
        small.goto(desk.base + path)
        width = small.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            found.append(f"{path}: {width} px wide")
    return found


def main(order: str) -> None:
    """``order`` is JSON: base, token, plain, hostile, paths, axe."""
    told = json.loads(order)
    with sync_playwright() as player:
        browser = open_browser(player)
        desk = Desk(browser, told["base"], told["token"])
        seen: dict[str, Any] = {"narrowing": narrowing(desk)}
        seen["searching"] = searching(desk)
        seen["bare"] = narrowing_without_scripts(desk)
        seen["ended"] = ended_session(desk)
        seen["hostile"] = hostile(desk, told["hostile"])
        seen["keys"] = keys_in_fields(desk, told["plain"])
        seen["keyboard"] = by_keyboard(desk, told["judge"])
        seen["plain"] = without_scripts(desk, told["plain"])
        seen["axe"] = (
            accessible(desk, told["paths"], Path(told["axe"]).read_text(encoding="utf-8")) if told["axe"] else None
        )
        seen["asked"] = len(desk.asked)
        seen["outside"] = sorted({u for u in desk.asked if not u.startswith(told["base"])})
        seen["dialogs"], seen["complaints"] = desk.dialogs, desk.complaints
        browser.close()
    sys.stdout.write(json.dumps(seen, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1])
