"""Renders an engine's template in a sandbox, autoescaped. Decides nothing about ranking or paging."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jinja2 import FileSystemLoader
from jinja2.sandbox import SandboxedEnvironment

from lookalike.cyber_range.model import Engine


@dataclass(frozen=True, slots=True)
class Shown:
    """One result or advert, as templates see it."""

    target: str
    """Its true address."""
    url: str
    """What the page links to: the engine's redirector, or the target."""
    display_url: str
    title: str
    snippet: str
    date: str
    """``2026-02-20`` or empty."""
    host: str


def template_environment(folder: Path) -> SandboxedEnvironment:
    """The environment for the templates in ``folder``; they may include and extend each other."""
    return SandboxedEnvironment(
        loader=FileSystemLoader(folder), autoescape=True, auto_reload=False, trim_blocks=True, lstrip_blocks=True
    )


def render(
    environment: SandboxedEnvironment,
    engine: Engine,
    query: str,
    *,
    results: tuple[Shown, ...],
    ads: tuple[Shown, ...],
    offset: int = 0,
    next_url: str = "",
) -> str:
    """The results page. ``offset`` is 0 for the first result; ``next_url`` is empty on the last page."""
    return environment.get_template(engine.template).render(
        query=query,
        results=results,
        ads=ads,
        offset=offset,
        page_size=engine.page_size,
        has_next=bool(next_url),
        next_url=next_url,
    )
