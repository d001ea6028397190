"""Bulk verdicts: what was ticked is frozen, shown with three samples, judged, and can be taken back whole."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import select
from starlette.responses import Response

from lookalike.errors import UsageError
from lookalike.review import reasons, selections
from lookalike.review.rights import NotAllowedError
from lookalike.review.selections import MOST, SHOWN
from lookalike.review.statuses import Word
from lookalike.store.campaigns import number_of
from lookalike.store.engine import reading, writing
from lookalike.store.models import Lead
from lookalike.web.desk import Call, go, inside
from lookalike.web.troubles import NotFound
from spiders.clock import CHINA

LONGEST = 500
"""Characters of the address that a selection was made on."""
BULK = ("confirmed", "false_positive", "later")
"""Verdicts that many leads can get at once; which lead one repeats is said of each."""


def freeze(call: Call) -> Response:
    """Freezes what was ticked, with the versions that were shown; then it is looked at once more."""
    typed = [value for name, value in call.form.pairs if name == "pick"]
    source = inside(call.form.text("source", LONGEST), "/leads")
    if not typed:
        return _refused(call, call.words("bulk.refused.none"), source)
    try:
        picks = selections.parse_picks(typed)
        if len(set(picks)) > MOST:
            return _refused(call, call.words("bulk.refused.many", n=len(set(picks)), most=MOST), source)
        with writing(call.desk.factory) as session:
            frozen = selections.freeze(session, picks, call.who.name, call.now, source)
    except NotAllowedError:
        raise
    except UsageError as error:
        return _refused(call, call.words("bulk.refused.other", why=str(error)), source)
    return go(f"/selections/{frozen.id}")


def campaign(call: Call) -> Response:
    """On to the whole campaign of the leads that were ticked, where all of it is shown before anything is chosen."""
    picks = [value.partition(":")[0] for name, value in call.form.pairs if name == "pick"][:MOST]
    numbers = [int(text) for text in picks if text.isascii() and text.isdigit() and len(text) < 10]
    source = inside(call.form.text("source", LONGEST), "/leads")
    with reading(call.desk.factory) as session:
        mine = select(Lead.campaign).where(Lead.id.in_(numbers), Lead.campaign.is_not(None)).distinct()
        found = sorted(name for name in session.scalars(mine) if name)
    if len(found) != 1:
        return _refused(call, call.words("bulk.refused.campaign", n=len(found)), source, tuple(found))
    return go(f"/campaigns/{number_of(found[0])}?picked=all")


def show(call: Call) -> Response:
    """A selection of one's own: before its verdict, after it, or taken back."""
    return _page(call, call.path["number"])


def judge(call: Call) -> Response:
    """One verdict on all of it; what has changed since is skipped and listed."""
    form, number = call.form, call.path["number"]
    word, note = form.text("verdict", 40), form.text("note")
    if word not in BULK:
        return _page(call, number, 422, refused=call.words("bulk.refused.verdict"))
    try:
        until = _day(form.text("until", 20)) if word == "later" else None
        if word == "later" and until is None:
            return _page(call, number, 422, refused=call.words("bulk.refused.until"), note=note)
        with writing(call.desk.factory) as session:
            selections.judge(
                session, number, cast("Word", word), form.text("reason", 40), note, call.who.name, call.now, until
            )
    except NotAllowedError:
        raise
    except UsageError as error:
        return _page(call, number, 422, refused=_said(call, error), note=note)
    return go(f"/selections/{number}")


def undo(call: Call) -> Response:
    """Takes the whole back; what has changed since stays and is listed."""
    number = call.path["number"]
    try:
        with writing(call.desk.factory) as session:
            selections.take_back(session, number, call.who.name, call.now)
    except NotAllowedError:
        raise
    except UsageError as error:
        return _page(call, number, 422, refused=_said(call, error))
    return go(f"/selections/{number}")


def _page(call: Call, number: int, status: int = 200, *, refused: str = "", note: str = "") -> Response:
    with reading(call.desk.factory) as session:
        look = selections.look(session, number, call.who.name)
        veiled = call.veiled(session, look.leads if look is not None else ())
    if look is None:
        raise NotFound
    return call.render(
        "selection.html",
        status,
        look=look,
        veiled=veiled,
        samples=look.leads[:SHOWN],
        source=inside(look.row.source, "/leads"),
        old=look.row.state == "frozen" and call.now - look.row.made_at > selections.KEPT,
        reasons=reasons.reasons(),
        bulk=BULK,
        refused=refused,
        note=note,
    )


def _refused(call: Call, why: str, source: str, campaigns: tuple[str, ...] = ()) -> Response:
    listed = [(name, number_of(name)) for name in campaigns]
    return call.render("selection_refused.html", 422, why=why, source=source, campaigns=listed)


def _said(call: Call, error: UsageError) -> str:
    """The rule's complaint in the words of the page."""
    text = str(error)
    if text.startswith("--reason other"):
        return call.words("verdict.refused.note_missing")
    if text.startswith("--reason"):
        return call.words("verdict.refused.reason_missing")
    if text.startswith("until"):
        return call.words("verdict.refused.until")
    if "more than an hour" in text:
        return call.words("bulk.refused.old")
    if text.startswith("selection"):
        return call.words("bulk.refused.used")
    return call.words("verdict.refused.other", why=text)


def _day(text: str) -> datetime | None:
    """Eight in the morning of that day, in China."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(hour=8, tzinfo=CHINA) if text else None
    except ValueError as error:
        raise UsageError(f"until {text}: expected a day, as 2026-11-30") from error
