"""The log of what left the system, and the way out for a view of the queue."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from starlette.responses import Response

from lookalike.store import exports as rows
from lookalike.store.engine import reading
from lookalike.store.exports import Wanted
from lookalike.web.desk import Call
from lookalike.web.wording import Words
from spiders.clock import CHINA

_FIELDS = ("by", "form", "to", "since", "until")


def log(call: Call) -> Response:
    """Who took what, when, in which form, for whom."""
    asked = {name: value for name in _FIELDS if (value := call.query.get(name, "")[:100].strip())}
    wanted = Wanted(
        asked.get("by", ""),
        asked.get("form", ""),
        asked.get("to", ""),
        day(asked.get("since", "")),
        day(asked.get("until", ""), end=True),
    )
    before = number(call.query.get("before", ""))
    with reading(call.desk.factory) as session:
        found = rows.page(session, wanted, before=before, limit=rows.PAGE + 1)
        forms = rows.forms(session)
    shown = found[: rows.PAGE]
    return call.render(
        "exports.html",
        rows=shown,
        forms=forms,
        named=form_name,
        asked=asked,
        turned=before is not None,
        again="/exports" + (f"?{urlencode(asked)}" if asked else ""),
        later=f"/exports?{urlencode({**asked, 'before': shown[-1].id})}" if len(found) > len(shown) else "",
    )


def form_name(words: Words, form: str) -> str:
    """A form in words."""
    return words.said.get(f"deed.export_{form}", form)


def day(text: str, *, end: bool = False) -> datetime | None:
    """The first instant of a day of China's, or of the day after it; None for what is no day."""
    try:
        return datetime.combine(date.fromisoformat(text), time(), CHINA) + timedelta(days=end)
    except (ValueError, OverflowError):
        return None


def number(text: str) -> int | None:
    """A number of a row; None for what is none."""
    return int(text) if text.isascii() and text.isdigit() and int(text) < 2**31 else None
