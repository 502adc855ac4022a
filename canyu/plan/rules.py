"""What the team may say of what it will do."""

from collections.abc import Mapping
from datetime import date

from canyu.journal.errors import gettext_noop
from canyu.plan.errors import PlanRefused
from canyu.remarks.rules import clean_texts

STATES = ("considered", "planned", "doing", "shipped", "declined")
OPEN_STATES = ("considered", "planned", "doing")
PROMISED_STATES = ("planned", "doing")
LONGEST_TITLE = 200
LONGEST_WORDS = 5_000


def check_texts(texts: Mapping[str, str], *, longest: int, needed: bool) -> dict[str, str]:
    """Return the texts without empty languages, or raise `PlanRefused`."""
    kept = clean_texts(texts)
    if needed and not kept:
        raise PlanRefused(
            gettext_noop(
                "The plan was not changed: an item needs a title in at least one language."
            )
        )
    for text in kept.values():
        if len(text) > longest:
            raise PlanRefused(
                gettext_noop(
                    "The plan was not changed: a text has %(n)s characters, and %(longest)s fit. "
                    "Please shorten it."
                ),
                status=413,
                n=len(text),
                longest=longest,
            )
    return kept


def check_state(state: str, reason: Mapping[str, str]) -> str:
    """Return the state, or raise `PlanRefused`: a no without a reason is not said."""
    if state not in STATES:
        raise PlanRefused(
            gettext_noop(
                "The plan was not changed: “%(word)s” is no state. "
                "Choose considered, planned, doing, shipped or declined."
            ),
            word=state[:40],
        )
    if state == "declined" and not reason:
        raise PlanRefused(
            gettext_noop(
                "The plan was not changed: a no needs its reason, because somebody asked. "
                "One honest sentence is enough."
            )
        )
    return state


def is_late(due_on: date | None, state: str, today: date) -> bool:
    """Whether a promise is past its day and not kept."""
    return due_on is not None and state in OPEN_STATES and today > due_on
