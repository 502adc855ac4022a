"""From the bytes of a file to named columns, whatever program wrote it.

Commas, semicolons or tabs; with or without a mark of its encoding; with any
end of line; with the `sep=;` line that some spreadsheets put first.
"""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from dataclasses import dataclass

from canyu.surveys.errors import SurveyRefused
from canyu.surveys.names import clipped

DELIMITERS = (",", ";", "\t")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_FIELD_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the rows under it, as they stand, each with the number of its line.

    `delimiter` is what cut them: where it is no comma, a comma may be a decimal one.
    """

    header: tuple[str, ...]
    rows: list[list[str]]
    lines: list[int]
    delimiter: str

    def take(self, places: list[int]) -> Table:
        """Return the same table with these rows alone."""
        return Table(
            self.header,
            [self.rows[at] for at in places],
            [self.lines[at] for at in places],
            self.delimiter,
        )


def read_table(data: bytes, *, wanted: frozenset[str]) -> Table:
    """Cut `data` into a header and rows; rows without any word are left out.

    `wanted` names columns (in lower case) by which the delimiter is known.
    Raises SurveyRefused where the bytes are no text or no table.
    """
    text = _text(data)
    if not text.strip():
        message = "the file is empty"
        raise SurveyRefused(message)
    text, skipped, told = _without_sep_line(text)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = told or _delimiter(first, wanted)
    rows, lines = _rows(text, delimiter, skipped)
    if not rows:
        message = "the file is empty"
        raise SurveyRefused(message)
    header = tuple(name.strip() for name in rows[0])
    return Table(header, rows[1:], lines[1:], delimiter)


def _text(data: bytes) -> str:
    """Decode what is text, and say of the rest what it may be."""
    if data.startswith(_UTF_16):
        encoding, name = "utf-16", "UTF-16"
    else:
        encoding, name = "utf-8-sig", "UTF-8"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as problem:
        raise SurveyRefused(_undecodable(data, problem, name)) from None
    if "\0" in text:
        raise SurveyRefused(_no_text(data))
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _undecodable(data: bytes, problem: UnicodeDecodeError, name: str) -> str:
    if b"\0" in data and name == "UTF-8":
        return _no_text(data)
    line = data.count(b"\n", 0, problem.start) + 1
    return (
        f"line {line} holds bytes that are not {name}; "
        'save the file again as "CSV UTF-8" (or give your program the encoding UTF-8)'
    )


def _no_text(data: bytes) -> str:
    if data.startswith(b"PK"):
        return "the file is a workbook or an archive, not text; save the sheet as CSV"
    return "the file is not text; save the survey as CSV"


def _without_sep_line(text: str) -> tuple[str, int, str]:
    """Take off a first line `sep=;`; return the text, the lines taken and the delimiter told."""
    first, end, rest = text.partition("\n")
    told = first.rstrip("\r").strip('"').lower().removeprefix("sep=")
    if end and first.strip('"').lower().startswith("sep=") and told in DELIMITERS:
        return rest, 1, told
    return text, 0, ""


def _delimiter(header: str, wanted: frozenset[str]) -> str:
    """Return what cuts `header` into the most wanted names, else into the most fields."""

    def worth(delimiter: str) -> tuple[int, int]:
        try:
            fields = next(csv.reader([header], delimiter=delimiter), [])
        except csv.Error:
            return 0, 0
        return len(wanted & {field.strip().lower() for field in fields}), len(fields)

    return max(DELIMITERS, key=worth)


def _rows(text: str, delimiter: str, skipped: int) -> tuple[list[list[str]], list[int]]:
    csv.field_size_limit(_FIELD_LIMIT)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1 + skipped
    rows, lines = list[list[str]](), list[int]()
    try:
        for fields in reader:
            if any(map(str.strip, fields)):
                rows.append(fields)
                lines.append(line)
            line = reader.line_num + 1 + skipped
    except csv.Error as problem:
        raise SurveyRefused(_broken(line, str(problem))) from None
    return rows, lines


def _broken(line: int, problem: str) -> str:
    if "end of data" in problem:
        return f"a quotation mark that opens on line {line} is never closed"
    if "expected after" in problem:
        return (
            f"line {line}: words follow a closing quotation mark; "
            'a quotation mark inside quotation marks is written twice ("")'
        )
    return f"line {line} cannot be read as CSV ({clipped(problem)})"
