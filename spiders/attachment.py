"""Downloads in the place of a page: PDF, Office, archives, apps and programs are kept as bytes and never opened."""

from __future__ import annotations

_STARTS = (
    (b"%PDF-", "PDF"),
    (b"PK\x03\x04", "ZIP/Office/APK"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office 97"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"MZ", "Windows 程序"),
    (b"\x7fELF", "Linux 程序"),
    (b"{\\rtf", "RTF"),
)
_TYPES = (
    ("application/pdf", "PDF"),
    ("vnd.android.package-archive", "APK"),
    ("openxmlformats", "Office"),
    ("msword", "Office"),
    ("ms-excel", "Office"),
    ("ms-powerpoint", "Office"),
    ("x-msdownload", "Windows 程序"),
    ("application/zip", "ZIP"),
    ("x-rar", "RAR"),
    ("x-7z", "7z"),
    ("application/octet-stream", "二进制文件"),
)


def attachment(content_type: str, disposition: str, data: bytes) -> str:
    """What kind of file it is; '' for what a browser shows. Looks at the first bytes alone, opens nothing."""
    kind = content_type.split(";", maxsplit=1)[0].strip().lower()
    shown = "html" in kind or kind.startswith(("text/", "image/"))
    found = next((name for start, name in _STARTS if data.startswith(start)), "")
    if found and not shown:
        return found
    named = next((name for part, name in _TYPES if part in kind), "")
    if named:
        return found or named
    if disposition.strip().lower().startswith("attachment"):
        return found or kind[:60] or "文件"
    return ""
