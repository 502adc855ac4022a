"""What many say in the town stands beside its story, and no pain point stands anywhere."""

from pathlib import Path

from canyu.demo.acts import Act, acts_of
from canyu.demo.digging import digging_of, read_pains
from canyu.demo.story import read_story

STORY = Path(__file__).resolve().parents[2] / "canyu" / "demo" / "data" / "story.json"
N_WEEKS = 16


def test_it_speaks_of_topics_and_plans_that_the_story_has() -> None:
    story, pains = read_story(STORY), read_pains(STORY)
    topics = {topic["key"]: topic["week"] for topic in story.topics}
    for said in pains["remarks"]:
        assert topics[said["topic"]] <= said["week"]
    for given in pains["voices"]:
        assert topics[given["topic"]] <= given["week"]
    items = {item["key"] for item in story.plan}
    for decided in pains["decisions"]:
        assert topics[decided["topic"]] <= decided["week"]
        assert decided.get("item", "dark-paper") in items


def test_nothing_is_said_before_its_topic_is_raised() -> None:
    raised = {act.facts["topic"]["key"]: act.at for act in _acts() if act.what == "raise_topic"}
    said = [act for act in _acts() if act.what == "say_it_too"]
    assert said
    assert [act for act in said if act.at <= raised[act.facts["said"]["topic"]]] == []


def test_what_is_decided_comes_after_the_product_has_looked() -> None:
    acts = list(digging_of(STORY, N_WEEKS))
    looks = {at.date() for at, what, _ in acts if what == "look_for_pains"}
    decided = {at.date() for at, what, _ in acts if what == "decide_on_pain"}
    assert len(looks) == N_WEEKS
    assert decided <= looks


def test_a_story_with_nothing_beside_it_has_none(tmp_path: Path) -> None:
    assert list(digging_of(tmp_path / "story.json", N_WEEKS)) == []


def _acts() -> list[Act]:
    return list(acts_of(read_story(STORY), digging_of(STORY, N_WEEKS)))
