"""Ticks, judges in bulk, parts a campaign and submits reports in a real browser; prints what was seen as JSON.

A program of its own, as ``work_in_browser`` is, whose browser it uses.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.lookalike.web.browser import open_browser
from tests.lookalike.web.work_in_browser import Desk, accessible

COUNT = "[data-bulk-count]"
TICKED = "input[name=pick]:checked"


def ticked(page: Page) -> list[int]:
    """Numbers of the ticked leads."""
    values = page.locator(TICKED).evaluate_all("all => all.map(one => one.value)")
    return [int(value.split(":")[0]) for value in values]


def by_keys(desk: Desk) -> dict[str, Any]:
    """The bar comes with the first row; x ticks one, Shift and x all up to it, a button the page, another none."""
    page = desk.page()
    page.goto(f"{desk.base}/leads")
    hidden = not page.locator("#bulk").is_visible()
    page.keyboard.press("j")
    page.keyboard.press("x")
    first = page.locator(COUNT).inner_text()
    for _ in range(3):
        page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    in_range = page.locator(COUNT).inner_text()
    page.keyboard.press("x")
    one_less = len(ticked(page))
    page.locator("button[data-bulk=page]").click()
    whole = len(ticked(page)) == page.locator("[data-row]").count()
    page.locator("button[data-bulk=none]").click()
    return {
        "hidden": hidden,
        "first": first,
        "range": in_range,
        "one_less": one_less,
        "whole": whole,
        "gone": not page.locator("#bulk").is_visible(),
    }


def by_pointer(desk: Desk) -> int:
    """A click, and one with Shift five rows on."""
    page = desk.page()
    page.goto(f"{desk.base}/leads")
    page.locator("input[name=pick]").nth(1).click()
    page.locator("input[name=pick]").nth(6).click(modifiers=["Shift"])
    return len(ticked(page))


def narrowed(desk: Desk) -> int:
    """What was ticked before the list was narrowed is not ticked in what is shown then."""
    page = desk.page()
    page.goto(f"{desk.base}/leads")
    page.locator("input[name=pick]").nth(0).click()
    page.locator("input[name=kind][value=advert]").check()
    page.wait_for_url("**kind=advert**")
    page.locator(TICKED).first.wait_for(state="detached")
    return len(ticked(page))


def between(desk: Desk, marker: Path) -> dict[str, Any]:
    """The filter matches other leads by the time the verdict is sent: somebody judges and others come in meanwhile."""
    page = desk.page()
    page.goto(f"{desk.base}/leads")
    for n in range(4):
        page.locator("input[name=pick]").nth(n).click()
    chosen = ticked(page)
    page.locator("#bulk button.primary").click()
    page.wait_for_url("**/selections/*")
    samples = page.locator(".bulk-list").first.locator("li").count()
    marker.write_text(json.dumps(chosen), encoding="utf-8")
    done = marker.with_suffix(".done")
    for _ in range(600):
        if done.exists():
            break
        page.wait_for_timeout(100)
    page.keyboard.press("y")
    page.keyboard.press("2")
    page.locator("form[action$=undo]").wait_for()
    skipped = page.locator("main").inner_text()
    return {"chosen": chosen, "samples": samples, "told": skipped}


def taken_back(desk: Desk) -> dict[str, Any]:
    """A bulk verdict by keyboard alone, and z."""
    page = desk.page()
    page.goto(f"{desk.base}/leads")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    chosen = ticked(page)
    page.locator("#bulk button.primary").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/selections/*")
    page.keyboard.press("n")
    page.keyboard.press("1")
    page.locator("form[action$=undo]").wait_for()
    page.keyboard.press("z")
    page.locator("form[action$=undo]").wait_for(state="detached")
    return {"chosen": chosen, "told": page.locator("h1").inner_text()}


def without_scripts(desk: Desk, campaign: str) -> dict[str, Any]:
    """Ticked, judged, a whole campaign ticked and a lead of it taken out, with JavaScript switched off."""
    page = desk.page(java_script_enabled=False)
    page.goto(f"{desk.base}/leads")
    page.locator("input[name=pick]").nth(9).check()
    page.locator("#bulk button.primary").click()
    page.locator("details.false_positive summary").click()
    page.locator("details.false_positive button").nth(2).click()
    judged = page.locator("h1").inner_text()
    page.goto(f"{desk.base}{campaign}")
    page.locator("a[href*='picked=all']").click()
    whole = len(ticked(page))
    page.locator("a[href$='#h-members']").first.click()
    page.locator("input[name=pick]").nth(0).check()
    page.locator("button[formaction$='/part']").click()
    page.locator("input[name=why]").fill("不是一伙")
    page.locator("main button.primary").click()
    page.wait_for_url("**told=1*")
    parted = page.locator(".toast").inner_text()
    page.goto(f"{desk.base}/submit")
    page.locator("#reports").fill("http://a.zs-typed.top/\nnot-an-address")
    page.locator("main button.primary").click()
    page.wait_for_url("**/submit/*")
    sent, address = page.locator("main").inner_text(), page.url.removeprefix(desk.base)
    return {"judged": judged, "whole": whole, "parted": parted, "sent": sent, "address": address}


def picture(desk: Desk, campaign: str) -> dict[str, Any]:
    """What a reader of the picture gets: nodes with text inside their boxes, and links that lead to leads."""
    page = desk.page(viewport={"width": 1440, "height": 900})
    page.goto(f"{desk.base}{campaign}")
    wide = page.locator(".graph .node").evaluate_all(
        "all => all.filter(one => { const box = one.querySelector('rect').getBBox();"
        " return [...one.querySelectorAll('text')].some(text => { const t = text.getBBox();"
        " return t.x < box.x || t.x + t.width > box.x + box.width; }); }).length"
    )
    over = page.locator(".graph .node").evaluate_all(
        "all => all.filter(one => { const [a, b] = [...one.querySelectorAll('text')].map(t => t.getBBox());"
        " return a.x + a.width > b.x; }).map(one => one.textContent.trim())"
    )
    nodes, lines = page.locator(".graph .node").count(), page.locator(".graph .tie").count()
    page.locator(".graph a.lead").first.click()
    page.wait_for_url("**/leads/*")
    return {"nodes": nodes, "lines": lines, "wide": wide, "over": over, "led": page.url.split(desk.base)[1]}


def main(order: str) -> None:
    """``order`` is JSON: base, token, campaign, paths, axe, marker."""
    told = json.loads(order)
    with sync_playwright() as player:
        browser = open_browser(player)
        desk = Desk(browser, told["base"], told["token"])
        seen: dict[str, Any] = {"keys": by_keys(desk), "pointer": by_pointer(desk), "narrowed": narrowed(desk)}
        seen["picture"] = picture(desk, told["campaign"])
        seen["between"] = between(desk, Path(told["marker"]))
        seen["back"] = taken_back(desk)
        seen["plain"] = without_scripts(desk, told["campaign"])
        paths = [*told["paths"], "/selections/1", "/selections/2", seen["plain"]["address"]]
        seen["axe"] = accessible(desk, paths, Path(told["axe"]).read_text(encoding="utf-8"))
        seen["outside"] = sorted({u for u in desk.asked if not u.startswith(told["base"])})
        seen["dialogs"], seen["complaints"] = desk.dialogs, desk.complaints
        browser.close()
    sys.stdout.write(json.dumps(seen, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1])
