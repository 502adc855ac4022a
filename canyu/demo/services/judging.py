"""What people answer: four cells each, drawn from the known truth."""

import random
from typing import Any

from canyu.demo.choices import Judged, draw_cells
from canyu.demo.services.stage import Facts, Stage
from canyu.journal.errors import Refused
from canyu.members import queries as member_queries
from canyu.products import queries as product_queries
from canyu.releases import queries as release_queries
from canyu.reports import queries as report_queries
from canyu.reports import services as reports


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
