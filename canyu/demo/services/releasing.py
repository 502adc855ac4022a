"""What goes out, what is said of it at once, and how many have it."""

from datetime import timedelta

from canyu.demo.errors import ActRefused
from canyu.demo.services.stage import Facts, Stage
from canyu.journal.errors import gettext_noop
from canyu.products import queries as product_queries
from canyu.products import services as products
from canyu.products.exposure_table import ExposureRow
from canyu.releases import queries as release_queries
from canyu.releases import services as releases

EXPOSED_PER_MEMBER = 1.31
"""People who run the product without an account here, for each who has one."""


def publish(stage: Stage, facts: Facts) -> None:
    """A release goes out."""
    told = facts["release"]
    release_id = releases.draft_release(
        actor_id=stage.owner_id,
        product_id=stage.product_id,
        version=told["version"],
        notes=told["notes"],
        is_hotfix=facts["is_hotfix"],
        at=stage.at - timedelta(hours=30),
    )
    ids = stage.town.topic_ids
    areas = product_queries.area_ids_by_slug(stage.product_id)
    for change in told["changes"]:
        makers = stage.member_ids(change["makers"])
        releases.put_change(
            actor_id=stage.owner_id,
            release_id=release_id,
            kind=change["kind"],
            text=change["text"],
            detail=change["detail"],
            maker_ids=[makers[handle] for handle in change["makers"]],
            area_id=areas.get(change["area"]),
            topic_ids=[ids[key] for key in change["topics"] if key in ids],
            plan_item_id=stage.town.item_ids.get(change.get("plan", "")),
            at=stage.at - timedelta(hours=26),
        )
    releases.publish_release(actor_id=stage.owner_id, release_id=release_id, at=stage.at)


def remark(stage: Stage, facts: Facts) -> None:
    """Somebody says something about a change, and its maker may answer."""
    told = facts["remark"]
    release_id = stage.release_id(facts["week"]["version"])
    changes = release_queries.changes_of([release_id])
    if told["change"] >= len(changes):
        raise ActRefused(gettext_noop("Nothing happened: that change was never published here."))
    change = changes[told["change"]]
    remark_id = releases.remark_on_change(
        member_id=stage.member_id(told["by"]), change_id=change.id, text=told["text"], at=stage.at
    )
    if told.get("answer"):
        releases.remark_on_change(
            member_id=stage.member_id(told["answer"]["by"]),
            change_id=change.id,
            text=told["answer"]["text"],
            parent_id=remark_id,
            at=stage.at + timedelta(hours=told["answer"]["after_hours"]),
        )


def tell_exposure(stage: Stage, facts: Facts) -> None:
    """The product tells how many people run it, and which version."""
    told = stage.story.weeks[: facts["week"]]
    # In a week without a release they run the one before.
    week = next((one for one in reversed(told) if not one.get("missed")), None)
    if week is None:
        return
    n_by_ring = product_queries.n_ring_members(stage.product_id)
    rows = [
        ExposureRow(
            week=stage.at.date(),
            ring_key=ring_key,
            n_people=round(n * EXPOSED_PER_MEMBER),
            version=week["version"],
        )
        for ring_key, n in n_by_ring.items()
    ]
    products.record_exposure(
        actor_id=stage.owner_id, product_id=stage.product_id, rows=rows, at=stage.at
    )
