"""Day and hour in Beijing of a stored time, computed by the database; Beijing knows no summer time."""

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class BeijingHour(FunctionElement[int]):
    """Hour of the day, 0 to 23, of a column of times."""

    type = Integer()
    name = "beijing_hour"
    inherit_cache = True

    def __init__(self, column: InstrumentedAttribute[datetime]) -> None:
        super().__init__(column)


class BeijingDay(FunctionElement[str]):
    """Day as `2026-06-30` of a column of times."""

    type = String()
    name = "beijing_day"
    inherit_cache = True

    def __init__(self, column: InstrumentedAttribute[datetime]) -> None:
        super().__init__(column)


def _compiled(element: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))


@compiles(BeijingHour, "sqlite")
def _hour_sqlite(element: BeijingHour, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST(strftime('%H', {_compiled(element, compiler, **options)}, '+8 hours') AS INTEGER)"


@compiles(BeijingHour, "postgresql")
def _hour_postgresql(element: BeijingHour, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST(EXTRACT(HOUR FROM {_compiled(element, compiler, **options)} AT TIME ZONE 'Asia/Shanghai') AS INTEGER)"


@compiles(BeijingDay, "sqlite")
def _day_sqlite(element: BeijingDay, compiler: SQLCompiler, **options: Any) -> str:
    return f"strftime('%Y-%m-%d', {_compiled(element, compiler, **options)}, '+8 hours')"


@compiles(BeijingDay, "postgresql")
def _day_postgresql(element: BeijingDay, compiler: SQLCompiler, **options: Any) -> str:
    return f"to_char({_compiled(element, compiler, **options)} AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD')"
