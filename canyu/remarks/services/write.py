"""Writing, changing and removing remarks. Callers decide who may see the subject."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from msgspec.json import encode

from canyu.journal import services as journal
from canyu.journal.errors import gettext_noop
from canyu.remarks.errors import RemarkRefused
from canyu.remarks.events import RemarkChanged, RemarkRemoved, RemarkWritten
from canyu.remarks.models import PastText, Remark
from canyu.remarks.rules import LONGEST_CELL, Subject, check_remark, check_words

Place = tuple[int, str, str, int]
"""Author, role, kind and id of the subject."""
# All places as one value; the condition in the words of the index.
_FORGET = """DELETE FROM "remarks_remark" WHERE NOT ("role" = 'remark')
AND ("author_id", "role", "subject_kind", "subject_id") IN (SELECT {} FROM {})"""
FORGET = _FORGET.format(
    ", ".join(f"json_extract(value, '$[{place}]')" for place in range(4)), "json_each(%s)"
)
FORGET_POSTGRESQL = _FORGET.format(
    "(one ->> 0)::bigint, one ->> 1, one ->> 2, (one ->> 3)::bigint",
    "jsonb_array_elements(%s::jsonb) AS one",
)
# SQLite takes 32,766 values in one statement.
MOST_AT_ONCE = 4_000


@transaction.atomic
def write_remark(
    *,
    author_id: int,
    subject: Subject,
    text: str,
    at: datetime,
    parent_id: int | None = None,
    is_answer: bool = False,
    is_once: bool = False,
) -> int:
    """Write a remark, or a reply to one on the same subject; return its id.

    With `is_once` the same words of the same person at the same place are said once, however often
    they are sent: what stands there is returned. A reply waits for others to the same remark then;
    for all else whoever calls it holds what it is about.
    Raises `RemarkRefused` when there are no words, too many, or the remark replied to is gone.
    """
    words = check_remark(text)
    parent = _parent_of(parent_id, subject, is_held=is_once) if parent_id is not None else None
    if is_once and (said := _said_before(author_id, subject, words, parent)) is not None:
        return said
    remark = Remark.objects.create(
        subject_kind=subject.kind,
        subject_id=subject.id,
        role="remark",
        author_id=author_id,
        text=words,
        # One level of replies: an answer to an answer stands under the same remark.
        parent_id=(parent.parent_id or parent.pk) if parent else None,
        is_answer=is_answer,
        written_at=at,
    )
    journal.publish(
        RemarkWritten(
            at=at,
            remark_id=remark.pk,
            subject_kind=subject.kind,
            subject_id=subject.id,
            author_id=author_id,
            parent_author_id=parent.author_id if parent else None,
            is_answer=is_answer,
        )
    )
    return remark.pk


@transaction.atomic
def change_remark(*, author_id: int, remark_id: int, text: str, at: datetime) -> None:
    """Change the words of one's own remark; the page says so, and what it said before is kept."""
    remark = _own_remark(remark_id, author_id)
    words = check_remark(text)
    if words == remark.text:
        return
    PastText.objects.create(remark=remark, text=remark.text, at=at)
    remark.text, remark.edited_at = words, at
    remark.save(update_fields=["text", "edited_at"])
    journal.publish(
        RemarkChanged(
            at=at,
            remark_id=remark.pk,
            subject_kind=remark.subject_kind,
            subject_id=remark.subject_id,
            author_id=author_id,
        )
    )


@transaction.atomic
def remove_remark(*, author_id: int, remark_id: int, at: datetime) -> None:
    """Take back one's own remark, and all that it ever said; what others answered stays."""
    remark = _own_remark(remark_id, author_id)
    remark.removed_at = at
    remark.save(update_fields=["removed_at"])
    remark.past_texts.all().delete()
    journal.publish(
        RemarkRemoved(
            at=at,
            remark_id=remark.pk,
            subject_kind=remark.subject_kind,
            subject_id=remark.subject_id,
            author_id=author_id,
        )
    )


@transaction.atomic
def hand_over_remarks(*, from_id: int, to_id: int) -> None:
    """Let one person's remarks be another's; whoever calls it publishes why."""
    Remark.objects.filter(author_id=from_id, role="remark").update(author_id=to_id)


@transaction.atomic
def forget_remarks(*, author_id: int, at: datetime) -> None:
    """Take away every remark of a person, so that nobody can read it again."""
    rows = Remark.objects.filter(author_id=author_id, role="remark").order_by("pk")
    for remark in rows:
        is_new = remark.removed_at is None
        remark.text, remark.removed_at = "", remark.removed_at or at
        remark.save(update_fields=["text", "removed_at"])
        remark.past_texts.all().delete()
        if is_new:
            journal.publish(
                RemarkRemoved(
                    at=at,
                    remark_id=remark.pk,
                    subject_kind=remark.subject_kind,
                    subject_id=remark.subject_id,
                    author_id=author_id,
                )
            )


@dataclass(frozen=True)
class CellWords:
    """The words of one cell of one report.

    At most one text a person stands among the subjects of one kind: `subject` is the one that has
    it now, or None; `among` are all that may have had it.
    """

    author_id: int
    role: str
    kind: str
    subject_id: int | None
    among: tuple[int, ...]
    text: str
    at: datetime


def keep_cell_words(*, cells: Sequence[CellWords]) -> None:
    """Keep the words of many cells at once, in as many queries as for one.

    What stood at another subject of `among` is removed; empty words remove all. Each person and
    role at most once. Raises `RemarkRefused` when words are too long; then nothing was kept.
    """
    wanted = {
        _place(one, one.subject_id): (check_words(one.text, longest=LONGEST_CELL), one.at)
        for one in cells
        if one.subject_id is not None
    }
    wanted = {place: kept for place, kept in wanted.items() if kept[0]}
    places = {(one.author_id, one.role, one.kind, each) for one in cells for each in one.among}
    # Inside a group of reports there is nothing that could fail without the rest of it.
    with transaction.atomic(savepoint=False):
        _forget(places - wanted.keys())
        if wanted:
            _put(wanted)


def _forget(places: Collection[Place]) -> None:
    if not places:
        return
    asked = encode(sorted(places)).decode()
    with connection.cursor() as cursor:
        cursor.execute(FORGET_POSTGRESQL if connection.vendor == "postgresql" else FORGET, [asked])


def _put(wanted: Mapping[Place, tuple[str, datetime]]) -> None:
    """Write texts into their places; of a text that changes the moment stays."""
    # Django writes no upsert on an index with a condition. In one order, as two nodes may write
    # the same places.
    moment = connection.ops.adapt_datetimefield_value
    values = [(*place, text, moment(at), False) for place, (text, at) in sorted(wanted.items())]
    names = '"author_id", "role", "subject_kind", "subject_id", "text", "written_at", "is_answer"'
    row = "(%s, %s, %s, %s, %s, %s, %s)"
    with connection.cursor() as cursor:
        for start in range(0, len(values), MOST_AT_ONCE):
            some = values[start : start + MOST_AT_ONCE]
            cursor.execute(
                f'INSERT INTO "remarks_remark" ({names}) VALUES {", ".join([row] * len(some))} '  # noqa: S608 - names of ours
                'ON CONFLICT ("author_id", "subject_kind", "subject_id", "role") '
                """WHERE NOT ("role" = 'remark') DO UPDATE SET "text" = excluded."text" """
                'WHERE "remarks_remark"."text" <> excluded."text"',
                [value for one in some for value in one],
            )


def _place(one: CellWords, subject_id: int) -> Place:
    return (one.author_id, one.role, one.kind, subject_id)


def _said_before(author_id: int, subject: Subject, words: str, parent: Remark | None) -> int | None:
    rows = Remark.objects.filter(
        subject_kind=subject.kind,
        subject_id=subject.id,
        role="remark",
        author_id=author_id,
        text=words,
        parent_id=(parent.parent_id or parent.pk) if parent else None,
        removed_at__isnull=True,
    )
    return rows.values_list("pk", flat=True).first()


def _parent_of(parent_id: int, subject: Subject, *, is_held: bool) -> Remark:
    rows = Remark.objects.select_for_update(no_key=True) if is_held else Remark.objects.all()
    parent = rows.filter(
        pk=parent_id,
        subject_kind=subject.kind,
        subject_id=subject.id,
        role="remark",
        removed_at__isnull=True,
    ).first()
    if parent is None:
        raise RemarkRefused(
            gettext_noop(
                "Your reply was not saved, because what you replied to is no longer there. "
                "You can write it as a remark of its own."
            ),
            status=404,
        )
    return parent


def _own_remark(remark_id: int, author_id: int) -> Remark:
    remark = Remark.objects.filter(
        pk=remark_id, author_id=author_id, role="remark", removed_at__isnull=True
    ).first()
    if remark is None:
        raise RemarkRefused(
            gettext_noop("Nothing was changed: there is no such remark of yours."), status=404
        )
    return remark
