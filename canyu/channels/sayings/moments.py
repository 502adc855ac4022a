"""When something was said, as chats and tables write it. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

CLOCK: Final = (
    r"(?:(?P<half>上午|下午|凌晨|早上|中午|晚上)\s?)?"
    r"(?P<h>[0-2]?\d)[:：](?P<m>[0-5]\d)(?:[:：](?P<s>[0-5]\d))?(?:\s?(?P<ap>[AaPp]\.?[Mm]\.?))?"
)
DAY: Final = (
    r"(?:(?P<y>\d{4})[-/.年](?P<mo>\d{1,2})[-/.月](?P<d>\d{1,2})日?"
    r"|(?P<cmo>\d{1,2})月(?P<cd>\d{1,2})日"
    r"|(?P<a>\d{1,2})(?P<sign>[/.])(?P<b>\d{1,2})[/.](?P<ly>\d{4}|\d{2}))"
)
WHEN: Final = rf"(?:{DAY}(?:,|，)?[\sT]+)?{CLOCK}"
_DAY_ONLY: Final = re.compile(rf"\W*{DAY}(?:\W|星期.|周.)*$")
_AFTERNOON: Final = ("下午", "晚上")
_NOON: Final = 12
_CENTURY: Final = 2000
_OF_TWO_SIGNS: Final = 100
_OFFSET: Final = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})$")
_WHEN: Final = re.compile(rf"\s*{WHEN}\s*$")


@dataclass(frozen=True)
class Calendar:
    """What a date without a year, or a clock without a date, is read by."""

    zone: tzinfo
    now: datetime
    is_month_first: bool = False

    @property
    def today(self) -> date:
        """The day there."""
        return self.now.astimezone(self.zone).date()


def is_month_first(text: str) -> bool:
    """Whether days such as 5/13/2024 stand in a text, and none such as 13/5/2024."""
    pairs = re.findall(r"(?<!\d)(\d{1,2})/(\d{1,2})/\d{2,4}", text[:200_000])
    return any(int(b) > _NOON for _, b in pairs) and all(int(a) <= _NOON for a, _ in pairs)


def day_of_line(line: str, calendar: Calendar) -> date | None:
    """The day that a line between messages names, None where it says anything else."""
    found = _DAY_ONLY.match(line) if len(line) < _OF_TWO_SIGNS else None
    return _day(found, calendar) if found else None


def moment_of(found: "re.Match[str]", calendar: Calendar, day: date | None) -> datetime | None:
    """The moment of a match of `WHEN`; `day` is the last one that was named before it."""
    own = _day(found, calendar)
    hour = int(found["h"])
    is_late = (found["half"] or "") in _AFTERNOON or (found["ap"] or "").lower().startswith("p")
    if is_late and hour < _NOON:
        hour += _NOON
    elif (found["ap"] or "").lower().startswith("a") and hour == _NOON:
        hour = 0
    try:
        said = datetime(1, 1, 1, hour, int(found["m"]), int(found["s"] or 0)).time()  # noqa: DTZ001
    except ValueError:
        return None
    if own is None and found["y"] is None and found["a"] is None and found["cmo"] is None:
        own = day or calendar.today
        moment = datetime.combine(own, said, calendar.zone)
        # What was said at eleven, read at nine, was said yesterday.
        return moment if day or moment <= calendar.now else moment - timedelta(days=1)
    return datetime.combine(own, said, calendar.zone) if own else None


def moment_in(text: str, calendar: Calendar) -> datetime | None:
    """The moment that a cell of a table names: ISO 8601, or as chats write it; None if none."""
    tidy = text.strip()
    try:
        exact = datetime.fromisoformat(_OFFSET.sub(_colon, tidy.replace(" ", "T", 1)))
    except ValueError:
        day = day_of_line(tidy, calendar)
        if day is not None:
            return datetime.combine(day, datetime.min.time(), calendar.zone)
        found = _WHEN.match(tidy)
        return moment_of(found, calendar, None) if found and _has_day(found) else None
    try:
        return exact if exact.tzinfo else exact.replace(tzinfo=calendar.zone)
    except (OverflowError, ValueError):
        return None


def _colon(offset: "re.Match[str]") -> str:
    return "+00:00" if offset[0] == "Z" else offset[0]


def _has_day(found: "re.Match[str]") -> bool:
    return any(found[name] for name in ("y", "cmo", "a"))


def _day(found: "re.Match[str]", calendar: Calendar) -> date | None:
    try:
        if found["y"]:
            return date(int(found["y"]), int(found["mo"]), int(found["d"]))
        if found["cmo"]:
            return _last_such(int(found["cmo"]), int(found["cd"]), calendar.today)
        if found["a"]:
            first, second, year = int(found["a"]), int(found["b"]), int(found["ly"])
            year += _CENTURY if year < _OF_TWO_SIGNS else 0
            months = calendar.is_month_first and found["sign"] == "/"
            return date(year, first, second) if months else date(year, second, first)
    except ValueError:
        return None
    return None


def _last_such(month: int, day: int, today: date) -> date:
    there = date(today.year, month, day)
    return there if there <= today else date(today.year - 1, month, day)
