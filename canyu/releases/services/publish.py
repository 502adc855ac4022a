"""Letting a release go out."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from canyu.journal import services as journal
from canyu.journal.errors import NotAllowed, gettext_noop
from canyu.journal.events import shown_of_product
from canyu.plan import queries as plan_queries
from canyu.plan import services as plan
from canyu.products import queries as products
from canyu.products.rules import in_language
from canyu.releases.errors import ReleaseRefused
from canyu.releases.events import ReleasePublished
from canyu.releases.models import Change, ChangeTopic, Release, RollOut
from canyu.releases.rules import check_publishable
from canyu.releases.services.draft import release_row
from canyu.topics import services as topics


@transaction.atomic
def publish_release(
    *,
    actor_id: int,
    release_id: int,
    at: datetime,
    rings: Mapping[str, datetime] | None = None,
) -> None:
    """Publish a draft: it reaches the rings, its topics and plan items are shipped.

    `rings` maps a ring's key to the moment at which it gets the release; a ring that is not
    named gets it now. Raises `NotAllowed` or `ReleaseRefused`.
    """
    release = release_row(release_id)
    if not products.is_team(release.product_id, actor_id):
        raise NotAllowed(
            gettext_noop("Nothing was published: only the team of this product publishes.")
        )
    changes = list(release.changes.prefetch_related("makers").order_by("place"))
    nameless = [in_language(change.text, "") for change in changes if not change.makers.all()]
    check_publishable(len(changes), is_published=release.is_published, without_maker=nameless)
    release.is_published, release.published_at = True, at
    release.save(update_fields=["is_published", "published_at"])
    _write_roll_outs(release, rings or {}, at)
    _ship_sources(release, changes, at)
    journal.publish(
        ReleasePublished(
            at=at,
            release_id=release.pk,
            product_id=release.product_id,
            is_hotfix=release.is_hotfix,
        )
    )


@transaction.atomic
def set_roll_out(*, actor_id: int, release_id: int, ring_key: str, reached_at: datetime) -> None:
    """Say when a ring gets, or got, a published release."""
    release = release_row(release_id)
    if not products.is_team(release.product_id, actor_id):
        raise NotAllowed(gettext_noop("Nothing was changed: only the team rolls out."))
    if not release.is_published:
        raise ReleaseRefused(
            gettext_noop(
                "Nothing was changed: %(version)s is not out yet. "
                "Say when each ring gets it as you publish it."
            ),
            status=409,
            version=release.version,
        )
    known = {ring.key for ring in products.rings_of(release.product_id)}
    if ring_key not in known:
        raise ReleaseRefused(
            gettext_noop("Nothing was changed: this product has no ring “%(ring)s”."),
            ring=ring_key[:40],
        )
    RollOut.objects.update_or_create(
        release=release, ring_key=ring_key, defaults={"reached_at": reached_at}
    )
    journal.mark_changed(shown_of_product(release.product_id))


def _write_roll_outs(release: Release, rings: Mapping[str, datetime], at: datetime) -> None:
    RollOut.objects.bulk_create(
        RollOut(release=release, ring_key=ring.key, reached_at=max(at, rings.get(ring.key, at)))
        for ring in products.rings_of(release.product_id)
    )


def _ship_sources(release: Release, changes: list[Change], at: datetime) -> None:
    _add_sources_of_plan(changes, at)
    topic_ids = ChangeTopic.objects.filter(change__release=release).values_list(
        "topic_id", flat=True
    )
    # Items before topics, each in the order of their ids, as whoever changes the plan takes them.
    items = {change.plan_item_id for change in changes if change.plan_item_id is not None}
    for item_id in sorted(items):
        plan.ship_plan_item(item_id=item_id, version=release.version, at=at)
    topics.ship_topics(topic_ids=list(topic_ids), version=release.version, at=at)


def _add_sources_of_plan(changes: list[Change], at: datetime) -> None:
    # A change that keeps a promise came from the topics that the promise came from.
    item_ids = [change.plan_item_id for change in changes if change.plan_item_id is not None]
    items = plan_queries.plan_items_by_id(item_ids, today=at.date())
    ChangeTopic.objects.bulk_create(
        (
            ChangeTopic(change=change, topic_id=topic_id)
            for change in changes
            if change.plan_item_id in items
            for topic_id in items[change.plan_item_id].topic_ids
        ),
        ignore_conflicts=True,
    )
