"""Writing, changing and removing remarks. Callers decide who may see the subject."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from canyu.journal import services as journal
from canyu.journal.errors import gettext_noop
from canyu.journal.events import TALK
from canyu.remarks.errors import RemarkRefused
from canyu.remarks.events import RemarkWritten
from canyu.remarks.models import Remark
from canyu.remarks.rules import LONGEST_CELL, Subject, check_remark, check_words


@transaction.atomic
def write_remark(
    *,
    author_id: int,
    subject: Subject,
    text: str,
    at: datetime,
    parent_id: int | None = None,
    is_answer: bool = False,
) -> int:
    """Write a remark, or a reply to one on the same subject; return its id.

    Raises `RemarkRefused` when there are no words, too many, or the remark replied to is gone.
    """
    words = check_remark(text)
    parent = _parent_of(parent_id, subject) if parent_id is not None else None
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
    """Change the words of one's own remark; the page says that it was changed."""
    remark = _own_remark(remark_id, author_id)
    remark.text = check_remark(text)
    remark.edited_at = at
    remark.save(update_fields=["text", "edited_at"])
    journal.mark_changed(TALK)


@transaction.atomic
def remove_remark(*, author_id: int, remark_id: int, at: datetime) -> None:
    """Take back one's own remark; what others answered stays."""
    remark = _own_remark(remark_id, author_id)
    remark.removed_at = at
    remark.save(update_fields=["removed_at"])
    journal.mark_changed(TALK)


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


@transaction.atomic
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
    subjects = Q(pk__in=())
    for kind in {one.kind for one in cells}:
        ids = {subject_id for one in cells if one.kind == kind for subject_id in one.among}
        subjects |= Q(subject_kind=kind, subject_id__in=ids)
    asked = {(one.author_id, one.role, one.kind, each) for one in cells for each in one.among}
    stored = {
        (row.author_id, row.role, row.subject_kind, row.subject_id): row
        for row in Remark.objects.filter(
            subjects,
            author_id__in={one.author_id for one in cells},
            role__in={one.role for one in cells},
        )
    }
    stale = [row.pk for place, row in stored.items() if place in asked and place not in wanted]
    if stale:
        Remark.objects.filter(pk__in=stale).delete()
    changed = []
    for place, (text, _) in wanted.items():
        row = stored.get(place)
        if row is not None and row.text != text:
            row.text = text
            changed.append(row)
    if changed:
        Remark.objects.bulk_update(changed, ["text"])
    Remark.objects.bulk_create(
        Remark(
            author_id=place[0],
            role=place[1],
            subject_kind=place[2],
            subject_id=place[3],
            text=text,
            written_at=at,
        )
        for place, (text, at) in wanted.items()
        if place not in stored
    )


def _place(one: CellWords, subject_id: int) -> tuple[int, str, str, int]:
    return (one.author_id, one.role, one.kind, subject_id)


def _parent_of(parent_id: int, subject: Subject) -> Remark:
    parent = Remark.objects.filter(
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
