"""Tables of words: kept until somebody has looked at how they are read, then taken in parts.

A part is one delivery of the journal, as of invitations: its rows, and the fact from which the next
part follows, in one transaction. What was killed goes on where it was, and a row that comes twice
is one word.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from canyu.channels.errors import SayingRefused
from canyu.channels.events import SheetTaken
from canyu.channels.models import Sheet
from canyu.channels.sayings.moments import Calendar, is_month_first
from canyu.channels.sayings.records import MOST_AT_ONCE, SayingRecord, check_record
from canyu.channels.sayings.tables import (
    MOST_ROWS,
    Reading,
    Row,
    check_table,
    guessed,
    record_of,
    rows_of,
)
from canyu.channels.services.bring import keep_words
from canyu.channels.services.team import check_team
from canyu.journal.errors import NotFound, Refused, gettext_noop
from canyu.journal.services import publish

MOST_PROBLEMS = 1_000


@dataclass(frozen=True)
class ReadRow:
    """A row as it would be taken, or why it cannot be."""

    number: int
    record: SayingRecord | None
    problem: Refused | None


@transaction.atomic
def keep_sheet(*, actor_id: int, product_id: int, name: str, data: bytes, at: datetime) -> int:
    """Keep a table that nothing was read of yet; return its number. Raises `SayingRefused`.

    The sheets of the product that nobody went on with in a day are thrown away.
    """
    check_team(product_id, actor_id)
    check_table(data)
    Sheet.objects.filter(
        product_id=product_id, taken_at=None, at__lt=at.replace(hour=0, minute=0)
    ).delete()
    row = Sheet.objects.create(
        product_id=product_id,
        name=name[:200],
        data=data,
        reading=guessed(data).to_json(),
        brought_by_id=actor_id,
        at=at,
    )
    return row.pk


@transaction.atomic
def take_sheet(
    *, actor_id: int, product_id: int, sheet_id: int, reading: Reading, zone: str, at: datetime
) -> int:
    """Take all rows that can be taken, in parts; return how many cannot. Once only.

    Raises `SayingRefused` where there is nothing to take, or more than `MOST_ROWS`.
    """
    check_team(product_id, actor_id)
    sheet = (
        Sheet.objects.select_for_update(no_key=True)
        .filter(pk=sheet_id, product_id=product_id)
        .first()
    )
    if sheet is None:
        raise NotFound(gettext_noop("There is no such table."))
    if sheet.taken_at is not None:
        raise SayingRefused(gettext_noop("This table was taken already."), status=409)
    read = list(islice(read_rows(bytes(sheet.data), reading, zone=zone, at=at), MOST_ROWS + 1))
    if len(read) > MOST_ROWS:
        raise SayingRefused(
            gettext_noop(
                "Nothing was taken: the table has more than %(most)s rows. Bring it in parts."
            ),
            status=413,
            most=MOST_ROWS,
        )
    wrong = [row for row in read if row.problem is not None]
    if len(wrong) == len(read):
        raise SayingRefused(
            gettext_noop("Nothing was taken: no row can be read so. Choose other columns.")
        )
    sheet.reading = {
        **reading.to_json(),
        "zone": zone,
        "problems": [
            [row.number, row.problem.message, row.problem.params]
            for row in wrong[:MOST_PROBLEMS]
            if row.problem is not None
        ],
    }
    sheet.n_rows, sheet.n_wrong, sheet.taken_at = len(read), len(wrong), at
    sheet.save(update_fields=["reading", "n_rows", "n_wrong", "taken_at"])
    publish(SheetTaken(at=at, product_id=product_id, sheet_id=sheet.pk, upto=0))
    return len(wrong)


@transaction.atomic
def take_rows(*, sheet_id: int, after: int, at: datetime, limit: int = MOST_AT_ONCE) -> None:
    """Take the next rows of a sheet after this line; the others follow by `SheetTaken`.

    When all are taken its text is thrown away: what is to be forgotten must not live on in it.
    """
    sheet = Sheet.objects.select_for_update(no_key=True).filter(pk=sheet_id, done_at=None).first()
    if sheet is None:
        return
    reading = Reading.from_json(sheet.reading)
    rows = read_rows(
        bytes(sheet.data),
        reading,
        zone=sheet.reading["zone"],
        at=sheet.taken_at or at,
        after=after,
    )
    part = list(islice(rows, limit))
    brought = keep_words(
        [row.record for row in part if row.record is not None],
        product_id=sheet.product_id,
        actor_id=sheet.brought_by_id,
        way="sheet",
        at=at,
    )
    n_new = sum(one.is_new for one in brought)
    Sheet.objects.filter(pk=sheet_id).update(
        n_new=F("n_new") + n_new, n_known=F("n_known") + len(brought) - n_new
    )
    if len(part) < limit:
        Sheet.objects.filter(pk=sheet_id).update(done_at=at, data=b"")
        return
    told = SheetTaken(at=at, product_id=sheet.product_id, sheet_id=sheet_id, upto=part[-1].number)
    publish(told, is_told_later=True)


def read_rows(
    data: bytes, reading: Reading, *, zone: str, at: datetime, after: int = 0
) -> Iterator[ReadRow]:
    """Yield each row after a line as it would be taken.

    Raises `SayingRefused` for the table as a whole.
    """
    rows = rows_of(data, encoding=reading.encoding, delimiter=reading.delimiter)
    if reading.has_heading:
        next(rows, None)
    ahead = list(islice(rows, 200))
    sample = "\n".join(cell for row in ahead for cell in row.cells)
    calendar = Calendar(ZoneInfo(zone), at, is_month_first(sample))
    for row in chain(ahead, rows):
        if row.number > after:
            yield _read(row, reading, calendar, at)


def _read(row: Row, reading: Reading, calendar: Calendar, at: datetime) -> ReadRow:
    try:
        return ReadRow(row.number, check_record(record_of(row, reading, calendar), at=at), None)
    except Refused as refusal:
        return ReadRow(row.number, None, refusal)
