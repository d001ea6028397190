"""A report appears with its record, or not at all."""

from __future__ import annotations

import pytest

from lookalike.errors import UsageError
from lookalike.statistics.publishing import Made, check_target, publish
from lookalike.store import audit
from lookalike.store.engine import reading
from lookalike.store.models import Export
from tests.lookalike.store.builders import NIGHT

REPORT = Made(b"figures", "table", NIGHT.date(), NIGHT.date(), (1, 2))


def exports_of(factory):
    with reading(factory) as session:
        return session.query(Export).count()


def test_without_its_record_there_is_no_file(store_factory, tmp_path, monkeypatch):
    def fails(*_, **__):
        raise RuntimeError("killed")

    monkeypatch.setattr(audit, "note", fails)
    with pytest.raises(RuntimeError, match="killed"):
        publish(store_factory, tmp_path / "a.xlsx", REPORT, "王某", NIGHT)
    assert (list(tmp_path.glob("a.xlsx")), exports_of(store_factory)) == ([], 0)


def test_a_failure_brings_back_what_lay_there(store_factory, tmp_path, monkeypatch):
    publish(store_factory, tmp_path / "a.xlsx", REPORT, "王某", NIGHT)

    def fails(*_, **__):
        raise RuntimeError("killed")

    monkeypatch.setattr(audit, "note", fails)
    with pytest.raises(RuntimeError, match="killed"):
        publish(store_factory, tmp_path / "a.xlsx", Made(b"other", "table", None, None), "王某", NIGHT)
    assert ((tmp_path / "a.xlsx").read_bytes(), exports_of(store_factory)) == (b"figures", 1)


@pytest.mark.parametrize(("lying", "replaced"), [(b"", True), (b"figures", True), (b"filled in", False)])
def test_only_our_own_untouched_file_is_replaced(store_factory, tmp_path, lying, replaced):
    path = tmp_path / "a.xlsx"
    publish(store_factory, path, REPORT, "王某", NIGHT)
    path.write_bytes(lying)
    if replaced:
        assert check_target(store_factory, path, ".xlsx", []) == path
    else:
        with pytest.raises(UsageError, match="--import it, or use another name"):
            check_target(store_factory, path, ".xlsx", [])


def test_a_file_that_is_read_in_may_be_replaced(store_factory, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"filled in")
    assert check_target(store_factory, path, ".xlsx", [path]) == path
