"""The story of Lumen holds together: whoever and whatever it names is there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from canyu.credits.rules import MARKS
from canyu.demo.acts import acts_of
from canyu.demo.queries import FACES
from canyu.demo.services.perform import PERFORMERS
from canyu.demo.story import Story, read_story
from tests.demo.small_story import small_story

STORIES = {"lumen": read_story(Path(settings.CANYU_STORY)), "small": Story(**small_story())}
pytestmark = pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)


def releases_of(story: Story) -> list[tuple[int, dict[str, Any]]]:
    return [
        (number, release)
        for number, week in enumerate(story.weeks, 1)
        if not week["missed"]
        for release in (week, week.get("hotfix"))
        if release
    ]


def team_of(story: Story) -> set[str]:
    return {one["handle"] for one in story.team}


def everybody_in(story: Story) -> set[str]:
    return team_of(story) | {one["handle"] for one in story.people}


def test_every_name_is_of_somebody(story: Story) -> None:
    team, everybody = team_of(story), everybody_in(story)
    assert len(everybody) == len(story.team) + len(story.people)
    assert [one["role"] for one in story.team].count("owner") == 1
    assert {"su-wan", "jonas-weber", "lin-yue", "dev-rao"} == set(FACES) <= everybody
    for topic in story.topics:
        assert topic["author"] in everybody
        assert {one["by"] for one in topic["comments"]} <= everybody
        assert {one["by"] for one in topic["answers"]} <= team
        marks = [(one["by"], one["mark"]) for one in topic["comments"] if "mark" in one]
        assert all(mark["by"] in team - {by} and mark["kind"] in MARKS for by, mark in marks)
    for _, release in releases_of(story):
        for change in release["changes"]:
            assert 1 <= len(change["makers"]) == len(set(change["makers"]))
            assert set(change["makers"]) <= team
    assert {move["keeper"] for item in story.plan for move in item["moves"]} <= team


def test_what_a_change_came_from_was_there_before(story: Story) -> None:
    raised = {topic["key"]: topic["week"] for topic in story.topics}
    planned = {item["key"]: item["moves"][0]["week"] for item in story.plan}
    assert len(raised) == len(story.topics)
    for number, release in releases_of(story):
        for change in release["changes"]:
            assert all(raised[key] < number for key in change["topics"]), change["text"]["en"]
            assert not change["plan"] or planned[change["plan"]] <= number


def test_remarks_are_on_changes_and_answered_by_their_makers(story: Story) -> None:
    for _, week in releases_of(story):
        for remark in week.get("remarks", []):
            change = week["changes"][remark["change"]]
            assert remark["by"] in everybody_in(story)
            if remark["answer"]:
                assert remark["answer"]["by"] in change["makers"]


def test_versions_and_areas(story: Story) -> None:
    versions = [release["version"] for _, release in releases_of(story)]
    assert len(set(versions)) == len(versions)
    areas = {area["slug"] for area in story.areas}
    named = {change["area"] for _, release in releases_of(story) for change in release["changes"]}
    assert named | {topic["area"] for topic in story.topics} <= areas


def test_everything_is_said_in_both_languages(story: Story) -> None:
    def words_in(place: object) -> Iterator[dict[str, Any]]:
        if isinstance(place, dict):
            if "en" in place:
                yield place
            for inner in place.values():
                yield from words_in(inner)
        elif isinstance(place, list | tuple):
            for inner in place:
                yield from words_in(inner)

    found = list(words_in(list(vars(story).values())))
    assert len(found) > 50
    for words in found:
        assert set(words) == {"en", "zh-hans"}
        assert all(words.values()) or not any(words.values())


def test_every_act_has_somebody_who_performs_it(story: Story) -> None:
    acts = acts_of(story)
    assert {act.what for act in acts} - set(PERFORMERS) == {"open", "close"}
    assert [act.at for act in acts] == sorted(act.at for act in acts)
