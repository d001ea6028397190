"""Facts of a real pack as the documents get them, plain and with every text replaced by hostile ones."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lookalike.evidence import hooks
from lookalike.evidence.documents import cannot_print
from lookalike.evidence.facts import LeadFacts, PackFacts, ReceiptFacts
from lookalike.night import Night
from tests.lookalike.evidence.stored import FAKE, OTHER, exported

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "@SUM(A1:A9)",
    "＝HYPERLINK(1)",
    "<link rel=attachment href=file:///etc/passwd>",
    "</w:t><w:br/>&amp;",
    "{{7*7}} {% raw %} ${7*7}",
    "零\x00一\x08二\x0b三\x1b[2J四\x7f",
    "孤立\ud800代理\udfff",
    "反转\u202eGNP.exe\u2069结束",
    "生僻𠀀𪚥㐀䶮",
    "_x0041_ _x000D_",
    "制\t表\r\n换行\r回车",
    "<img src=http://127.0.0.1:9/x.png><style>@import url(http://127.0.0.1:9/)</style>",
    "data:text/html,<script>1</script> javascript:alert(1)",
)


@pytest.fixture(scope="session")
def paper_facts(evidence_night: Night, tmp_path_factory: pytest.TempPathFactory) -> tuple[PackFacts, ReceiptFacts]:
    """Of a pack with two leads."""
    kept: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hooks, "documents", lambda facts, folder: kept.append(facts))
        patch.setattr(hooks, "receipt", lambda facts, folder: kept.append(facts))
        exported(evidence_night, tmp_path_factory.mktemp("facts"), FAKE, OTHER)
    pack, receipt = kept
    return replace(pack, pdf=True), replace(receipt, pdf=True)


def with_record(facts: PackFacts, change: Callable[[dict[str, Any]], None]) -> PackFacts:
    """The same pack, its first lead's record changed."""

    def changed(lead: LeadFacts) -> LeadFacts:
        record = copy.deepcopy(lead.record)
        change(record)
        return replace(lead, record=record)

    return replace(facts, leads=(changed(facts.leads[0]), *facts.leads[1:]))


def titled(facts: PackFacts, title: str) -> PackFacts:
    """Its first lead's site has this name, its only contact and address are the same text."""

    def change(record: dict[str, Any]) -> None:
        record["site"]["name"] = {"value": title, "source": "P001:title", "verified": "observed"}
        record["site"]["home"] = title
        at = {"capture": "P001", "offset": 3, "context": title}
        record["contacts"] = [{"kind": "wechat", "value": title, "verified": "observed", "at": at}]

    return with_record(facts, change)


@pytest.fixture
def prints() -> None:
    """Skips where no PDF can be made."""
    if why := cannot_print():
        pytest.skip(why)
