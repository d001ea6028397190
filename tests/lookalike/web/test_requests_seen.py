"""Requests are numbered in the log and counted by route; neither says what was asked for."""

from __future__ import annotations

import json
import logging
import re

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select
from starlette.testclient import TestClient

from lookalike.config import Config
from lookalike.ops import logs
from lookalike.store.engine import reading
from lookalike.store.models import Lead
from lookalike.web.api.points import ROOT
from lookalike.web.api.table import POINTS
from lookalike.web.app import PAGES, create_app
from lookalike.web.requests_seen import METHODS, OTHER, PROBES
from tests.lookalike.web.desk_at_work import AtWork

NAME = "lookalike_http_request_duration_seconds"
TEMPLATES = {re.sub(r":[a-z]+\}", "}", path) for path in [page.path for page in PAGES]}
TEMPLATES |= {ROOT + re.sub(r":[a-z]+\}", "}", point.path) for point in POINTS} | PROBES | {OTHER}


@pytest.fixture
def client(read_desk: AtWork) -> TestClient:
    config = Config(home=read_desk.config.home)
    app = create_app(config, read_desk.factory, names=("127.0.0.1",), secure=False)
    return TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 50000), follow_redirects=False)


def counted(client: TestClient) -> dict[tuple[str, str, str], float]:
    """Requests by method, route and status, as Prometheus' own parser reads them."""
    families = {one.name: one for one in text_string_to_metric_families(client.get("/metrics").text)}
    samples = [one for one in families[NAME].samples if one.name == f"{NAME}_count"]
    return {(one.labels["method"], one.labels["route"], one.labels["status"]): one.value for one in samples}


def test_a_request_is_counted_by_its_template(client: TestClient) -> None:
    for number in (1, 2, 3):
        client.get(f"/leads/{number}")
    assert counted(client)["GET", "/leads/{lead_id}", "303"] == 3


def test_what_somebody_asks_for_never_becomes_a_label(client: TestClient) -> None:
    for number in range(30):
        client.get(f"/nowhere/{number}")
        client.get(f"/static/{number}/nothing.js")
        client.request(f"ODD{number}", "/")
        client.get(f"{ROOT}/leads/{number}")
    client.post("/healthz", headers={"sec-fetch-site": "same-origin"})
    found = counted(client)
    assert {method for method, _, _ in found} <= METHODS | {OTHER}
    assert {route for _, route, _ in found} <= TEMPLATES
    assert len(found) < 12


def test_seconds_lie_in_buckets_and_sum_up(client: TestClient) -> None:
    client.get("/signin")
    text = client.get("/metrics").text
    families = {one.name: one for one in text_string_to_metric_families(text)}
    mine = [one for one in families[NAME].samples if one.labels["route"] == "/signin"]
    buckets = [one.value for one in mine if one.name.endswith("_bucket")]
    assert (buckets == sorted(buckets), buckets[-1]) == (True, 1)
    assert next(one.value for one in mine if one.name.endswith("_sum")) > 0


def test_the_numbers_of_the_night_stand_beside_them(client: TestClient) -> None:
    assert "lookalike_leads{" in client.get("/metrics").text


def test_a_refused_host_is_counted_too(read_desk: AtWork) -> None:
    app = create_app(Config(home=read_desk.config.home), read_desk.factory, names=("127.0.0.1",), secure=False)
    here = TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 50000))
    assert here.get("/signin", headers={"host": "evil.test"}).status_code == 400
    assert counted(here)["GET", OTHER, "400"] == 1


def test_every_line_of_a_request_names_the_number_that_its_answer_told(
    client: TestClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        logging.getLogger("lookalike.web").error("within the thread of the view")
        raise RuntimeError("broken")

    caplog.handler.setFormatter(logs.JsonLine())
    caplog.set_level(logging.INFO, "lookalike.web")
    monkeypatch.setattr("lookalike.web.pages.read_form", broken)
    lines: list[dict[str, object]] = []
    monkeypatch.setattr(caplog.handler, "emit", lambda record: lines.append(json.loads(caplog.handler.format(record))))
    answer = client.get("/signin")
    number = answer.headers["x-request-id"]
    assert (answer.status_code, len(lines)) == (500, 3)  # the view's own, the edge's, and the request's
    assert {line["request"] for line in lines} == {number}
    assert client.get("/signin").headers["x-request-id"] != number


def test_no_line_about_requests_names_a_lead(
    client: TestClient, read_desk: AtWork, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "lookalike.web.requests")
    with reading(read_desk.factory) as session:
        hosts = list(session.scalars(select(Lead.host)))
    for host in hosts:
        client.get(f"/leads?find={host}")
        client.get(f"/{host}")
    assert len(caplog.records) == 2 * len(hosts)
    assert not [host for host in hosts if host in caplog.text]
