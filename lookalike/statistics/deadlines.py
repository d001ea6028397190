"""Which report is due when, how many days are left, and whether the last one was written: from a dated table."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any, NoReturn

from lookalike.errors import UsageError

FORMS = {"table": "lookalike stats --from … --to {day} -o 工作情况统计表.xlsx", "month": "lookalike stats --monthly …"}
_LEAP = 2000


@dataclass(frozen=True, slots=True)
class Report:
    """One report that a plan asks for again and again."""

    plan: str
    title: str
    number: str
    form: str
    what: str
    yearly: tuple[tuple[int, int], ...]
    """Month and day; empty: it is monthly."""
    monthly: int
    ended: date | None
    checked_on: date

    def days(self, first: int, last: int) -> list[date]:
        """All its days in these years."""
        if self.yearly:
            return sorted(date(year, month, day) for year in range(first, last + 1) for month, day in self.yearly)
        return [date(year, month, self.monthly) for year in range(first, last + 1) for month in range(1, 13)]


@dataclass(frozen=True, slots=True)
class Due:
    """A report's next day, and what became of the last one."""

    report: Report
    day: date
    days_left: int
    written_to: date | None
    """Last day of the newest one written here that belongs to this day; None: there is none."""
    last: date
    last_done: bool | None
    """Whether one was written for the day before; None: nothing was kept here yet."""

    def as_json(self) -> dict[str, Any]:
        """As ``stats --due --json`` prints it."""
        told = self.report
        return {
            "plan": told.plan,
            "title": told.title,
            "number": told.number,
            "form": told.form,
            "what": told.what,
            "due": self.day.isoformat(),
            "days_left": self.days_left,
            "written_to": self.written_to.isoformat() if self.written_to else None,
            "previous": self.last.isoformat(),
            "previous_done": self.last_done,
            "plan_ended": told.ended.isoformat() if told.ended else None,
            "checked_on": told.checked_on.isoformat(),
        }


def reports(path: Path | None = None) -> list[Report]:
    """The reports of the table that ships with the program, or of another. Raises UsageError for an unusable file."""
    name = str(path) if path else "deadlines.toml"
    try:
        text = (path or files("lookalike.statistics").joinpath("deadlines.toml")).read_text(encoding="utf-8")
        plans = tomllib.loads(text)["plan"]
        return [_report(name, plan, row) for plan in plans for row in plan["report"]]
    except OSError as error:
        raise UsageError(f"deadlines {name}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"deadlines {name}: expected TOML ({error})") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"deadlines {name}: {error} is missing or of another form; compare the one shipped") from error


def due(found: Iterable[Report], today: date, written: Sequence[tuple[str, date]], began: date | None) -> list[Due]:
    """Every report's next day, the soonest first.

    ``written``: form and last day of every report that was written here; one belongs to the first day of the plan that
    is not before its own last day, a monthly one only where its month was over. ``began``: since when there
    is anything to report.
    """
    return sorted((_due(report, today, written, began) for report in found), key=lambda d: (d.day, d.report.plan))


def _due(report: Report, today: date, written: Sequence[tuple[str, date]], began: date | None) -> Due:
    days = report.days(today.year - 2, today.year + 1)
    place = next(number for number, day in enumerate(days) if day >= today)
    before, last, following = days[place - 2], days[place - 1], days[place]
    ends = [end for form, end in written if form == report.form and (report.yearly or _ends_month(end))]
    last_done = any(before < end <= last for end in ends)
    return Due(
        report,
        following,
        (following - today).days,
        max((end for end in ends if last < end <= following), default=None),
        last,
        last_done if last_done or (began is not None and began <= last) else None,
    )


def _ends_month(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


def _report(name: str, plan: Mapping[str, Any], row: Mapping[str, Any]) -> Report:
    yearly = tuple(_day_of_year(name, text) for text in row.get("yearly", ()))
    monthly = row.get("monthly", 0)
    if row["form"] not in FORMS:
        _bad(name, f"form = {row['form']!r}", f"one of {', '.join(FORMS)}")
    if not isinstance(monthly, int) or bool(yearly) == (1 <= monthly <= 28):
        _bad(name, f"report of {plan['id']}", 'either yearly = ["MM-DD", …] or monthly = 1 to 28')
    ended, checked_on = plan.get("ended"), plan["checked_on"]
    if not isinstance(checked_on, date) or (ended is not None and not isinstance(ended, date)):
        _bad(name, f"plan {plan['id']}", "checked_on and ended as days, without quotes")
    return Report(
        str(plan["id"]),
        str(plan["title"]),
        str(plan["number"]),
        row["form"],
        str(row["what"]),
        yearly,
        monthly,
        ended,
        checked_on,
    )


def _day_of_year(name: str, text: Any) -> tuple[int, int]:
    try:
        found = date.fromisoformat(f"{_LEAP}-{text}")
    except ValueError:
        _bad(name, f"yearly {text!r}", "a day as MM-DD")
    if (found.month, found.day) == (2, 29):
        _bad(name, "yearly 02-29", "a day that every year has")
    return found.month, found.day


def _bad(name: str, what: str, expected: str) -> NoReturn:
    raise UsageError(f"deadlines {name}: {what}: expected {expected}")
