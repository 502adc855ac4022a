"""Who brought something about, as pages and files show it: role by role, as each wishes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, ngettext, pgettext

from canyu.credits import queries as credits_
from canyu.credits.queries import NOBODY, Credited, EntryView, LedgerRow, RoleThanks, Thanks
from canyu.credits.rules import ROLES, Who
from canyu.members.queries import MemberView
from canyu.releases.queries import ChangeView, ReleaseView
from canyu.topics import queries as topics
from canyu.topics.queries import TopicView
from canyu.web.award_cards import in_a_row
from canyu.web.cards import People
from canyu.web.credit_words import role_name
from canyu.web.forms.people import Choice
from canyu.web.templatetags.canyu_tags import in_language

N_IN_NOTES = 5
# What Markdown would take for more than letters (CommonMark 0.31, 2.4), and what HTML would.
MARKDOWN = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_{}[]()<>#+-!|~&:.@"})


@dataclass(frozen=True)
class LedgerLine:
    """One person who is named, why, and where that is read."""

    person: Credited
    fact: str
    topic: TopicView | None
    asked_at: datetime | None


@dataclass(frozen=True)
class LedgerPart:
    """Everybody who is named for one role; `n_unnamed` wish not to be, `n_more` are not shown."""

    role: str
    lines: tuple[LedgerLine, ...]
    n_unnamed: int
    n_more: int


@dataclass(frozen=True)
class Trace:
    """Something that was written by hand; who it is about only where that may be read."""

    entry: EntryView
    person: Credited | None
    actor: MemberView | None


def ledger_parts(rows: Sequence[LedgerRow], *, at: datetime) -> list[LedgerPart]:
    """The ledger of a change, role by role; three queries whatever it holds.

    Of those with another name nothing is told that leads to them.
    """
    people = credits_.credited_people([row.who for row in rows])
    asked = topics.topics_by_id([row.topic_id for row in rows if row.topic_id], at=at)
    parts = []
    for role in ROLES:
        lines, n_unnamed = [], 0
        for row in rows:
            if row.role != role:
                continue
            person = people.get(row.who)
            if person is None:
                n_unnamed += 1
                continue
            is_open = bool(person.handle)
            # Of a hundred who said "me too" the topic is told once, with who raised it.
            is_told = is_open and row.fact != "voice"
            topic = asked.get(row.topic_id or 0) if is_told else None
            lines.append(
                LedgerLine(
                    person,
                    row.fact,
                    None if topic is None or topic.is_hidden else topic,
                    row.asked_at if is_open else None,
                )
            )
        if lines or n_unnamed:
            n_in_role = next(row.n_in_role for row in rows if row.role == role)
            n_more = n_in_role - len(lines) - n_unnamed
            parts.append(LedgerPart(role, tuple(lines), n_unnamed, n_more))
    return parts


def traces_of(change_id: int, *, is_team: bool) -> list[Trace]:
    """What was written by hand about a change; three queries.

    Whom somebody no longer names is told to the team only.
    """
    entries = credits_.entries_of(change_id)
    people = credits_.credited_people([one.who for one in entries])
    withdrawn = {(one.who, one.role) for one in entries if one.is_withdrawn}
    team = People([one.actor_id for one in entries])
    return [
        Trace(
            one,
            people.get(one.who) if is_team or (one.who, one.role) not in withdrawn else None,
            team.one(one.actor_id),
        )
        for one in entries
    ]


def withdrawable(rows: Sequence[LedgerRow]) -> list[Choice]:
    """Choices of who might be named no more, for owners: everybody by the name they go by here."""
    people = People(row.who.member_id for row in rows if row.who.member_id)
    named = credits_.credited_people([row.who for row in rows if row.who.named_id])
    found: list[Choice] = []
    for row in rows:
        person = people.one(row.who.member_id) if row.who.member_id else named.get(row.who)
        if person is not None:
            found.append((key_of(row.who, row.role), f"{person.name}: {role_name(row.role)}"))
    return found


def key_of(who: Who, role: str) -> str:
    """What a form sends for one row of the ledger."""
    return f"{who.member_id}-{who.named_id}-{role}"


def read_key(key: str) -> tuple[Who, str]:
    """Read what `key_of` wrote; whoever sends something else means nobody."""
    member, _, rest = key.partition("-")
    named, _, role = rest.partition("-")
    numbers = [int(one) if one.isascii() and one.isdigit() else 0 for one in (member, named)]
    return Who(*(min(one, 2**62) for one in numbers)), role


class Names:
    """Everybody who is to be named for some changes, looked up at once."""

    def __init__(self, changes: Sequence[ChangeView]) -> None:
        """Ask for all of them in three queries."""
        self._thanks = credits_.thanks_for([one.id for one in changes], n_first=N_IN_NOTES)
        self._people = People(maker for one in changes for maker in one.maker_ids)

    def of(self, change: ChangeView) -> str:
        """Who is named for one change, in a line of Markdown; "" for nobody."""
        return _names_of(change, self._thanks.get(change.id, NOBODY), self._people)


def notes_in_markdown(
    head: str, release: ReleaseView, changes: Sequence[ChangeView], names: Names
) -> str:
    """The notes of a release with everybody who is named in them, as Markdown.

    What people wrote about a release and a change is Markdown already; names are letters, and
    whatever Markdown or HTML would make of them is escaped.
    """
    lines = [head, ""]
    if release.published_at is not None:
        lines += [release.published_at.date().isoformat(), ""]
    if notes := in_language(release.notes):
        lines += [notes.strip(), ""]
    for change in changes:
        said = " ".join(in_language(change.text).split())
        named = names.of(change)
        lines.append(f"- {said}" + (f" ({named})" if named else ""))
    return "\n".join(lines).rstrip() + "\n"


def plain(text: str) -> str:
    """Return words as Markdown that says just these letters."""
    return " ".join(text.split()).translate(MARKDOWN)


def _names_of(change: ChangeView, thanks: Thanks, people: People) -> str:
    by_role = {one.role: one for one in thanks.roles}
    makers = people.makers(change.maker_ids)
    if makers and "made" not in by_role:
        own = tuple(Credited(one.id, one.handle, one.name, one.face_key) for one in makers)
        by_role["made"] = RoleThanks("made", own, len(own))
    said = (_role_line(by_role[role]) for role in ("made", *ROLES) if role in by_role)
    return pgettext("between what people are named for", "; ").join(dict.fromkeys(said))


def _role_line(one: RoleThanks) -> str:
    names = in_a_row([plain(person.name) for person in one.people])
    if one.n_others and names:
        others = ngettext("%(names)s and %(n)s other", "%(names)s and %(n)s others", one.n_others)
        names = others % {"names": names, "n": one.n_others}
    elif not names:
        names = ngettext("%(n)s person", "%(n)s people", one.n_people) % {"n": one.n_people}
    return gettext("%(role)s: %(names)s") % {"role": role_name(one.role), "names": names}
