"""Which files lie in the feeds folder, to which feed each belongs, and how a file is known again.

A file is known by its name and by a hash of its content: the same file read twice is one search of the store.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

WORDS = {
    **dict.fromkeys(("names", "nrd", "new", "newly", "registered", "domains", "zone"), "names"),
    **dict.fromkeys(("ct", "crt", "crtsh", "certs", "certstream", "certificates"), "ct"),
    **dict.fromkeys(("tips", "tip", "hotline", "12345", "reports"), "tips"),
    **dict.fromkeys(("assets", "fofa", "hunter", "quake", "urlscan", "zoomeye", "shodan"), "assets"),
}
"""Words of a file's name, or of the folder around it, and the feed that they stand for."""
_CHINESE = {
    **dict.fromkeys(("举报", "热线", "投诉", "线索"), "tips"),
    **dict.fromkeys(("鹰图", "测绘", "资产"), "assets"),
    **dict.fromkeys(("新注册", "注册域名"), "names"),
    **dict.fromkeys(("证书透明", "透明日志"), "ct"),
}
"""The same in Chinese, where no blank parts words."""
_WORD = re.compile(r"[0-9a-z]+|[\u4e00-\u9fff]+")
TABLES = frozenset({".txt", ".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".xlsx"})
PAGES = frozenset({".html", ".htm", ".mhtml", ".mht"})
MOST_FILES = 2000
"""Files of one folder that are looked at; the rest waits for the next night."""
MOST_BYTES = 256 * 1024 * 1024
"""Bytes of one file that are read; a larger one must be split."""
_DIGEST = 12


class FeedError(Exception):
    """A file cannot be read; one line in Chinese says which, what was expected and what to do."""


class UnknownPageError(FeedError):
    """A file is readable, but nothing here knows what it is: told as *unparsed*."""


@dataclass(frozen=True, slots=True)
class FeedFile:
    """One file of the feeds folder."""

    path: Path
    name: str
    """Below the folder, with ``/``."""
    digest: str
    """First 12 hexadecimal digits of the SHA-256 of its content."""

    @classmethod
    def at(cls, path: Path, name: str = "") -> FeedFile:
        """The file at ``path``; of a very large one the first ``MOST_BYTES`` and the size make the digest."""
        digest = hashlib.sha256()
        left = MOST_BYTES
        try:
            with path.open("rb") as file:
                while left > 0 and (part := file.read(min(left, 1 << 20))):
                    digest.update(part)
                    left -= len(part)
            if left <= 0:
                digest.update(str(path.stat().st_size).encode())
        except OSError:
            digest.update(b"unreadable")  # told when it is read
        return cls(path, name or path.name, digest.hexdigest()[:_DIGEST])

    @property
    def query(self) -> str:
        """What stands for the file in the store, where a search has its words."""
        return f"{self.name} {self.digest}"


def feed_of(name: str) -> str:
    """The feed of a file by its name below the folder; ``""`` for one that belongs to none.

    The folder around it speaks first (``assets/export-1.csv``), then the words of its name (``nrd-2026-03-01.csv``);
    a page is always a saved one.
    """
    folder, _, file = name.lower().rpartition("/")
    file = file.removesuffix(".gz").removesuffix(".zst")
    suffix = Path(file).suffix
    if suffix in PAGES:
        return "saved"
    if suffix not in TABLES:
        return ""
    for part in (folder, file):
        for word in _WORD.findall(part):
            if found := WORDS.get(word) or next((feed for name, feed in _CHINESE.items() if name in word), ""):
                return found
    return ""


def feeds_in(folder: Path | None) -> frozenset[str]:
    """The feeds that have a file in the folder."""
    if folder is None or not folder.is_dir():
        return frozenset()
    return frozenset(feed_at(path, name) for path, name in _listed(folder)) - {""}


def feed_at(path: Path, name: str) -> str:
    """The feed of a file: by its content where that is plain, else by its name; ``""`` for one that belongs to none.

    Lists of names and of certificates' names look alike: there the file's name decides. Saved pages and exports lie
    where their names or folders say so.
    """
    from spiders.feeds.sniffing import feed_by_content  # noqa: PLC0415 - its readers know this module

    by_name = feed_of(name)
    readable = {part.lower() for part in path.suffixes[-2:]} & (TABLES | {".gz", ".zst"})
    if by_name in {"assets", "saved"} or not readable:
        return by_name
    by_content = feed_by_content(path)
    return by_name if (by_content, by_name) == ("names", "ct") else by_content or by_name


def feed_files(folder: Path | None, feed: str) -> tuple[FeedFile, ...]:
    """The files of one feed, by name, each content once; none where the folder is not set or not there."""
    if folder is None or not folder.is_dir():
        return ()
    found: dict[str, FeedFile] = {}
    for path, name in _listed(folder):
        if feed_at(path, name) == feed:
            file = FeedFile.at(path, name)
            found.setdefault(file.digest, file)
    return tuple(found.values())


def file_of(folder: Path | None, query: str) -> FeedFile:
    """The file that a planned search stands for. Raises ``FeedError`` when it is gone or no longer the same."""
    name, _, digest = query.rpartition(" ")
    paths = {known: path for path, known in _listed(folder)} if folder is not None and folder.is_dir() else {}
    if name not in paths:
        raise FeedError(f"{name}：文件已不在目录中；放回原处，或等下一夜重新登记")
    file = FeedFile.at(paths[name], name)
    if file.digest != digest:
        raise FeedError(f"{name}：登记之后内容已改变；下一夜按新内容读取")
    return file


def _listed(folder: Path) -> list[tuple[Path, str]]:
    """Files of the folder and of the folders in it, by name; hidden ones and links are left out.

    Browsers put pictures and scripts of a saved page into ``…_files``, which holds no page of its own.
    """
    inner = sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith(".") and not p.is_symlink())
    places = [folder, *(p for p in inner if not p.name.endswith(("_files", "_文件")))]
    paths = (p for place in places for p in sorted(place.iterdir()))
    found = [p for p in paths if p.is_file() and not p.is_symlink() and not p.name.startswith((".", "~$"))]
    return [(p, p.relative_to(folder).as_posix()) for p in found[:MOST_FILES]]
