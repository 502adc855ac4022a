"""Writing the plan."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from canyu.journal import services as journal
from canyu.journal.errors import NotAllowed, NotFound, gettext_noop
from canyu.journal.events import shown_of_product
from canyu.plan.errors import PlanRefused
from canyu.plan.events import PlanItemMoved
from canyu.plan.models import PlanItem, PlanItemTopic
from canyu.plan.rules import LONGEST_TITLE, LONGEST_WORDS, check_state, check_texts
from canyu.products import queries as products
from canyu.products.rules import in_language
from canyu.products.services import hold_product
from canyu.topics import queries as topics
from canyu.topics import services as topic_services
from canyu.topics.rules import LONGEST_REASON


@transaction.atomic
def put_plan_item(
    *,
    actor_id: int,
    product_id: int,
    title: Mapping[str, str],
    state: str,
    at: datetime,
    item_id: int | None = None,
    key: str = "",
    words: Mapping[str, str] | None = None,
    reason: Mapping[str, str] | None = None,
    keeper_id: int | None = None,
    due_version: str = "",
    due_on: date | None = None,
    topic_ids: Sequence[int] = (),
) -> int:
    """Write a new plan item, or change one; the topics it came from get its status.

    Texts are {language: text}. Raises `NotAllowed` for people outside the team and
    `PlanRefused` when a text, the state or its reason cannot be taken. Returns the id.
    """
    if not products.is_team(product_id, actor_id):
        raise NotAllowed(gettext_noop("The plan was not changed: only the team writes it."))
    if keeper_id is not None and not products.is_team(product_id, keeper_id):
        raise PlanRefused(
            gettext_noop(
                "The plan was not changed: who looks after an item must be in the team. "
                "An owner can invite them."
            )
        )
    reasons = check_texts(reason or {}, longest=LONGEST_WORDS, needed=False)
    values = {
        "title": check_texts(title, longest=LONGEST_TITLE, needed=True),
        "words": check_texts(words or {}, longest=LONGEST_WORDS, needed=False),
        "reason": reasons,
        "state": check_state(state, reasons),
        "keeper_id": keeper_id or actor_id,
        "due_version": due_version.strip()[:64],
        "due_on": due_on,
        "changed_at": at,
    }
    item, moved = _write_item(product_id, item_id, key, values, at)
    sources = [
        topic
        for topic in topics.topics_by_id(topic_ids, at=at).values()
        if topic.product_id == product_id
    ]
    journal.mark_changed(shown_of_product(product_id))
    added = _write_sources(item, [topic.id for topic in sources])
    told = sources if moved else [topic for topic in sources if topic.id in added]
    _tell_topics(item, actor_id=actor_id, told=told, at=at)
    if moved:
        journal.publish(
            PlanItemMoved(at=at, item_id=item.pk, product_id=product_id, state=item.state)
        )
    return item.pk


@transaction.atomic
def ship_plan_item(*, item_id: int, version: str, at: datetime) -> None:
    """Say that an item is in a release. Called when a change that answers it ships."""
    item = PlanItem.objects.select_for_update(no_key=True).filter(pk=item_id).first()
    if item is None or item.state == "shipped":
        return
    item.state, item.shipped_version, item.changed_at = "shipped", version, at
    item.save(update_fields=["state", "shipped_version", "changed_at"])
    journal.publish(
        PlanItemMoved(at=at, item_id=item.pk, product_id=item.product_id, state="shipped")
    )


def _write_item(
    product_id: int, item_id: int | None, key: str, values: dict[str, object], at: datetime
) -> tuple[PlanItem, bool]:
    if item_id is None:
        hold_product(product_id)
        key = key.strip()[:64] or _next_key(product_id)
        if PlanItem.objects.filter(product_id=product_id, key=key).exists():
            raise PlanRefused(
                gettext_noop(
                    "The item was not added, because “%(key)s” is already in the plan. "
                    "Change that one, or choose another key."
                ),
                status=409,
                key=key,
            )
        return PlanItem.objects.create(product_id=product_id, key=key, made_at=at, **values), True
    item = (
        PlanItem.objects.select_for_update(no_key=True)
        .filter(pk=item_id, product_id=product_id)
        .first()
    )
    if item is None:
        raise NotFound(gettext_noop("There is no such plan item."))
    moved = item.state != values["state"] or item.reason != values["reason"]
    if values["state"] != "shipped":
        item.shipped_version = ""
    for name, value in values.items():
        setattr(item, name, value)
    item.save()
    return item, moved


def _next_key(product_id: int) -> str:
    taken = set(PlanItem.objects.filter(product_id=product_id).values_list("key", flat=True))
    number = len(taken) + 1
    while f"p{number}" in taken:
        number += 1
    return f"p{number}"


def _write_sources(item: PlanItem, topic_ids: list[int]) -> set[int]:
    item.sources.exclude(topic_id__in=topic_ids).delete()
    added = set(topic_ids) - set(item.sources.values_list("topic_id", flat=True))
    PlanItemTopic.objects.bulk_create(
        PlanItemTopic(item=item, topic_id=topic_id) for topic_id in topic_ids if topic_id in added
    )
    return added


def _tell_topics(
    item: PlanItem, *, actor_id: int, told: Sequence[topics.TopicView], at: datetime
) -> None:
    # What shipped has been told already, and a plan does not take it back.
    told = [topic for topic in told if topic.status not in {"shipped", "confirmed"}]
    if item.state == "shipped":
        topic_services.ship_topics(
            topic_ids=[topic.id for topic in told], version=item.shipped_version, at=at
        )
    if item.state not in {"planned", "doing", "declined"}:
        return
    for topic in sorted(told, key=lambda topic: topic.id):
        topic_services.set_status(
            actor_id=actor_id,
            topic_id=topic.id,
            status=item.state,
            reason=in_language(item.reason or item.title, topic.language)[:LONGEST_REASON],
            at=at,
        )
