"""One text and one page of a case, with what is read from them worked out once."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from scoring.claims import Claim, Claims, claims_of
from scoring.contacts import Contact, contacts
from scoring.letterhead import letterheads
from scoring.lookups import rate_forms, read_certificate
from scoring.marks import marks_of
from scoring.offers import Offers, offers_in
from scoring.once import once
from scoring.page_urls import host_of
from scoring.reference import NAME_GROUP, NameMatch, Reference
from scoring.result import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.case import View
    from scoring.generations import GenerationMatch
    from scoring.page import PageFacts
    from scoring.text import Match

MAX_QUOTE = 200
BLANK, SHORT_PAGE, MAX_NAME_LINE = 60, 800, 45
"""Characters: of a page that shows nothing by itself, of a record's page, of a line that is a name."""


class Text:
    """One text that may hold an offer: the advert itself, a page, or what a search result says."""

    def __init__(self, ref: Reference, text: str, where: str, url: str = "", capture: str = "") -> None:
        self.ref = ref
        self.text = text
        self.where = where
        self.url = url
        self.capture = capture

    @once
    def marks(self) -> frozenset[str]:
        """What stands anywhere in the text, of what is rare."""
        return marks_of(self.text)

    @once
    def matches(self) -> dict[str, list[Match]]:
        """Terms found, by group."""
        found: dict[str, list[Match]] = defaultdict(list)
        for match in self.ref.terms.find(self.text):
            found[match.group].append(match)
        return found

    @once
    def offers(self) -> Offers:
        """Slogans and the like, asserted or quoted."""
        return offers_in(
            self.text, self.matches, self.ref.weights, forges="forged" in self.marks, spares="spared" in self.marks
        )

    @once
    def contacts(self) -> tuple[Contact, ...]:
        """Ways to reach the seller."""
        return contacts(self.text)

    @once
    def names_paper(self) -> bool:
        """Whether the text is about certificates, by the lexicon or by a word such as 焊工证; visas are none."""
        if self.matches.get("topics") or self.matches.get("products"):
            return True
        return "paper" in self.marks

    def words(self, group: str) -> tuple[str, ...]:
        """Distinct terms of a group, in the order of the text."""
        return tuple(dict.fromkeys(m.term for m in self.matches.get(group, ())))

    def weight(self, group: str) -> float:
        """Sum of the weights of the distinct terms of a group."""
        return sum(self.ref.weights.get((group, term), 1.0) for term in self.words(group))

    def evidence(self, match: Match) -> Evidence:
        """The match with some text around it."""
        return self.around(match.start, match.end)

    def around(self, start: int, end: int) -> Evidence:
        """A span of the text with some text around it."""
        start, end = max(0, start - 30), min(len(self.text), end + 50)
        return Evidence(" ".join(self.text[start:end].split())[:MAX_QUOTE], self.url, self.where, self.capture)

    def quote(self, quote: str) -> Evidence:
        """A quote from this text."""
        return Evidence(quote[:MAX_QUOTE], self.url, self.where, self.capture)


class Seen:
    """One page of the site as one client saw it."""

    def __init__(self, ref: Reference, view: View, page: PageFacts) -> None:
        self.ref = ref
        self.view = view
        self.page = page
        self.host = host_of(view.final_url) or host_of(page.url)

    @once
    def claims(self) -> Claims:
        """What the page claims to be."""
        return claims_of(self.page, self.source_marks, plain="unreadable" not in self.marks)

    @once
    def text(self) -> Text:
        """Everything that the page shows."""
        shown = "\n".join(filter(None, (self.page.shown, self.page.description)))
        return Text(self.ref, shown, "text", self.view.final_url, self.view.body_sha256)

    @property
    def marks(self) -> frozenset[str]:
        """What stands anywhere in the shown text, of what is rare."""
        return self.text.marks

    @once
    def source_marks(self) -> frozenset[str]:
        """What stands anywhere in the source, of what is rare."""
        return self.ref.source_marks.of(self.page.encoded_html)

    @once
    def title_matches(self) -> list[Match]:
        """Terms found in the title."""
        return self.ref.terms.find(self.page.title)

    @once
    def names(self) -> tuple[tuple[str, NameMatch], ...]:
        """Platform names in title, first headings and logo texts, each with where it stands."""
        if not any(group.startswith(NAME_GROUP) for group in self.text.matches):
            return ()
        logos = (i.alt for i in self.page.images[:8] if len(i.alt) >= 5)
        places = [
            ("title", self.page.title),
            *(("h1", h) for h in self.page.headings[:3]),
            *(("img[alt]", a) for a in logos),
            *(("line", line) for line in self._own_lines()),
        ]
        return tuple((where, match) for where, text in places if text for match in self.ref.names_in(text)[:3])

    def _own_lines(self) -> Iterator[str]:
        """Short lines of a short page, or of a page that scripts write, that no link holds: where records sign."""
        shown = self.page.text if len(self.page.text) > BLANK else f"{self.page.text}\n{self.page.script_text}"
        if len(shown) <= SHORT_PAGE:
            linked = {link.text for link in self.page.links[:50]}
            yield from (line for line in shown.splitlines() if 4 <= len(line) <= MAX_NAME_LINE and line not in linked)

    @once
    def form(self) -> tuple[float, str]:
        """Strength and quote of the form that asks most like a certificate query."""
        return rate_forms(self)

    @once
    def certificate(self) -> tuple[str, ...]:
        """Labels of the certificate that the page shows."""
        return read_certificate(self)

    @once
    def bodies(self) -> tuple[Claim, ...]:
        """Claimed bodies, and those whose bare name heads the page or ends its title."""
        return (*self.claims.bodies, *letterheads(self.page, self.ref))

    @once
    def generations(self) -> tuple[GenerationMatch, ...]:
        """Generations of genuine pages that the source shares marks with."""
        return self.ref.generations.find(self.page, in_source="generation" in self.source_marks)

    def evidence(self, quote: str, where: str) -> Evidence:
        """A quote from this page."""
        return Evidence(quote[:MAX_QUOTE], self.view.final_url, where, self.view.body_sha256)
