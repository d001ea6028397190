"""Reads ``engines/*.toml`` and looks whether their templates can be rendered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import webencodings
from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError

from lookalike.cyber_range.model import Ad, Engine, Problem
from lookalike.cyber_range.names import plain
from lookalike.cyber_range.tables import Table, read_toml
from lookalike.cyber_range.templates import Shown, render, template_environment

_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")
_ENCODINGS = {"utf-8", "gbk", "gb18030"}


def load_engines(folder: Path, problems: list[Problem]) -> tuple[Engine, ...]:
    """Every engine of the range, by file name; what is wrong goes to ``problems``."""
    top = folder / "engines"
    files = sorted(top.glob("*.toml")) if top.is_dir() else []
    engines = tuple(engine for file in files if (engine := _engine(file, problems)) is not None)
    problems.extend(_twice(engines))
    return engines


def ad_problems(engines: tuple[Engine, ...], names: frozenset[str]) -> Iterator[Problem]:
    """Adverts that lead to no host of the range."""
    for engine in engines:
        for i, ad in enumerate(engine.ads):
            host = plain(_hostname(ad.url))
            if host and host not in names:
                text = f"{ad.url} leads to {host}, which has no folder below hosts"
                yield Problem(f"engines/{engine.name}.toml", f"ads[{i}].url", text, serious=False)


def _hostname(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _twice(engines: tuple[Engine, ...]) -> Iterator[Problem]:
    seen: dict[tuple[str, str, str, tuple[tuple[str, str], ...]], str] = {}
    for engine in engines:
        key = (engine.host, engine.path, engine.query_param, engine.when)
        if key in seen:
            text = f"{engine.host}{engine.path}?{engine.query_param}= is answered by {seen[key]}.toml already"
            yield Problem(f"engines/{engine.name}.toml", "path", text, serious=False)
        seen.setdefault(key, engine.name)


def _engine(file: Path, problems: list[Problem]) -> Engine | None:
    table = read_toml(file, f"engines/{file.name}", problems)
    if table is None:
        return None
    unit: Literal["result", "page"] = table.choice("offset_unit", Literal["result", "page"], "result")
    style: Literal["302", "script"] = table.choice("redirect_style", Literal["302", "script"], "302")
    found = Engine(
        file.stem,
        host=plain(table.text("host", required=True)),
        path=_path(table, "path", required=True),
        query_param=table.text("query_param", required=True),
        template=table.text("template", required=True),
        offset_param=table.text("offset_param"),
        offset_start=table.whole("offset_start"),
        offset_unit=unit,
        page_size=table.whole("page_size", 10, low=1, high=1000),
        redirect_path=_path(table, "redirect_path"),
        redirect_param=table.text("redirect_param", "url"),
        redirect_style=style,
        encoding=_encoding(table),
        ads=tuple(_ad(t) for t in table.tables("ads")),
        captcha_every=table.whole("captcha_every"),
        captcha_url=_absolute(table, "captcha_url"),
        content_type=_content_type(table),
        when=_when(table),
    )
    table.finish()
    if found.redirect_path and found.redirect_path == found.path:
        table.wrong("redirect_path", "is the engine's own path; redirects need another one")
    if found.template:
        _try_template(table, file.parent, found)
    return found


def _when(table: Table) -> tuple[tuple[str, str], ...]:
    inner = table.table("when")
    return tuple((key, inner.text(key)) for key in sorted(inner.data)) if inner else ()


def _path(table: Table, key: str, *, required: bool = False) -> str:
    path = table.text(key, required=required)
    if path and (not path.startswith("/") or "?" in path):
        table.wrong(key, f"{path!r} must begin with / and have no query")
    return path


def _encoding(table: Table) -> str:
    label = table.text("encoding", "utf-8")
    known = webencodings.lookup(label)
    if known is None or known.name not in _ENCODINGS:
        table.wrong("encoding", f"expected one of {', '.join(sorted(_ENCODINGS))}, found {label!r}")
        return "utf-8"
    return label


def _content_type(table: Table) -> str:
    kind = table.text("content_type", "text/html")
    if not _TYPE.fullmatch(kind):
        table.wrong("content_type", f"expected a type such as application/json, found {kind!r}")
        return "text/html"
    return kind


def _absolute(table: Table, key: str, *, required: bool = False) -> str:
    url = table.text(key, required=required)
    if url and (urlsplit_scheme(url) not in {"http", "https"} or not _hostname(url)):
        table.wrong(key, f"{url!r} is not an absolute address such as https://host/path", serious=False)
    return url


def urlsplit_scheme(url: str) -> str:
    """The scheme of ``url`` in lower case, or nothing."""
    return url.partition("://")[0].lower() if "://" in url else ""


def _ad(table: Table) -> Ad:
    words = table.texts("match")
    if not any(words):
        table.wrong("match", "has no word; the advert is never shown", serious=False)
    url = _absolute(table, "url", required=True)
    ad = Ad(
        tuple(word for word in words if word),
        host=table.text("host") or _hostname(url),
        url=url,
        title=table.text("title"),
        snippet=table.text("snippet"),
        date=table.text("date"),
    )
    table.finish()
    return ad


def _try_template(table: Table, folder: Path, engine: Engine) -> None:
    """Render a page with one result and one advert, so that a slip shows in ``check`` and not in a night."""
    sample = Shown(
        "https://host.example/", "https://host.example/", "host.example/", "题目", "摘要", "2026-01-01", "host"
    )
    try:
        render(template_environment(folder), engine, "查询", results=(sample,), ads=(sample,), next_url="/next")
    except TemplateNotFound as error:
        table.wrong("template", f"{error.name} is not a file in engines")
    except TemplateSyntaxError as error:
        table.wrong("template", f"{error.filename and Path(error.filename).name}, line {error.lineno}: {error.message}")
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError, OSError) as error:
        table.wrong("template", f"{engine.template} cannot be rendered: {error}")
