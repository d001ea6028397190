"""Loads everything in ``seeds/``, with an optional folder laid over it. Reads files and nothing else; keeps nothing."""

from __future__ import annotations

from pathlib import Path

from seeds.ct_logs import read_ct_logs
from seeds.ct_model import CtFollow
from seeds.known_names import read_known_names
from seeds.lexicon import merge_lexicon, read_lexicon
from seeds.model import Platform, Seeds, SharedHosts
from seeds.platforms import check_addresses, read_platforms
from seeds.services import merge_services, read_services
from seeds.sources import read_shared_hosts, read_sources
from seeds.tables import Problems

HOME = Path(__file__).resolve().parent
LAYOUT = (
    "platforms",
    "lexicon",
    "sources.toml",
    "shared_hosts.toml",
    "services.toml",
    "known_names.txt",
    "ct_logs.toml",
)


def load_seeds(overlay: Path | None = None) -> Seeds:
    """The bundled seeds, or these with ``overlay`` laid over them.

    An overlay has the same layout, any part of it. Platforms and sources with a known id replace the bundled row,
    others are added; terms are added to their group; templates stand before the bundled ones, or replace them
    where ``replace = true``; shared hosts, services and known names are added; logs are replaced by id.

    Raises :class:`seeds.errors.SeedError` for the first thing that is wrong.
    """
    problems = Problems()
    seeds = _load(overlay, problems)
    problems.stop()
    return seeds


def check_seeds(overlay: Path | None = None) -> list[str]:
    """Every problem of the seeds, one line each; empty when all is well."""
    problems = Problems()
    _load(overlay, problems)
    return [str(e) for e in problems.found]


def _load(overlay: Path | None, problems: Problems) -> Seeds:
    platforms = _platforms(HOME, "", problems)
    lexicon = read_lexicon(HOME / "lexicon", "lexicon/", problems)
    sources = {s.id: s for s in read_sources(HOME / "sources.toml", "sources.toml", problems)}
    shared = read_shared_hosts(HOME / "shared_hosts.toml", "shared_hosts.toml", problems)
    services = read_services(HOME / "services.toml", "services.toml", problems)
    known = read_known_names(HOME / "known_names.txt", "known_names.txt", problems)
    logs, follow = read_ct_logs(HOME / "ct_logs.toml", "ct_logs.toml", problems)
    over = None
    if overlay is not None and _usable(overlay, problems):
        label = f"{overlay}/"
        platforms |= _platforms(overlay, label, problems)
        over = read_lexicon(overlay / "lexicon", f"{label}lexicon/", problems)
        file = "sources.toml"
        sources |= {s.id: s for s in read_sources(overlay / file, f"{label}{file}", problems)}
        file = "shared_hosts.toml"
        shared = _joined(shared, read_shared_hosts(overlay / file, f"{label}{file}", problems))
        file = "services.toml"
        services = merge_services(services, read_services(overlay / file, f"{label}{file}", problems))
        file = "known_names.txt"
        known |= read_known_names(overlay / file, f"{label}{file}", problems)
        file = "ct_logs.toml"
        more, theirs = read_ct_logs(overlay / file, f"{label}{file}", problems)
        logs, follow = tuple({log.id: log for log in (*logs, *more)}.values()), theirs or follow
    rows = list(platforms.values())
    check_addresses(rows, problems)
    return Seeds(
        platforms=tuple(p for _, p in rows),
        lexicon=merge_lexicon(lexicon, over),
        sources=tuple(sources.values()),
        shared_hosts=shared,
        services=services,
        known_names=known,
        ct_logs=logs,
        ct_follow=follow or CtFollow(),
    )


def _joined(bundled: SharedHosts, over: SharedHosts) -> SharedHosts:
    """A host that the overlay names is divided as the overlay says."""
    return SharedHosts(
        (bundled.hosts - over.posts) | over.hosts,
        (bundled.posts - over.hosts) | over.posts,
        tuple(dict.fromkeys((*bundled.post_paths, *over.post_paths))),
    )


def _platforms(folder: Path, label: str, problems: Problems) -> dict[str, tuple[str, Platform]]:
    return {p.id: (file, p) for file, p in read_platforms(folder / "platforms", f"{label}platforms/", problems)}


def _usable(overlay: Path, problems: Problems) -> bool:
    """Whether the folder is one, and holds nothing but what the layout names."""
    if not overlay.is_dir():
        problems.add(str(overlay), "folder", "expected a folder of seeds", "create it, or correct the setting")
        return False
    for entry in sorted(overlay.iterdir()):
        if entry.name not in LAYOUT and entry.suffix == ".toml":
            problems.add(str(entry), "file", f"expected one of {', '.join(LAYOUT)}", "move or rename it")
    return True
