"""What a night asks of its store, step by step: as much work whatever the store holds, or all that it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.orm import Session

from lookalike.ops.digest import gather
from lookalike.review import morning
from lookalike.revisits import Intervals
from lookalike.stages.link import relink
from lookalike.statistics.counted import counted
from lookalike.statistics.periods import beijing_day, period
from lookalike.store import (
    assessments,
    baselines,
    campaign_keys,
    leads,
    life,
    links,
    pictures,
    rendered,
    runs,
    search_notes,
    searches,
    sites,
    sources,
    tonight,
    verdicts,
    visits,
)
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.health import refuse_damaged
from lookalike.store.models import Run, Site
from lookalike.store.source_counts import source_counts
from lookalike.store.summary import hacked_paths, run_counts
from scoring.case import SiteKey
from scoring.life import Told
from scoring.link import Key
from scoring.result import Evidence
from scoring.sitekey import site_key
from tests.bench.growth_rows import SOURCES, YEAR, night
from tests.lookalike.store.builders import judge, make_page, make_visit

NOW = night(YEAR + 10)
INTERVALS = Intervals(*(timedelta(days=n) for n in (1, 3, 14, 30)))
VISITED = 300
OPTIONS = {"sources": list(SOURCES), "seeds": "", "clock": ""}
Step = Callable[[Session], object]


@dataclass
class NightAtWork:
    """One night's work for the store."""

    factory: Factory
    run: int = 0
    leased: list[sites.SiteJob] = field(default_factory=list)

    def _mine(self, session: Session) -> Run:
        return session.get_one(Run, self.run)

    def begin(self, session: Session) -> None:
        self.run = runs.begin_or_resume(session, "nightly", NOW, OPTIONS)[0].id

    def plan(self, session: Session) -> None:
        for source in SOURCES:
            searches.plan(session, self._mine(session), source, [f"{source} 特种作业 {n}" for n in range(60)])
            search_notes.read_before(session, source, ["x 1", "y 2"])

    def plan_revisits(self, session: Session) -> None:
        life.due(session, self._mine(session), NOW)
        life.make_pending(session, self._mine(session), NOW, VISITED)

    def pages(self, session: Session) -> None:
        known = session.query(Site.host).where(Site.id.in_(range(1, 60))).all()
        for number in range(20):
            hosts = [row[0] for row in known[number : number + 5]] + [f"neu{number}-{n}.example" for n in range(5)]
            page = make_page(*(f"http://{host}/" for host in hosts), query=f"baidu 特种作业 {number}", seen_at=NOW)
            searches.record_page(session, self._mine(session), page, max_pages=2, now=NOW, unit=site_key)

    def note(self, session: Session) -> None:
        known = [row[0] for row in session.query(Site.host).where(Site.id.in_(range(100, 600)))]
        seen = [
            sites.Seen(SiteKey(host, 80), f"http://{host}/n", NOW)
            for host in [*known, *(f"nf{n}.example" for n in range(500))]
        ]
        sites.note_seen(session, self._mine(session), seen)

    def claim(self, session: Session) -> None:
        sites.release_stale(session, self._mine(session))
        sites.waiting(session)
        self.leased = []
        for _ in range(10):
            self.leased += sites.lease(session, self._mine(session), "pid 1", VISITED // 10)

    def visits(self, session: Session) -> None:
        told = visits.Tidings(Told("alive", "能正常打开"), NOW + timedelta(days=14))
        for job in self.leased[:100]:
            life.known(session, job.id)
            stored = visits.StoredVisit(warc_sha256=f"{job.id:064x}")
            visits.record_visit(session, self._mine(session), job.id, make_visit(job.urls[0], at=NOW), stored, told)

    def to_judge(self, session: Session) -> None:
        assessments.due(session, self._mine(session))

    def judge(self, session: Session) -> None:
        for job in self.leased[:100]:
            site, score = session.get_one(Site, job.id), 95.0 if job.id % 5 else 3.0
            newest = sites.newest_sighting(session, job.id)
            sites.sightings(session, job.id)
            visits.telling(session, job.id)
            made = [("wechat", f"wx{job.id}")]
            leads.record(
                session,
                self._mine(session),
                site,
                judge(score),
                contacts=made,
                now=NOW,
                documents=[f"{job.id:064x}"],
                sightings_to=newest,
            )
            keys = [Key("contact", f"wx{job.id}", Evidence("wx")), Key("ip", f"{job.id}", Evidence("ip"))]
            campaign_keys.keep(session, job.id, keys, NOW)
            verdicts.note_addresses(session, job.id, ["203.0.113.9"], NOW)

    def judge_again(self, session: Session) -> None:
        assessments.stale(session, self._mine(session))

    def follow(self, session: Session) -> None:
        links.unfollowed(session, self._mine(session))
        links.seen_whole(session, self._mine(session))

    def render(self, session: Session) -> None:
        rendered.candidates(session, self._mine(session))
        rendered.unjudged(session, self._mine(session))
        pictures.unread(session)

    def reference(self, session: Session) -> None:
        baselines.latest(session)
        verdicts.confirmed_addresses(session)

    def link(self, session: Session) -> None:
        relink(session, {}, NOW)

    def settle(self, session: Session) -> None:
        life.page_changed(session, self._mine(session))
        life.reschedule(session, self._mine(session), INTERVALS)
        life.counts(session, self._mine(session))
        life.raised_since(session, self._mine(session))

    def finish(self, session: Session) -> None:
        mine = self._mine(session)
        run_counts(session, mine), hacked_paths(session, mine), source_counts(session, mine)
        tonight.leads_new(session, mine), sites.put_off_in(session, mine.id)
        sources.history(session, mine, 14), life.way_out_works(session, mine.id)
        sites.visited_in(session, mine.id)
        morning.ready(session, NOW)
        runs.finish(session, mine, NOW)

    def count(self, session: Session) -> None:
        sites.counts(session)

    def digest(self, session: Session) -> None:
        gather(session, NOW, "")

    def table(self, session: Session) -> None:
        today = beijing_day(NOW)
        counted(session, period(today - timedelta(days=300), today, today))

    def bounded(self) -> Iterator[tuple[str, bool, Step]]:
        """As much work as a night has, whatever the store holds: name, whether it writes, and the step."""
        yield "begin", True, self.begin
        yield "plan 240 queries", True, self.plan
        yield "plan 300 revisits", True, self.plan_revisits
        yield "store 20 pages of results", True, self.pages
        yield "note 1,000 sites as seen", True, self.note
        yield "claim 300 sites", True, self.claim
        yield "store 100 visits", True, self.visits
        yield "follow redirects", False, self.follow
        yield "what is to be judged", False, self.to_judge
        yield "store 100 judgements", True, self.judge
        yield "what is to be judged again", False, self.judge_again
        yield "what a browser is shown", False, self.render
        yield "settle lives", True, self.settle
        yield "count and finish", True, self.finish

    def growing(self) -> Iterator[tuple[str, bool, Step]]:
        """All that the store holds."""
        yield "sites by state", False, self.count
        yield "addresses of confirmed fakes", False, self.reference
        yield "link all leads, new", True, self.link
        yield "link all leads, as they were", True, self.link
        yield "digest", False, self.digest
        yield "table of the work", False, self.table

    def damaged(self, _session: Session) -> None:
        refuse_damaged(self.factory)


def work(factory: Factory, clock: Callable[[], float]) -> Iterator[tuple[str, bool, float]]:
    """Every step once: name, whether it is bounded, seconds."""
    at_work = NightAtWork(factory)
    steps = [(True, *step) for step in at_work.bounded()] + [(False, *step) for step in at_work.growing()]
    steps.append((False, "quick check of the file", False, at_work.damaged))
    for bounded, name, writes, step in steps:
        began = clock()
        with (writing if writes else reading)(factory) as session:
            step(session)
        yield name, bounded, clock() - began
