"""The tables. Everything that is stored in the database stands here; bytes lie in files, by hash."""

from __future__ import annotations

from lookalike.store.models.allow import AllowEntry
from lookalike.store.models.base import Base
from lookalike.store.models.campaign import Campaign, CampaignLink, LeadKey, NeverLink
from lookalike.store.models.desk import Lease, SecondReading, Selection, Snooze
from lookalike.store.models.evidence import Export, Handover, HandoverAnswer, Pack, Timestamp
from lookalike.store.models.lead import Assessment, Baseline, Lead
from lookalike.store.models.life import LifeEvent
from lookalike.store.models.note import LeadNote, NoteMention
from lookalike.store.models.people import ApiToken, Person, PersonSession, SignInThrottle
from lookalike.store.models.queue import LeadCount, LeadDelta, LeadSource, LeadStale, LeadText
from lookalike.store.models.run import Run, Search, SerpPage
from lookalike.store.models.site import Capture, Sighting, Site, Visit
from lookalike.store.models.source import SourceState, Tip
from lookalike.store.models.verdict import Audit, ReferenceSet, SiteAddress, Verdict, WeightsVersion

__all__ = [
    "AllowEntry",
    "ApiToken",
    "Assessment",
    "Audit",
    "Base",
    "Baseline",
    "Campaign",
    "CampaignLink",
    "Capture",
    "Export",
    "Handover",
    "HandoverAnswer",
    "Lead",
    "LeadCount",
    "LeadDelta",
    "LeadKey",
    "LeadNote",
    "LeadSource",
    "LeadStale",
    "LeadText",
    "Lease",
    "LifeEvent",
    "NeverLink",
    "NoteMention",
    "Pack",
    "Person",
    "PersonSession",
    "ReferenceSet",
    "Run",
    "Search",
    "SecondReading",
    "Selection",
    "SerpPage",
    "Sighting",
    "SignInThrottle",
    "Site",
    "SiteAddress",
    "Snooze",
    "SourceState",
    "Timestamp",
    "Tip",
    "Verdict",
    "Visit",
    "WeightsVersion",
]
