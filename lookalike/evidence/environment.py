"""``environment.json``: the machine that wrote the pack, as a check of cleanliness before capture asks for it.

Settings are told by name, never with passwords; what cannot be found out says so.
"""

from __future__ import annotations

import os
import platform
import ssl
import sys
import time
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import urlsplit

from lookalike import __version__
from lookalike.config import Config
from lookalike.evidence import hooks
from lookalike.evidence.canonical import utc
from lookalike.evidence.facts import Json, unknown
from lookalike.evidence.hashes import digest
from spiders.browser.launch import BrowserMissing, find_browser

_PACKAGES = (
    "scrapy",
    "twisted",
    "warcio",
    "cdxj-indexer",
    "lxml",
    "cryptography",
    "sqlalchemy",
    "playwright",
    "pillow",
)


def environment_json(config: Config, at: datetime) -> Json:
    """What was found when the pack was written; how each capture was taken stands with the capture."""
    return {
        "schema": "environment/1",
        "note": "本文件记录导出证据包时的系统环境；各次采集的工具、请求头与时间见各 capture.json",
        "at": utc(at),
        "clock": _clock(config),
        "program": {"name": "lookalike", "version": __version__, "python": sys.version.split()[0]},
        "packages": {name: _version(name) for name in _PACKAGES},
        "openssl": ssl.OPENSSL_VERSION,
        "system": {"platform": platform.platform(), "root": os.geteuid() == 0},
        "browser": _browser(config),
        "browser_profile": "每次渲染均使用全新的浏览器环境，不含历史、Cookie 与登录状态",
        "proxy": _proxy(config),
        "name_servers": {"configured": list(config.nameservers), "system": _system_name_servers()},
        "hosts_file": _hosts_file(),
        "documents": {"pdf": hooks.printing(config.pdf)},
    }


def _clock(config: Config) -> Json:
    synchronised = Path("/run/systemd/timesync/synchronized").exists()
    told: Json = {"timezone": time.strftime("%z"), "fixed": utc(config.now) if config.now else None}
    told["offset_ms"] = unknown("没有与外部时间源比对")
    known = {"value": True, "source": "systemd-timesyncd"}
    told["synchronised"] = known if synchronised else unknown("系统没有报告时间同步状态")
    return told


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _browser(config: Config) -> Json:
    try:
        found = find_browser(config.chromium)
    except BrowserMissing as error:
        return unknown(str(error))
    return {"path": found.path or "playwright", "sandbox": found.sandbox}


def _proxy(config: Config) -> Json:
    if not config.proxy:
        return {"used": False}
    parts = urlsplit(config.proxy)
    return {"used": True, "host": parts.hostname, "port": parts.port}


def _system_name_servers() -> list[str]:
    return [
        line.split()[1] for line in _lines("/etc/resolv.conf") if line.startswith("nameserver ") and line.split()[1:]
    ]


def _hosts_file() -> Json:
    """The names of the machine's own hosts file may be internal: its hash and length, and whether it says anything."""
    lines = [line for line in _lines("/etc/hosts") if not line.startswith("#")]
    names = {name for line in lines for name in line.split()[1:]}
    public = sorted(n for n in names if n.endswith((".cn", ".com", ".net", ".org", ".top")))
    return {"sha256": digest("\n".join(lines).encode(), "sha256"), "entries": len(lines), "public_names": public}


def _lines(path: str) -> list[str]:
    try:
        text = Path(path).read_text("utf-8", "replace")
    except OSError:
        return []
    return [line.strip() for line in text.splitlines() if line.strip()]
