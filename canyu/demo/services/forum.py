"""What people raise and the team says to it: topics and the plan."""

import random
from datetime import timedelta

from canyu.credits import services as credits_
from canyu.demo.services.stage import Facts, Stage
from canyu.plan import services as plan
from canyu.products import queries as product_queries
from canyu.remarks import queries as remarks
from canyu.remarks.rules import Subject
from canyu.topics import services as topics


def raise_topic(stage: Stage, facts: Facts) -> None:
    """Somebody raises a topic."""
    topic = facts["topic"]
    areas = product_queries.area_ids_by_slug(stage.product_id)
    stage.town.topic_ids[topic["key"]] = topics.raise_topic(
        member_id=stage.member_id(topic["author"]),
        product_id=stage.product_id,
        kind=topic["kind"],
        title=topic["title"],
        words=topic["words"],
        language=topic["language"],
        area_id=areas.get(topic["area"]),
        at=stage.at,
    )


def add_voices(stage: Stage, facts: Facts) -> None:
    """Others say "me too"."""
    topic = facts["topic"]
    first, last = (round(share * topic["voices"]) for share in facts["share"])
    # One order for all parts of a topic, so that nobody is asked twice.
    order = random.Random(topic["key"])
    crowd = product_queries.ring_member_ids(stage.product_id)
    chosen = order.sample(crowd, min(topic["voices"], len(crowd)))[first:last]
    said = topic.get("voice_words", []) if first == 0 else []
    for place, member_id in enumerate(chosen):
        topics.add_voice(
            member_id=member_id,
            topic_id=stage.topic_id(topic["key"]),
            words=said[place] if place < len(said) else "",
            at=stage.at + timedelta(minutes=place),
        )


def comment(stage: Stage, facts: Facts) -> None:
    """Somebody comments on a topic."""
    topics.comment_on_topic(
        member_id=stage.member_id(facts["comment"]["by"]),
        topic_id=stage.topic_id(facts["topic"]["key"]),
        text=facts["comment"]["text"],
        at=stage.at,
    )


def solve_topic(stage: Stage, facts: Facts) -> None:
    """Who asked says that a comment solved it."""
    topics.solve_topic(
        actor_id=stage.member_id(facts["topic"]["author"]),
        topic_id=stage.topic_id(facts["topic"]["key"]),
        remark_id=_said(stage, facts),
        at=stage.at,
    )


def mark_comment(stage: Stage, facts: Facts) -> None:
    """Somebody of the team says what came of a comment."""
    mark = facts["comment"]["mark"]
    credits_.mark_remark(
        actor_id=stage.member_id(mark["by"]),
        remark_id=_said(stage, facts),
        kind=mark["kind"],
        at=stage.at,
    )


def _said(stage: Stage, facts: Facts) -> int:
    topic_id = stage.topic_id(facts["topic"]["key"])
    by = stage.member_id(facts["comment"]["by"])
    said = remarks.remarks_on(Subject("topic", topic_id))
    return next(
        one.id for one in said if one.author_id == by and one.text == facts["comment"]["text"]
    )


def merge_topic(stage: Stage, facts: Facts) -> None:
    """The team puts a topic into another one that says the same."""
    merged = facts["topic"]["merged"]
    topics.merge_topics(
        actor_id=stage.member_id(merged["by"]),
        topic_id=stage.topic_id(facts["topic"]["key"]),
        into_id=stage.topic_id(merged["into"]),
        reason=merged["reason"],
        at=stage.at,
    )


def answer_topic(stage: Stage, facts: Facts) -> None:
    """The team gives a topic a status with its reason."""
    answer = facts["answer"]
    actor_id = stage.member_id(answer["by"])
    topic_id = stage.topic_id(facts["topic"]["key"])
    topics.give_keeper(actor_id=actor_id, topic_id=topic_id, keeper_id=actor_id, at=stage.at)
    topics.set_status(
        actor_id=actor_id,
        topic_id=topic_id,
        status=answer["status"],
        reason=answer["reason"],
        at=stage.at,
    )


def move_plan(stage: Stage, facts: Facts) -> None:
    """The product meeting decides on a plan item."""
    item, move = facts["item"], facts["move"]
    keeper_id = stage.member_id(move["keeper"])
    ids = stage.town.topic_ids
    item_id = stage.town.item_ids.get(item["key"])
    stage.town.item_ids[item["key"]] = plan.put_plan_item(
        actor_id=keeper_id,
        product_id=stage.product_id,
        item_id=item_id,
        key="" if item_id else item["key"],
        title=item["title"],
        words=item["words"],
        state=move["state"],
        reason=move.get("reason") or {},
        keeper_id=keeper_id,
        due_version=move.get("due", ""),
        topic_ids=[ids[key] for key in item["topics"] if key in ids],
        at=stage.at,
    )
