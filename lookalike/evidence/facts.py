"""What a pack is made of, as plain values: the documents are written from these and from nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from lookalike.store.listing import LeadView
from lookalike.store.models import Assessment, Lead

Json = dict[str, Any]

METHOD = "网络在线提取（公开页面，未登录，未绕过任何访问控制）"
"""How everything here was obtained (法发〔2016〕22号; 电子数据取证规则, online extraction of what is public)."""


def unknown(why: str) -> Json:
    """A value that is not there, so that a reader can tell *not there* from *nobody looked*."""
    return {"value": None, "why": f"未获取（原因：{why}）"}


@dataclass(frozen=True, slots=True)
class CaptureFacts:
    """One page as one client got it: the folder ``data/03_evidence/P001``."""

    number: str
    """``P001``, counted through the whole pack."""
    lead_id: int
    folder: str
    """Relative to the bag: ``data/03_evidence/P001``."""
    record: Json
    """``capture.json``."""
    text: str
    """``page-text.txt``: the source as decoded; empty where no page came."""
    screenshot_full: bytes
    """PNG; empty where no browser showed the page."""
    screenshot_view: bytes
    dns: Json
    tls: Json
    registration: Json
    geoip: Json


@dataclass(frozen=True, slots=True)
class GenuineFacts:
    """A genuine platform's page as it was captured, to be shown beside the imitation."""

    platform: str
    url: str
    captured_at: datetime
    screenshot: bytes
    """PNG of its first screenful; empty where no browser was shown it."""


@dataclass(frozen=True, slots=True)
class LeadFacts:
    """One lead with everything that the pack says of it."""

    lead: Lead
    view: LeadView
    assessment: Assessment | None
    record: Json
    """``lead.json``; its ``items`` hold every evidence file with its hashes."""
    captures: tuple[CaptureFacts, ...]
    genuine: GenuineFacts | None
    reach: Json = field(default_factory=dict)
    """``lookalike.evidence.reach``: sites, posts and verdicts of the lead and its campaign."""
    unit: str = ""
    """The unit's own name, which says where it is."""


@dataclass(frozen=True, slots=True)
class PackFacts:
    """One pack, before its documents are written."""

    number: str
    version: int
    supersedes: str | None
    name: str
    """Of folder and file: ``XS-20261121-0001``, from the second version on ``XS-20261121-0001-v2``."""
    made_at: datetime
    made_by: str
    unit: str
    """The unit's own name; empty: not configured."""
    state: str
    """``draft`` or ``reviewed``."""
    reviewed_by: str | None
    campaign: Json | None
    """As ``campaigns --json`` tells it, where a whole one was asked for."""
    leads: tuple[LeadFacts, ...]
    items: tuple[Json, ...]
    """All rows of 电子数据提取固定清单: no, file, kind, format, bytes, source, method, sha256, sm3, md5."""
    environment: Json
    custody: tuple[Json, ...]
    detection: Json
    stamps: str
    """One sentence on time stamps."""
    bag: Path
    """The bag as it stands so far; ``data/03_evidence`` is complete."""
    pdf: bool = True
    """Whether papers are wanted as PDF as well."""
    reviewed_at: datetime | None = None
    record_title: str = "网络在线提取笔录"
    """Title of document 03, which differs from office to office."""


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """What 交接单/回执 prints: it lies outside of the pack, so it can hold its hashes."""

    name: str
    """``XS-20261121-0001.zip``."""
    bytes: int
    sha256: str
    sm3: str
    tag_sha256: str
    """Of the tag manifest, which is what time stamps are over."""
    roots: tuple[tuple[str, str], ...]
    """Name and SHA-256 fingerprint of each time-stamping authority's root certificate."""
    made_at: datetime
    made_by: str
    unit: str
    pdf: bool = True
    """Whether it is wanted as PDF as well."""
