"""Passwords: which are refused, that their hashes are argon2id, and one-time ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.errors import UsageError
from lookalike.review import passwords
from lookalike.review.passwords import check_new, hash_of, matches, one_time, outdated
from tests.lookalike.review.people_at_work import OWN


def test_hashes_are_argon2id_with_the_second_choice_of_rfc_9106():
    made = hash_of(OWN)
    assert made.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert (matches(made, OWN), matches(made, OWN + " "), outdated(made)) == (True, False, False)


def test_the_same_password_never_has_the_same_hash(quick_passwords):
    assert hash_of(OWN) != hash_of(OWN)


def test_without_an_account_nothing_matches_and_a_hash_is_worked_out_all_the_same(quick_passwords, monkeypatch):
    worked = []
    monkeypatch.setattr(passwords, "_hasher", Counting(passwords._hasher, worked))
    assert not matches(None, "")
    assert worked == ["verify"]


class Counting:
    """A hasher that tells when it verifies."""

    def __init__(self, real, worked):
        self.real, self.worked = real, worked

    def hash(self, password):
        return self.real.hash(password)

    def verify(self, known, password):
        self.worked.append("verify")
        return self.real.verify(known, password)


def test_a_damaged_hash_opens_nothing():
    assert not matches("$argon2id$v=19$m=1", OWN)


def test_full_width_letters_of_a_chinese_keyboard_are_the_same_password(quick_passwords):
    assert matches(hash_of("Morgen 2026 ganz früh"), "Ｍｏｒｇｅｎ　２０２６ ganz früh")


def test_a_hash_made_with_less_work_is_outdated(quick_passwords, monkeypatch):
    old = hash_of(OWN)
    monkeypatch.undo()
    assert outdated(old)


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("Kurz 7!", "12 至 128"),
        ("x" * 129, "12 至 128"),
        ("wangmou-Xy7!kalt", "账号名"),
        ("ＷＡＮＧＭＯＵ-Xy7!kalt", "账号名"),
        ("aaaaaaaaaaaaA1!", "连续"),
        ("12345678aA!x", "连续"),
        ("qwertyuiopA1", "连续"),
        ("mustermannhaus", "三种"),
        ("abc\u200bdEF7!ghxyz", "不可见"),
    ],
)
def test_easy_passwords_are_refused_with_the_reason(password, told):
    with pytest.raises(UsageError, match=told):
        check_new("wang mou", password)


@pytest.mark.parametrize(
    "password",
    [OWN, "korrekt pferd batterie heftklammer", "Tr0ubador-&-Drei", "春眠不觉晓处处闻啼鸟夜来风雨声花落知多少"],
)
def test_good_passwords_are_taken(password):
    check_new("王某", password)


def test_the_password_that_is_replaced_is_refused():
    with pytest.raises(UsageError, match="相同"):
        check_new("王某", OWN, OWN)


def test_one_time_passwords_differ_are_long_and_would_be_taken(quick_passwords):
    made = {one_time().password for _ in range(50)}
    assert len(made) == 50
    assert {len(password) for password in made} == {23}
    assert not set("".join(made)) & set("il1o0")


@given(st.text(max_size=200))
def test_any_text_is_taken_or_refused_in_one_line(text):
    told = ""
    try:
        check_new("王某", text)
    except UsageError as error:
        told = str(error)
    assert not told or (told.startswith("password: ") and "\n" not in told)


@given(st.text(alphabet=st.characters(), max_size=40))
def test_any_text_can_be_tried(text):
    assert not matches("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21l$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", text)
