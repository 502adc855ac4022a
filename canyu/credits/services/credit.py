"""Recording who asked, who helped and who made, as soon as it ships."""

from datetime import datetime

from django.db import transaction

from canyu.credits.services.rows import add_missing
from canyu.painpoints.events import PainAnswered
from canyu.releases import queries as releases
from canyu.releases.events import ReleasePublished


@transaction.atomic
def credit_release(*, release_id: int, at: datetime) -> int:
    """Credit everyone whose asking, helping or making led to a change of this release.

    Whoever joined after it went out led to nothing. Returns how many credits are new; doing it
    again adds none. History gives credit only where a record of the past names people.
    """
    return add_missing(releases.release_by_id(release_id), at=at)


def hear_release_published(event: ReleasePublished) -> None:
    """Credit people as soon as a release is out."""
    credit_release(release_id=event.release_id, at=event.at)


def hear_pain_answered(event: PainAnswered) -> None:
    """Credit everybody who asked for it in whatever words, once each for the change.

    Whoever was credited already, for a topic that the change names, is not credited again.
    """
    credit_release(release_id=event.release_id, at=event.at)
