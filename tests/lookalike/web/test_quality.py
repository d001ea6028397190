"""What holds for every page without a browser: words from the catalogue, times told twice, names told for what they are,
empty lists that say what to do, addresses that nobody would type.
"""

from __future__ import annotations

import ast
import re
import shutil
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from lookalike.web.app import PAGES
from lookalike.web.templating import host
from lookalike.web.wording import catalogue
from tests.conftest import ROOT
from tests.lookalike.web.desk_at_work import AtWork, work
from tests.lookalike.web.quality_examples import EXAMPLES, NO_PAGE, WHO, Furnished, furnish

TEMPLATES = files("lookalike.web").joinpath("templates")
CODE = sorted((ROOT / "lookalike/web").rglob("*.py"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")
RECORDED = {
    "wording.py": "the language's own name",
    "same_site.py": "two languages at once, before anybody has chosen one",
    "captured.py": "notes of the evidence, in the language of the trail",
    "timeline.py": "what is recorded, in the language of the trail",
    "exhibits.py": "evidence, in the language of the captures",
    "hosting_lines.py": "evidence, in the language of the captures",
    "comparison.py": "evidence, in the language of the captures",
    "packing.py": "an error of the command line's",
    "audit.py": "a file's name",
    "lists.py": "a file's name",
    "statistics.py": "a file's name",
}
"""Files that may say something in Chinese beside the catalogue, and why."""
SHOWN = [page for page in PAGES if not page.post and page.path not in NO_PAGE]
LATER = {"/packs/jobs/{job}", "/packs/{pack:int}", "/packs/{pack:int}/form", "/submit/{run:int}"}
"""Pages of what is made through other pages: looked at in the browser."""
HERE = [page for page in SHOWN if page.path not in LATER]


@pytest.fixture(scope="module")
def furnished_desk(cheap_hashes: None, filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    return furnish(work(shutil.copytree(filled_home, tmp_path_factory.mktemp("furnished") / "home")))


@pytest.fixture(scope="module")
def empty_desk(cheap_hashes: None, tmp_path_factory: pytest.TempPathFactory) -> AtWork:
    return work(tmp_path_factory.mktemp("empty"))


@pytest.fixture(scope="module")
def at_empty(empty_desk: AtWork) -> dict[str, TestClient]:
    """Browsers of every role; nobody signs in twice."""
    known = {role: empty_desk.signed_in(role, who) for role, who in WHO.items() if role not in {"", "half"}}
    return known | {"": empty_desk.client(), "half": empty_desk.client()}


def literals(path: Path) -> list[str]:
    """Texts in Chinese that are no docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in said)
    return [node.value for node in texts if isinstance(node.value, str) and CHINESE.search(node.value)]


@pytest.mark.parametrize("path", CODE, ids=lambda p: str(p.relative_to(ROOT / "lookalike/web")))
def test_code_of_the_pages_has_no_words_of_its_own(path: Path) -> None:
    if path.name not in RECORDED:
        assert literals(path) == []


@pytest.mark.parametrize("template", sorted(TEMPLATES.iterdir(), key=lambda f: f.name), ids=lambda f: f.name)
def test_groups_of_words_that_a_template_chooses_from_are_there(template) -> None:
    text, known = template.read_text(encoding="utf-8"), catalogue("zh").said
    begun = re.findall(r'words\(\s*"([\w.]+\.)"\s*~', text)
    begun += [f"{group}." for group in re.findall(r'words\.of\(\s*"([\w.]+)"', text)]
    assert [group for group in begun if not any(key.startswith(group) for key in known)] == []


class Times(HTMLParser):
    """Text that looks like an instant and does not stand in a ``time`` that tells it in UTC as well."""

    def __init__(self) -> None:
        super().__init__()
        self.within: list[str] = []
        self.bare: list[str] = []
        self.untold: list[str] = []
        self.times = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        if tag in {"time", "pre", "script", "textarea", "style", "code", "q"}:
            self.within.append(tag)
        if tag == "time":
            self.times += 1
            if "UTC" not in (facts.get("title") or "") or "+00:00" not in (facts.get("datetime") or ""):
                self.untold.append(str(facts))

    def handle_endtag(self, tag: str) -> None:
        if self.within and self.within[-1] == tag:
            self.within.pop()

    def handle_data(self, data: str) -> None:
        if not self.within and re.search(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d", data):
            self.bare.append(data.strip()[:80])


@pytest.mark.parametrize("page", HERE, ids=lambda p: p.path)
def test_instants_are_china_s_with_utc_for_who_points_at_them(furnished_desk: Furnished, page) -> None:
    for text in texts(furnished_desk, page.path).values():
        read = Times()
        read.feed(text)
        assert (read.bare, read.untold) == ([], [])


def test_there_are_instants_to_look_at(furnished_desk: Furnished) -> None:
    read = Times()
    read.feed(texts(furnished_desk, "/leads")["/leads"])
    assert read.times > 5


@pytest.mark.parametrize("page", HERE, ids=lambda p: p.path)
def test_every_page_is_there_in_english_too(furnished_desk: Furnished, page) -> None:
    """No word of the catalogue is missing where only this page would notice."""
    role, paths = EXAMPLES[page.path]
    client = client_of(furnished_desk, role)
    client.cookies.set("language", "en")
    for path in paths(furnished_desk):
        answer = client.get(path)
        assert (path, answer.status_code) == (path, 200)
        assert '<html lang="en">' in answer.text


@pytest.mark.parametrize("page", [p for p in HERE if "{" not in p.path], ids=lambda p: p.path)
def test_a_list_without_anything_says_what_to_do(at_empty: dict[str, TestClient], page) -> None:
    answer = at_empty[EXAMPLES[page.path][0]].get(page.path)
    assert answer.status_code in {200, 303}
    for body in re.findall(r"<tbody>(.*?)</tbody>", answer.text, re.DOTALL):
        assert "<td" in body or "<th" in body, "a table without rows tells nobody anything"
    for found in re.findall(r"<ul[^>]*>(.*?)</ul>", answer.text, re.DOTALL):
        assert "<li" in found


@pytest.mark.parametrize(
    "path", ["/leads", "/campaigns", "/packs", "/exports", "/handling", "/second", "/mentions", "/allow", "/tokens"]
)
def test_lists_of_an_empty_store_have_a_sentence(at_empty: dict[str, TestClient], path: str) -> None:
    answer = at_empty[EXAMPLES[path][0]].get(path)
    sentence = re.search(r'class="[^"]*empty[^"]*"[^>]*>\s*([^<]+)', answer.text)
    assert sentence is not None
    assert len(sentence[1].strip()) > 6


HOSTILE = [
    '" OR *',
    "NEAR(",
    "'; DROP TABLE lead; --",
    "%",
    "_",
    "\\",
    "\x00",
    "\ud800",
    "*" * 5000,
    "（",
    "a AND",
    "^a",
    "{",
    "NaN",
]


@pytest.mark.parametrize("asked", HOSTILE, ids=ascii)
def test_whatever_is_searched_for_is_no_error_of_ours(furnished_desk: Furnished, asked: str) -> None:
    for role, path, names in (
        (
            "analyst",
            "/leads",
            ("q", "host", "status", "order", "after", "before", "platform", "min_score", "since", "done"),
        ),
        ("auditor", "/audit", ("who", "what", "lead", "since", "until", "after")),
        ("analyst", "/campaigns", ("after", "q")),
        ("analyst", "/leads/export", ("q", "order")),
    ):
        client = client_of(furnished_desk, role)
        for name in names:
            raw = asked.encode("utf-8", "surrogatepass")
            answer = client.get(path, params={name: raw})
            assert answer.status_code in {200, 303, 400, 404, 422}, (path, name)


@pytest.mark.parametrize("number", ["0", "99999999", "9" * 19, "9" * 40], ids=len)
@pytest.mark.parametrize("page", [p for p in PAGES if ":int}" in p.path], ids=lambda p: f"{p.post and 'POST'} {p.path}")
def test_numbers_of_what_is_not_there_are_not_found(furnished_desk: Furnished, page, number: str) -> None:
    path = re.sub(r"\{\w+:int\}", number, page.path).replace("{part}", "fold.png")
    for role in ("lead", "admin", "rules"):
        client = client_of(furnished_desk, role)
        answer = client.post(path, data={"version": "1"}) if page.post else client.get(path)
        assert answer.status_code in {303, 400, 403, 404, 409, 422}, (role, path, answer.status_code)


@pytest.mark.parametrize(
    "part", ["../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "fold.png/../x", "fold.png%00.html", "fold.svg"]
)
def test_a_picture_is_named_by_what_we_have_and_never_by_a_path(furnished_desk: Furnished, part: str) -> None:
    client = client_of(furnished_desk, "analyst")
    for path in (f"/leads/{furnished_desk.lead}/pictures/{furnished_desk.visit}/0/{part}", f"/leads/1/genuine/{part}"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("name", "read", "odd"),
    [
        ("xn--fiqs8sx7it6c.cn", "中国", 0),
        ("xn--pple-43d.com", "pple", 1),
        ("cx.mem.gov.cn.zs-cx.top", "cx", 0),
        ("xn--80ak6aa92e.com", "[.]", 5),
    ],
)
def test_an_international_name_is_told_both_ways_and_strange_letters_are_named(name: str, read: str, odd: int) -> None:
    shown = str(host(name))
    plain = re.sub(r"<[^>]+>", "", shown)
    assert read in plain
    assert (name.replace(".", "[.]") in plain) or not name.startswith("xn--")
    assert shown.count('<mark class="odd" title="U+') == odd
    assert shown.count("<bdi") == (2 if name.startswith("xn--") else 1)


def client_of(found: Furnished, role: str):
    client = found.desk.client()
    if role:
        client.cookies.set("sid", found.tokens[role])
    return client


def texts(found: Furnished, path: str) -> dict[str, str]:
    role, paths = EXAMPLES[path]
    return {each: client_of(found, role).get(each).text for each in paths(found)}
