"""Campaigns: which leads belong to one crew, why, drawn and in words; taking leads out of one, and taking that back."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from functools import partial

from sqlalchemy.orm import Session
from starlette.responses import Response

from lookalike.errors import UsageError
from lookalike.review import campaigns as rules
from lookalike.review import veil
from lookalike.review.campaigns import PartingError
from lookalike.review.rights import NotAllowedError
from lookalike.review.selections import parse_picks
from lookalike.stages.link import organs, relink
from lookalike.store import campaign_page
from lookalike.store.campaign_page import LINKS, PAIRS
from lookalike.store.engine import reading, writing
from lookalike.store.models import CampaignLink, Lead
from lookalike.web import graph
from lookalike.web.desk import Call, go
from lookalike.web.graph import Graph, Tie
from lookalike.web.templating import defanged, visible
from lookalike.web.troubles import NotFound
from scoring.domains import unicode_host
from scoring.linking.types import TYPES
from seeds.loader import load_seeds

DECIDED = frozenset({"confirmed", "false_positive", "duplicate", "referred", "closed"})
"""Statuses that a verdict on the whole campaign leaves alone unless somebody ticks them."""
COLUMNS = {"lead": 36, "contact": 27, "host": 29, "key": 29}
"""Half-widths of a box's text: a Chinese character takes two."""


@dataclass(frozen=True, slots=True)
class Shared:
    """One key of a campaign."""

    type: str
    text: str
    weight: float
    leads: dict[int, dict[str, str]]
    """Where it was seen, by lead."""


def listing(call: Call) -> Response:
    """All campaigns that stand, the largest first."""
    size, _, number = call.query.get("after", "").partition(":")
    after = (int(size), int(number)) if _number(size) and _number(number) else None
    with reading(call.desk.factory) as session:
        found = campaign_page.listing(session, after)
    return call.render("campaigns.html", found=found, types=TYPES, turned=after is not None)


def show(call: Call) -> Response:
    """One campaign."""
    return _page(call, call.path["number"])


def ask(call: Call) -> Response:
    """Shows which leads would be taken out; changes nothing yet."""
    return _ask(call, call.path["number"], _chosen(call))


def part(call: Call) -> Response:
    """Takes leads out of a campaign, and remembers who must not be linked with whom."""
    number, chosen, why = call.path["number"], _chosen(call), call.form.text("why", 500)
    try:
        with writing(call.desk.factory) as session:
            done = rules.part(session, number, chosen, call.who.name, why, call.now)
    except PartingError as error:
        return _ask(call, number, chosen, 422, call.words(f"campaign.refused.{error.code}"))
    return go(f"/campaigns/{number}?told={len(done.after)}")


def rejoin(call: Call) -> Response:
    """Two leads may be linked again."""
    number, form = call.path["number"], call.form
    one, other = form.number("one") or 0, form.number("other") or 0
    again = partial(_relink, call)
    try:
        with writing(call.desk.factory) as session:
            done = rules.rejoin(session, one, other, call.who.name, form.text("why", 500), call.now, again)
    except NotAllowedError:
        raise
    except UsageError:
        return _page(call, number, 422, refused=call.words("campaign.refused.together"))
    return go(f"/campaigns/{number}?told={'now' if done.at_once else 'tonight'}")


def _relink(call: Call, session: Session) -> None:
    session.flush()
    relink(session, organs(load_seeds(call.desk.config.seeds_folder)), call.now)


def _chosen(call: Call) -> list[int]:
    """Numbers of the ticked leads; what is no pick counts as none."""
    typed = [value for name, value in call.form.pairs if name == "pick"]
    try:
        return sorted({lead for lead, _ in parse_picks(typed)})
    except UsageError:
        return []


def _ask(call: Call, number: int, chosen: list[int], status: int = 200, refused: str = "") -> Response:
    with reading(call.desk.factory) as session:
        facts = campaign_page.facts(session, number)
        known = campaign_page.leads(session, chosen)
        veiled = call.veiled(session, known.values())
    if facts is None:
        raise NotFound
    leads = [lead for lead in known.values() if lead.campaign == facts.name]
    if not refused and (not leads or len(leads) == facts.campaign.size):
        status, refused = 422, call.words(f"campaign.refused.{'all' if leads else 'none'}")
    return call.render("campaign_part.html", status, facts=facts, leads=leads, veiled=veiled, refused=refused)


def _page(call: Call, number: int, status: int = 200, *, refused: str = "") -> Response:
    rank, _, lead = call.query.get("after", "").partition(":")
    after = (float(rank), int(lead)) if _rank(rank) and _number(lead) else None
    with reading(call.desk.factory) as session:
        facts = campaign_page.facts(session, number)
        if facts is None:
            raise NotFound
        members = campaign_page.members(session, number, after)
        links = campaign_page.links(session, number)
        ids = [lead.id for lead in members.leads] or list(facts.campaign.members)[: campaign_page.MEMBERS]
        drawn = _drawn(call, session, number, links)
        apart, held = campaign_page.apart(session, ids), campaign_page.held(session, ids)
        former = campaign_page.leads(session, [] if members.leads else ids)
        veiled = call.veiled(session, members.leads)
        names = campaign_page.leads(session, [x for row in apart for x in (row.lead_a, row.lead_b)])
    picked = call.query.get("picked") == "all"
    return call.render(
        "campaign.html",
        status,
        facts=facts,
        statuses=veil.added_up(facts.statuses) if call.blind else facts.statuses,
        members=members,
        veiled=veiled,
        ticked={lead.id for lead in members.leads if picked and lead.status not in DECIDED},
        passed=sum(lead.status in DECIDED for lead in members.leads) if picked else 0,
        picked=picked,
        former=former.values(),
        links=links[:LINKS],
        shared=_shared(call, links),
        graph=drawn[0],
        labels=drawn[1],
        scores=drawn[2],
        types=TYPES,
        apart=apart[:PAIRS],
        held=held[:PAIRS],
        more_pairs=len(apart) > PAIRS or len(held) > PAIRS,
        names=names,
        told=_told(call),
        refused=refused,
        after=f"{members.after[0]!r}:{members.after[1]}" if members.after else "",
        turned=after is not None,
    )


def _drawn(
    call: Call, session: Session, number: int, links: list[CampaignLink]
) -> tuple[Graph, dict[str, str], dict[int, float]]:
    """The picture, and what stands in its boxes."""
    ids = sorted({lead for link in links for lead in (link.lead_a, link.lead_b)})
    leads: dict[int, Lead] = {}
    for start in range(0, len(ids), 500):
        leads |= campaign_page.leads(session, ids[start : start + 500])
    ties = [Tie(link.lead_a, link.lead_b, link.type, link.value, link.weight) for link in links]
    members = campaign_page.standing_size(session, number)
    scores = {lead.id: lead.score for lead in leads.values()}
    picture = graph.draw(scores, ties, members)
    labels = {}
    for node in picture.nodes:
        if node.lead is not None:
            lead = leads[node.lead]
            text = f"#{lead.id} {defanged(unicode_host(lead.host))}"
        else:
            text = _key_text(call, node.shape, node.type, node.value)
        labels[_box(node)] = _clipped(text, COLUMNS[node.shape])
    return picture, labels, scores


def _shared(call: Call, links: list[CampaignLink]) -> list[Shared]:
    """The keys that tie a campaign, with the leads that have each; the heaviest first, then those of most leads."""
    found: dict[tuple[str, str], Shared] = {}
    for link in links:
        shape = "host" if link.type in graph.HOSTS else ""
        text = _key_text(call, shape, link.type, link.value, titled=False)
        key = found.setdefault((link.type, link.value), Shared(link.type, text, link.weight, {}))
        at_both = link.evidence if len(link.evidence) == 2 else ({}, {})
        for lead, seen in zip((link.lead_a, link.lead_b), at_both, strict=True):
            key.leads.setdefault(lead, seen)
    return sorted(found.values(), key=lambda key: (-key.weight, -len(key.leads), key.type, key.text))


def _box(node: graph.Node) -> str:
    return f"{node.x}:{node.y}"


def _key_text(call: Call, shape: str, kind: str, value: str, *, titled: bool = True) -> str:
    spec = TYPES.get(kind)
    title = (spec.title if spec else kind) if titled else ""
    if spec and spec.sketched:
        return title
    if shape == "host":
        return defanged(unicode_host(value))
    sort, mark, plain = value.partition(":")
    if kind == "contact" and mark:
        return f"{call.words.of('contact', sort)} {visible(plain)}"
    return f"{title} {visible(value)}".strip()


def _clipped(text: str, columns: int) -> str:
    """The text in so many half-widths; what is cut ends in an ellipsis."""
    used = 0
    kept: list[str] = []
    for character in text:
        used += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if used > columns - 1:
            return "".join(kept) + "…"
        kept.append(character)
    return text


def _told(call: Call) -> str:
    """What was done right before, in words."""
    text = call.query.get("told", "")
    if text in ("now", "tonight"):
        return call.words(f"campaign.rejoined.{text}")
    return call.words("campaign.parted", n=int(text)) if _number(text) else ""


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _rank(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
