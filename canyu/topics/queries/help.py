"""How long people wait for help."""

from dataclasses import dataclass
from datetime import datetime

from canyu.topics.models import Topic
from canyu.topics.rules import HELP_KINDS
from canyu.topics.waits import Clock, clock_of, wait_of


@dataclass(frozen=True)
class AnswerClock:
    """Waits of the questions and troubles of some time: to the first answer, and to solved."""

    to_answer: Clock
    to_solved: Clock


def answer_clock(product_id: int, *, since: datetime, at: datetime) -> AnswerClock:
    """The clock of what was raised since then, of all together and of nobody in particular.

    Hours of the wall, not of work: they are those that people waited. What was merged away waits
    in the topic that it is in; hidden ones wait for nothing. One query.
    """
    rows = Topic.objects.filter(
        product_id=product_id,
        kind__in=HELP_KINDS,
        raised_at__gte=since,
        raised_at__lte=at,
        merged_into=None,
        hidden_at=None,
    ).values_list("raised_at", "helped_at", "solved_at")
    waits = list(rows)
    return AnswerClock(
        to_answer=clock_of([wait_of(raised, helped, at) for raised, helped, _ in waits]),
        to_solved=clock_of([wait_of(raised, solved, at) for raised, _, solved in waits]),
    )
