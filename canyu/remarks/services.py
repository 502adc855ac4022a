"""Writing, changing and removing remarks. Callers decide who may see the subject."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from canyu.journal import services as journal
from canyu.journal.errors import gettext_noop
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


@transaction.atomic
def remove_remark(*, author_id: int, remark_id: int, at: datetime) -> None:
    """Take back one's own remark; what others answered stays."""
    remark = _own_remark(remark_id, author_id)
    remark.removed_at = at
    remark.save(update_fields=["removed_at"])


@transaction.atomic
def keep_cell_words(
    *,
    author_id: int,
    subject: Subject | None,
    among: Iterable[Subject],
    role: str,
    text: str,
    at: datetime,
) -> None:
    """Keep the words of one cell of a report: at most one text a person among these subjects.

    What stood at another subject of `among` is removed; empty words remove all.
    """
    words = check_words(text, longest=LONGEST_CELL) if subject else ""
    earlier = Remark.objects.filter(author_id=author_id, role=role)
    by_kind: dict[str, list[int]] = {}
    for one in among:
        by_kind.setdefault(one.kind, []).append(one.id)
    for kind, ids in by_kind.items():
        stale = earlier.filter(subject_kind=kind, subject_id__in=ids)
        if subject and words and subject.kind == kind:
            stale = stale.exclude(subject_id=subject.id)
        stale.delete()
    if not (subject and words):
        return
    Remark.objects.update_or_create(
        author_id=author_id,
        subject_kind=subject.kind,
        subject_id=subject.id,
        role=role,
        defaults={"text": words},
        create_defaults={"text": words, "written_at": at},
    )


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
