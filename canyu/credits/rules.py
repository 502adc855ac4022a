"""What counts as having led to a change: one table, and how it is read. Values in, values out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from canyu.credits.errors import CreditRefused
from canyu.journal.errors import gettext_noop
from canyu.remarks.rules import clean_words

# In the order in which pages name them. "asked": raised it, or said it before everybody else;
# "joined": asked too; "reviewed" is only told by people and by the past, never found by itself.
ROLES = (
    "asked",
    "joined",
    "designed",
    "explained",
    "tested",
    "reviewed",
    "translated",
    "made",
)
ASKING = ("asked", "joined")
HELPING = ("designed", "explained", "tested", "reviewed", "translated")
MARKS = ("idea", "cause", "test", "translation")
"""What a team says of a remark with one tap."""
LONGEST_WHY = 500
LONGEST_PERSON = 120

OUT: Final = "out"
EVERYBODY: Final = "everybody"
ALWAYS: Final = "always"
Until = Literal["out", "everybody", "always"]


@dataclass(frozen=True)
class Rule:
    """One line of the table: a fact of this kind gives this role.

    What was said or changed later than `until` counts for nothing: "out" is when the release went
    out, "everybody" when its last ring had it, "always" bars nothing. Who may not: whoever vouches
    for "oneself", and "makers", who are named for that and not for this as well.
    """

    fact: str
    role: str
    until: Until
    may_not: tuple[str, ...]
    says: str


ANYBODY: tuple[str, ...] = ()
BY_OTHERS = ("oneself", "makers")

RULES = (
    Rule("raised", "asked", OUT, ANYBODY, gettext_noop("raised a topic that it came from")),
    Rule("voice", "joined", OUT, ANYBODY, gettext_noop("said “me too” in one of these")),
    Rule("pain_first", "asked", OUT, ANYBODY, gettext_noop("was first to say what it answers")),
    Rule("pain", "joined", OUT, ANYBODY, gettext_noop("said what it answers as well")),
    Rule("idea", "designed", OUT, BY_OTHERS, gettext_noop("wrote the idea that was taken")),
    Rule("cause", "explained", OUT, BY_OTHERS, gettext_noop("wrote what showed us the cause")),
    Rule("solution", "explained", OUT, BY_OTHERS, gettext_noop("gave the answer that helped")),
    Rule("dug", "explained", OUT, BY_OTHERS, gettext_noop("was asked while we dug, and told us")),
    Rule("test", "tested", EVERYBODY, BY_OTHERS, gettext_noop("tried it before everybody had it")),
    Rule("translation", "translated", OUT, BY_OTHERS, gettext_noop("wrote a translation we took")),
    Rule("maker", "made", ALWAYS, ANYBODY, gettext_noop("is one of its makers")),
    Rule("past", "", ALWAYS, ANYBODY, gettext_noop("is named so by a record of the past")),
)
BY_FACT = {rule.fact: rule for rule in RULES}
BY_HAND = "hand"
"""The fact of a credit that a person entered: no line of the table, and never without a reason."""


@dataclass(frozen=True, order=True)
class Who:
    """A person: a member, or one of those whom a record of the past names, who has no account."""

    member_id: int = 0
    named_id: int = 0


@dataclass(frozen=True)
class Fact:
    """Something that happened and may have led to a change.

    `said_at` is when the words that it stands on were changed the last time before they counted,
    `by_id` the member who vouches for it, `role` what a record of the past says.
    """

    kind: str
    who: Who
    at: datetime
    said_at: datetime
    by_id: int | None = None
    topic_id: int | None = None
    remark_id: int | None = None
    role: str = ""


@dataclass(frozen=True)
class Due:
    """A credit that is due, and the fact from which."""

    who: Who
    role: str
    fact: str
    topic_id: int | None = None
    asked_at: datetime | None = None
    remark_id: int | None = None


@dataclass(frozen=True)
class ByHand:
    """What a person wrote by hand: that somebody is to be named, or is not (`is_withdrawn`)."""

    who: Who
    role: str
    is_withdrawn: bool
    at: datetime


@dataclass(frozen=True)
class Moments:
    """When a release went out, and when the last of its rings had it."""

    out: datetime | None
    everybody: datetime | None


def credits_due(
    facts: Iterable[Fact],
    *,
    maker_ids: Sequence[int],
    moments: Moments,
    entries: Iterable[ByHand] = (),
) -> list[Due]:
    """Who is credited for a change and for what: the table first, then what people wrote by hand.

    Each person once for asking, the earliest of their facts, and once for each other role. Of
    entries about the same person and role the last one stands.
    """
    makers = {Who(member_id=one) for one in maker_ids}
    found: dict[tuple[Who, str], Due] = {}
    counted = (one for one in facts if is_counted(one, makers=makers, moments=moments))
    order = {rule.fact: place for place, rule in enumerate(RULES)}
    for fact in sorted(counted, key=lambda one: (order[one.kind], one.at, one.topic_id or 0)):
        role = BY_FACT[fact.kind].role or fact.role
        asked_at = fact.at if role in ASKING else None
        due = Due(fact.who, role, fact.kind, fact.topic_id, asked_at, fact.remark_id)
        found.setdefault((fact.who, role), due)
    for entry in sorted(entries, key=lambda one: one.at):
        _enter(found, entry)
    # Who raised one of several topics asked, whenever they joined another.
    return [
        due
        for (who, role), due in sorted(found.items(), key=_place)
        if not (role == "joined" and (who, "asked") in found)
    ]


def is_counted(fact: Fact, *, makers: Iterable[Who], moments: Moments) -> bool:
    """Whether a fact counts by its line of the table."""
    rule = BY_FACT[fact.kind]
    if "makers" in rule.may_not and fact.who in makers:
        return False
    if "oneself" in rule.may_not and fact.by_id in {None, fact.who.member_id}:
        return False
    last = {OUT: moments.out, EVERYBODY: moments.everybody, ALWAYS: None}[rule.until]
    return last is None or max(fact.at, fact.said_at) <= last


def check_role(role: str) -> str:
    """Return the role, or raise `CreditRefused`."""
    if role not in ROLES:
        raise CreditRefused(
            gettext_noop("Nothing was changed: “%(role)s” is nothing that people are named for."),
            role=role[:40],
        )
    return role


def check_mark(kind: str) -> str:
    """Return the kind of a mark, or raise `CreditRefused`."""
    if kind not in MARKS:
        raise CreditRefused(
            gettext_noop("Nothing was changed: “%(kind)s” is nothing that a remark can be."),
            kind=kind[:40],
        )
    return kind


def check_why(why: str) -> str:
    """Return why somebody changes the ledger by hand: a reason that everybody will read."""
    kept = " ".join(clean_words(why).split())
    if not kept:
        raise CreditRefused(
            gettext_noop(
                "Nothing was changed, because no reason was given. Everybody can read who changed "
                "the credits and why: one honest sentence is enough."
            )
        )
    if len(kept) > LONGEST_WHY:
        raise CreditRefused(
            gettext_noop(
                "Nothing was changed: the reason has %(n)s characters, and %(longest)s fit."
            ),
            status=413,
            n=len(kept),
            longest=LONGEST_WHY,
        )
    return kept


def share_of(roles: Mapping[str, int]) -> str:
    """The one role by which a person is told of a change that they have several roles in."""
    return next((role for role in ROLES if role in roles), "")


def _enter(found: dict[tuple[Who, str], Due], entry: ByHand) -> None:
    place = (entry.who, entry.role)
    if entry.is_withdrawn:
        found.pop(place, None)
        if entry.role in ASKING:
            # Both are one thing to whoever reads it: that they asked.
            found.pop((entry.who, "joined" if entry.role == "asked" else "asked"), None)
    elif place not in found:
        found[place] = Due(entry.who, entry.role, BY_HAND)


def _place(one: tuple[tuple[Who, str], Due]) -> tuple[object, ...]:
    (who, role), due = one
    when = due.asked_at.timestamp() if due.asked_at else 0.0
    return (ROLES.index(role), due.asked_at is None, when, who)
