"""As whom the browser calls: the user agent of a visit told in all places where a site can ask for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

FOLD = (1280, 900)
"""A desktop's first screenful, CSS pixels."""
PHONE = (393, 852)
_CHROME = re.compile(r"Chrome/(\d{1,4})((?:\.\d{1,6}){0,3})", re.ASCII)
_ANDROID = re.compile(r"Android (\d{1,3})", re.ASCII)
_MODEL = re.compile(r"Android \d{1,3}; ([A-Za-z0-9 _-]{1,40})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Look:
    """What a browser says of itself, and the size of its window."""

    user_agent: str
    phone: bool

    @property
    def window(self) -> tuple[int, int]:
        """Width and height of the viewport."""
        return PHONE if self.phone else FOLD

    def hints(self) -> dict[str, Any]:
        """Parameters of CDP's ``Emulation.setUserAgentOverride``, client hints (W3C UA-CH) with them."""
        told: dict[str, Any] = {"userAgent": self.user_agent, "acceptLanguage": "zh-CN,zh"}
        chrome = _CHROME.search(self.user_agent)
        if chrome is None:
            return told  # Safari and the like send none
        major, full = chrome[1], chrome[1] + chrome[2]
        brand = "Android WebView" if "; wv)" in self.user_agent else "Google Chrome"
        names = ("Chromium", brand, "Not)A;Brand")
        android, model = _ANDROID.search(self.user_agent), _MODEL.search(self.user_agent)
        told["platform"] = "Linux armv81" if self.phone else "Win32"
        told["userAgentMetadata"] = {
            "brands": [{"brand": n, "version": major if "Not" not in n else "24"} for n in names],
            "fullVersionList": [{"brand": n, "version": full if "Not" not in n else "24.0.0.0"} for n in names],
            "platform": "Android" if android else "Windows",
            "platformVersion": f"{android[1]}.0.0" if android else "10.0.0",
            "architecture": "" if self.phone else "x86",
            "model": model[1].split(" Build")[0] if model else "",
            "mobile": self.phone,
        }
        return told


def look_of(user_agent: str) -> Look:
    """The look that fits a user agent."""
    return Look(user_agent, any(word in user_agent for word in ("Mobile", "Android", "iPhone")))
