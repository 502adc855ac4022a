"""What is known of a pain point, put into sentences."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from canyu.painpoints.queries.pains import PointView
from canyu.painpoints.verdicts import sentence_of

STATES = {
    "noticed": gettext_noop("Noticed"),
    "digging": gettext_noop("Digging"),
    "planned": gettext_noop("Planned"),
    "shipped": gettext_noop("Shipped, not verified yet"),
    "verified": gettext_noop("Verified"),
    "back": gettext_noop("Came back"),
}
ANSWERS = {
    "gone": gettext_noop("Gone"),
    "less": gettext_noop("Less"),
    "fewer voices": gettext_noop("Fewer voices"),
    "unchanged": gettext_noop("Unchanged"),
    "too early": gettext_noop("Too early to tell"),
    "came back": gettext_noop("Came back"),
}
SURE = {
    "decided": gettext_noop("The team says that these are one."),
    "likely": gettext_noop("Likely one: it stands apart from everything else that is said."),
    "maybe": gettext_noop("May be one: said in words that differ."),
}
SIZES = {
    "": gettext_noop("not known yet"),
    "small": gettext_noop("small: days"),
    "medium": gettext_noop("medium: a week or two"),
    "large": gettext_noop("large: longer"),
}
KINDS_OF_NOTE = {
    "learned": gettext_noop("What we learned"),
    "asked": gettext_noop("Whom we asked"),
    "tried": gettext_noop("What we tried"),
}
VERBS = {
    "accept": gettext_noop("said that these are one"),
    "dismiss": gettext_noop("dismissed it"),
    "split": gettext_noop("split it"),
    "join": gettext_noop("joined another one to it"),
    "rename": gettext_noop("renamed it"),
    "apart": gettext_noop("said that two are not one"),
    "whole": gettext_noop("said that it is one, whole"),
    "out": gettext_noop("said what does not belong to it"),
}
_KINDS = {
    "topic": gettext_noop("a topic"),
    "remark": gettext_noop("a remark"),
    "wanted": gettext_noop("wanted next, in a report"),
    "why_worst": gettext_noop("why it was liked least, in a report"),
}


def state_of(point: PointView) -> str:
    """The state of a pain point; where it was verified, what came of it."""
    if point.state in {"shipped", "verified", "back"} and point.answer:
        return _(ANSWERS[point.answer])
    return _(STATES[point.state])


def kind_of(kind: str) -> str:
    """In what somebody said it."""
    return _(_KINDS.get(kind, kind))


def alert_of(point: PointView) -> str:
    """Why it was told of."""
    n, days = point.told_facts.get("n_people", 0), point.told_facts.get("days", 0)
    said = {"n": n, "days": days}
    if point.told_kind == "surge":
        return (
            _("%(n)s people in %(days)s days: more than by chance after the weeks before.") % said
        )
    if point.told_kind == "slow":
        return _("Slow, and still there: %(n)s people in %(days)s days.") % said
    if point.told_kind == "new":
        return _("New: %(n)s people in %(days)s days.") % said
    return ""


def verdict_of(point: PointView) -> str:
    """Whether the asking stopped, as a sentence with its interval."""
    sentence, said = sentence_of(point.answer, point.figures)
    return _(sentence) % said
