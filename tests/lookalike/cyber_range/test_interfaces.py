"""Engines of a range that answer as interfaces do."""

from __future__ import annotations

import json

from lookalike.cyber_range.engines import Engines
from lookalike.cyber_range.exchange import Answer, Request
from lookalike.cyber_range.load import check_range
from lookalike.cyber_range.model import Engine
from lookalike.cyber_range.search import Index


def asked(tmp_path, template: str, query: str, **more: str) -> Answer:
    (tmp_path / "engines").mkdir()
    (tmp_path / "engines" / "a.j2").write_text(template)
    engine = Engine("a", "api.example", "/search", "q", "a.j2", **more)
    answer = Engines((engine,), Index(()), tmp_path).answer(
        Request("GET", "http", "api.example", 80, f"/search?q={query}")
    )
    assert answer is not None
    return answer


def test_an_interface_answers_with_its_own_type(tmp_path) -> None:
    answer = asked(tmp_path, '{"query": {{ query|tojson }}}', "a", content_type="application/json")
    assert dict(answer.headers)["Content-Type"] == "application/json; charset=utf-8"
    assert json.loads(answer.body) == {"query": "a"}


def test_whatever_is_searched_for_stays_one_json_string(tmp_path) -> None:
    answer = asked(tmp_path, '{"query": {{ query|tojson }}}', "%22%7D%3Cb%3E%26%0A%5C", content_type="application/json")
    assert json.loads(answer.body) == {"query": '"}<b>&\n\\'}


def test_a_page_stays_html(tmp_path) -> None:
    assert dict(asked(tmp_path, "{{ query }}", "a").headers)["Content-Type"] == "text/html; charset=utf-8"


def test_a_type_that_is_none_is_told_with_file_and_key(write_range) -> None:
    folder = write_range(
        {
            "engines/a.toml": 'host = "e.example"\npath = "/s"\nquery_param = "q"\ntemplate = "a.j2"\ncontent_type = "json"',
            "engines/a.j2": "{{ query }}",
        }
    )
    assert any(line.startswith("engines/a.toml: content_type: ") for line in check_range(folder))
