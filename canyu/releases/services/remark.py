"""Talking about a change."""

from datetime import datetime

from django.db import transaction

from canyu.journal.errors import NotFound, gettext_noop
from canyu.releases.models import Change, ChangeMaker
from canyu.remarks import services as remarks
from canyu.remarks.rules import Subject


@transaction.atomic
def remark_on_change(
    *,
    member_id: int,
    change_id: int,
    text: str,
    at: datetime,
    parent_id: int | None = None,
    is_once: bool = False,
) -> int:
    """Say something about a published change, or reply; what its makers say is an answer.

    With `is_once` the same words are said once. Returns the remark's id. Raises `NotFound` for a
    change that is not out, `RemarkRefused`.
    """
    rows = Change.objects.filter(pk=change_id, release__is_published=True)
    if is_once:
        rows = rows.select_for_update(of=("self",), no_key=True)
    if rows.values_list("pk", flat=True).first() is None:
        raise NotFound(gettext_noop("Your remark was not saved: there is no such change."))
    is_answer = ChangeMaker.objects.filter(change_id=change_id, member_id=member_id).exists()
    return remarks.write_remark(
        author_id=member_id,
        subject=Subject("change", change_id),
        text=text,
        at=at,
        parent_id=parent_id,
        is_answer=is_answer,
        is_once=is_once,
    )
