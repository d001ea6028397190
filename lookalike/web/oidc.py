"""Signing in by OpenID Connect (authorisation code with PKCE): what goes to the provider, and what may come back.

Off unless configured; needs the extra ``oidc``. What is right for the account is ``lookalike.review.elsewhere``'s.
"""

from __future__ import annotations

import hmac
import json
import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

from lookalike.config import Config
from lookalike.errors import ConfigError
from lookalike.review.elsewhere import Told
from lookalike.review.sessions import hash_of
from lookalike.web.api.pace import Pace
from spiders.options import SettingError

ALGORITHMS = ["RS256", "PS256", "ES256"]
"""Signatures of the provider's own key only: neither ``none`` nor a secret that both sides have."""
SECONDS = 10
LEEWAY = 60
"""Seconds that the provider's clock may be off."""
LASTS = timedelta(minutes=10)
"""How long somebody may take at the provider."""
MOST = 1000
"""Sign-ins that are under way at most; of more the oldest is forgotten."""
KNOWN = timedelta(hours=1)
"""How long the provider's own description is kept."""
LARGEST = 1 << 20
"""Bytes of what the provider describes itself with."""

RATE, BURST = 0.2, 20
"""Steps of signing in a second that one network may take for long, and at once."""

Why = Literal["expired", "state", "refused", "provider", "token", "too_fast"]


class NotProven(Exception):
    """Nobody has proven who he is."""

    def __init__(self, why: Why, detail: str = "") -> None:
        super().__init__(why)
        self.why, self.detail = why, detail


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in under way."""

    state: str
    nonce: str
    verifier: str
    back: str
    """Where the provider sends the browser to."""
    at: datetime


class Waiting:
    """Sign-ins under way, by the hash of the browser's own cookie; each is good for one answer."""

    def __init__(self) -> None:
        self._begun: OrderedDict[str, Begun] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, begun: Begun) -> str:
        """Keeps one; the token for the browser's cookie."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._begun[hash_of(token)] = begun
            while len(self._begun) > MOST:
                self._begun.popitem(last=False)
        return token

    def take(self, token: str, now: datetime) -> Begun:
        """The one of this browser, once. Raises NotProven."""
        with self._lock:
            begun = self._begun.pop(hash_of(token), None) if 0 < len(token) < 200 else None
        if begun is None or not begun.at <= now < begun.at + LASTS:
            raise NotProven("expired")
        return begun


@dataclass(slots=True)
class _Known:
    """The provider's description of itself, and its keys."""

    at: datetime
    endpoints: Mapping[str, str]
    keys: dict[str, Any]


class Provider:
    """One provider, as configured."""

    def __init__(self, issuer: str, client_id: str, secret: str, claim: str, name: str) -> None:
        self.issuer, self.client_id, self._secret = issuer, client_id, secret
        self.claim, self.name = claim, name
        self.waiting, self.pace = Waiting(), Pace(RATE, BURST)
        self._known: _Known | None = None
        self._lock = threading.Lock()

    def begin(self, back: str, now: datetime) -> tuple[str, str]:
        """Where the browser goes, and the token that it keeps. Raises NotProven where the provider is not reached."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        begun = Begun(state, nonce, verifier, back, now)
        endpoint = self._description(now).endpoints["authorization_endpoint"]
        url, _ = self._session(back).create_authorization_url(
            endpoint, state=begun.state, nonce=begun.nonce, code_verifier=begun.verifier
        )
        return str(url), self.waiting.keep(begun)

    def finish(self, token: str, said: Mapping[str, str], now: datetime) -> Told:
        """Who came back, from what the address says and the browser's token. Raises NotProven."""
        begun = self.waiting.take(token, now)
        if not hmac.compare_digest(begun.state.encode(), said.get("state", "").encode("utf-8", "replace")):
            raise NotProven("state")
        if said.get("iss", self.issuer) != self.issuer:  # RFC 9207: the answer of another provider
            raise NotProven("state", "iss")
        if said.get("error") or not said.get("code"):
            raise NotProven("refused", said.get("error", "")[:80])
        answer = self._exchange(begun, said["code"][:2000], now)
        return self._told(self._claims(answer, begun, now))

    def _exchange(self, begun: Begun, code: str, now: datetime) -> Mapping[str, Any]:
        """The code for tokens: from us to the provider, with our secret and the verifier."""
        endpoint = self._description(now).endpoints["token_endpoint"]
        try:
            found = self._session(begun.back).fetch_token(
                endpoint, grant_type="authorization_code", code=code, code_verifier=begun.verifier
            )
        except Exception as error:
            raise NotProven("provider", type(error).__name__) from error
        if not isinstance(found, Mapping) or not isinstance(found.get("id_token"), str):
            raise NotProven("token", "no id_token")
        return found

    def _claims(self, answer: Mapping[str, Any], begun: Begun, now: datetime) -> Mapping[str, Any]:
        """What the provider signed (OpenID Connect Core 1.0, 3.1.3.7)."""
        from authlib.oidc.core import CodeIDToken  # noqa: PLC0415 - an extra
        from joserfc import jwt  # noqa: PLC0415 - comes with it
        from joserfc.errors import JoseError  # noqa: PLC0415 - comes with it

        options = {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": self.client_id},
        }
        params = {"nonce": begun.nonce, "client_id": self.client_id, "access_token": answer.get("access_token")}
        try:
            token = jwt.decode(answer["id_token"], self._keys(answer["id_token"], now), algorithms=ALGORITHMS)
            claims = CodeIDToken(token.claims, token.header, options, params)
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise NotProven("token", f"{type(error).__name__}: {error}"[:200]) from error
        return dict(claims)

    def _told(self, claims: Mapping[str, Any]) -> Told:
        subject, name = claims.get("sub"), claims.get(self.claim)
        if not isinstance(subject, str) or not subject or not isinstance(name, str) or not name.strip():
            raise NotProven("token", f"{self.claim} is missing")
        return Told(self.issuer, subject, name)

    def _keys(self, token: str, now: datetime) -> Any:
        """The provider's keys; asked for again where it signs with one that is not known."""
        from joserfc import jws  # noqa: PLC0415 - comes with the extra
        from joserfc.jwk import KeySet  # noqa: PLC0415 - comes with the extra

        known = self._description(now)
        wanted = jws.extract_compact(token.encode()).headers().get("kid")
        if wanted is not None and wanted not in {key.get("kid") for key in known.keys.get("keys", ())}:
            known = self._description(now, afresh=now - known.at > timedelta(minutes=1))
        return KeySet.import_key_set(known.keys)  # type: ignore[arg-type]

    def _description(self, now: datetime, *, afresh: bool = False) -> _Known:
        with self._lock:
            known = self._known
            if known is None or afresh or not known.at <= now < known.at + KNOWN:
                known = self._known = self._asked(now)
            return known

    def _asked(self, now: datetime) -> _Known:
        described = self._get(self.issuer.rstrip("/") + "/.well-known/openid-configuration")
        if described.get("issuer") != self.issuer:
            raise NotProven("provider", "it names another issuer")
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        endpoints = {name: str(described.get(name, "")) for name in names}
        for name, url in endpoints.items():
            if not closed(url):
                raise NotProven("provider", f"{name} is not https")
        return _Known(now, endpoints, self._get(endpoints["jwks_uri"]))

    def _get(self, url: str) -> dict[str, Any]:
        import requests  # noqa: PLC0415 - an extra

        try:
            with self._session("").get(url, withhold_token=True, stream=True) as answer:
                answer.raise_for_status()
                found = json.loads(answer.raw.read(LARGEST, decode_content=True))
        except (requests.RequestException, ValueError, OSError) as error:
            raise NotProven("provider", f"{type(error).__name__} at {url}"[:200]) from error
        if not isinstance(found, dict):
            raise NotProven("provider", f"no object at {url}"[:200])
        return found

    def _session(self, back: str) -> Any:
        from authlib.integrations.requests_client import OAuth2Session  # noqa: PLC0415 - an extra

        session = OAuth2Session(
            self.client_id,
            self._secret,
            scope="openid profile",
            redirect_uri=back,
            code_challenge_method="S256",
            default_timeout=SECONDS,
        )
        session.max_redirects = 0
        return session


def provider_of(config: Config) -> Provider | None:
    """The provider that is configured. Raises ConfigError where a part is missing."""
    if not config.oidc_issuer:
        return None
    secret = config.oidc_client_secret.get_secret_value()
    if not config.oidc_client_id or not secret:
        raise ConfigError(
            "LOOKALIKE_OIDC_ISSUER: set LOOKALIKE_OIDC_CLIENT_ID and LOOKALIKE_OIDC_CLIENT_SECRET as well"
        )
    if not closed(config.oidc_issuer):
        raise ConfigError(f"LOOKALIKE_OIDC_ISSUER={config.oidc_issuer}: expected https://…")
    try:
        import authlib.integrations.requests_client  # noqa: F401, PLC0415 - to say at once that it is missing
    except ModuleNotFoundError as error:
        raise SettingError(f"{error.name} is missing; pip install 'lookalike[oidc]'") from error
    return Provider(config.oidc_issuer, config.oidc_client_id, secret, config.oidc_claim, config.oidc_name)


def closed(url: str) -> bool:
    """Whether nobody on the way reads along: TLS, or this very machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (
        parts.scheme == "https" or (parts.scheme == "http" and host in {"127.0.0.1", "::1", "localhost"})
    )
