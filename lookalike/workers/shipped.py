"""What a night tells its workers, so that all of them look and judge alike: settings, reference set, weights.

What belongs to a machine stays its own: folders, exit proxy, name servers, browser, keys.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from lookalike.config import Config
from lookalike.errors import LookalikeError
from lookalike.fingerprints import of_program, of_seeds
from lookalike.night import Night
from lookalike.opening import open_blobs
from lookalike.stages.refresh import reference_of
from lookalike.store import references, weights
from lookalike.store.engine import Factory, reading
from scoring.reference import Reference
from seeds.loader import load_seeds
from spiders import clock
from spiders.request_log import log_for

SHIPPED = frozenset(
    {
        *("now", "delay", "address_delay", "timeout", "dns_timeout", "whois_timeout", "look_ups", "user_agent_contact"),
        *("max_body", "max_hops", "max_pages", "max_pictures", "max_picture", "site_seconds", "ports", "browser"),
        *("budget_hosts", "budget_pages", "budget_mib", "budget_seconds", "budget_address_factor"),
        *("queries", "pages", "cities", "sources", "back_off_hours", "back_off_days", "attempts"),
        *("revisit_days", "revisit_high_days", "revisit_medium_days", "revisit_low_days", "revisit_most_days"),
        *("picture_score", "render_score", "render_days"),
    }
)
"""Settings that decide what is fetched and how it is judged; those of whoever runs the night hold for all."""
OTHERS = "a worker has another version of program or seeds than this night; give all machines the same"


def to_tell(night: Night) -> dict[str, Any]:
    """The same as JSON; ``night.compared`` must be kept already."""
    assert night.compared is not None
    return {
        "settings": night.config.model_dump(mode="json", include=set(SHIPPED)),
        "reference": night.compared.sha256,
        "weights": night.weights.version,
    }


def as_told(told: dict[str, Any], run: int, own: Config, factory: Factory) -> Night:
    """The night as its workers see it. Raises LookalikeError where program or seeds differ from the night's."""
    settings = {name: value for name, value in told["settings"].items() if name in SHIPPED}
    config = Config(**{**own.model_dump(), **settings})
    seeds = load_seeds(config.seeds_folder)  # anew: they may have been changed since this process began
    with reading(factory) as session:
        compared = references.get(session, told["reference"])
        rows = references.rows_of(session, compared) if compared else []
        judged_by = weights.get(session, told["weights"])
    if compared is None or judged_by is None:
        raise LookalikeError(OTHERS)
    bare, now = Reference(seeds), partial(clock.now, config)
    night = Night(config, seeds, factory, open_blobs(config), bare, now, weights=judged_by)
    if compared.seeds != of_seeds(night.seeds) or compared.program != of_program():
        raise LookalikeError(OTHERS)
    reference, used = reference_of(night, rows, compared.confirmed)
    if len(used) != len(compared.baselines):
        missing = len(compared.baselines) - len(used)
        raise LookalikeError(
            f"{missing} captures of genuine pages cannot be read here; give all machines one folder of captures"
        )
    log_for(night.config).run = run
    return replace(night, run_id=run, reference=reference, compared=compared)
