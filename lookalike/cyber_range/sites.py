"""What one host folder answers to a request: its routes in order, then its files, then 404."""

from __future__ import annotations

import mimetypes

import webencodings

from lookalike.cyber_range.exchange import Answer, Request, html
from lookalike.cyber_range.model import Host, Route, When

_TYPES = {
    ".css": "text/css",
    ".csv": "text/csv",
    ".gif": "image/gif",
    ".htm": "text/html",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "application/javascript",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".webp": "image/webp",
    ".xml": "application/xml",
}
_READING = {"GET", "HEAD"}


def answer_host(host: Host, request: Request) -> Answer:
    """The host's answer. Anything but GET and HEAD is refused, unless a route's ``when`` names the method."""
    route = fitting_route(host, request)
    if route is not None:
        return _from_route(route)
    if request.method not in _READING:
        return Answer(405, (("Allow", "GET, HEAD"), ("Content-Type", "text/plain")), b"Method Not Allowed\n")
    file = host.files.get(request.path)
    if file is None:
        return html(404, "404 Not Found", "404 Not Found")
    return Answer(200, (("Content-Type", content_type(file.name)),), file.read_bytes())


def fitting_route(host: Host, request: Request) -> Route | None:
    """The first route that fits path and conditions."""
    path = request.path
    for route in host.routes:
        fits = path.startswith(route.path) if route.prefix else path == route.path
        if fits and _fits(route.when, request):
            return route
    return None


def content_type(file_name: str) -> str:
    """The type by the name's ending; without a charset, which is left to the page."""
    dot = file_name.rfind(".")
    known = _TYPES.get(file_name[dot:].lower()) if dot >= 0 else None
    return known or mimetypes.guess_type(file_name, strict=False)[0] or "application/octet-stream"


def _fits(when: When, request: Request) -> bool:
    if when.method:
        method_fits = when.method.upper() in request.method or (
            request.method == "HEAD" and when.method.upper() in "GET"
        )
    else:
        method_fits = request.method in _READING
    if not method_fits:
        return False
    for part, name in (
        (when.user_agent, "user-agent"),
        (when.referer, "referer"),
        (when.accept_language, "accept-language"),
    ):
        if part and part.casefold() not in request.headers.get(name, "").casefold():
            return False
    if not when.query:
        return True
    given = request.parameters
    return all(any(key == name and part in value for key, value in given) for name, part in when.query)


def _from_route(route: Route) -> Answer:
    headers = list(route.headers)
    named = {name.lower() for name, _ in headers}
    if route.redirect and "location" not in named:
        headers.append(("Location", route.redirect))
    body = b""
    kind = ""
    if route.file is not None:
        body, kind = route.file.read_bytes(), content_type(route.file.name)
    elif route.body is not None:
        kind = "text/html; charset=utf-8"
    if kind and "content-type" not in named:
        headers.append(("Content-Type", kind))
    if route.file is None and route.body is not None:
        declared = next((value for name, value in headers if name.lower() == "content-type"), "")
        body = _encoded(route.body, declared)
    return Answer(route.status, tuple(headers), body, route.delay_s, route.drip_bytes_per_s, route.behaviour)


def charset_of(content_type_value: str) -> str:
    """The ``charset`` parameter of a Content-Type, or nothing."""
    for part in content_type_value.split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'")
    return ""


def _encoded(text: str, declared: str) -> bytes:
    """The text in the charset that the route declares; UTF-8 when that is no encoding of the web."""
    encoding = webencodings.lookup(charset_of(declared)) or webencodings.UTF8
    return encoding.codec_info.encode(text, "xmlcharrefreplace")[0]
