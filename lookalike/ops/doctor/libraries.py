"""What the program leans on: packages, browser, fonts, what prints, reads pictures and seals. Asks no network."""

from __future__ import annotations

import ctypes.util
import importlib
import re
import shutil
from collections.abc import Iterator
from importlib import metadata
from importlib.util import find_spec

from lookalike.config import Config
from lookalike.ops.doctor.model import Finding

EXTRAS = {
    "postgres": ("psycopg",),
    "ocr": ("rapidocr", "onnxruntime"),
    "pdf": ("weasyprint",),
    "browser": ("playwright",),
    "exchange": ("stix2",),
    "workers": ("procrastinate",),
    "s3": ("botocore",),
    "web": ("starlette", "uvicorn"),
    "oidc": ("authlib",),
    "screen": ("hyperscan", "numba", "pyarrow"),
}
"""Extras and the modules that show that they are there."""
CHINESE = "安全生产资格证书查询"
_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)\s*(\[[^\]]*\])?\s*([^;]*)")


def libraries(config: Config) -> Iterator[Finding]:
    """All of it."""
    yield _packages()
    yield from _extras(config)
    yield _browser(config)
    yield _fonts()
    yield _printing(config)
    yield _reading()
    yield _codes()
    yield Finding("openssl", "ok" if shutil.which("openssl") else "warn")


def _packages() -> Finding:
    try:
        wanted = [line for line in metadata.requires("lookalike") or () if "extra ==" not in line]
    except metadata.PackageNotFoundError:
        return Finding("packages", "unknown")
    bad = [told for told in map(_lacking, wanted) if told]
    if bad:
        return Finding("packages", "fail", facts={"names": ", ".join(bad)})
    return Finding("packages", "ok", facts={"count": str(len(wanted))})


def _lacking(requirement: str) -> str:
    """What is wrong with a package; empty: nothing."""
    found = _REQUIREMENT.match(requirement)
    marker = requirement.partition(";")[2]
    if found is None or ("win32" in marker and "!=" not in marker):
        return ""
    name, wanted = found[1], found[3].strip()
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return name
    try:
        from packaging.specifiers import SpecifierSet  # noqa: PLC0415 - comes with others' packages, mostly
    except ModuleNotFoundError:
        return ""
    return "" if SpecifierSet(wanted).contains(version, prereleases=True) else f"{name} {version} ({wanted})"


def _extras(config: Config) -> Iterator[Finding]:
    needed = {
        "postgres": config.database.startswith("postgres"),
        "oidc": bool(config.oidc_issuer),
        "s3": bool(config.captures_store),
        "browser": config.browser != "off",
    }
    for extra, modules in EXTRAS.items():
        missing = [module for module in modules if find_spec(module) is None]
        facts = {"extra": extra, "names": ", ".join(missing)}
        if not missing:
            yield Finding("extra", "ok", facts=facts)
        elif extra in {"postgres", "oidc", "s3"}:
            yield Finding("extra", "fail" if needed[extra] else "off", facts=facts)
        else:
            yield Finding("extra", "warn" if needed.get(extra, True) else "off", facts=facts)


def _browser(config: Config) -> Finding:
    from spiders.browser.launch import BrowserMissing, find_browser  # noqa: PLC0415 - where it is asked for only

    if config.browser == "off":
        return Finding("browser", "off")
    try:
        found = find_browser(config.chromium)
    except BrowserMissing as error:
        configured = bool(config.chromium)
        return Finding("browser", "fail" if configured else "warn", facts={"why": str(error)})
    return Finding("browser", "ok", facts={"path": found.path or "playwright"})


def _fonts() -> Finding:
    from lookalike.evidence.documents.glyphs import lacking  # noqa: PLC0415

    if ctypes.util.find_library("fontconfig") is None:
        return Finding("fonts", "unknown")
    missing = lacking(CHINESE)
    return Finding("fonts", "warn" if missing else "ok", facts={"missing": "".join(missing)})


def _printing(config: Config) -> Finding:
    from lookalike.evidence.documents.pdf import cannot_print  # noqa: PLC0415

    if not config.pdf:
        return Finding("pango", "off")
    why = cannot_print()
    return Finding("pango", "warn" if why else "ok", facts={"why": why})


def _reading() -> Finding:
    """Loaded for true: a wheel can be there while a system library that it needs is not."""
    return _loads("ocr", "onnxruntime") if find_spec("rapidocr") else Finding("ocr", "off")


def _codes() -> Finding:
    return _loads("qr", "zxingcpp")


def _loads(name: str, module: str) -> Finding:
    try:
        importlib.import_module(module)
    except ModuleNotFoundError:
        return Finding(name, "warn", facts={"why": module})
    except (ImportError, OSError) as error:
        return Finding(name, "fail", facts={"why": str(error)[:200]})
    return Finding(name, "ok")
