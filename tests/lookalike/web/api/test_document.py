"""The document of the interface: valid, complete, and true to what is answered."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from lookalike.web.api.document import document, plain, refusals_of
from lookalike.web.api.problems import STATUSES
from lookalike.web.api.table import POINTS
from lookalike.web.wording import catalogue
from tests.lookalike.web.api.program_at_work import Program
from tests.lookalike.web.desk_at_work import AtWork


def schema_of(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}", "components": document()["components"]}


def test_the_standard_finds_nothing_wrong_with_it() -> None:
    for language in ("zh", "en"):
        assert list(OpenAPIV31SpecValidator(document(language)).iter_errors()) == []


def test_a_document_with_an_error_is_told_from_one_without() -> None:
    broken = {**document(), "paths": {"/x/{id}": {"get": {"responses": {}}}}}
    assert list(OpenAPIV31SpecValidator(broken).iter_errors())


def test_it_tells_of_every_entry_and_of_no_other() -> None:
    told = {(path, method.upper()) for path, ways in document()["paths"].items() for method in ways}
    assert told == {(plain(point.path), point.method) for point in POINTS}


def test_it_is_served_as_it_is_made(read_desk: AtWork) -> None:
    answer = read_desk.client().get("/api/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["openapi"] == "3.1.0"
    assert answer.json()["paths"].keys() == document()["paths"].keys()


def test_every_problem_is_told_of(read_desk: AtWork) -> None:
    told = set(document()["components"]["responses"])
    page = read_desk.client().get("/api").text
    assert told == set(STATUSES)
    assert [kind for kind in STATUSES if f'id="{kind}"' not in page] == []
    assert all(kind in STATUSES for point in POINTS for kind in refusals_of(point))


@pytest.mark.parametrize(
    "path", ["/health", "/leads", "/leads/1", "/campaigns", "/handovers", "/nothing", "/leads?x=1"]
)
def test_answers_are_what_the_document_says(read_desk: AtWork, path: str) -> None:
    program = Program(read_desk, "leads:read", "campaigns:read")
    answer = program.client.get(f"/api/v1{path}")
    name = path.partition("?")[0].replace("/1", "/{lead_id}")
    ways = document()["paths"].get(name, {}).get("get", {"responses": {}})
    told = ways["responses"].get(str(answer.status_code), {})
    content = told.get("content", {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}})
    kind = answer.headers["content-type"]
    reference = content[kind]["schema"]["$ref"].rpartition("/")[2]
    jsonschema.validate(answer.json(), schema_of(reference), cls=jsonschema.Draft202012Validator)


def test_an_answer_of_another_shape_would_be_noticed(read_desk: AtWork) -> None:
    found = Program(read_desk).get("/leads").json()
    found["items"][0]["score"] = "high"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(found, schema_of("Leads"), cls=jsonschema.Draft202012Validator)


def test_the_page_for_people_names_every_entry_parameter_and_scope(read_desk: AtWork) -> None:
    page = read_desk.client().get("/api").text
    words = catalogue("zh")
    for point in POINTS:
        assert f"/api/v1{plain(point.path)}" in page
        assert words(f"api.point.{point.name}") in page
        assert all(f"<code>{name}</code>" in page for name in point.query.model_fields)
        if point.scope != "any":
            assert f"<code>{point.scope}</code>" in page
