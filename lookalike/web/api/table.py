"""The interface on one page: every entry with its scope. Routes and the document of the interface are made from it."""

from __future__ import annotations

from lookalike.web.api import campaigns, handovers, health, leads, shapes, tips
from lookalike.web.api.points import ANY, Point

POINTS = (
    Point("health", "GET", "/health", ANY, health.health, shapes.Health),
    Point("leads", "GET", "/leads", "leads:read", leads.leads, shapes.Leads, query=shapes.LeadsQuery),
    Point("lead", "GET", "/leads/{lead_id:int}", "leads:read", leads.lead, shapes.LeadFile, refusals=("not_found",)),
    Point(
        "verdict",
        "POST",
        "/leads/{lead_id:int}/verdicts",
        "verdicts:write",
        leads.give,
        shapes.VerdictGiven,
        body=shapes.NewVerdict,
        refusals=("not_found", "stale"),
    ),
    Point(
        "campaigns",
        "GET",
        "/campaigns",
        "campaigns:read",
        campaigns.campaigns,
        shapes.Campaigns,
        query=shapes.PageQuery,
    ),
    Point(
        "campaign",
        "GET",
        "/campaigns/{campaign_id}",
        "campaigns:read",
        campaigns.campaign,
        shapes.CampaignFile,
        refusals=("not_found",),
    ),
    Point(
        "handovers",
        "GET",
        "/handovers",
        "leads:read",
        handovers.handovers,
        shapes.Handovers,
        query=shapes.PageQuery,
    ),
    Point(
        "answer",
        "POST",
        "/handovers/{handover_id:int}/answers",
        "answers:write",
        handovers.answer,
        shapes.AnswerGiven,
        body=shapes.NewAnswer,
        refusals=("not_found",),
    ),
    Point("tips", "POST", "/tips", "tips:write", tips.take, shapes.TipsTaken, body=shapes.NewTips),
)
"""Everything that a program can ask."""
