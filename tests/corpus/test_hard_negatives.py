"""Every kind of honest site that has tripped a detector is in the corpus: each told by what it is, not by its name."""

from __future__ import annotations

import re

import pytest

from scoring.domains import is_ip
from scoring.signals import SIGNALS

GLUED = re.compile(r"[^.]gov\.cn$|gov-?cn\.|^gov\.|[.-]gov[.-](?!cn$)")
TOKENS = ("mem", "osta", "cqs", "anjian", "hanjie", "jzsc", "chsi", "cpta")


def cleared(signal):
    return lambda c, _: signal in c.cleared_by


def host(c):
    return c.case.site.host if c.case.site else ""


def words(*alternatives):
    return lambda c, _: any(
        w in c.case.text + "".join(v.page.title + v.page.text for v in c.case.pages) for w in alternatives
    )


def genuine_off_gov(c, group):
    return group == "genuine" and not host(c).endswith(".gov.cn") and not is_ip(host(c))


KINDS = {
    "a genuine platform that is not under gov.cn": (2, genuine_off_gov),
    "a genuine platform on a bare address and an odd port": (
        1,
        lambda c, group: group == "genuine" and is_ip(host(c)) and c.case.site.port != 80,
    ),
    "an unregistered official body on a bare address or off gov.cn": (
        3,
        lambda c, group: not group and "own_body" in c.cleared_by,
    ),
    "a host that is not gov.cn and looks it": (2, lambda c, _: bool(GLUED.search(host(c)))),
    "a hacked page under gov.cn": (2, lambda c, group: group == "gov" and "hacked" in c.id),
    "a warning, verdict or report that quotes adverts": (10, cleared("quoting_context")),
    "a news page": (3, cleared("news_page")),
    "a real school with a seller's words": (5, cleared("honest_school")),
    "a school or university by its label": (1, cleared("edu_label")),
    "a question bank": (3, cleared("question_bank")),
    "an entrance portal": (3, cleared("entrance_portal")),
    "a health certificate": (1, words("健康证", "健康证明")),
    "a snapshot or archive of a genuine page": (2, cleared("archive_frame")),
    "a vendor's demonstration": (1, cleared("demo_site")),
    "a sister bureau on the same system": (2, cleared("genuine_domain")),
    "a redirect to the genuine platform": (1, cleared("redirect_to_genuine")),
    "another trade's certificate": (1, cleared("other_subject")),
    "an agency's token inside another word of the host": (
        2,
        lambda c, group: not group and any(t in host(c) for t in TOKENS),
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_corpus_holds_this_kind_of_honest_site(corpus, table, kind):
    least, fits = KINDS[kind]
    honest = [(c, g.group) for c, g in zip(corpus, table.cases, strict=True) if c.label == "benign"]
    assert len([c.id for c, group in honest if fits(c, group)]) >= least


def test_all_counter_evidence_belongs_to_a_kind(corpus):
    assert {s for c in corpus for s in c.cleared_by} <= {s.name for s in SIGNALS}
