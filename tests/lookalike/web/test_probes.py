"""What machines ask: life, readiness, numbers; and who gets no numbers."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from lookalike.config import Config
from lookalike.store.engine import reading
from lookalike.store.models import Lead
from lookalike.web.app import create_app
from lookalike.web.headers import ALWAYS
from tests.lookalike.web.desk_at_work import AtWork

HERE, ELSEWHERE = ("127.0.0.1", 50000), ("198.51.100.7", 50000)


def asking(
    desk: AtWork, client: tuple[str, int] = HERE, *, secure: bool = False, host: str = "127.0.0.1", **settings: str
) -> TestClient:
    config = Config(home=desk.config.home, **settings)
    app = create_app(config, desk.factory, names=("localhost", "127.0.0.1", "queue.example"), secure=secure)
    return TestClient(app, base_url=f"http://{host}", client=client)


def test_a_living_process_says_so_and_nothing_else(read_desk: AtWork) -> None:
    assert asking(read_desk, ELSEWHERE).get("/healthz").json() == {"status": "ok"}


def test_a_ready_desk_is_ready(read_desk: AtWork) -> None:
    answer = asking(read_desk).get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


def test_another_schema_is_not_ready_and_the_answer_names_no_place(fresh_desk: AtWork) -> None:
    with fresh_desk.factory() as session:
        session.connection(execution_options={"lookalike_mode": "write"}).exec_driver_sql(
            "UPDATE alembic_version SET version_num = '20200101_older'"
        )
        session.commit()
    answer = asking(fresh_desk).get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "unready", "failed": ["schema"]})


def test_a_database_that_is_gone_and_captures_that_are_gone_are_told(fresh_desk: AtWork, tmp_path: Path) -> None:
    client = asking(fresh_desk)
    fresh_desk.config.captures.rename(tmp_path / "away")
    fresh_desk.factory.kw["bind"].dispose()
    database = fresh_desk.config.home / "lookalike.db"
    database.unlink()
    database.mkdir()
    assert client.get("/readyz").json() == {"status": "unready", "failed": ["database", "captures"]}
    assert client.get("/healthz").status_code == 200
    assert client.get("/metrics").status_code == 503


def test_this_machine_gets_the_numbers_without_a_token(read_desk: AtWork) -> None:
    answer = asking(read_desk).get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "lookalike_leads{" in answer.text


@pytest.mark.parametrize(
    ("client", "options", "headers"),
    [
        (ELSEWHERE, {}, {}),
        (HERE, {"secure": True}, {}),
        (HERE, {"host": "queue.example"}, {}),
        (HERE, {}, {"x-forwarded-for": "198.51.100.7"}),
        (HERE, {}, {"forwarded": "for=198.51.100.7"}),
        (HERE, {}, {"via": "1.1 proxy"}),
    ],
    ids=["another machine", "behind TLS", "another name", "x-forwarded-for", "forwarded", "via"],
)
def test_whoever_may_be_somebody_else_gets_none_without_a_token(
    read_desk: AtWork, client: tuple[str, int], options: dict, headers: dict
) -> None:
    answer = asking(read_desk, client, **options).get("/metrics", headers=headers)
    assert answer.status_code == 403
    assert "lookalike_" not in answer.text


@pytest.mark.parametrize("given", ["", "Bearer wrong", "Basic sesame", "sesame", "Bearer sésame"])
def test_with_a_token_set_only_that_token_opens(read_desk: AtWork, given: str) -> None:
    headers = {"authorization": given.encode()} if given else {}
    answer = asking(read_desk, metrics_token="sesame").get("/metrics", headers=headers)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_the_token_opens_from_anywhere(read_desk: AtWork) -> None:
    client = asking(read_desk, ELSEWHERE, secure=True, metrics_token="sesame")
    assert client.get("/metrics", headers={"authorization": "Bearer sesame"}).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_no_probe_names_a_lead_a_path_or_lacks_the_policy(read_desk: AtWork, path: str) -> None:
    answer = asking(read_desk).get(path)
    assert {name: answer.headers[name] for name in ALWAYS} == ALWAYS
    assert str(read_desk.config.home) not in answer.text
    with reading(read_desk.factory) as session:
        assert not [host for host in session.scalars(select(Lead.host)) if host in answer.text]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_nothing_is_posted_to_a_probe(read_desk: AtWork, path: str) -> None:
    assert asking(read_desk).post(path, headers={"sec-fetch-site": "same-origin"}).status_code == 405
