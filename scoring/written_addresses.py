"""Addresses as people write them into a text: without a scheme, with full-width or spelled-out dots, blanks inside.

Says where an address stands and how it is typed into a browser; whose it is and whether it answers is for others.
Chinese text beside an address is never part of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoring.domains import is_ip, is_listed, normalise_host, registrable_domain
from scoring.invisible import INVISIBLE
from scoring.written_hosts import COMMON, FILE_ENDINGS, Host, hosts, split_labels

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 200
"""Addresses of one text that are read; a text with more of them is a list and no report."""
LONGEST_TEXT = 40_000
_ENDS = frozenset("，；！（）［］｛｝＂＇＜＞｜")
"""Full-width marks that end an address: nobody types them."""
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in _ENDS} | {0x3000: 32, 0xA0: 32}
_UNSEEN = re.compile(f"[{INVISIBLE}]")
_SCHEME = re.compile(
    r"(?<![A-Za-z])h ?[tx*+] ?[tx*+] ?p ?(?P<tls>s?) ?[:;] ?(?:[/\\] ?){1,3}"
    r"(?P<user>[A-Za-z0-9._~%!$&'*+=:-]{1,200}@)?",
    re.IGNORECASE,
)
_DOT = r"(?: ?[\[({【〔「（［] ?(?:[.。]|dot|点) ?[\])}】〕」）］] ?| ?[.。｡·•・] ?| ?点 ?| dot )"
_LABEL = r"[A-Za-z0-9_][A-Za-z0-9_-]{0,62}"
_APART = rf"{_LABEL}(?: [-—–] {_LABEL}){{0,3}}(?= ?[.。｡·] )"
"""A label whose hyphens have blanks around them, as its dots have: ``www . abc - def . com``."""
_PART = rf"(?:{_APART}|{_LABEL})"
_HERE = rf"{_PART}(?:{_DOT}{_PART}){{1,12}}(?![A-Za-z0-9_-])"
_HOST_HERE = re.compile(_HERE, re.IGNORECASE)
_HOST = re.compile(f"(?<![A-Za-z0-9_@-]){_HERE}", re.IGNORECASE)
_DOTS = re.compile(f"({_DOT})", re.IGNORECASE)
_SPACED = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z0-9./:_-] ){5,80}[A-Za-z0-9/](?![A-Za-z0-9])")
"""``w w w . a b c . c o m``: every letter by itself."""
_IPV6 = re.compile(r"\[[0-9A-Fa-f:.]{2,45}\]")
_PORT = re.compile(r" ?: ?(\d{1,5})(?!\d)")
_REST = re.compile(r"[/?#\\][A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%|^{}\\-]{0,2000}")
_MAIL_BEFORE = re.compile(r"@ ?$")
_MAIL_BEHIND = re.compile(r" ?@")
_ASKED = re.compile(
    r"(?:网[址站页点]|域名|链接|地址|官网|主页|平台|系统|入口|登[录陆]|打开|访问|进入|点击|输入|浏览器|url|site|https?)"
    r"[^A-Za-z0-9]{0,12}$",
    re.IGNORECASE,
)
"""Words behind which whatever has dots is an address."""
_HAN = r"A-Za-z0-9\u4e00-\u9fff-"
_HAN_HOST = re.compile(
    rf"(?:(?<=//)|(?<=www\.)|(?<=[:\"“‘「『【(（<《\s]))[{_HAN}]{{0,30}}[\u4e00-\u9fff][{_HAN}]{{0,30}}"
    r"(?:\.[A-Za-z0-9-]{2,20}){0,3}"
    r"\.(?:com|cn|net|org|top|vip|xyz|cc|site|online|中国|公司|网络|网址|在线|中文网|政务|公益|商城|集团)(?![A-Za-z0-9-])",
    re.IGNORECASE,
)
"""A name in Chinese letters, where a mark or a scheme says where it begins."""
_TRAILING = ".,;:!?'\"*|^"
_PAIRS = {")": "(", "]": "[", "}": "{"}
_SPOKEN_WWW = frozenset({"www", "wap", "m", "3w"})


@dataclass(frozen=True, slots=True)
class Written:
    """One address of a text."""

    url: str
    """As a browser takes it: with a scheme, the host normalised, port and path as written."""
    quote: str
    """The original, from the first character to the last."""
    start: int
    end: int
    """Half-open, in the text."""


def addresses(text: str) -> list[Written]:
    """All addresses of a text, each once, in the order in which they stand. Total; linear in the text.

    Left out are mail addresses, names of files, numbers with dots, and endings that nobody can register unless the
    text says plainly that it is an address (a scheme, ``www``, a path, 网址, 打开 …).
    """
    kept = [at for at, char in enumerate(text[:LONGEST_TEXT]) if not _UNSEEN.match(char)]
    narrow = "".join(text[at] for at in kept).translate(_NARROW)
    seen: set[str] = set()
    found: list[Written] = []
    for first, behind, url in _apart(narrow):
        key = url.partition("://")[2].rstrip("/")
        if key in seen:
            continue
        seen.add(key)
        start, end = kept[first], kept[behind - 1] + 1
        found.append(Written(url, text[start:end], start, end))
        if len(found) >= MOST:
            break
    return found


_Span = tuple[int, int, str]


def _apart(narrow: str) -> Iterator[_Span]:
    """What stands in the text, ascending and apart from each other."""
    last = 0
    for start, end, url in sorted((*_plain(narrow), *_chinese(narrow), *_spaced(narrow)), key=lambda f: (f[0], -f[1])):
        if start >= last:
            last = end
            yield start, end, url


def _plain(text: str) -> Iterator[_Span]:
    taken = 0
    for scheme in _SCHEME.finditer(text):
        if scheme.start() < taken:
            continue
        yield from _bare(text, taken, scheme.start())
        found = _with_scheme(text, scheme)
        taken = found[1] if found else scheme.end()
        if found:
            yield found
    yield from _bare(text, taken, len(text))


def _with_scheme(text: str, scheme: re.Match[str]) -> _Span | None:
    """The address behind a scheme: whatever host follows is meant."""
    at = scheme.end()
    if literal := _IPV6.match(text, at):
        host, end = literal.group(), literal.end()
    elif match := _HOST_HERE.match(text, at):
        first = next(iter(hosts(split_labels(match.group(), _DOTS))), None)
        if first is None or first.start:
            return None
        host, end = first.name, at + first.end
    else:
        return None
    finished = _finish(text, host, end, "https" if scheme["tls"] else "http", scheme["user"] or "")
    return (scheme.start(), *finished) if finished else None


def _bare(text: str, begin: int, stop: int) -> Iterator[_Span]:
    """Addresses without a scheme between two places."""
    at = begin
    while (match := _HOST.search(text, at, stop)) is not None:
        at = match.end()
        for host in hosts(split_labels(match.group(), _DOTS)):
            found = _meant(text, match.start() + host.start, match.start() + host.end, host)
            if found is not None:
                at = max(at, found[1])
                yield found


def _meant(text: str, start: int, end: int, host: Host) -> _Span | None:
    """The address that a host begins, unless it is a part of a mail address, a number, a file or an abbreviation."""
    if _MAIL_BEFORE.search(text[max(0, start - 2) : start]) or _MAIL_BEHIND.match(text, end):
        return None
    finished = _finish(text, host.name, end, "http")
    if finished is None:
        return None
    name = normalise_host(host.name)
    asked = _ASKED.search(text[max(0, start - 24) : start]) is not None
    worded = asked or name.partition(".")[0] in _SPOKEN_WWW
    return (start, *finished) if _plausible(name, host, worded=worded, longer=finished[0] > end) else None


def _plausible(name: str, host: Host, *, worded: bool, longer: bool) -> bool:
    """Whether something with dots is an address; ``longer``: port or path follow, ``worded``: the text says so."""
    labels = name.split(".")
    last = labels[-1]
    if is_ip(name):
        return worded or longer or int(labels[0]) > 10  # 1.2.3.4 is a section of a text sooner than an address
    if not host.plain:
        known = last in COMMON and not labels[0].isdigit() and not host.name.rpartition(".")[2].istitle()
        return known or (worded and (is_listed(name) or (len(labels) > 2 and _ending(last))))
    if last in FILE_ENDINGS and not worded:
        return longer and len(labels) > 2
    if is_listed(name):
        titled = host.name.rpartition(".")[2].istitle() and len(last) > 3  # Mr.Wang
        return bool(registrable_domain(name)) and (worded or longer or not titled)
    said = worded or longer or len(labels) > 2 or (min(map(len, labels)) > 2 and host.name.islower())
    return said and _ending(last) and not labels[0].isdigit()


def _ending(label: str) -> bool:
    """Whether a label that no suffix list knows may end a name."""
    return len(label) > 1 and label[0].isalpha()


def _finish(text: str, host: str, end: int, scheme: str, user: str = "") -> tuple[int, str] | None:
    """Where the address ends, and the address; None where no host can be made of it."""
    try:
        name = normalise_host(host)
    except ValueError:
        return None
    shown = f"[{name}]" if ":" in name else name
    if (port := _PORT.match(text, end)) and 0 < int(port[1]) < 65536:
        shown, end = f"{shown}:{port[1]}", port.end()
    match = _REST.match(text, end)
    rest = _trimmed(match.group()).replace("\\", "/") if match else ""  # as browsers read it
    path = rest if rest.startswith("/") else f"/{rest}"
    return end + len(rest), f"{scheme}://{user}{shown}{path}"


def _trimmed(rest: str) -> str:
    """Without the marks that end the sentence, and brackets that were opened before the address."""
    while rest and (rest[-1] in _TRAILING or rest.count(rest[-1]) > rest.count(_PAIRS.get(rest[-1], rest[-1]))):
        rest = rest[:-1]
    return rest


def _chinese(text: str) -> Iterator[_Span]:
    for match in _HAN_HOST.finditer(text):
        start = match.start()
        firm = text[max(0, start - 2) : start] == "//"
        if not firm and match.group().partition(".")[0][-1].isascii():
            continue  # 网上www.a.com: the address begins within
        www = text[max(0, start - 4) : start].lower() == "www."
        finished = _finish(text, f"www.{match.group()}" if www else match.group(), match.end(), "http")
        if finished is not None:
            yield start - 4 * www, *finished


def _spaced(text: str) -> Iterator[_Span]:
    for match in _SPACED.finditer(text):
        joined = match.group().replace(" ", "")
        found = list(_plain(joined)) if "." in joined else []
        if len(found) == 1 and (found[0][0], found[0][1]) == (0, len(joined)):
            yield *match.span(), found[0][2]
