"""The documents of a pack: written from its facts alone, in Chinese, as docx and, where it can be made, PDF.

They quote, they never sign: drafts until a named person has reviewed the pack.
"""

from __future__ import annotations

from pathlib import Path

from lookalike.evidence.documents.fixed_list import fixed_list
from lookalike.evidence.documents.jurisdiction import jurisdiction
from lookalike.evidence.documents.law import legal_basis
from lookalike.evidence.documents.letter import letter
from lookalike.evidence.documents.model import Sheet
from lookalike.evidence.documents.offences import offences, thresholds
from lookalike.evidence.documents.pdf import as_pdf, cannot_print, printer
from lookalike.evidence.documents.receipt import handover_receipt
from lookalike.evidence.documents.record import extraction_record
from lookalike.evidence.documents.report import report
from lookalike.evidence.documents.word import as_docx
from lookalike.evidence.documents.workbook import workbook
from lookalike.evidence.facts import Json, LeadFacts, PackFacts, ReceiptFacts, unknown

__all__ = ["documents", "legal", "posing", "printing", "receipt"]


def documents(facts: PackFacts, folder: Path) -> None:
    """01 to 05 into ``folder``; without a printer of PDF the report is a docx as well."""
    made = facts.made_at
    (folder / "01-transfer-letter.docx").write_bytes(as_docx(letter(facts), made))
    (folder / "02-lead-list.xlsx").write_bytes(workbook(facts))
    record = extraction_record(facts)
    (folder / "03-extraction-record.docx").write_bytes(as_docx(record, made))
    (folder / "04-fixed-list.docx").write_bytes(as_docx(fixed_list(facts, whole=True), made))
    if cannot_print() or not facts.pdf:
        (folder / "05-lead-report.docx").write_bytes(as_docx(report(facts), made))
        return
    _print(record, folder / "03-extraction-record.pdf")
    _print(fixed_list(facts, whole=False), folder / "04-fixed-list.pdf")
    _print(report(facts), folder / "05-lead-report.pdf")


def receipt(facts: ReceiptFacts, folder: Path) -> None:
    """00, beside the pack."""
    sheet = handover_receipt(facts)
    (folder / "00-handover-receipt.docx").write_bytes(as_docx(sheet, facts.made_at))
    if facts.pdf and not cannot_print():
        _print(sheet, folder / "00-handover-receipt.pdf")


def legal(lead: LeadFacts) -> Json:
    """``offences``, ``thresholds`` and ``jurisdiction`` of a lead, each a suggestion."""
    counted = thresholds(lead)
    return {"offences": offences(lead, counted), "thresholds": counted, "jurisdiction": jurisdiction(lead)}


def posing() -> frozenset[str]:
    """Signals of the score that say that a site poses as a public body."""
    return legal_basis().posing


def printing() -> Json:
    """What prints the PDFs, or why there are none; stands in ``environment.json``."""
    why = cannot_print()
    return unknown(why) if why else {"value": printer()}


def _print(sheet: Sheet, path: Path) -> None:
    path.write_bytes(as_pdf(sheet))
