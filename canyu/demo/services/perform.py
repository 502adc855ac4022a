"""How each act of the story happens: through the services that everybody uses."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from canyu.awards import queries as award_queries
from canyu.awards import services as awards
from canyu.demo.choices import Judged, draw_cells
from canyu.demo.errors import ActRefused
from canyu.demo.models import Town
from canyu.demo.story import Story, slot_of
from canyu.journal.errors import Refused, gettext_noop
from canyu.members import queries as member_queries
from canyu.members import services as members
from canyu.plan import services as plan
from canyu.products import queries as product_queries
from canyu.products import services as products
from canyu.products.exposure_table import ExposureRow
from canyu.releases import queries as release_queries
from canyu.releases import services as releases
from canyu.reports import queries as report_queries
from canyu.reports import services as reports
from canyu.topics import services as topics

Facts = Mapping[str, Any]
EXPOSED_PER_MEMBER = 1.31
"""People who run the product without an account here, for each who has one."""


@dataclass(frozen=True)
class Stage:
    """Where an act is played."""

    town: Town
    story: Story
    rng: random.Random
    at: datetime

    @property
    def product_id(self) -> int:
        """The town's product."""
        if self.town.product_id is None:
            msg = "the town is not founded"
            raise LookupError(msg)
        return self.town.product_id

    def member_ids(self, handles: Sequence[str]) -> dict[str, int]:
        """Ids of people of the story."""
        return members.find_or_add_people(people=dict.fromkeys(handles, ""), at=self.at)

    def member_id(self, handle: str) -> int:
        """Id of one person of the story."""
        return self.member_ids([handle])[handle]

    @property
    def owner_id(self) -> int:
        """Id of the product's owner."""
        return self.member_id(
            next(one["handle"] for one in self.story.team if one["role"] == "owner")
        )

    def release_id(self, version: str) -> int:
        """Id of a published release of the story."""
        return release_queries.release_of(self.product_id, version).id

    def topic_id(self, key: str) -> int:
        """Id of a topic of the story; raises `ActRefused` where it was never raised."""
        if key not in self.town.topic_ids:
            raise ActRefused(gettext_noop("Nothing happened: that topic was never raised here."))
        return self.town.topic_ids[key]


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


def answer_topic(stage: Stage, facts: Facts) -> None:
    """The team gives a topic a status with its reason."""
    answer = facts["answer"]
    actor_id = stage.member_id(answer["by"])
    topic_id = stage.topic_id(facts["topic"]["key"])
    topics.give_keeper(actor_id=actor_id, topic_id=topic_id, keeper_id=actor_id)
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
    """The product tells how many people run it."""
    week = stage.story.weeks[facts["week"] - 1]
    if week.get("missed"):
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


def fill(stage: Stage, facts: Facts) -> None:
    """A part of those who answer this week fill their four cells."""
    number = facts["week"]
    week = stage.story.weeks[number - 1]
    release_id = stage.release_id(week["version"])
    judged = _judged(stage, release_id)
    chosen = _answering(stage, number, facts["share"])
    languages = {
        member.id: member.language for member in member_queries.members_of(chosen).values()
    }
    weights = {
        stage.town.item_ids[item["key"]]: float(item["weight"])
        for item in stage.story.plan
        if item["key"] in stage.town.item_ids
    }
    for member_id in chosen:
        try:
            page = report_queries.report_page_for(release_id, member_id, at=stage.at)
            cells = draw_cells(
                stage.rng,
                shown=page.shown,
                judged=judged,
                moods=week["moods"],
                wanted={one: weights[one] for one in page.plan_item_ids if one in weights},
                wanted_words=stage.story.wanted_words,
                language=languages.get(member_id, "en"),
            )
            reports.submit_report(
                token=page.token, cells=cells, at=stage.at, member_id=member_id, base_revision=0
            )
        except Refused:
            continue


def _answering(stage: Stage, number: int, share: tuple[float, float]) -> list[int]:
    order = random.Random(number)
    crowd = product_queries.ring_member_ids(stage.product_id)
    n_answering = round(stage.story.weeks[number - 1]["turnout"] * stage.story.n_people)
    chosen = order.sample(crowd, min(n_answering, len(crowd)))
    if number >= stage.story.n_past_weeks:
        # From the running week on, the named people leave their report to the visitor.
        named = set(stage.member_ids([one["handle"] for one in stage.story.people]).values())
        chosen = [one for one in chosen if one not in named]
    first, last = (round(part * len(chosen)) for part in share)
    return chosen[first:last]


def _judged(stage: Stage, release_id: int) -> dict[int, Judged]:
    window = report_queries.window_of(release_id)
    found = release_queries.changes_by_id(window.change_ids if window else ())
    told = {
        (release["version"], str(place)): change
        for week in stage.story.weeks
        for release in (week, week.get("hotfix") or {"version": "", "changes": []})
        if not week.get("missed")
        for place, change in enumerate(release["changes"], 1)
    }
    empty: dict[str, Any] = {"truth": 0.0, "camp": 0.0, "why_best": {}, "why_worst": {}}
    judged = {}
    for change in found.values():
        facts = told.get((change.version, change.key), empty)
        judged[change.id] = Judged(
            change_id=change.id,
            truth=float(facts["truth"]),
            camp=float(facts.get("camp", 0)),
            why_best=facts["why_best"],
            why_worst=facts["why_worst"],
        )
    return judged


def certify(stage: Stage, facts: Facts) -> None:
    """The owner puts the award on the wall, and the gift is given two days later."""
    week = facts["week"]
    award = award_queries.award_of(stage.release_id(week["version"]))
    if award is None or award.state != "proposed":
        return
    awards.certify_award(
        actor_id=stage.owner_id, award_id=award.id, citation=dict(week["citation"]), at=stage.at
    )
    awards.record_gift(
        actor_id=stage.owner_id,
        award_id=award.id,
        gift=week["gift"],
        gift_on=(stage.at + timedelta(days=2)).date(),
    )


def answer_repair(stage: Stage, facts: Facts) -> None:
    """The makers of the change liked least answer."""
    told = facts["week"]["repair"]
    slot = slot_of(list(stage.story.weeks).index(facts["week"]) + 1)
    for repair in report_queries.repairs_of_release(
        stage.release_id(facts["week"]["version"]), viewer_id=stage.owner_id
    ):
        if repair.answered_at is not None:
            continue
        maker_id = release_queries.change_of(repair.change_id).maker_ids[0]
        reports.answer_repair(
            actor_id=maker_id,
            repair_id=repair.id,
            kind=told["kind"],
            hurt=told["hurt"],
            answer=told["answer"],
            due_on=(slot + timedelta(weeks=told.get("due_weeks", 1))).date(),
            steps=told.get("steps", []),
            at=stage.at,
        )
        first = report_queries.repair_of(repair.id, viewer_id=maker_id).steps[:1]
        for step in first:
            reports.finish_step(
                actor_id=maker_id, repair_id=repair.id, step_id=step.id, at=stage.at
            )


def finish_repair(stage: Stage, facts: Facts) -> None:
    """What was promised is done."""
    for repair in report_queries.repairs_of_release(
        stage.release_id(facts["week"]["version"]), viewer_id=stage.owner_id
    ):
        if repair.answered_at is not None:
            reports.finish_repair(actor_id=stage.owner_id, repair_id=repair.id, at=stage.at)


PERFORMERS: Mapping[str, Callable[[Stage, Facts], None]] = {
    "raise_topic": raise_topic,
    "add_voices": add_voices,
    "comment": comment,
    "answer_topic": answer_topic,
    "move_plan": move_plan,
    "publish": publish,
    "remark": remark,
    "tell_exposure": tell_exposure,
    "fill": fill,
    "certify": certify,
    "answer_repair": answer_repair,
    "finish_repair": finish_repair,
}
