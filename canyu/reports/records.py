"""The exchange form of a report: what import reads and export writes.

Described field by field in docs/import-format.md. Plain values only: nothing here knows the store.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NoReturn, Self

from canyu.journal.errors import gettext_noop as _
from canyu.releases.record_fields import FieldReader, moment_to_json, quoted
from canyu.releases.record_names import (
    fault_of_handle,
    fault_of_key,
    fault_of_ring,
    fault_of_version,
)
from canyu.reports.rules import MOODS

__all__ = ["MOODS", "ReportRecord"]

WORDS_MOST: Final = 1_000
SHOWN_MOST: Final = 60

_FIELDS: Final = (
    "release",
    "member",
    "ring",
    "mood",
    "shown",
    "untried",
    "best",
    "worst",
    "why_best",
    "why_worst",
    "wanted_item",
    "wanted",
    "at",
)


@dataclass(frozen=True)
class ReportRecord:
    """One member's four cells on one release.

    `release` is its version, `member` a handle, `ring` the key of the ring the member was in.
    `shown` holds the keys of the changes on the member's screen in their order, `untried` those
    marked as not tried; `best` and `worst` are keys out of `shown`, or "". `wanted_item` is the key
    of a plan item, `wanted` own words. `where` is the file and line, for messages only.
    """

    release: str
    member: str
    ring: str
    mood: str = ""
    shown: tuple[str, ...] = ()
    untried: tuple[str, ...] = ()
    best: str = ""
    worst: str = ""
    why_best: str = ""
    why_worst: str = ""
    wanted_item: str = ""
    wanted: str = ""
    at: datetime | None = None
    where: str = field(default="", compare=False, repr=False)

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON values; what is empty is left out."""
        values = {name: getattr(self, name) for name in _FIELDS} | {
            "shown": list(self.shown),
            "untried": list(self.untried),
            "at": moment_to_json(self.at),
        }
        return {name: value for name, value in values.items() if value}

    @classmethod
    def from_json(cls, data: object, *, where: str) -> Self:
        """Read a report, all of it or nothing. Raises RecordInvalid, which names `where`."""
        reader = FieldReader(data, where=where, known=_FIELDS)
        shown = reader.names("shown", fault_of_key, most=SHOWN_MOST)
        untried = reader.names("untried", fault_of_key, most=SHOWN_MOST)
        for index, key in enumerate(untried):
            if key not in shown:
                _refuse_not_shown(reader, f"untried[{index}]", key, shown)
        best = _choice(reader, "best", shown, untried)
        worst = _choice(reader, "worst", shown, untried)
        if best and best == worst:
            message = _("%(value)s is also the best; one change cannot be liked most and least.")
            reader.refuse("worst", message, value=quoted(worst))
        return cls(
            release=reader.named("release", fault_of_version),
            member=reader.named("member", fault_of_handle),
            ring=reader.named("ring", fault_of_ring),
            mood=reader.choice("mood", MOODS, default=""),
            shown=shown,
            untried=untried,
            best=best,
            worst=worst,
            why_best=_why(reader, "why_best", best),
            why_worst=_why(reader, "why_worst", worst),
            wanted_item=reader.named("wanted_item", fault_of_key, default=""),
            wanted=reader.text("wanted", most=WORDS_MOST, one_line=False),
            at=reader.moment("at"),
            where=where,
        )


def _choice(
    reader: FieldReader, name: str, shown: tuple[str, ...], untried: tuple[str, ...]
) -> str:
    key = reader.named(name, fault_of_key, default="")
    if key and key not in shown:
        _refuse_not_shown(reader, name, key, shown)
    if key in untried:
        message = _("%(value)s is marked as not tried, so it cannot be chosen.")
        reader.refuse(name, message, value=quoted(key))
    return key


def _why(reader: FieldReader, name: str, choice: str) -> str:
    words = reader.text(name, most=WORDS_MOST, one_line=False)
    if words.strip() and not choice:
        message = _("gives a reason, but no change was chosen; leave it out or name the change.")
        reader.refuse(name, message)
    return words


def _refuse_not_shown(reader: FieldReader, name: str, key: str, shown: tuple[str, ...]) -> NoReturn:
    message = _("%(value)s was not on this screen; shown were: %(shown)s.")
    reader.refuse(name, message, value=quoted(key), shown=", ".join(shown) or "–")
