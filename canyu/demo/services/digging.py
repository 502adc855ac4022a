"""What many say, what the product finds of it, and what the team decides."""

import random
from datetime import timedelta

from canyu.credits import services as credit_services
from canyu.demo.errors import ActRefused
from canyu.demo.services.stage import Facts, Stage
from canyu.journal.errors import gettext_noop
from canyu.painpoints import services as painpoints
from canyu.painpoints.queries.pains import PointView, found_with_topic
from canyu.products import queries as product_queries
from canyu.releases import queries as release_queries
from canyu.topics import services as topics
from canyu.topics.queries import voices_given_in


def say_it_too(stage: Stage, facts: Facts) -> None:
    """Somebody of the crowd says the same, in words of their own."""
    said = facts["said"]
    crowd = product_queries.ring_member_ids(stage.product_id)
    team = set(product_queries.team_member_ids(stage.product_id))
    order = random.Random(f"pain {facts['place']}")
    topics.comment_on_topic(
        member_id=order.choice([one for one in crowd if one not in team]),
        topic_id=stage.topic_id(said["topic"]),
        text=said["text"],
        at=stage.at,
    )


def join_late(stage: Stage, facts: Facts) -> None:
    """Some of the crowd who had said nothing of it say "me too"."""
    given = facts["given"]
    topic_id = stage.topic_id(given["topic"])
    silent = set(product_queries.ring_member_ids(stage.product_id)) - voices_given_in(topic_id)
    silent -= set(product_queries.team_member_ids(stage.product_id))
    order = random.Random(f"late {given['topic']} {given['week']}")
    for place, member_id in enumerate(order.sample(sorted(silent), given["n"])):
        topics.add_voice(
            member_id=member_id, topic_id=topic_id, at=stage.at + timedelta(minutes=7 * place)
        )


def look_for_pains(stage: Stage, facts: Facts) -> None:
    """The product does what its worker does all day, and at night."""
    del facts
    while painpoints.place_new(limit=500):
        pass
    while painpoints.find_points(at=stage.at, limit=500):
        pass
    painpoints.work_nights(at=stage.at)
    painpoints.ask_askers(at=stage.at)
    painpoints.verify_due(at=stage.at)
    credit_services.look_for_leads(at=stage.at)


def decide_on_pain(stage: Stage, facts: Facts) -> None:
    """The team decides on what was found; where nothing was, nothing happens."""
    decided = facts["decided"]
    point = found_with_topic(stage.topic_id(decided["topic"]))
    if point is None:
        raise ActRefused(gettext_noop("Nothing happened: nobody found that many say this."))
    _DECISIONS[decided["what"]](stage, point, decided)


def _accept(stage: Stage, point: PointView, decided: Facts) -> None:
    del decided
    painpoints.accept_point(actor_id=stage.owner_id, point_id=point.id, at=stage.at)


def _dismiss(stage: Stage, point: PointView, decided: Facts) -> None:
    painpoints.dismiss_point(
        actor_id=stage.owner_id, point_id=point.id, reason=decided["reason"], at=stage.at
    )


def _note(stage: Stage, point: PointView, decided: Facts) -> None:
    painpoints.note_dig(
        actor_id=point.keeper_id or stage.owner_id,
        point_id=point.id,
        kind=decided["kind"],
        words=decided["words"],
        at=stage.at,
    )


def _bind(stage: Stage, point: PointView, decided: Facts) -> None:
    painpoints.bind_point(
        actor_id=stage.owner_id,
        point_id=point.id,
        plan_item_id=stage.town.item_ids.get(decided["item"]),
        at=stage.at,
    )


def _answer(stage: Stage, point: PointView, decided: Facts) -> None:
    changes = release_queries.changes_of([stage.release_id(decided["version"])])
    if decided["change"] >= len(changes):
        raise ActRefused(gettext_noop("Nothing happened: that change was never published here."))
    painpoints.bind_point(
        actor_id=stage.owner_id,
        point_id=point.id,
        change_id=changes[decided["change"]].id,
        at=stage.at,
    )


_DECISIONS = {
    "accept": _accept,
    "dismiss": _dismiss,
    "note": _note,
    "bind": _bind,
    "answer": _answer,
}
