"""What all signals share of one case, worked out once: its own pages, their claims and words, the name, the owner."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scoring.backwards import forwards
from scoring.bodies import plain_name
from scoring.challenge import place_of, wall_of, walls_of
from scoring.domains import is_gov_label, is_ip, private_suffix, registrable_domain
from scoring.lookups import unsigned
from scoring.meant import Meant, answers_for_papers
from scoring.once import once
from scoring.page import bare, shingles
from scoring.pictured import Pictured
from scoring.reference import segments
from scoring.result import MISS, SignalResult, unknown
from scoring.seen import Seen, Text
from scoring.similarity import containment, structure_similarity, text_similarity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.case import Case
    from scoring.challenge import Wall
    from scoring.names import NameFinding
    from scoring.reference import Reference
    from scoring.similarity import Baseline
    from seeds.model import Platform

OWN_NAME = frozenset({"host", "copyright", "title", "letterhead", "undertaker"})
"""Kinds of claims by which a page says whose it is; an issuer of certificates is named by honest pages too."""
CUT = re.compile(r"…|\.\.\.")
"""Where engines leave out what stands between."""
COPIED, MARKED = 0.5, 3
"""Share of a genuine page's text, and marks of a generation, from which a page is a copy."""
LED = "advert"
"""Source of the sightings on sellers' pages: what stands there is said by the seller, not by the site."""
SAID_BY_OTHERS = frozenset({LED, "tips", "names", "ct", "qr", "redirect", "script", "link"})
"""Sources whose words are not the site's: a seller's, a reporter's, our own about a name, or none at all."""
EXCERPT = 0.8
"""Share of a snippet's character runs that stand on the page: fewer, and the page has changed or shows two faces."""


class Context:
    """One case against the reference; everything is worked out when it is first asked for."""

    def __init__(self, case: Case, ref: Reference) -> None:
        self.case = case
        self.ref = ref
        self.host = case.site.host if case.site else ""

    @once
    def home(self) -> Platform | None:
        """The genuine platform that lives at this site's host and port."""
        return self.ref.genuine(self.case.site) if self.case.site else None

    @once
    def sister(self) -> Platform | None:
        """The platform whose own registered domain the host stands under."""
        return self.ref.sister(self.host) if self.host else None

    @once
    def gov(self) -> bool:
        """Whether the host stands at a gov.cn label boundary."""
        return bool(self.host) and is_gov_label(self.host)

    @once
    def official(self) -> bool:
        """Whether the site is where a genuine body lives."""
        return self.home is not None or self.sister is not None or self.gov

    @property
    def bare_ip(self) -> bool:
        """Whether the site has no name."""
        return bool(self.host) and is_ip(self.host)

    @once
    def free_suffix(self) -> str:
        """The suffix under which strangers get names for nothing; empty when there is none."""
        if not self.host or self.bare_ip:
            return ""
        return private_suffix(self.host) or (self.host if self.case.site and self.case.site.scope else "")

    @once
    def walled(self) -> tuple[Wall | None, ...]:
        """For each view of the case the firewall, check for robots or login that it ended at."""
        return tuple(map(wall_of, self.case.views))

    @once
    def walls(self) -> dict[str, Wall]:
        """The same, by client and address."""
        return walls_of(self.case, self.walled)

    @once
    def pages(self) -> tuple[Seen, ...]:
        """The site's own pages: views that ended at a genuine or gov.cn host are the other's, not this site's.

        A wall that hides the site is no page of it either.
        """
        seen: list[Seen] = []
        known: set[str] = set()
        for view in self.case.pages:
            page = view.page
            if page is None or (view.body_sha256 and view.body_sha256 in known):
                continue
            if self.walls and (wall := self.walls.get(place_of(view))) is not None and wall.hides:
                continue
            known.add(view.body_sha256)
            own = Seen(self.ref, view, page)
            if own.host == self.host or not self._others(view.final_url, own.host):
                seen.append(own)
        return tuple(seen)

    def _others(self, url: str, host: str) -> bool:
        """Whether a page is another's: an organ's, or, where strangers share this host, that of whom a link led to."""
        if self.case.site is not None and self.case.site.scope:
            elsewhere = (registrable_domain(host) or host) != (registrable_domain(self.host) or self.host)
            return elsewhere or self._foreign_official(url, host)
        return self._foreign_official(url, host)

    def _foreign_official(self, url: str, host: str) -> bool:
        return self.ref.genuine_url(url) is not None or self.ref.official_host(host)

    @once
    def unjudgeable(self) -> SignalResult | None:
        """A result when claims cannot be held against the address: no page, genuine home, or no known address."""
        if self.official:
            return MISS
        missing = self.no_page()
        if missing is not None:
            return missing
        if self.pages and not self.host:
            return unknown("不知道网页所在的主机，无法判断它是否有权这样自称")
        return None

    def no_page(self) -> SignalResult | None:
        """*Unknown* when the site has no page to look at; None when there is one."""
        if self.pages or self.case.site is None:
            return None
        if (wall := next((w for w in self.walls.values() if w.hides), None)) is not None:
            return unknown(f"页面被“{wall.name}”挡住，需要人工核验")
        why = next((v.error for v in self.case.views if v.error), "")
        if any(v.page is not None for v in self.case.views):
            return None  # every page was somebody else's: nothing of this site's own is hidden
        return unknown(f"没有取到网页{f'（{why}）' if why else ''}")

    @once
    def pictured(self) -> tuple[Pictured, ...]:
        """Pictures whose text was read, each as a page of its lines."""
        return tuple(Pictured(self.ref, picture) for picture in self.case.pictures if picture.text.value)

    @once
    def texts(self) -> tuple[Text, ...]:
        """All texts in which an offer may stand."""
        found = [Text(self.ref, self.case.text, "advert")] if self.case.text else []
        found += [seen.text for seen in (*self.pages, *self.pictured)]
        if not self.official and (told := self._only_in_results()):
            found.append(Text(self.ref, "\n".join(told), "search result", self.case.sightings[0].url))
        turned = [(forwards(text.text), text) for text in found if "reversed" in text.marks]
        found += [Text(self.ref, line, "read backwards", text.url, text.capture) for line, text in turned if line]
        return tuple(found)

    def _only_in_results(self) -> list[str]:
        """Titles and snippets that say what no page of the site says.

        An excerpt of a page that is at hand is no second witness, and it has lost the sentence around it.
        """
        seen = (s for s in self.case.sightings if s.source not in SAID_BY_OTHERS)
        told = dict.fromkeys(part for s in seen for part in (s.title, *CUT.split(s.snippet)))
        shown = [bare(f"{seen.page.title}\n{seen.page.text}") for seen in self.pages] if told else []
        left = {part: runs for part in told if (runs := shingles(bare(part)))}
        left = {part: runs for part, runs in left.items() if not any(bare(part) in text for text in shown)}
        if not left:
            return []
        runs_shown = frozenset().union(*map(shingles, shown))
        return [part for part, runs in left.items() if containment(runs, runs_shown) < EXCERPT]

    @once
    def findings(self) -> tuple[NameFinding, ...]:
        """What the host name imitates; nothing for genuine hosts."""
        return () if not self.host or self.official or self.bare_ip else self.ref.names.judge(self.host)

    @once
    def likeness(self) -> tuple[tuple[Seen, Baseline, float, float], ...]:
        """Pages against baselines: text and structure similarity, for pairs that share anything."""
        found = []
        for seen in self.pages:
            near = self.ref.sketches.near(seen.page)
            for baseline, may in zip(self.ref.baselines, near, strict=True):
                text = text_similarity(seen.page, baseline) if may else 0.0
                structure = structure_similarity(seen.page, baseline)
                if text or structure:
                    found.append((seen, baseline, text, structure))
        return tuple(found)

    @once
    def meant(self) -> Meant:
        """Which platform is meant; for naming, never for guilt."""
        return Meant(self)

    @property
    def affinity(self) -> dict[str, float]:
        """How much points at each platform."""
        return self.meant.affinity

    @property
    def subject(self) -> str | None:
        """The platform that answers for the certificates that the pages are about."""
        return self.meant.subject

    def choose(self, platforms: Iterable[str], at: Seen | None = None) -> str | None:
        """Which of these platforms is meant, by one page or by all; ``gov`` where the site passes for many organs."""
        return "gov" if self.meant.many else self.meant.choose(platforms, at)

    @once
    def answers(self) -> bool:
        """Whether a page looks certificates up or shows one."""
        return any(map(answers_for_papers, self.pages))

    @once
    def _own_kinds(self) -> frozenset[str]:
        """Kinds of the bodies whose the pages say they are."""
        claims = (c for seen in self.pages for c in seen.bodies if c.kind in OWN_NAME)
        return frozenset(m.kind for c in claims if (m := self.ref.body(c.value)) is not None)

    @property
    def names_registered(self) -> bool:
        """Whether the pages say that they are a registered organ's or platform's."""
        return bool(self._own_kinds & {"organ", "platform"})

    @property
    def signed_elsewhere(self) -> bool:
        """Whether the pages say that they are a public body's without a row, and none that has one."""
        return "gov" in self._own_kinds and not self.names_registered and not self.nameless_body

    @once
    def nameless_body(self) -> bool:
        """Whether the bodies without a row whose the pages say they are have no place in their names (应急管理局):
        then nobody's in particular is imitated, but the platform of what is looked up.
        """
        claims = (c for seen in self.pages for c in seen.bodies if c.kind in OWN_NAME)
        names = [m.name for c in claims if (m := self.ref.body(c.value)) is not None and m.kind == "gov"]
        general = self.ref.platforms["gov"].organ_aliases if "gov" in self.ref.platforms else ()
        return bool(names) and all(plain_name(name) in general for name in names)

    @once
    def claims_official(self) -> bool:
        """Whether the site passes itself off as a public body or platform: by sponsor, marks, title or name."""
        if self.official:
            return False
        if any(f.strength >= 0.6 for f in self.findings):
            return True
        return any(self._official_claim(seen) for seen in self.pages)

    def _official_claim(self, seen: Seen) -> bool:
        if seen.claims.official_marks:
            return True
        if any(name.own for where, name in seen.names if where == "title"):
            return True
        kinds = ("host", "copyright", "title", "letterhead")
        matches = (self.ref.body(c.value) for c in seen.bodies if c.kind in kinds)
        return any(m is not None and m.kind in ("organ", "platform", "gov") for m in matches)

    @once
    def signs_as_organ(self) -> bool:
        """Whether a page names a public body as its sponsor or holder of rights."""
        return any(
            match.kind in ("organ", "platform", "gov")
            for seen in self.pages
            for claim in seen.claims.bodies
            if claim.kind in ("host", "copyright") and (match := self.ref.body(claim.value)) is not None
        )

    @property
    def named_subject(self) -> str:
        """``subject``, or ``gov`` where none is clear or a public body without a row signs: that one is imitated."""
        return "gov" if self.signed_elsewhere or self.meant.many else self.subject or "gov"

    @property
    def titled_subject(self) -> str:
        """The one platform whose certificates titles and headings are about; ``gov`` for none or several."""
        found = {p for seen in self.pages for p in self.meant.subjects_of(seen)}
        return found.pop() if len(found) == 1 and not self.meant.many else "gov"

    @once
    def passes_for_body(self) -> bool:
        """Whether the site signs as a public body, or answers for certificates under a name that sounds like one."""
        if self.official:
            return False
        if self.signs_as_organ or not self.answers:
            return self.signs_as_organ
        named = (segment for seen in self.pages for segment in segments(seen.page.title))
        return "official_sounding" in self._own_kinds or any(map(self.ref.bodies.official_sounding, named))

    @once
    def counterfeit(self) -> bool:
        """Whether the site works as a query *and* passes for a genuine platform that lives elsewhere.

        Then no word on its pages clears it: whoever copies a page can add any.
        """
        if self.official or not self.answers:
            return False
        return any(text >= COPIED for _, _, text, _ in self.likeness) or any(map(self._passes_for_genuine, self.pages))

    def _passes_for_genuine(self, seen: Seen) -> bool:
        if any(where != "img[alt]" and name.own for where, name in seen.names):
            return True
        if any(len(match.marks) + len(match.paths) >= MARKED for match in seen.generations):
            return True
        if any(m.group in ("about", "demo") for m in seen.title_matches):
            return False  # its title, which every visitor reads, says that it is about the platform
        matches = (self.ref.body(c.value) for c in seen.bodies if c.kind in OWN_NAME)
        return any(m is not None and m.kind in ("organ", "platform") for m in matches)

    @once
    def poses(self) -> bool:
        """Whether the site acts as an authority: claims to be one, or answers for certificates unsigned."""
        return self.claims_official or any(unsigned(seen) for seen in self.pages)

    @once
    def offering(self) -> bool:
        """Whether any text offers certificates without learning."""
        return any(t.offers.strength >= 0.4 for t in self.texts)
