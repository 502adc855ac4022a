"""Flagging words that should not stand, and taking them off the page. Callers decide who may."""

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction

from canyu.journal import services as journal
from canyu.journal.errors import gettext_noop
from canyu.remarks.errors import RemarkRefused
from canyu.remarks.events import RemarkHidden, RemarkShown, WordsFlagged
from canyu.remarks.models import Flag, Remark
from canyu.remarks.rules import LONGEST_FLAG, Subject, check_flag_reason, check_words


@transaction.atomic
def flag_words(
    *,
    member_id: int,
    product_id: int,
    subject: Subject,
    reason: str,
    at: datetime,
    words: str = "",
) -> bool:
    """Ask a product's team to look at a topic, a remark or a voice; return whether that is new.

    Raises `RemarkRefused` for an unknown reason, or too many words.
    """
    reason = check_flag_reason(reason)
    words = check_words(words, longest=LONGEST_FLAG)
    open_ones = Flag.objects.filter(
        subject_kind=subject.kind, subject_id=subject.id, settled_at__isnull=True
    )
    is_first = not open_ones.exists()
    try:
        with transaction.atomic():
            Flag.objects.create(
                product_id=product_id,
                subject_kind=subject.kind,
                subject_id=subject.id,
                member_id=member_id,
                reason=reason,
                words=words,
                at=at,
            )
    except IntegrityError:
        return False
    if is_first:
        journal.publish(
            WordsFlagged(
                at=at,
                product_id=product_id,
                subject_kind=subject.kind,
                subject_id=subject.id,
                member_id=member_id,
            )
        )
    return True


@transaction.atomic
def settle_flags(
    *, actor_id: int | None, subject: Subject, was_right: bool | None, at: datetime
) -> int:
    """Say what became of all open flags on these words; return how many there were.

    Without an actor nobody decided: the words went away by themselves.
    """
    open_ones = Flag.objects.filter(
        subject_kind=subject.kind, subject_id=subject.id, settled_at__isnull=True
    )
    return open_ones.update(settled_at=at, settled_by=actor_id, was_right=was_right)


@transaction.atomic
def move_flags(*, from_id: int, to_id: int, subjects: Collection[Subject]) -> int:
    """Let another product's team look at open flags on these, and on remarks on them.

    Returns how many flags there were.
    """
    open_ones = Flag.objects.filter(product_id=from_id, settled_at__isnull=True)
    moved = set(subjects)
    flagged = open_ones.filter(subject_kind="remark").values("subject_id")
    for row in Remark.objects.filter(pk__in=flagged):
        if Subject(row.subject_kind, row.subject_id) in moved:
            moved.add(Subject("remark", row.pk))
    ids = [row.pk for row in open_ones if Subject(row.subject_kind, row.subject_id) in moved]
    return Flag.objects.filter(pk__in=ids).update(product_id=to_id)


@transaction.atomic
def hide_remark(*, actor_id: int, remark_id: int, at: datetime) -> None:
    """Take a remark off the page; what others answered stays. Hiding twice changes nothing."""
    remark = _remark(remark_id)
    if remark.hidden_at is not None:
        return
    remark.hidden_at = at
    remark.save(update_fields=["hidden_at"])
    journal.publish(
        RemarkHidden(
            at=at,
            remark_id=remark.pk,
            subject_kind=remark.subject_kind,
            subject_id=remark.subject_id,
            actor_id=actor_id,
        )
    )


@transaction.atomic
def show_remark(*, actor_id: int, remark_id: int, at: datetime) -> None:
    """Put a hidden remark back."""
    remark = _remark(remark_id)
    if remark.hidden_at is None:
        return
    remark.hidden_at = None
    remark.save(update_fields=["hidden_at"])
    journal.publish(
        RemarkShown(
            at=at,
            remark_id=remark.pk,
            subject_kind=remark.subject_kind,
            subject_id=remark.subject_id,
            actor_id=actor_id,
        )
    )


def _remark(remark_id: int) -> Remark:
    rows = Remark.objects.select_for_update(no_key=True)
    remark = rows.filter(pk=remark_id, role="remark", removed_at__isnull=True).first()
    if remark is None:
        raise RemarkRefused(
            gettext_noop("Nothing was changed: that remark is no longer there."), status=404
        )
    return remark
