"""The story cut into acts: what happens in the town, and when. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from canyu.demo.digging import Loose
from canyu.demo.story import Story, slot_of

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# From the slot on Friday 17:00 to the report's hours, by the default train.
OPENS_AFTER = 3 * DAY + 17 * HOUR
CLOSES_AFTER = 4 * DAY + 17 * HOUR
FIRST_BATCH = timedelta(minutes=35)
# When people answer, and which part of them has by then.
BATCHES = ((FIRST_BATCH, 0.0, 0.35), (9 * HOUR, 0.35, 0.8), (23 * HOUR, 0.8, 1.0))
N_HOURS_IN_A_WEEK = 168


@dataclass(frozen=True, order=True)
class Act:
    """One thing that happens; `what` names the function of the town that makes it happen."""

    at: datetime
    place: int
    what: str = field(compare=False)
    facts: Mapping[str, Any] = field(compare=False, default_factory=dict)


def acts_of(story: Story, others: Iterable[Loose] = ()) -> tuple[Act, ...]:
    """Every act of the story and of what is told beside it, in the order in which they happen."""
    found = sorted(
        [
            *_topics(story),
            *_plan(story),
            *others,
            *(act for number in range(1, len(story.weeks) + 1) for act in _week(story, number)),
        ],
        key=lambda one: one[0],
    )
    return tuple(Act(at, place, what, facts) for place, (at, what, facts) in enumerate(found))


def _topics(story: Story) -> Iterator[Loose]:
    for place, topic in enumerate(story.topics):
        # Spread over the week before the release of its week, each at an hour of its own.
        hour = (place * 37) % (N_HOURS_IN_A_WEEK - 30)
        raised_at = slot_of(topic["week"]) - 7 * DAY + (hour + 2) * HOUR
        yield raised_at, "raise_topic", {"topic": topic}
        yield raised_at + 3 * DAY, "add_voices", {"topic": topic, "share": (0.0, 0.6)}
        yield raised_at + 10 * DAY, "add_voices", {"topic": topic, "share": (0.6, 1.0)}
        for comment in topic.get("comments", []):
            at = raised_at + comment["after_days"] * DAY
            yield at, "comment", {"topic": topic, "comment": comment}
            if comment.get("mark"):
                # The team says what came of it, once it was read.
                yield at + 5 * HOUR, "mark_comment", {"topic": topic, "comment": comment}
            if comment.get("solves"):
                # Who asked has tried it by the evening.
                yield at + 7 * HOUR, "solve_topic", {"topic": topic, "comment": comment}
        if merged := topic.get("merged"):
            yield raised_at + merged["after_days"] * DAY, "merge_topic", {"topic": topic}
        for answer in topic.get("answers", []):
            # The product meeting is on Thursday morning.
            at = max(slot_of(answer["week"]) - 30 * HOUR, raised_at + HOUR)
            yield at, "answer_topic", {"topic": topic, "answer": answer}


def _plan(story: Story) -> Iterator[Loose]:
    for item in story.plan:
        for move in item["moves"]:
            yield slot_of(move["week"]) - 29 * HOUR, "move_plan", {"item": item, "move": move}


def _week(story: Story, number: int) -> Iterator[Loose]:
    week = story.weeks[number - 1]
    slot = slot_of(number)
    yield slot + 3 * DAY, "tell_exposure", {"week": number}
    if week.get("missed"):
        return
    yield slot, "publish", {"release": week, "is_hotfix": False}
    for remark in week.get("remarks", []):
        at = slot + remark["after_hours"] * HOUR
        yield at, "remark", {"week": week, "remark": remark}
    hotfix = week.get("hotfix")
    if hotfix:
        yield slot + hotfix["after_days"] * DAY, "publish", {"release": hotfix, "is_hotfix": True}
    yield slot + OPENS_AFTER, "open", {}
    for after, first, last in BATCHES:
        yield slot + OPENS_AFTER + after, "fill", {"week": number, "share": (first, last)}
    yield slot + CLOSES_AFTER, "close", {}
    yield slot + CLOSES_AFTER + HOUR, "certify", {"week": week}
    if week.get("repair"):
        due = slot + week["repair"].get("due_weeks", 1) * 7 * DAY + 2 * HOUR
        yield slot + CLOSES_AFTER + 5 * HOUR, "answer_repair", {"week": week}
        yield max(due, slot + 6 * DAY), "finish_repair", {"week": week}
