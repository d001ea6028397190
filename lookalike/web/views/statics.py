"""Our own style, scripts and icon: read once, named by their hash, so that a browser may keep them for good."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from starlette.responses import Response

from lookalike.web.desk import Call
from lookalike.web.troubles import NotFound

KINDS = {
    "app.css": "text/css; charset=utf-8",
    "compare.js": "text/javascript; charset=utf-8",
    "keys.js": "text/javascript; charset=utf-8",
    "select.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "vendor/htmx.min.js": "text/javascript; charset=utf-8",
}
"""Every file that can be asked for; a name that is not here is not there."""
FOR_GOOD = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Static:
    """One file."""

    data: bytes
    version: str


@lru_cache(maxsize=len(KINDS))
def read(name: str) -> Static:
    """A file of ``KINDS`` with the beginning of its SHA-256."""
    data = files("lookalike.web").joinpath("static", name).read_bytes()
    return Static(data, hashlib.sha256(data).hexdigest()[:16])


def address_of(name: str) -> str:
    """Its path: another content is another path."""
    return f"/static/{read(name).version}/{name}"


def static(call: Call) -> Response:
    """The file; of an older version nothing is left."""
    name = call.path["name"]
    if name not in KINDS or call.path["version"] != read(name).version:
        raise NotFound
    return Response(read(name).data, headers={"content-type": KINDS[name], "cache-control": FOR_GOOD})
