"""Office packages in one form: members sorted and dated 1980, so that they hold no clock."""

from __future__ import annotations

import zipfile
from io import BytesIO

_DATE = (1980, 1, 1, 0, 0, 0)
_FILE_ON_UNIX = 0o100644 << 16


def repacked(package: bytes) -> bytes:
    """The same members in the one form; ``[Content_Types].xml`` sorts first, as readers like it."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(package)) as made, zipfile.ZipFile(out, "w") as kept:
        for name in sorted(made.namelist()):
            one = zipfile.ZipInfo(name, _DATE)
            one.compress_type, one.external_attr, one.create_system = zipfile.ZIP_DEFLATED, _FILE_ON_UNIX, 3
            kept.writestr(one, made.read(name), compresslevel=6)
    return out.getvalue()
