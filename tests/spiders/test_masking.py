"""What is taken out of addresses before they are written down."""

from __future__ import annotations

import pytest

from spiders import masking
from spiders.masking import keep_secret, masked


@pytest.fixture(autouse=True)
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masking, "_secrets", set())


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("http://user:pass@proxy.example:3128", "http://proxy.example:3128"),
        ("http://user@a.example/x?y=1", "http://a.example/x?y=1"),
        ("http://a@b@c.example/", "http://c.example/"),
        ("http://a.example/path@x", "http://a.example/path@x"),
        ("http://a.example/?mail=x@y.example", "http://a.example/?mail=x@y.example"),
        ("whois://[2001:db8::1]:43/a.example", "whois://[2001:db8::1]:43/a.example"),
    ],
)
def test_user_names_and_passwords_go_and_the_rest_stays(url: str, clean: str) -> None:
    assert masked(url) == clean


def test_a_key_of_ours_is_masked_wherever_and_however_it_stands() -> None:
    keep_secret("s3cr+t/key")
    assert "s3cr" not in masked("http://a.example/s3cr+t/key?k=s3cr%2Bt%2Fkey")


def test_a_key_too_short_to_be_one_masks_nothing() -> None:
    keep_secret("")
    keep_secret("abc")
    assert masked("http://abc.example/") == "http://abc.example/"


@pytest.mark.parametrize("name", ["key", "apikey", "api_key", "Token", "access_token", "sign", "email", "secret"])
def test_parameters_that_carry_keys_are_masked_where_we_ask_a_service(name: str) -> None:
    url = f"https://api.example/search?q=a&{name}=abcdefgh&page=2"
    assert masked(url, ours=True) == f"https://api.example/search?q=a&{name}=***&page=2"


def test_a_suspects_own_parameters_are_evidence_and_stay() -> None:
    assert masked("http://fake.example/?key=1") == "http://fake.example/?key=1"
    assert masked("https://e.example/s?monkey=1&q=key", ours=True) == "https://e.example/s?monkey=1&q=key"
