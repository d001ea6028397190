"""A provider of identities on loopback: real keys, real tokens, and every way to get them wrong."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "lookalike", "a-secret-between-the-two"


@cache
def a_key() -> RSAKey:
    """The provider's own: one is enough, and half a second of work."""
    return RSAKey.generate_key(2048, {"kid": "one"})


@dataclass
class Provider:
    """What it says of who is there; a test changes it."""

    issuer: str = ""
    keys: list[RSAKey] = field(default_factory=lambda: [a_key()])
    claims: dict[str, Any] = field(default_factory=lambda: {"sub": "subject-1", "preferred_username": "研判者"})
    wrong: dict[str, Any] = field(default_factory=dict)
    """Claims of the token that are not what they should be; None: left out."""
    algorithm: str = "RS256"
    asked: list[dict[str, str]] = field(default_factory=list)
    """Every request for tokens."""
    description: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser is sent, somebody having signed in."""
        code = f"code-{len(self.codes)}"
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        self.asked.append(form)
        begun = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if begun is None or challenge != begun["code_challenge"] or authorization != f"Basic {known}":
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        said = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": begun["nonce"]}
        said |= self.claims | self.wrong
        said = {name: value for name, value in said.items() if value is not None}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.signed(said)}

    def signed(self, said: dict[str, Any]) -> str:
        if self.algorithm == "none":
            parts = ({"alg": "none"}, said)
            return ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in parts) + "."
        if self.algorithm == "HS256":
            return jwt.encode({"alg": "HS256"}, said, OctKey.import_key(SECRET))
        return jwt.encode({"alg": self.algorithm, "kid": self.keys[-1].kid}, said, self.keys[-1])

    def describe(self) -> dict[str, Any]:
        ends = {f"{n}_endpoint": f"{self.issuer}/{n}" for n in ("authorization", "token")}
        return {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys", **ends, **self.description}


@contextmanager
def served(provider: Provider) -> Iterator[Provider]:
    """The provider at a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if parts.path.endswith("/openid-configuration"):
                self.answer(200, provider.describe())
            elif parts.path == "/keys":
                self.answer(200, {"keys": [key.as_dict(private=False) for key in provider.keys]})
            elif parts.path == "/authorization":
                self.send_response(303)
                self.send_header("location", provider.authorize(query))
                self.end_headers()
            else:
                self.answer(404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self.answer(*provider.token(form, self.headers.get("authorization", "")))

        def answer(self, status: int, told: dict[str, Any]) -> None:
            data = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
