"""Rows of the ledger, written by every service of the room."""

from collections.abc import Collection
from datetime import datetime

from canyu.credits.events import ReleaseCredited
from canyu.credits.models import Credit
from canyu.credits.queries.ledger import Difference, difference_of
from canyu.credits.rules import Who
from canyu.journal import services as journal
from canyu.journal.errors import NotAllowed, gettext_noop
from canyu.products import queries as products
from canyu.products.services import hold_product
from canyu.releases.queries import ReleaseView

AT_ONCE = 1_000


def add_missing(release: ReleaseView, *, at: datetime) -> int:
    """Write the credits of a release that are due and not there; return how many.

    In the caller's transaction. Whoever else writes credits of the product waits.
    """
    hold_product(release.product_id)
    return write_missing(release, difference_of(release), at=at)


def write_missing(
    release: ReleaseView, difference: Difference, *, at: datetime, is_told: bool = True
) -> int:
    """Write what a difference misses; the people are told of it unless it is long ago."""
    rows = [
        Credit(
            product_id=release.product_id,
            release_id=release.id,
            change_id=change_id,
            topic_id=due.topic_id,
            remark_id=due.remark_id,
            member_id=who.member_id or None,
            named_id=who.named_id or None,
            role=role,
            fact=due.fact,
            asked_at=due.asked_at,
            shipped_at=release.published_at,
            at=at,
        )
        for (change_id, who, role), due in difference.missing.items()
    ]
    Credit.objects.bulk_create(rows, ignore_conflicts=True, batch_size=AT_ONCE)
    if rows and is_told and not release.is_history:
        journal.publish(
            ReleaseCredited(at=at, release_id=release.id, product_id=release.product_id)
        )
    return len(rows)


def take_away(ids: Collection[int]) -> None:
    """Take rows of the ledger away, some at a time."""
    listed = list(ids)
    for start in range(0, len(listed), AT_ONCE):
        Credit.objects.filter(pk__in=listed[start : start + AT_ONCE]).delete()


def drop_undue(release: ReleaseView, *, facts: Collection[str], who: Who) -> None:
    """Take away what one person was credited for by such facts and is not due any more."""
    extra = difference_of(release).extra
    rows = Credit.objects.filter(pk__in=extra.values(), fact__in=facts)
    own = (
        rows.filter(named_id=who.named_id) if who.named_id else rows.filter(member_id=who.member_id)
    )
    take_away(own.values_list("pk", flat=True))


def check_team(product_id: int, actor_id: int) -> None:
    """Raise `NotAllowed` unless somebody is of the team."""
    if not products.is_team(product_id, actor_id):
        raise NotAllowed(
            gettext_noop("Nothing was changed: only the team says what came of a remark.")
        )


def check_owner(product_id: int, actor_id: int) -> None:
    """Raise `NotAllowed` unless somebody owns the product."""
    if not products.is_owner(product_id, actor_id):
        raise NotAllowed(
            gettext_noop("Nothing was changed: only owners write into the credits by hand.")
        )
