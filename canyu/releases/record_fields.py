"""Reading the fields of exchange records strictly, and how a refusal is worded.

Used by the records of releases and of reports. Everything that comes from a file goes through here
once, so that no other place needs to doubt a record.
"""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

from canyu.journal.errors import Invalid
from canyu.journal.errors import gettext_noop as _
from canyu.releases.record_names import FaultOf, language_of

URL_MOST: Final = 2_000

_LANGUAGES_MOST: Final = 40
_QUOTED_MOST: Final = 60
_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 2199
_URL: Final = re.compile(r"https?://[^\s<>\"'\\]+")
# Lone surrogates come from JSON escapes and can be stored by no database; NUL by some.
_UNFIT_IN_PASSAGE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_UNFIT_IN_LINE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class RecordInvalid(Invalid):
    """A record that cannot be taken, and why.

    `where` is the file and line, `field` the path of the field inside the record ("" for the
    record as a whole), `message` a marked English sentence filled from `params`.
    """

    def __init__(self, where: str, field: str, message: str, /, **params: Any) -> None:  # noqa: ANN401
        """Keep the place apart from the sentence."""
        super().__init__(message, **params)
        self.where = where
        self.field = field

    @property
    def told(self) -> str:
        """The field and the sentence in English, without the file and line."""
        sentence = self.message % self.params if self.params else self.message
        return f"{self.field}: {sentence}" if self.field else sentence

    def __str__(self) -> str:
        """The place, the field and the sentence in English."""
        return f"{self.where}: {self.told}" if self.where else self.told


def quoted(value: object) -> str:
    """Return a value as a refusal quotes it: printable, and short however long the value is."""
    if isinstance(value, dict | list):
        return "{…}" if isinstance(value, dict) else "[…]"
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if not isinstance(value, str):
        return f"{value!r}"[:_QUOTED_MOST]
    cut = value[:_QUOTED_MOST]
    shown = f"'{cut}'" if cut.isprintable() else ascii(cut)
    return shown if len(value) <= _QUOTED_MOST else f"{shown}… ({len(value):,} characters)"


def moment_to_json(moment: datetime | None) -> str | None:
    """Return a moment as ISO 8601 in UTC ending in Z, None as it is."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


class FieldReader:
    """One JSON object, read field by field; a refusal names the place, the field and the value."""

    def __init__(self, data: object, *, where: str, path: str = "", known: Sequence[str]) -> None:
        """Refuse what is no object, and any field that is not known."""
        self.where = where
        self.path = path
        if not isinstance(data, dict):
            raise RecordInvalid(
                where,
                path,
                _("%(value)s is not an object with the fields %(known)s."),
                value=quoted(data),
                known=", ".join(known),
            )
        self._data = data
        for name in data:
            if name not in known:
                self.refuse(
                    "",
                    _("Unknown field %(name)s; known are %(known)s."),
                    name=quoted(name),
                    known=", ".join(known),
                )

    def place(self, name: str) -> str:
        """Return the path of a field from the root of the record."""
        return f"{self.path}.{name}" if self.path and name else self.path or name

    def refuse(self, field: str, message: str, /, **params: object) -> NoReturn:
        """Raise RecordInvalid about one field."""
        raise RecordInvalid(self.where, self.place(field), message, **params)

    def text(self, name: str, *, most: int, one_line: bool = True) -> str:
        """Return a text of at most `most` characters, "" where the field is absent."""
        value = self._data.get(name)
        if value is None:
            return ""
        return self._checked_text(name, value, most=most, one_line=one_line)

    def named(self, name: str, fault_of: FaultOf, *, default: str | None = None) -> str:
        """Return a name without fault; where no default is given it must be there."""
        value = self._data.get(name)
        if value is None or value == "":
            if default is None:
                self.refuse(name, _("is missing."))
            return default
        return self._checked_name(name, value, fault_of)

    def names(self, name: str, fault_of: FaultOf, *, most: int) -> tuple[str, ...]:
        """Return a list of distinct names in the order written."""
        found: list[str] = []
        for index, value in enumerate(self.items(name, most=most)):
            place = f"{name}[{index}]"
            one = self._checked_name(place, value, fault_of)
            if one in found:
                self.refuse(place, _("%(value)s is listed twice."), value=quoted(one))
            found.append(one)
        return tuple(found)

    def choice(self, name: str, allowed: Sequence[str], *, default: str | None = None) -> str:
        """Return one of the allowed words; without a default one of them must be there."""
        value = self._data.get(name)
        if default is not None and (value is None or value == ""):
            return default
        if not isinstance(value, str) or value not in allowed:
            self.refuse(
                name,
                _("%(value)s is not allowed; allowed are %(allowed)s."),
                value=quoted(value),
                allowed=", ".join(allowed),
            )
        return value

    def flag(self, name: str) -> bool:
        """Return true or false; false where the field is absent."""
        value = self._data.get(name)
        if value is None:
            return False
        if not isinstance(value, bool):
            message = _("%(value)s is neither true nor false.")
            self.refuse(name, message, value=quoted(value))
        return value

    def url(self, name: str) -> str:
        """Return an http or https address, "" where the field is absent or empty."""
        value = self.text(name, most=URL_MOST)
        if value and _URL.fullmatch(value) is None:
            message = _("%(value)s is not an address that begins with http:// or https://.")
            self.refuse(name, message, value=quoted(value))
        return value

    def items(self, name: str, *, most: int) -> list[object]:
        """Return the list in a field, empty where the field is absent."""
        value = self._data.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.refuse(name, _("%(value)s is not a list."), value=quoted(value))
        self._check_number(name, len(value), most)
        return value

    def moment(self, name: str) -> datetime | None:
        """Return a moment in UTC, None where the field is absent or null."""
        value = self._data.get(name)
        return None if value is None else self._checked_moment(name, value)

    def moments(self, name: str, fault_of: FaultOf, *, most: int) -> dict[str, datetime]:
        """Return an object of names to moments."""
        found = {}
        for key, value in self._object(name, most=most).items():
            one = self._checked_name(name, key, fault_of)
            found[one] = self._checked_moment(f"{name}.{one}", value)
        return found

    def by_language(
        self, name: str, *, most: int, one_line: bool = True, required: bool = False
    ) -> dict[str, str]:
        """Return texts by language code; with `required` at least one of them says something."""
        found: dict[str, str] = {}
        for tag, value in self._object(name, most=_LANGUAGES_MOST).items():
            language = language_of(tag)
            if language is None:
                message = _("%(tag)s is not a language, such as en or zh-hans.")
                self.refuse(name, message, tag=quoted(tag))
            if language in found:
                message = _("The language %(language)s is given twice.")
                self.refuse(name, message, language=language)
            found[language] = self._checked_text(
                f"{name}.{language}", value, most=most, one_line=one_line
            )
        said = {language: text for language, text in found.items() if text}
        if required and not said:
            message = _("has no text in any language; write for example %(example)s.")
            self.refuse(name, message, example='{"en": "Faster start"}')
        return said

    def _object(self, name: str, *, most: int) -> dict[str, object]:
        value = self._data.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.refuse(name, _("%(value)s is not an object."), value=quoted(value))
        self._check_number(name, len(value), most)
        return value

    def _check_number(self, name: str, number: int, most: int) -> None:
        if number > most:
            message = _("has %(number)s entries; at most %(most)s are taken.")
            self.refuse(name, message, number=number, most=most)

    def _checked_text(self, name: str, value: object, *, most: int, one_line: bool) -> str:
        if not isinstance(value, str):
            self.refuse(name, _("%(value)s is not a text."), value=quoted(value))
        text = value.strip(" ") if one_line else value.replace("\r\n", "\n")
        if len(text) > most:
            message = _("has %(number)s characters; at most %(most)s are taken.")
            self.refuse(name, message, number=f"{len(text):,}", most=f"{most:,}")
        unfit = (_UNFIT_IN_LINE if one_line else _UNFIT_IN_PASSAGE).search(text)
        if unfit is not None:
            self.refuse(
                name,
                _("%(value)s has %(letter)s as character %(place)s, which may not stand there."),
                value=quoted(text),
                letter=ascii(unfit.group()),
                place=unfit.start() + 1,
            )
        return text

    def _checked_name(self, name: str, value: object, fault_of: FaultOf) -> str:
        if not isinstance(value, str):
            self.refuse(name, _("%(value)s is not a text."), value=quoted(value))
        fault = fault_of(value)
        if fault is not None:
            message, params = fault
            self.refuse(name, message, value=quoted(value), **params)
        return value

    def _checked_moment(self, name: str, value: object) -> datetime:
        moment = _moment_in(value)
        if moment is None:
            message = _(
                "%(value)s is not a date and time with its time zone, from %(first)s to %(last)s,"
                " such as %(example)s."
            )
            self.refuse(
                name,
                message,
                value=quoted(value),
                first=_FIRST_YEAR,
                last=_LAST_YEAR,
                example="2024-01-05T09:00:00Z",
            )
        return moment


def _moment_in(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if moment is None or moment.tzinfo is None or not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        return None
    return moment.astimezone(UTC)
