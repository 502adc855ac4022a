"""Recording who asked and who made."""

from datetime import datetime

from django.db import transaction

from canyu.credits import queries
from canyu.credits.events import ReleaseCredited
from canyu.credits.models import Credit
from canyu.journal import services as journal
from canyu.painpoints.events import PainAnswered
from canyu.painpoints.queries.pains import askers_of
from canyu.releases import queries as releases
from canyu.releases.events import ReleasePublished


@transaction.atomic
def credit_release(*, release_id: int, at: datetime) -> int:
    """Credit everyone whose asking or making led to a change of this release.

    Whoever joined after it went out led to nothing. Returns how many credits are new; doing it
    again adds none. History gives no credit.
    """
    release = releases.release_by_id(release_id)
    if release.is_history or release.published_at is None:
        return 0
    out_at = release.published_at
    changes = releases.changes_of([release_id])
    rows = [
        Credit(
            product_id=release.product_id,
            release_id=release_id,
            change_id=change_id,
            topic_id=due.topic_id,
            member_id=due.member_id,
            role=due.role,
            asked_at=due.asked_at,
            at=at,
        )
        for change_id, dues in queries.dues_of(changes, until=out_at).items()
        for due in dues
    ]
    before = Credit.objects.filter(release_id=release_id).count()
    Credit.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    n_new = Credit.objects.filter(release_id=release_id).count() - before
    if n_new:
        journal.publish(
            ReleaseCredited(at=at, release_id=release_id, product_id=release.product_id)
        )
    return n_new


def hear_release_published(event: ReleasePublished) -> None:
    """Credit people as soon as a release is out."""
    credit_release(release_id=event.release_id, at=event.at)


@transaction.atomic
def hear_pain_answered(event: PainAnswered) -> None:
    """Credit everybody who asked for it in whatever words, once each for the change.

    Whoever was credited already, for a topic that the change names, is not credited again.
    """
    release = releases.release_by_id(event.release_id)
    if release.published_at is None:
        return
    already = set(
        Credit.objects.filter(change_id=event.change_id)
        .exclude(role="made")
        .values_list("member_id", flat=True)
    )
    askers = askers_of(event.point_id, until=release.published_at)
    rows = [
        Credit(
            product_id=event.product_id,
            release_id=event.release_id,
            change_id=event.change_id,
            member_id=member_id,
            role="asked",
            asked_at=asked_at,
            at=event.at,
        )
        for member_id, asked_at in askers.items()
        if member_id not in already
    ]
    Credit.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    if rows:
        journal.publish(
            ReleaseCredited(at=event.at, release_id=event.release_id, product_id=event.product_id)
        )
