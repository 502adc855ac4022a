"""A table of words: how it is written, which column says what, and its rows. Pure."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from canyu.channels.errors import SayingRefused
from canyu.channels.sayings.moments import Calendar, moment_in
from canyu.channels.sayings.records import KINDS, SayingRecord, Whence
from canyu.journal.errors import gettext_noop

MOST_BYTES = 8 * 1024 * 1024
MOST_ROWS = 10_000
LONGEST_ROW = 100_000
"""Characters in one row; a row that is longer is told, and the others go on."""

ENCODINGS = ("utf-8", "gb18030", "utf-16")
DELIMITERS: Final = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
FIELDS = ("text", "who", "when", "id", "link", "where", "kind", "language")
# What a heading may say, in small letters.
_HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "text": ("text", "words", "content", "review", "message", "comment", "body", "内容", "评论",
             "留言", "评价", "正文", "反馈", "文本"),
    "who": ("who", "author", "name", "user", "nickname", "from", "昵称", "用户", "用户名", "作者",
            "姓名", "发言人"),
    "when": ("when", "date", "time", "at", "created_at", "timestamp", "submitted", "时间", "日期",
             "发布时间", "评论时间"),
    "id": ("id", "number", "review id", "review_id", "编号", "序号", "评论id"),
    "link": ("link", "url", "address", "链接", "网址"),
    "where": ("where", "source", "store", "place", "来源", "渠道", "平台", "群", "群名"),
    "kind": ("kind", "type", "类型", "种类"),
    "language": ("language", "lang", "语言"),
}  # fmt: skip
_ARCHIVES: Final = (b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"7z\xbc\xaf", b"Rar!", b"BZh")
_LOOKED_AT: Final = 20


@dataclass(frozen=True)
class Reading:
    """How a table is read: `columns` is {field: number of its column}, counted from 0."""

    encoding: str
    delimiter: str
    has_heading: bool
    columns: Mapping[str, int]
    whence: Whence

    def to_json(self) -> dict[str, object]:
        """The same as values that a store keeps."""
        return {
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "has_heading": self.has_heading,
            "columns": dict(self.columns),
            "kind": self.whence.kind,
            "name": self.whence.name,
            "hides_names": self.whence.hides_names,
        }

    @classmethod
    def from_json(cls, told: Mapping[str, object]) -> "Reading":
        """Read back what `to_json` wrote."""
        columns = told["columns"]
        assert isinstance(columns, dict)  # noqa: S101 - we wrote it
        return cls(
            str(told["encoding"]),
            str(told["delimiter"]),
            bool(told["has_heading"]),
            {str(name): int(place) for name, place in columns.items()},
            Whence(str(told["kind"]), str(told["name"]), bool(told["hides_names"])),
        )


@dataclass(frozen=True)
class Row:
    """A row of a table: its line, counted from 1, and its cells; or why it cannot be read."""

    number: int
    cells: tuple[str, ...]
    is_too_long: bool = False


def check_table(data: bytes) -> None:
    """Raise `SayingRefused` for what is no table of text, or too large."""
    if len(data) > MOST_BYTES:
        raise SayingRefused(
            gettext_noop(
                "Nothing was read: the table is larger than %(most)s MB. Bring it in parts."
            ),
            status=413,
            most=MOST_BYTES // 1024 // 1024,
        )
    if data.startswith(_ARCHIVES):
        raise SayingRefused(
            gettext_noop(
                "Nothing was read: this is a workbook or an archive, and those are never unpacked. "
                "Save the table as CSV and bring that."
            )
        )
    if not data.strip():
        raise SayingRefused(gettext_noop("Nothing was read: the file is empty."))


def encoding_of(data: bytes) -> str:
    """Return in which of `ENCODINGS` a table is written: the first one that reads all of it."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def delimiter_of(data: bytes, encoding: str) -> str:
    """Return by what its cells are parted: what parts most rows into the same number."""
    lines = _text(data[:50_000], encoding, is_cut=True).splitlines()[:_LOOKED_AT]
    return max(DELIMITERS, key=lambda name: _evenness(lines, DELIMITERS[name]))


def guessed(data: bytes) -> Reading:
    """Return how a table is most likely read, for a person to look at."""
    encoding = encoding_of(data)
    delimiter = delimiter_of(data, encoding)
    first = next(rows_of(data, encoding=encoding, delimiter=delimiter), Row(1, ()))
    columns = columns_of(first.cells)
    has_heading = bool(columns)
    if "text" not in columns and first.cells:
        # Without headings: the widest column of the first rows is what people said.
        columns = {**columns, "text": _widest(data, encoding, delimiter)}
    return Reading(encoding, delimiter, has_heading, columns, Whence("review"))


def columns_of(headings: Sequence[str]) -> dict[str, int]:
    """Return which column says what, by its heading; the first of several."""
    found: dict[str, int] = {}
    for place, heading in enumerate(headings):
        named = heading.strip().casefold()
        for name, known in _HEADINGS.items():
            if named in known and name not in found:
                found[name] = place
    return found


def rows_of(data: bytes, *, encoding: str, delimiter: str) -> Iterator[Row]:
    """Yield the rows that have anything in them. Raises `SayingRefused` for bytes of another kind.

    A row that is too long, or whose quotation never ends, is told with its number, and the others
    go on.
    """
    text = _text(data, encoding)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=DELIMITERS[delimiter])
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            # A cell beyond what the library takes, 131,072 characters.
            yield Row(number, (), is_too_long=True)
            continue
        if sum(map(len, cells)) > LONGEST_ROW:
            yield Row(number, (), is_too_long=True)
        elif any(cell.strip() for cell in cells):
            yield Row(number, tuple(cells))


def record_of(row: Row, reading: Reading, calendar: Calendar) -> SayingRecord:
    """Return what a row says; raise `SayingRefused` where it cannot be told."""
    if row.is_too_long:
        raise SayingRefused(
            gettext_noop("It is longer than %(most)s characters, or a quotation in it never ends."),
            most=LONGEST_ROW,
        )
    cells = {
        name: row.cells[place] if place < len(row.cells) else ""
        for name, place in reading.columns.items()
    }
    when = cells.get("when", "").strip()
    said_at = moment_in(when, calendar) if when else None
    if when and said_at is None:
        raise SayingRefused(
            gettext_noop("“%(when)s” is no moment. Write it as 2026-05-03 14:02."), when=when[:40]
        )
    kind = cells.get("kind", "").strip().casefold()
    return SayingRecord(
        text=cells.get("text", ""),
        whence=Whence(
            kind if kind in KINDS else reading.whence.kind,
            cells.get("where", "").strip() or reading.whence.name,
            reading.whence.hides_names,
        ),
        who=cells.get("who", ""),
        said_at=said_at,
        outside_id=cells.get("id", ""),
        link=cells.get("link", ""),
        language=cells.get("language", ""),
    )


def _text(data: bytes, encoding: str, *, is_cut: bool = False) -> str:
    name = "utf-8-sig" if encoding == "utf-8" else encoding
    try:
        return data.decode(name, "ignore" if is_cut else "strict")
    except UnicodeError as problem:
        raise SayingRefused(
            gettext_noop("Nothing was read: the table is not written in %(encoding)s."),
            encoding=encoding,
        ) from problem


def _evenness(lines: Sequence[str], sign: str) -> tuple[float, int]:
    counts = Counter(line.count(sign) for line in lines if line.strip())
    if not counts or set(counts) == {0}:
        return (0.0, 0)
    n_cells, n_lines = counts.most_common(1)[0]
    return (n_lines / sum(counts.values()) if n_cells else 0.0, n_cells)


def _widest(data: bytes, encoding: str, delimiter: str) -> int:
    widths: Counter[int] = Counter()
    for row, _ in zip(
        rows_of(data, encoding=encoding, delimiter=delimiter), range(_LOOKED_AT), strict=False
    ):
        for place, cell in enumerate(row.cells):
            widths[place] += len(cell)
    return max(widths, key=lambda place: widths[place], default=0)
