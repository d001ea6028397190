"""Signing in through a provider: only who is proven, only into an account that is there, and never past a second factor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc.jwk import RSAKey
from pydantic import SecretStr
from starlette.testclient import TestClient

from lookalike.config import Config
from lookalike.errors import ConfigError
from lookalike.review import accounts
from lookalike.review.passwords import OneTime, hash_of
from lookalike.store.engine import reading, writing
from lookalike.store.models import Audit, Person
from lookalike.web import oidc
from lookalike.web.app import create_app
from lookalike.web.oidc import Begun, NotProven, Waiting, closed, provider_of
from tests.lookalike.web.desk_at_work import AtWork, session_of
from tests.lookalike.web.provider_on_loopback import CLIENT, SECRET, Provider, served

START, BACK = "/signin/elsewhere", "/signin/elsewhere/back"
NO_ACCOUNT = "没有与之对应、可以使用的账号"


@pytest.fixture
def identities() -> Iterator[Provider]:
    with served(Provider()) as provider:
        yield provider


@pytest.fixture
def open_door(fresh_desk: AtWork, identities: Provider) -> AtWork:
    """The pages with the provider configured, and an analyst's account in use."""
    session_of(fresh_desk.factory, "analyst", "研判者")
    return work_with(fresh_desk, identities)


def work_with(desk: AtWork, provider: Provider) -> AtWork:
    config = Config(
        home=desk.config.home,
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SecretStr(SECRET),
    )
    app = create_app(config, desk.factory, names=("testserver",), secure=False)
    return AtWork(config, desk.factory, desk.blobs, app)


def browser(desk: AtWork) -> TestClient:
    return TestClient(desk.app, follow_redirects=False, raise_server_exceptions=False)


def gone(client: TestClient) -> dict[str, str]:
    """What the browser brings to the provider."""
    answer = client.get(START)
    assert answer.status_code == 303
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def there_and_back(client: TestClient, provider: Provider, **change: str):
    """The whole way; ``change`` is what the address of the way back says instead."""
    back = urlsplit(provider.authorize(gone(client)))
    query = {name: values[0] for name, values in parse_qs(back.query).items()} | change
    return client.get(f"{BACK}?{urlencode({n: v for n, v in query.items() if v})}")


def refused(answer, text: str) -> None:
    assert answer.status_code in {403, 503}
    assert text in answer.text
    assert "sid=" not in answer.headers.get("set-cookie", "").replace("elsewhere=", "")


def trail(desk: AtWork) -> list[Audit]:
    with reading(desk.factory) as session:
        return session.query(Audit).order_by(Audit.id).all()


def test_without_a_provider_there_is_no_such_door(fresh_desk: AtWork) -> None:
    client = browser(fresh_desk)
    assert client.get(START).status_code == 404
    assert client.get(BACK).status_code == 404
    assert START not in client.get("/signin").text


def test_whoever_is_proven_comes_into_his_own_account(open_door: AtWork, identities: Provider) -> None:
    client = browser(open_door)
    assert f'href="{START}"' in client.get("/signin").text
    answer = there_and_back(client, identities)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert client.get("/account").status_code == 200
    assert "研判者" in client.get("/account").text
    assert [entry.what for entry in trail(open_door)][-2:] == ["people.bound", "signin"]


def test_the_way_there_carries_state_nonce_and_a_challenge_and_no_secret(open_door: AtWork) -> None:
    one, other = gone(browser(open_door)), gone(browser(open_door))
    assert one["code_challenge_method"] == "S256"
    assert one["response_type"] == "code"
    assert one["redirect_uri"] == f"http://testserver{BACK}"
    assert len({one[n] for n in ("state", "nonce", "code_challenge")} | {other[n] for n in ("state", "nonce")}) == 5
    assert SECRET not in str(one)
    assert "code_verifier" not in one


def test_cookies_are_of_this_host_over_tls_and_no_script_s(open_door: AtWork, identities: Provider) -> None:
    config = open_door.config
    app = create_app(config, open_door.factory, names=("testserver",), secure=True)
    client = TestClient(app, base_url="https://testserver", follow_redirects=False)
    cookie = client.get(START).headers["set-cookie"]
    for part in ("__Host-elsewhere=", "HttpOnly", "Path=/", "Secure", "SameSite=lax", "Max-Age=600"):
        assert part in cookie
    back = urlsplit(identities.authorize(gone(client)))
    cookies = client.get(f"{BACK}?{back.query}").headers.get_list("set-cookie")
    mine = next(each for each in cookies if each.startswith("__Host-sid="))
    assert all(part in mine for part in ("HttpOnly", "Path=/", "Secure", "SameSite=lax"))
    assert "Domain" not in mine


def test_the_token_that_a_browser_came_with_is_not_carried_over(open_door: AtWork, identities: Provider) -> None:
    client = browser(open_door)
    planted = session_of(open_door.factory, "analyst", "研判者")
    client.cookies.set("sid", planted)
    there_and_back(client, identities)
    thief = browser(open_door)
    thief.cookies.set("sid", planted)
    assert thief.get("/account").headers["location"] == "/signin"


def test_another_state_is_refused(open_door: AtWork, identities: Provider) -> None:
    refused(there_and_back(browser(open_door), identities, state="x"), "不是同一次")
    refused(there_and_back(browser(open_door), identities, state=""), "不是同一次")
    assert identities.asked == []


def test_an_answer_that_another_browser_began_is_refused(open_door: AtWork, identities: Provider) -> None:
    """Else somebody could be made to work in an account that is not his own."""
    back = urlsplit(identities.authorize(gone(browser(open_door))))
    refused(browser(open_door).get(f"{BACK}?{back.query}"), "重新开始")
    victim = browser(open_door)
    gone(victim)
    refused(victim.get(f"{BACK}?{back.query}"), "不是同一次")


def test_an_answer_is_good_once(open_door: AtWork, identities: Provider) -> None:
    client = browser(open_door)
    back = urlsplit(identities.authorize(gone(client)))
    pending = client.cookies["elsewhere"]
    assert client.get(f"{BACK}?{back.query}").status_code == 303
    again = browser(open_door)
    again.cookies.set("elsewhere", pending)
    refused(again.get(f"{BACK}?{back.query}"), "重新开始")


def test_who_takes_too_long_begins_again() -> None:
    waiting, now = Waiting(), datetime(2026, 11, 22, tzinfo=UTC)
    token = waiting.keep(Begun("s", "n", "v", "b", now))
    with pytest.raises(NotProven, match="expired"):
        waiting.take(token, now + oidc.LASTS)


def test_a_flood_of_sign_ins_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oidc, "MOST", 5)
    waiting, now = Waiting(), datetime(2026, 11, 22, tzinfo=UTC)
    tokens = [waiting.keep(Begun("s", "n", "v", "b", now)) for _ in range(50)]
    assert len(waiting._begun) == 5
    assert waiting.take(tokens[-1], now).state == "s"


WRONG = {
    "another nonce": {"nonce": "x"},
    "no nonce": {"nonce": None},
    "for another client": {"aud": "other"},
    "for several, and none named": {"aud": [CLIENT, "other"], "azp": "other"},
    "from another provider": {"iss": "https://evil.example"},
    "ended": {"exp": 1_700_000_000},
    "without an end": {"exp": None},
    "of the future": {"iat": 4_000_000_000},
    "nobody": {"sub": None},
    "without a name": {"preferred_username": None},
    "whose name is no text": {"preferred_username": ["研判者"]},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_token_that_is_not_right_proves_nobody(open_door: AtWork, identities: Provider, wrong: dict) -> None:
    identities.wrong = wrong
    refused(there_and_back(browser(open_door), identities), "无法核实")
    assert "signin" not in [entry.what for entry in trail(open_door)][-1:]


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_that_the_provider_s_key_did_not_sign_proves_nobody(
    open_door: AtWork, identities: Provider, algorithm: str
) -> None:
    identities.algorithm = algorithm
    refused(there_and_back(browser(open_door), identities), "无法核实")


def test_a_token_of_a_stranger_s_key_proves_nobody(open_door: AtWork, identities: Provider) -> None:
    there_and_back(browser(open_door), identities)
    published = identities.keys[0]
    identities.keys = [published, RSAKey.generate_key(2048, {"kid": "one"})]
    identities.describe = dict  # type: ignore[method-assign]  # what was published stays known
    refused(there_and_back(browser(open_door), identities), "无法核实")


def test_a_code_that_the_provider_does_not_know_proves_nobody(open_door: AtWork, identities: Provider) -> None:
    refused(there_and_back(browser(open_door), identities, code="made-up"), "联系不上")


def test_who_gives_up_there_is_told_so(open_door: AtWork, identities: Provider) -> None:
    refused(there_and_back(browser(open_door), identities, code="", error="access_denied"), "没有完成")


def test_a_provider_that_says_it_is_another_one_is_not_believed(open_door: AtWork, identities: Provider) -> None:
    refused(there_and_back(browser(open_door), identities, iss="https://evil.example"), "不是同一次")
    fresh = work_with(open_door, identities)
    identities.description = {"issuer": "https://evil.example"}
    refused(browser(fresh).get(START), "联系不上")


def test_a_provider_without_tls_of_its_own_ends_is_not_used(open_door: AtWork, identities: Provider) -> None:
    fresh = work_with(open_door, identities)
    identities.description = {"token_endpoint": "http://provider.example/token"}
    refused(browser(fresh).get(START), "联系不上")


def test_a_provider_that_is_down_is_said_to_be(fresh_desk: AtWork) -> None:
    with served(Provider()) as provider:
        desk = work_with(fresh_desk, provider)
    answer = browser(desk).get(START)
    assert answer.status_code == 503
    refused(answer, "联系不上")


def test_nobody_gets_an_account_by_signing_in(open_door: AtWork, identities: Provider) -> None:
    identities.claims = {"sub": "subject-9", "preferred_username": "陌生人", "role": "admin"}
    refused(there_and_back(browser(open_door), identities), NO_ACCOUNT)
    with reading(open_door.factory) as session:
        assert [person.name for person in session.query(Person)] == ["研判者"]
    assert (trail(open_door)[-1].who, trail(open_door)[-1].after["why"]) == ("未知账号", "unknown")


@pytest.mark.parametrize("name", ["研 判者", "研判者 ", "研判者\u200b", "陌生人"])
def test_a_name_that_only_looks_the_same_is_another_one(open_door: AtWork, identities: Provider, name: str) -> None:
    identities.claims = {"sub": "subject-2", "preferred_username": name}
    refused(there_and_back(browser(open_door), identities), NO_ACCOUNT)


def test_a_name_that_was_given_to_somebody_else_there_opens_nothing(open_door: AtWork, identities: Provider) -> None:
    there_and_back(browser(open_door), identities)
    identities.claims = {"sub": "subject-2", "preferred_username": "研判者"}
    refused(there_and_back(browser(open_door), identities), NO_ACCOUNT)
    assert trail(open_door)[-1].after["why"] == "subject"


def test_one_person_there_is_one_account_here(open_door: AtWork, identities: Provider) -> None:
    there_and_back(browser(open_door), identities)
    session_of(open_door.factory, "viewer", "另一人")
    identities.claims = {"sub": "subject-1", "preferred_username": "另一人"}
    refused(there_and_back(browser(open_door), identities), NO_ACCOUNT)
    assert trail(open_door)[-1].after["why"] == "taken"


def test_a_closed_account_stays_closed(open_door: AtWork, identities: Provider) -> None:
    with writing(open_door.factory) as session:
        accounts.disable(session, "研判者", "root", datetime.now(UTC))
    refused(there_and_back(browser(open_door), identities), NO_ACCOUNT)


def test_an_account_whose_owner_has_not_opened_it_once_stays_shut(open_door: AtWork, identities: Provider) -> None:
    with writing(open_door.factory) as session:
        accounts.add(session, "新来者", "analyst", OneTime("x", hash_of("x")), "root", datetime.now(UTC))
    identities.claims = {"sub": "subject-3", "preferred_username": "新来者"}
    refused(there_and_back(browser(open_door), identities), NO_ACCOUNT)


def test_who_approves_still_gives_the_second_factor(open_door: AtWork, identities: Provider) -> None:
    session_of(open_door.factory, "lead", "审核者")
    identities.claims = {"sub": "subject-4", "preferred_username": "审核者"}
    client = browser(open_door)
    assert there_and_back(client, identities).headers["location"] == "/signin/code"
    assert client.get("/leads").headers["location"] == "/signin/code"


def test_forgetting_the_second_factor_forgets_who_one_is_there(open_door: AtWork, identities: Provider) -> None:
    there_and_back(browser(open_door), identities)
    with writing(open_door.factory) as session:
        first = OneTime("y", hash_of("y"))
        person = accounts.reset_second_factor(
            session, "研判者", first, "root", datetime.now(UTC) + timedelta(seconds=1)
        )
        assert person.subject_sha256 is None


def test_of_the_subject_only_a_hash_is_kept(open_door: AtWork, identities: Provider) -> None:
    there_and_back(browser(open_door), identities)
    data = b"".join(path.read_bytes() for path in open_door.config.home.glob("lookalike.db*"))
    assert b"subject-1" not in data


def test_hammering_at_the_door_is_slowed_down(open_door: AtWork) -> None:
    client = browser(open_door)
    assert {client.get(f"{BACK}?code=x&state=y").status_code for _ in range(oidc.BURST + 10)} == {403, 429}


def test_half_a_configuration_is_told_at_the_start() -> None:
    with pytest.raises(ConfigError, match="CLIENT_ID"):
        provider_of(Config(oidc_issuer="https://id.example"))
    secret = SecretStr("x")
    with pytest.raises(ConfigError, match="https"):
        provider_of(Config(oidc_issuer="http://id.example", oidc_client_id="x", oidc_client_secret=secret))
    assert "x" not in repr(Config(oidc_client_secret=secret).oidc_client_secret)


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://id.example/a", True),
        ("http://127.0.0.1:8000/a", True),
        ("http://id.example/a", False),
        ("http://127.0.0.1.evil.example/", False),
        ("ftp://id.example", False),
        ("", False),
        ("https://", False),
        ("http://[", False),
    ],
)
def test_only_tls_or_this_machine_is_private(url: str, safe: bool) -> None:
    assert closed(url) is safe
