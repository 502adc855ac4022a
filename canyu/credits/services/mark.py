"""Saying of a remark, with one tap, what came of it."""

from datetime import datetime

from django.db import IntegrityError, transaction

from canyu.credits.errors import CreditRefused
from canyu.credits.events import RemarkMarked
from canyu.credits.models import Mark
from canyu.credits.rules import Who, check_mark
from canyu.credits.services.rows import add_missing, check_team, drop_undue
from canyu.journal import services as journal
from canyu.journal.errors import NotFound, gettext_noop
from canyu.products.services import hold_product
from canyu.releases import queries as releases
from canyu.releases.queries import ReleaseView
from canyu.remarks import queries as remarks
from canyu.remarks.queries import Said
from canyu.topics import queries as topics


@transaction.atomic
def mark_remark(*, actor_id: int, remark_id: int, kind: str, at: datetime) -> bool:
    """Say that a remark was the idea that was taken, the cause, a test or a translation.

    The team says it, of others' remarks. Its author is credited for the changes that it is on or
    that came from its topic, also for those that are out already, if they wrote it in time.
    Returns whether it is new. Raises `CreditRefused`, `NotAllowed`, `NotFound`.
    """
    check_mark(kind)
    said = _said(remark_id)
    product_id = _product_of(said, at)
    check_team(product_id, actor_id)
    if said.author_id == actor_id:
        raise CreditRefused(
            gettext_noop(
                "Nothing was changed, because these words are your own. Somebody else of the team "
                "may say what came of them."
            )
        )
    hold_product(product_id)
    try:
        with transaction.atomic():
            Mark.objects.create(
                product_id=product_id,
                remark_id=remark_id,
                kind=kind,
                subject_kind=said.subject.kind,
                subject_id=said.subject.id,
                actor_id=actor_id,
                at=at,
            )
    except IntegrityError:
        return False
    _tell(remark_id, product_id, kind, actor_id, at, is_taken_back=False)
    for release in _releases_about(said):
        add_missing(release, at=at)
    return True


@transaction.atomic
def unmark_remark(*, actor_id: int, remark_id: int, kind: str, at: datetime) -> bool:
    """Take back what was said of a remark, and what followed from it; return whether it was said.

    That it was said, and who took it back, is kept.
    """
    check_mark(kind)
    said = _said(remark_id)
    product_id = _product_of(said, at)
    check_team(product_id, actor_id)
    hold_product(product_id)
    row = Mark.objects.filter(remark_id=remark_id, kind=kind, back_at=None).first()
    if row is None:
        return False
    row.back_at, row.back_by_id = at, actor_id
    row.save(update_fields=["back_at", "back_by"])
    _tell(remark_id, product_id, kind, actor_id, at, is_taken_back=True)
    for release in _releases_about(said):
        drop_undue(release, facts=(kind,), who=Who(said.author_id))
    return True


def _said(remark_id: int) -> Said:
    found = [one for one in remarks.said_in([remark_id]) if not one.is_gone]
    if not found:
        raise NotFound(gettext_noop("Nothing was changed: that remark is no longer there."))
    return found[0]


def _product_of(said: Said, at: datetime) -> int:
    if said.subject.kind == "change":
        return releases.change_of(said.subject.id).product_id
    if said.subject.kind == "topic":
        standing = topics.standing_ids([said.subject.id])[said.subject.id]
        return topics.topic_of(standing, at=at).product_id
    raise NotFound(gettext_noop("Nothing was changed: no change comes from such a remark."))


def _releases_about(said: Said) -> list[ReleaseView]:
    """The releases that are out and may owe their credit to a remark."""
    if said.subject.kind == "change":
        ids = {releases.change_of(said.subject.id).release_id}
    else:
        families = topics.families_of([said.subject.id])
        near = families.known
        ids = set(releases.release_ids_from_topics(near))
    found = releases.releases_by_id(sorted(ids)).values()
    return [one for one in found if one.is_published and not one.is_history]


def _tell(
    remark_id: int, product_id: int, kind: str, actor_id: int, at: datetime, *, is_taken_back: bool
) -> None:
    journal.publish(
        RemarkMarked(
            at=at,
            remark_id=remark_id,
            product_id=product_id,
            kind=kind,
            actor_id=actor_id,
            is_taken_back=is_taken_back,
        )
    )
