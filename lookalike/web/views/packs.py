"""Evidence packs: asked for by lead or campaign, made behind the page, reviewed, verified, and taken for somebody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.datastructures import QueryParams
from starlette.responses import Response

from lookalike.errors import UsageError
from lookalike.evidence.content import leads_of
from lookalike.review import packs as rules
from lookalike.review.rights import NotAllowedError
from lookalike.store import exports
from lookalike.store import packs as rows
from lookalike.store.campaigns import campaign_name, number_of
from lookalike.store.engine import reading, writing
from lookalike.store.models import Pack
from lookalike.store.verdicts import GUILTY
from lookalike.web import packing
from lookalike.web.desk import Call, go
from lookalike.web.download import attachment
from lookalike.web.jobs import Job, TooManyJobs
from lookalike.web.packing import Order
from lookalike.web.troubles import NotFound

KIND = "pack"
_COMPLAINTS = (
    ("not confirmed", "not_confirmed"),
    ("second reader is somebody else", "own"),
    ("reviewed it already", "already"),
    ("does not agree", "differs"),
    ("a second time", "unread"),
)
"""What complaints of the rules say, and what the page says for them; the rules speak to the command line."""


def packs(call: Call) -> Response:
    """All packs, the newest first."""
    before = _number(call.query.get("before", ""))
    with reading(call.desk.factory) as session:
        found = rows.listing(session, before=before, limit=rows.PAGE + 1)
    shown = found[: rows.PAGE]
    later = f"/packs?before={shown[-1].id}" if len(found) > len(shown) else ""
    lying = {pack.id: bool(packing.parts(call.desk.config, pack)) for pack in shown}
    return call.render("packs.html", rows=shown, lying=lying, later=later, turned=before is not None)


def new(call: Call) -> Response:
    """What would go in, before it is made."""
    return _new(call, call.query)


def make(call: Call) -> Response:
    """Begins; the page of the job tells how far it is."""
    query = QueryParams(call.form.pairs)
    leads, campaign = _asked(call, query)
    if not leads or len(leads) > packing.MOST:
        return _new(call, query, 422)
    order = Order(tuple(leads), campaign, call.who.name, call.origin.network, call.now)
    config = call.desk.config
    try:
        job = call.desk.jobs.start(KIND, call.who.name, call.now, lambda _job: packing.make(config, order))
    except TooManyJobs:
        return _new(call, query, 503, refused="busy")
    return go(f"/packs/jobs/{job.id}")


def job(call: Call) -> Response:
    """How far a pack is; with the pack itself once it is there."""
    found = call.desk.jobs.get(call.path["job"], KIND)
    if found is None or found.by != call.who.name:
        raise NotFound
    part = "pack_job_state.html" if call.partial else "pack_job.html"
    return call.render(part, job=found)


def pack(call: Call) -> Response:
    """One pack: what it holds, whether it is a draft, its hashes, and who took it."""
    return _pack(call)


def review(call: Call) -> Response:
    """The second reader's mark; the clean version is made by packing the same leads again."""
    found = _known(call)
    if _unread(call, found):
        return _pack(call, 422, refused="read_first")
    who, note = call.who.name, call.form.text("note")
    try:
        with writing(call.desk.factory) as session:
            mine = rules.named_pack(session, rules.name_of(found))
            rules.review(session, mine, who, call.now, note, read_blind=True)
    except NotAllowedError:
        raise
    except UsageError as error:
        said = next((key for sign, key in _COMPLAINTS if sign in str(error)), "")
        return _pack(call, 422, refused=said or "other", why=str(error))
    return go(f"/packs/{found.id}")


def check(call: Call) -> Response:
    """What ``lookalike verify`` says of the file as it lies here; nothing is changed by it."""
    found = _known(call)
    path = packing.parts(call.desk.config, found).get("zip")
    if path is None:
        raise NotFound

    def work(_job: Job) -> Any:
        return packing.check(path)

    last = call.desk.jobs.newest(_kind(found))
    if last is None or last.over:
        call.desk.jobs.start(_kind(found), call.who.name, call.now, work)
    return go(f"/packs/{found.id}#check")


def take(call: Call) -> Response:
    """A file of the pack; that it was taken, and for whom, is recorded before a byte leaves."""
    found = _known(call)
    part, to = call.form.text("part", 20), call.form.text("to", 200)
    path = packing.parts(call.desk.config, found).get(part)
    if path is None:
        raise NotFound
    if not to:
        return _pack(call, 422, refused="to")
    if _unread(call, found):
        return _pack(call, 409, refused="read_first")
    sha256 = packing.sha256_of(path)
    if part == "zip" and sha256 != found.sha256:
        return _pack(call, 409, refused="damaged")
    stem = found.file.removesuffix(".zip")
    name = path.name if path.name.startswith(stem) else f"{stem} {path.name}"
    with writing(call.desk.factory) as session:
        exports.record(
            session,
            at=call.now,
            by=call.who.name,
            form="taken",
            to=to,
            leads=found.leads,
            file=name,
            sha256=sha256,
        )
    return attachment(name, path.stat().st_size, packing.bytes_of(path), sha256=sha256)


def _pack(call: Call, status: int = 200, *, refused: str = "", why: str = "") -> Response:
    found = _known(call)
    with reading(call.desk.factory) as session:
        taken = rows.taken(session, found)
        leads = rows.leads(session, found.leads[: packing.MOST])
        veiled = call.veiled(session, leads)
    return call.render(
        "pack.html",
        status,
        pack=found,
        name=rules.name_of(found),
        leads=leads,
        veiled=veiled,
        more=len(found.leads) - len(leads),
        parts=packing.parts(call.desk.config, found),
        taken=taken,
        checked=call.desk.jobs.newest(_kind(found)),
        again=_again(found),
        refused=refused,
        why=why,
    )


def _new(call: Call, query: QueryParams, status: int = 200, *, refused: str = "") -> Response:
    leads, campaign = _asked(call, query)
    with reading(call.desk.factory) as session:
        found = rows.leads(session, leads[: packing.MOST])
        earlier = rows.of_leads(session, leads, campaign)
        veiled = call.veiled(session, found)
    if not refused and len(leads) > packing.MOST:
        refused = "too_many"
    return call.render(
        "pack_new.html",
        status,
        leads=found,
        veiled=veiled,
        unconfirmed=any(lead.status not in GUILTY and lead.id not in veiled for lead in found),
        n=len(leads),
        campaign=campaign,
        earlier=earlier,
        most=packing.MOST,
        refused=refused or ("" if found else "none"),
    )


def _asked(call: Call, query: QueryParams) -> tuple[list[int], str | None]:
    """Leads and campaign that were asked for; leads that are not there are left out."""
    campaign = query.get("campaign", "")[:20].strip()
    if campaign:
        try:
            name = campaign_name(number_of(campaign))
            return leads_of(call.desk.factory, name), name
        except UsageError as error:
            raise NotFound from error
    numbers = {n for text in query.getlist("lead") if (n := _number(text.lstrip("#"))) is not None}
    with reading(call.desk.factory) as session:
        return [lead.id for lead in rows.leads(session, sorted(numbers))], None


def _again(found: Pack) -> list[tuple[str, str]]:
    """Fields that ask for the next version of this pack."""
    if found.campaign:
        return [("campaign", found.campaign)]
    wanted: Sequence[int] = found.leads
    return [("lead", str(number)) for number in wanted]


def _known(call: Call) -> Pack:
    with reading(call.desk.factory) as session:
        found = rows.get(session, call.path["pack"])
    if found is None:
        raise NotFound
    return found


def _unread(call: Call, found: Pack) -> bool:
    """Whether a verdict of its leads is still hidden from who asks: the pack's files tell it."""
    with reading(call.desk.factory) as session:
        return bool(call.veiled(session, rows.leads(session, found.leads[: packing.MOST])))


def _kind(found: Pack) -> str:
    return f"check {found.id}"


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and int(text) < 2**31 else None
