"""Opens the stores that the settings name."""

from __future__ import annotations

from lookalike.config import Config
from lookalike.ops.restoring import refuse_half_restored
from lookalike.store.blobs import Blobs
from lookalike.store.engine import Factory, open_engine, session_factory, told
from lookalike.store.migrate import ensure_current


def open_store(config: Config) -> Factory:
    """The database; the embedded one is made, and brought up to date, where it needs it."""
    refuse_half_restored(config.home)
    engine = open_engine(config.database)
    with told():
        ensure_current(engine)
    return session_factory(engine)


def open_blobs(config: Config) -> Blobs:
    """Captures: the home's own folder, or the store that ``captures_store`` names. Connects to nothing yet."""
    if not config.captures_store:
        return Blobs(config.captures)
    from lookalike.store.bucket import Bucket, address_of  # noqa: PLC0415 - of the extra ``s3``
    from lookalike.store.remote_blobs import RemoteBlobs  # noqa: PLC0415

    return RemoteBlobs(config.captures_cache, Bucket(address_of(config)), config.captures, config.s3_cache_mib << 20)
