"""Works on lead pages in a real browser; prints what was seen as JSON. A program of its own, as work_in_browser.py is."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.lookalike.web.browser import open_browser
from tests.lookalike.web.work_in_browser import Desk, accessible


def ways(desk: Desk, lead: str) -> dict[str, Any]:
    """What v leads through, that the panes scroll together, and what is left where less motion is asked for."""
    page = desk.page(viewport={"width": 1440, "height": 900})
    page.goto(desk.base + lead)
    page.locator(".compare-bar").wait_for(state="visible")
    page.evaluate("document.querySelectorAll('.pane img').forEach(one => one.decode())")
    page.locator("[data-compare-zoom]").select_option("300")
    panes = page.locator(".pane")
    panes.nth(0).evaluate("one => one.scrollTo(30, 120)")
    page.wait_for_timeout(500)
    together = [panes.nth(n).evaluate("one => [one.scrollLeft, one.scrollTop]") for n in (0, 1)]
    page.locator("h1").click()
    return {"modes": _pressed(page, 4), "together": together, "still": _pressed(_still(desk, lead), 3)}


def _still(desk: Desk, lead: str) -> Page:
    page = desk.page(reduced_motion="reduce")
    page.goto(desk.base + lead)
    page.locator("[data-compare-still]").wait_for(state="visible")
    return page


def _pressed(page: Page, times: int) -> list[str | None]:
    seen = []
    for _ in range(times):
        page.keyboard.press("v")
        seen.append(page.locator(".compare").get_attribute("data-mode"))
    return seen


def two_at_once(first: Desk, second: Desk, lead: str) -> dict[str, Any]:
    """Both open a lead; the second is told; both judge; the second is shown both versions."""
    one, other = first.page(), second.page()
    one.goto(first.base + lead)
    one.locator("#lease").get_by_text("您正在看").wait_for()
    other.goto(second.base + lead)
    told = other.locator("#lease").inner_text()
    for page, key in ((one, "y"), (other, "n")):
        page.keyboard.press(key)
        page.keyboard.press("1")
        page.wait_for_load_state()
    other.locator(".versions").wait_for()
    return {
        "told": told,
        "versions": other.locator(".versions").inner_text(),
        "note": other.locator(".conflict").count(),
    }


def without_scripts(desk: Desk, lead: str, pasted: str) -> dict[str, Any]:
    """A note, a quote and a duplicate by its domain, with JavaScript switched off."""
    page = desk.page(java_script_enabled=False)
    page.goto(desk.base + lead)
    pictures = page.locator(".pane img").count()
    page.locator("a.evidence").first.click()
    page.wait_for_url("**/evidence/**")
    marks = page.locator("pre.source").count()
    page.goto(desk.base + lead)
    page.locator(".lead-side textarea[name=text]").fill("没有脚本也能写")
    page.locator(".lead-side form[action*=notes] button").click()
    page.wait_for_url("**#notes")
    notes = page.locator(".notes").inner_text()
    page.locator("details.exit").nth(2).locator("summary").click()
    page.locator("input[name=of]").fill(pasted)
    page.locator("details[open] button.primary").click()
    page.wait_for_url("**done=*")
    return {"pictures": pictures, "marks": marks, "notes": notes, "done": page.locator(".toast").inner_text()}


def printed(desk: Desk, lead: str) -> dict[str, Any]:
    """What a lead's print shows and leaves out."""
    page = desk.page()
    page.goto(desk.base + lead)
    page.emulate_media(media="print")
    shown = {name: page.locator(name).first.is_visible() for name in (".waterfall", ".facts-table", ".timeline")}
    hidden = {name: page.locator(name).first.is_visible() for name in (".compare-bar", ".exit", "header.top")}
    return {"shown": shown, "hidden": hidden, "bytes": len(page.pdf(format="A4"))}


def main(order: str) -> None:
    """``order`` is JSON: base, tokens, visited, judged, pasted, paths (by token), axe."""
    told = json.loads(order)
    with sync_playwright() as player:
        browser = open_browser(player)
        desks = [Desk(browser, told["base"], token) for token in told["tokens"]]
        seen: dict[str, Any] = {"ways": ways(desks[0], told["visited"])}
        seen["two"] = two_at_once(desks[0], desks[1], told["judged"])
        seen["printed"] = printed(desks[0], told["visited"])
        seen["plain"] = without_scripts(desks[0], told["visited"], told["pasted"])
        axe = Path(told["axe"]).read_text(encoding="utf-8")
        seen["axe"] = [
            line for desk, paths in zip(desks, told["paths"], strict=True) for line in accessible(desk, paths, axe)
        ]
        seen["outside"] = sorted({u for desk in desks for u in desk.asked if not u.startswith(told["base"])})
        seen["complaints"] = [line for desk in desks for line in (*desk.complaints, *desk.dialogs)]
        browser.close()
    sys.stdout.write(json.dumps(seen, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1])
