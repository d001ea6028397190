"""What the documents call by name is there: paths of the project, settings, codes of refusals, roles."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from lookalike.config import Config
from lookalike.ops import numbers
from lookalike.ops.secret_files import secret_names
from lookalike.review.rights import ROLES
from spiders.refusal import SENTENCES
from tests.docs.markdown import PAGES, ROOT, mentions

DOCUMENTS = [page for page in PAGES if page.name != "CHANGELOG.md"]
PATH = re.compile(r"(?:seeds|scoring|spiders|lookalike|tests|docs|alembic|\.ci)/[\w./-]+")
INVENTED = re.compile(r"NAME|kuaisou|Kuaisou|/var/|/opt/")
CODE = re.compile(r"\bE_[A-Z_]+\b")
VARIABLE = re.compile(r"LOOKALIKE_([A-Z0-9_]+)")
BESIDE = {"HOME"}
"""Read from the environment alone."""


def variables() -> set[str]:
    fields = Config.model_fields
    asked = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "bench").glob("*.py"))
    of_bench = {name for name in VARIABLE.findall(asked) if name.startswith("BENCH_")}
    return (
        {name.upper() for name in fields}
        | {f"{name.upper()}_FILE" for name in secret_names(fields)}
        | BESIDE
        | of_bench
    )


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: page.name)
def test_every_path_that_is_named_is_there(page: Path) -> None:
    named = {text for text in mentions(page) if PATH.fullmatch(text) and not INVENTED.search(text)}
    assert {text for text in named if not (ROOT / text).exists()} == set()


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: page.name)
def test_every_variable_that_is_named_is_a_setting(page: Path) -> None:
    named = {name for name in VARIABLE.findall(page.read_text(encoding="utf-8")) if not name.endswith("_")}
    assert named - variables() == set()


def codes() -> set[str]:
    """Those with a sentence for people, and those that stand in the code by themselves."""
    floors = (path for floor in ("lookalike", "spiders") for path in (ROOT / floor).rglob("*.py"))
    return set(SENTENCES) | {code for path in floors for code in CODE.findall(path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: page.name)
def test_every_code_that_is_named_is_one_of_ours(page: Path) -> None:
    named = set(CODE.findall(page.read_text(encoding="utf-8")))
    assert named == named & codes()


def test_the_page_of_people_names_every_role() -> None:
    text = (ROOT / "docs" / "people.md").read_text(encoding="utf-8")
    assert [role for role in ROLES if not re.search(rf"^\| {role} \|", text, re.MULTILINE)] == []


def test_the_handbook_installs_every_extra() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    named = re.search(r"'lookalike\[([a-z0-9,]+)\]'", (ROOT / "docs" / "handbook.zh.md").read_text(encoding="utf-8"))
    assert named is not None
    assert set(named[1].split(",")) == set(extras)


def test_every_number_for_monitoring_is_told_of_and_no_other() -> None:
    source = Path(numbers.__file__).read_text(encoding="utf-8")
    said = {f"lookalike_{name}" for name in re.findall(r'_gauge\(\s*"(\w+)"', source)}
    said |= {f"lookalike_night_{name}" for name in numbers.NIGHT_COUNTS}
    said |= set(re.findall(r'GaugeMetricFamily\("(lookalike_\w+)"', source)) | {
        "lookalike_http_request_duration_seconds"
    }
    named = set(mentions(ROOT / "docs" / "operations.md"))
    assert {name for name in named if re.fullmatch(r"lookalike_\w+", name)} == said
