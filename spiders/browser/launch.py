"""Which browser there is, and the flags it starts with. Without one, the reason names the mend."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
MEND = "请运行 pip install 'lookalike[browser]' 和 apt install chromium；不用浏览器则设 LOOKALIKE_BROWSER=off"
AS_ROOT = "以 root 运行：Chromium 的沙箱已关闭（--no-sandbox）；请改用普通用户运行采集"

WITHOUT = (
    # Of the same switch the last one counts, so what Playwright does without is named here again.
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *(
        "HttpsFirstBalancedModeAutoEnable",
        "LensOverlay",
        "MediaRouter",
        "PaintHolding",
        "ThirdPartyStoragePartitioning",
    ),
    *("AvoidCorsURLLoaderRestartOnRedirect", "TcpPortRandomizationWin", "OptimizationHints", "AimEnabled"),
    *("NetworkTimeServiceQuerying", "PreconnectToSearch", "msForceBrowserSignIn"),
    "msEdgeUpdateLaunchServicesPreferredVersion",
    # The suggestions below the address bar, a renderer of its own for every window: 80 MiB of a bar nobody sees.
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup"),
)
"""Features of Chromium that are switched off."""


class BrowserMissing(Exception):
    """No browser can be used; the message says why and what mends it."""


@dataclass(frozen=True, slots=True)
class Found:
    """A browser that can be tried."""

    path: str
    """Empty: the one that Playwright brought itself."""
    sandbox: bool
    """False for root, for whom Chromium refuses to start with its sandbox on."""


def find_browser(configured: str = "") -> Found:
    """The browser of the settings, else the system's, else Playwright's own. Raises ``BrowserMissing``."""
    if sys.platform == "win32":
        raise BrowserMissing("浏览器采集只支持 Linux 和 macOS")
    if find_spec("playwright") is None:
        raise BrowserMissing(f"没有安装 playwright；{MEND}")
    sandbox = os.geteuid() != 0
    if configured:
        if not os.access(configured, os.X_OK) or not Path(configured).is_file():
            raise BrowserMissing(f"LOOKALIKE_CHROMIUM={configured}：不是可执行文件；请改正或删去")
        return Found(configured, sandbox)
    path = next(filter(None, map(shutil.which, NAMES)), "")
    if not path and not _playwrights_own():
        raise BrowserMissing(f"没有找到 Chromium；{MEND}")
    return Found(path, sandbox)


def flags(nowhere: str) -> tuple[str, ...]:
    """Beside Playwright's own. ``nowhere`` is a proxy that refuses everything: pages get others of their own."""
    return (
        f"--proxy-server={nowhere}",
        "--proxy-bypass-list=<-loopback>",  # else whatever is on loopback is reached without the proxy
        "--webrtc-ip-handling-policy=disable_non_proxied_udp",  # the force- spelling of it has no effect
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # names are the guard's: no query of its own
        "--disable-blink-features=AutomationControlled,SharedWorker",  # as victims' browsers; no worker out of sight
        "--js-flags=--max-old-space-size=256",
        "--disable-features=" + ",".join(WITHOUT),
        "--disable-sync",
        "--no-pings",
        "--disable-domain-reliability",
    )


def _playwrights_own() -> bool:
    root = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or str(Path.home() / ".cache" / "ms-playwright")
    return any(Path(root).glob("chromium*"))
