"""What follows from a report: the award, and the answer to what hurt."""

from datetime import timedelta

from canyu.awards import queries as award_queries
from canyu.awards import services as awards
from canyu.demo.services.stage import Facts, Stage
from canyu.demo.story import slot_of
from canyu.releases import queries as release_queries
from canyu.reports import queries as report_queries
from canyu.reports import services as reports


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
