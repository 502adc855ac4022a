"""Recording who asked and who made."""

from datetime import datetime

from django.db import transaction

from canyu.credits.events import ReleaseCredited
from canyu.credits.models import Credit
from canyu.credits.rules import Asking, credits_due
from canyu.journal import services as journal
from canyu.releases import queries as releases
from canyu.releases.events import ReleasePublished
from canyu.topics import queries as topics


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
    topic_ids = {topic_id for change in changes for topic_id in change.topic_ids}
    authors = {
        topic.id: topic.author_id for topic in topics.topics_by_id(topic_ids, at=at).values()
    }
    voices = [voice for voice in topics.voices_for(topic_ids) if voice.at <= out_at]
    rows = []
    for change in changes:
        askings = [
            Asking(
                voice.topic_id,
                voice.member_id,
                is_author=authors.get(voice.topic_id) == voice.member_id,
                at=voice.at,
            )
            for voice in voices
            if voice.topic_id in change.topic_ids
        ]
        rows += [
            Credit(
                product_id=release.product_id,
                release_id=release_id,
                change_id=change.id,
                topic_id=due.topic_id,
                member_id=due.member_id,
                role=due.role,
                asked_at=due.asked_at,
                at=at,
            )
            for due in credits_due(askings, change.maker_ids)
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
