"""Accounts, sign-ins and codes at fixed times."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyotp
from sqlalchemy import select

from lookalike.review import accounts, own_account, signin
from lookalike.review.passwords import OneTime, hash_of
from lookalike.review.sessions import Origin
from lookalike.review.signin import Entered
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.models import Audit, Person
from tests.lookalike.store.builders import NIGHT

MINUTE = timedelta(minutes=1)
MORNING = NIGHT + timedelta(hours=7)
OFFICE, ELSEWHERE = Origin("192.0.2.7", "Firefox"), Origin("198.51.100.9", "curl")
OWN = "长夜将尽 Morgen 7"
"""A password that people chose."""


def add_person(factory: Factory, name: str = "王某", role: str = "analyst", now: datetime = MORNING) -> str:
    """An account as an administrator makes it; its one-time password."""
    first = OneTime("first-pass-word-22", hash_of("first-pass-word-22"))
    with writing(factory) as session:
        accounts.add(session, name, role, first, "root", now)
    return first.password


def ready_person(factory: Factory, name: str = "王某", role: str = "analyst") -> None:
    """An account with a password of its own and, where the role asks for it, a second factor."""
    token = enter(factory, name, add_person(factory, name, role)).token
    told = own_account.change_password(factory, token, "first-pass-word-22", OWN, OFFICE, MORNING)
    assert isinstance(told, Entered)
    if told.visitor.owes == "enrol":
        enrol(factory, told.token, MORNING)


def enrol(factory: Factory, token: str, now: datetime) -> Entered:
    """Sets up the second factor with its first code."""
    begun = own_account.begin_second_factor(factory, token, now)
    assert isinstance(begun, own_account.Enrolment), begun
    done = own_account.finish_second_factor(factory, token, code(begun.secret, now), OFFICE, now)
    assert isinstance(done, Entered), done
    return done


def enter(
    factory: Factory, name: str = "王某", password: str = OWN, now: datetime = MORNING, origin: Origin = OFFICE
) -> Entered:
    """A sign-in whose password is right."""
    told = signin.sign_in(factory, name, password, origin, now)
    assert isinstance(told, Entered), told
    return told


def code(secret: str, now: datetime) -> str:
    return pyotp.TOTP(secret).at(now.timestamp())


def person_of(factory: Factory, name: str = "王某") -> Person:
    with reading(factory) as session:
        return session.scalars(select(Person).where(Person.name == name)).one()


def deeds(factory: Factory) -> list[tuple[str, str]]:
    """Who did what, in order."""
    with reading(factory) as session:
        return [(entry.who, entry.what) for entry in session.scalars(select(Audit).order_by(Audit.id))]
