"""One condition: a column's number is among these. However many there are, it is one parameter and the same statement.

A list of as many parameters as numbers is taken apart and put together again for each request, by three programs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Dialect, Integer, Text, TypeDecorator, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Numbers(TypeDecorator[Sequence[int]]):
    """Whole numbers in one parameter: an array, on SQLite JSON."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(ARRAY(Integer()) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> Any:
        return value if value is None or dialect.name == "postgresql" else json.dumps(value, separators=(",", ":"))


class _Among(FunctionElement[bool]):
    name = "among"
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:  # noqa: ARG002 - as it is called
        """As it is: ``= 1`` behind it would keep SQLite from the column's index."""
        return self


class _Beside(_Among):
    name = "beside"
    inherit_cache = True


def among(column: Any, numbers: Iterable[int]) -> ColumnElement[bool]:
    """Whether the column holds one of these numbers; none of them: never."""
    return _Among(column, _bound(numbers))


def beside(column: Any, numbers: Iterable[int]) -> ColumnElement[bool]:
    """Whether the column holds none of these numbers."""
    return _Beside(column, _bound(numbers))


def _bound(numbers: Iterable[int]) -> ColumnElement[Any]:
    return bindparam(None, list(numbers), type_=_Numbers(), unique=True)


@compiles(_Among, "postgresql")
def _among_postgres(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    return _said(element, compiler, "({} = ANY ({}))", how)


@compiles(_Beside, "postgresql")
def _beside_postgres(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    return _said(element, compiler, "({} <> ALL ({}))", how)


@compiles(_Among, "sqlite")
def _among_sqlite(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    return _said(element, compiler, "({} IN (SELECT value FROM json_each({})))", how)


@compiles(_Beside, "sqlite")
def _beside_sqlite(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    return _said(element, compiler, "({} NOT IN (SELECT value FROM json_each({})))", how)


def _said(element: _Among, compiler: SQLCompiler, form: str, how: dict[str, Any]) -> str:
    return form.format(*(compiler.process(side, **how) for side in element.clauses))
