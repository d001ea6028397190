"""Reports that a program sends: into the store as the page's form brings them. Nothing is fetched here."""

from __future__ import annotations

from lookalike import tips_submit
from lookalike.store.engine import reading
from lookalike.tips_submit import SubmitError
from lookalike.web.api.leads import refused
from lookalike.web.api.points import Asked
from lookalike.web.api.shapes import NewTips, TipsTaken, TipTaken


def take(asked: Asked) -> TipsTaken:
    """Stores each report, under the key's name; one that cannot be used keeps none of the others back."""
    sent: NewTips = asked.body
    typed = "\n".join(" ".join(report.split()) for report in sent.reports)
    desk, who = asked.desk, asked.bearer.name
    try:
        run = tips_submit.submit(desk.config, desk.factory, typed, who, channel=sent.channel, number=sent.number).run
    except SubmitError as error:
        raise refused(error) from error
    with reading(desk.factory) as session:
        found = tips_submit.lines_of(session, run)
    lines = found[1] if found is not None else []
    told = (TipTaken(row=line["row"], came=line["came"], why=line["why"]) for line in lines)
    return TipsTaken(id=run, reports=tuple(told))
