"""The application on one page: every path with who may see it, and what every request passes through."""

from __future__ import annotations

from anyio import CapacityLimiter
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from lookalike.config import Config
from lookalike.opening import open_blobs
from lookalike.store.engine import Factory
from lookalike.web import probes, troubles
from lookalike.web.api import page as api
from lookalike.web.api import problems
from lookalike.web.api.points import guards
from lookalike.web.api.table import POINTS
from lookalike.web.desk import Desk
from lookalike.web.forms import LARGEST
from lookalike.web.headers import SecurityHeaders
from lookalike.web.oidc import provider_of
from lookalike.web.pages import AT_THE_DOOR, Page, anonymous
from lookalike.web.requests_seen import RequestsSeen, Watch
from lookalike.web.same_site import SameSite, of_programs
from lookalike.web.sizes import Sizes
from lookalike.web.templating import environment
from lookalike.web.views import (
    account,
    allow,
    audit,
    beside,
    bulk,
    campaigns,
    captures,
    elsewhere,
    exports,
    handling,
    handover_form,
    keys,
    lead,
    lease,
    lists,
    notes,
    packs,
    people,
    pictures,
    priority,
    queue,
    second,
    signin,
    statics,
    statistics,
    submit,
    tonight,
    verdicts,
)
from scoring.signals import SIGNALS
from seeds.loader import load_seeds

PAGES = (
    Page("/", queue.home, "signed_in"),
    Page("/static/{version}/{name:path}", statics.static, "anyone"),
    Page("/language", account.language, "anyone", post=True),
    Page("/signin", signin.door, "anyone"),
    Page("/signin", signin.enter, "anyone", post=True, door=True),
    Page("/signin/code", signin.code, "half"),
    Page("/signin/code", signin.give_code, "half", post=True, door=True),
    Page("/signin/elsewhere", elsewhere.start, "anyone"),
    Page("/signin/elsewhere/back", elsewhere.back, "anyone"),
    Page("/signout", signin.leave, "half", post=True),
    Page("/account", account.show, "signed_in"),
    Page("/account/password", account.password, "half"),
    Page("/account/password", account.change_password, "half", post=True, door=True),
    Page("/account/second-factor", account.second_factor, "half"),
    Page("/account/second-factor", account.begin_second_factor, "half", post=True),
    Page("/account/second-factor/finish", account.finish_second_factor, "half", post=True, door=True),
    Page("/account/sessions/end", account.end_others, "signed_in", post=True),
    Page("/account/likes", account.likes, "signed_in", post=True),
    Page("/people", people.people, "people.manage"),
    Page("/people/add", people.add, "people.manage", post=True, door=True),
    Page("/people/{person:int}", people.person, "people.manage"),
    Page("/people/{person:int}/role", people.role, "people.manage", post=True),
    Page("/people/{person:int}/disable", people.disable, "people.manage", post=True),
    Page("/people/{person:int}/sessions", people.end_sessions, "people.manage", post=True),
    Page("/people/{person:int}/enable", people.enable, "people.manage", post=True, door=True),
    Page("/people/{person:int}/reset", people.reset, "people.manage", post=True, door=True),
    Page("/people/{person:int}/second-factor", people.reset_second_factor, "people.manage", post=True, door=True),
    Page("/tokens", keys.tokens, "tokens.manage"),
    Page("/tokens/add", keys.issue, "tokens.manage", post=True),
    Page("/tokens/{token:int}/revoke", keys.revoke, "tokens.manage", post=True),
    Page("/audit", audit.trail, "audit.read"),
    Page("/audit/state", audit.state, "audit.read"),
    Page("/audit/check", audit.check, "audit.read", post=True),
    Page("/audit/take", audit.take, "audit.read", post=True),
    Page("/exports", exports.log, "exports.read"),
    Page("/statistics", statistics.statistics, "stats.make"),
    Page("/statistics/take", statistics.take, "stats.make", post=True),
    Page("/packs", packs.packs, "packs.make"),
    Page("/packs/new", packs.new, "packs.make"),
    Page("/packs/make", packs.make, "packs.make", post=True),
    Page("/packs/jobs/{job}", packs.job, "packs.make"),
    Page("/packs/{pack:int}", packs.pack, "packs.make"),
    Page("/packs/{pack:int}/form", handover_form.form, "packs.make"),
    Page("/packs/{pack:int}/review", packs.review, "handover.approve", post=True),
    Page("/packs/{pack:int}/check", packs.check, "packs.make", post=True),
    Page("/packs/{pack:int}/take", packs.take, "packs.make", post=True),
    Page("/help", account.keyboard, "signed_in"),
    Page("/api", api.page, "anyone"),
    Page("/api/openapi.json", api.openapi, "anyone"),
    Page("/selections", bulk.freeze, "leads.judge", post=True),
    Page("/selections/campaign", bulk.campaign, "leads.judge", post=True),
    Page("/selections/{number:int}", bulk.show, "leads.judge"),
    Page("/selections/{number:int}/verdict", bulk.judge, "leads.judge", post=True),
    Page("/selections/{number:int}/undo", bulk.undo, "leads.judge", post=True),
    Page("/campaigns", campaigns.listing, "leads.read"),
    Page("/campaigns/{number:int}", campaigns.show, "leads.read"),
    Page("/campaigns/{number:int}/part", campaigns.ask, "leads.judge", post=True),
    Page("/campaigns/{number:int}/part/sure", campaigns.part, "leads.judge", post=True),
    Page("/campaigns/{number:int}/rejoin", campaigns.rejoin, "leads.judge", post=True),
    Page("/tonight", tonight.latest, "runs.read"),
    Page("/tonight/{run:int}", tonight.one, "runs.read"),
    Page("/submit", submit.form, "leads.judge"),
    Page("/submit", submit.take, "leads.judge", post=True),
    Page("/submit/{run:int}", submit.done, "leads.judge"),
    Page("/leads", queue.leads, "leads.read"),
    Page("/leads/export", lists.ask, "leads.export"),
    Page("/leads/export", lists.take, "leads.export", post=True),
    Page("/leads/{lead_id:int}", lead.lead, "leads.read"),
    Page("/leads/{lead_id:int}/priority", priority.prefer, "leads.judge", post=True),
    Page("/leads/{lead_id:int}/lease", lease.renew, "leads.judge", post=True),
    Page("/leads/{lead_id:int}/lease/take", lease.take, "leads.judge", post=True),
    Page("/leads/{lead_id:int}/verdict", verdicts.give, "leads.judge", post=True),
    Page("/leads/{lead_id:int}/undo", verdicts.undo, "leads.judge", post=True),
    Page("/undo", verdicts.undo_last, "leads.judge", post=True),
    Page("/leads/{lead_id:int}/notes", notes.write, "leads.judge", post=True),
    Page("/mentions", notes.mentions, "leads.read"),
    Page("/leads/{lead_id:int}/reading", second.give, "handover.approve", post=True),
    Page("/second", second.waiting, "handover.approve"),
    Page("/handling", handling.listing, "leads.read"),
    Page("/handling/{handover:int}/answer", handling.answer, "handover.answer", post=True),
    Page("/leads/{lead_id:int}/allow", allow.offer, "leads.judge"),
    Page("/leads/{lead_id:int}/allow", allow.propose, "leads.judge", post=True),
    Page("/allow", allow.listing, "leads.read"),
    Page("/allow/{entry:int}", allow.entry, "leads.read"),
    Page("/allow/{entry:int}/accept", allow.accept, "rules.change", post=True),
    Page("/allow/{entry:int}/decline", allow.decline, "leads.read", post=True),
    Page("/allow/{entry:int}/end", allow.end, "rules.change", post=True),
    Page("/leads/{lead_id:int}/lines", beside.lines, "leads.read"),
    Page("/leads/{lead_id:int}/captures/{visit:int}/{page:int}", captures.source, "leads.read"),
    Page("/leads/{lead_id:int}/evidence/{assessment:int}/{row:int}/{item:int}", captures.evidence, "leads.read"),
    Page("/leads/{lead_id:int}/pictures/{visit:int}/{page:int}/{part}", pictures.suspect, "leads.read"),
    Page("/leads/{lead_id:int}/genuine/{part}", pictures.genuine, "leads.read"),
)


def create_app(config: Config, factory: Factory, *, names: tuple[str, ...], secure: bool) -> ASGIApp:
    """The pages as an ASGI application.

    ``names``: the host names that the pages answer to; any other is a page elsewhere that was pointed here.
    ``secure``: they are reached by TLS.
    """
    seeds = load_seeds(config.seeds_folder)
    desk = Desk(
        config=config,
        factory=factory,
        blobs=open_blobs(config),
        templates=environment(),
        platforms={platform.id: platform.name for platform in seeds.platforms},
        signals={signal.name: signal.title for signal in SIGNALS},
        sources={source.id: source.name for source in seeds.sources},
        secure=secure,
        provider=provider_of(config),
    )
    door, paces, seen = CapacityLimiter(AT_THE_DOOR), guards(), RequestsSeen()

    def refused(request: Request, error: Exception) -> Response:
        """What no page answers to: unknown paths, wrong methods, bodies that are too large."""
        assert isinstance(error, HTTPException)
        kind = {404: "not_found", 405: "bad_method", 413: "too_large"}.get(error.status_code, "bad_form")
        if of_programs(request.url.path):
            return problems.answer(problems.Refusal("bad_body" if kind == "bad_form" else kind))
        return troubles.page(anonymous(desk, request), error.status_code, kind)

    app = Starlette(
        routes=[
            *(page.route(desk, door) for page in PAGES),
            *(point.route(desk, paces) for point in POINTS),
            *probes.routes(desk, seen),
        ],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=list(names), www_redirect=False),
            Middleware(SameSite),
            Middleware(Sizes, most=LARGEST, refuse=lambda asked: refused(asked, HTTPException(413))),
            Middleware(RequestBodyLimitMiddleware, max_body_size=LARGEST),
        ],
        exception_handlers={HTTPException: refused},
    )
    app.router.redirect_slashes = False  # a path is what it is: no answer is built from what somebody asked for
    return SecurityHeaders(Watch(app, seen), secure=secure)  # outermost: no answer leaves without them
