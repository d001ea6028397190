"""Contacts of the labelled adverts come out as they read when spelled plainly."""

from __future__ import annotations

from scoring.contacts import contacts

KNOWN = {
    ("docs-on-free-hosting", "wechat:czzguide"),  # 绿色软件 before a plain word is a download site's line as well
    ("reading-of-id-in-pieces", "wechat:tzz2026"),  # the reader is told to join two pieces
}


def read(case) -> set[str]:
    texts = [case.text, *(v.page.text for v in case.pages if v.page)]
    texts += ["\n".join(p.text.value or ()) for p in case.pictures]
    return {f"{c.type}:{c.value}" for text in texts for c in contacts(text)}


def test_every_contact_is_read_but_for_two_that_are_known(corpus):
    missing = {(c.id, e) for c in corpus for e in c.contacts if e not in read(c.case)}
    assert missing == KNOWN


def test_most_adverts_say_how_to_reach_the_seller(corpus):
    adverts = [c for c in corpus if c.label == "advert"]
    assert sum(bool(read(c.case)) for c in adverts) / len(adverts) > 0.8
