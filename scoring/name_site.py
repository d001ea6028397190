"""Which part of a host name somebody chose, and under what: the label, the suffix, and all before it."""

from __future__ import annotations

from scoring.domains import private_suffix, split

_CLOSED = frozenset({"gov", "go", "gob", "gouv", "govt", "gub", "mil"})
TRANSLATED = ".translate.goog"
"""Below which a proxy shows any host, whose dots it writes as hyphens and hyphens as two."""


def site(flat: str) -> tuple[str, str, str]:
    """The label that somebody chose, the public suffix behind it (private ones too), and all before the suffix."""
    shared = private_suffix(flat)
    if shared and flat != shared:
        front = flat[: -len(shared) - 1]
        return front.rsplit(".", 1)[-1], shared, front
    sub, label, suffix = split(flat)
    return label, suffix, f"{sub}.{label}".strip(".")


def translated(name: str) -> str:
    """The host that a translating proxy shows; other names as they are."""
    label = name.removesuffix(TRANSLATED)
    if label == name or not label.strip("-") or "." in label:
        return name
    return label.replace("--", "\0").replace("-", ".").replace("\0", "-")


def closed(suffix: str) -> bool:
    """Whether only public bodies can register there: ``gov``, ``gov.uk``, ``go.jp``, ``mil`` …"""
    return suffix.split(".", 1)[0] in _CLOSED
