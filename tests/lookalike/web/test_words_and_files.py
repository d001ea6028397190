"""One catalogue, complete in both languages; vendored files are the ones that were published."""

from __future__ import annotations

import hashlib
import re
import string
from importlib.resources import files

import pytest
from jinja2 import Environment

from lookalike.review.rights import ROLES
from lookalike.review.statuses import STATUSES
from lookalike.store.models.life import LIVES
from lookalike.web.views import statics
from lookalike.web.wording import catalogue
from tests.lookalike.web.desk_at_work import AtWork

WEB = files("lookalike.web")
HTMX = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"
"""SHA-256 of dist/htmx.min.js of htmx.org 4.0.1."""
TEMPLATES = sorted(f.name for f in WEB.joinpath("templates").iterdir())


def template(name: str) -> str:
    return WEB.joinpath("templates", name).read_text(encoding="utf-8")


def test_htmx_is_the_published_file() -> None:
    assert hashlib.sha256(WEB.joinpath("static/vendor/htmx.min.js").read_bytes()).hexdigest() == HTMX


def test_both_languages_say_the_same_things_with_the_same_values() -> None:
    zh, en = catalogue("zh").said, catalogue("en").said
    assert zh.keys() == en.keys()

    def names(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert {k for k in zh if names(zh[k]) != names(en[k])} == set()
    assert all(zh.values())


def test_every_word_that_a_template_names_is_there() -> None:
    known = catalogue("zh").said
    asked = {key for name in TEMPLATES for key in re.findall(r'words\("([\w.]+[^.])"[,)]', template(name))}
    assert asked - known.keys() == set()
    assert len(asked) > 60


def test_every_status_life_and_role_has_a_word() -> None:
    words = catalogue("en")
    for group, codes in (("status", STATUSES), ("life", LIVES), ("role", ROLES)):
        assert [code for code in codes if f"{group}.{code}" not in words.said] == []
    assert {code: catalogue("zh").of("status", code) for code in STATUSES} == STATUSES
    assert {code: catalogue("zh").of("role", code) for code in ROLES} == ROLES


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_have_no_words_script_or_style_of_their_own(name: str) -> None:
    text = re.sub(r"\{#.*?#\}", "", template(name), flags=re.DOTALL)
    Environment(autoescape=True).parse(text)
    assert "|safe" not in text
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", text)
    assert set(re.findall(r"[\u4e00-\u9fff]+", text)) <= {"中文"}


def test_files_are_kept_for_good_under_their_hash_and_others_are_not_there(read_desk: AtWork) -> None:
    client = read_desk.client()
    for name, kind in statics.KINDS.items():
        answer = client.get(statics.address_of(name))
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
        assert "immutable" in answer.headers["cache-control"]
    assert client.get("/static/0/app.css").status_code == 404
    assert client.get(f"/static/{statics.read('app.css').version}/../app.py").status_code == 404
    assert client.get("/signin").headers["cache-control"] == "no-store"


def test_nothing_of_the_pages_is_loaded_from_elsewhere() -> None:
    for name in ("app.css", "keys.js", "icon.svg"):
        text = statics.read(name).data.decode().replace("http://www.w3.org/2000/svg", "")
        assert "//" not in re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)
