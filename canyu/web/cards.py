"""What page parts are made of: changes with their people, conversations with their writers.

Each function takes what queries returned, looks up everybody at once, and returns frozen values
that the templates in web/parts/ can show. None of them asks the store in a loop.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse

from canyu.credits import queries as credit_queries
from canyu.credits.queries import NOBODY, Credited, RoleThanks
from canyu.credits.rules import MARKS, ROLES
from canyu.members import queries as members
from canyu.members.queries import MemberView
from canyu.releases.queries import ChangeView
from canyu.remarks import queries as remarks
from canyu.remarks.queries import RemarkView
from canyu.reports.queries import RepairView
from canyu.web.templatetags.canyu_tags import in_language

BESIDE_MAKERS = tuple(role for role in ROLES if role != "made")


@dataclass(frozen=True)
class ChangeCard:
    """A change with its makers, who asked for it, and where it is read (parts/change.html)."""

    change: ChangeView
    makers: tuple[MemberView, ...]
    askers: tuple[Credited, ...]
    n_askers: int
    n_remarks: int
    href: str
    helped: tuple[RoleThanks, ...] = ()
    made_by: tuple[Credited, ...] = ()
    """Who made it by a record of the past, where no member did."""
    first_asker_id: int = 0
    """Who asked first, also where they wish not to be named: to tell themself."""

    @property
    def n_unnamed(self) -> int:
        """Those who asked and whose names do not stand here."""
        return self.n_askers - len(self.askers)


@dataclass(frozen=True)
class RemarkCard:
    """A remark with its writer (parts/remark.html)."""

    remark: RemarkView
    author: MemberView
    mine: bool
    replies: tuple["RemarkCard", ...]
    reply_url: str
    edit_url: str
    remove_url: str
    marks: tuple[str, ...] = ()
    mark_url: str = ""
    """Where the team says what came of it."""
    named: frozenset[str] = frozenset()
    """Handles that lead to their members where they stand after an “@”."""


@dataclass(frozen=True)
class RepairStep:
    """One thing that is done about what hurt, in the reader's language."""

    words: str
    done: bool


@dataclass(frozen=True)
class RepairCard:
    """The answer to what hurt, with its people (parts/repair.html)."""

    repair: RepairView
    change: ChangeView
    makers: tuple[MemberView, ...]
    steps: tuple[RepairStep, ...]

    @property
    def is_kept(self) -> bool:
        """Whether the makers keep the change and say why."""
        return self.repair.kind == "keep"

    @property
    def due_on(self) -> date | None:
        """By when, as long as it is not done."""
        return None if self.repair.done_at else self.repair.due_on


class People:
    """Members by id, fetched once for a page; who has gone is left out."""

    def __init__(self, member_ids: Iterable[int | None]) -> None:
        """Fetch all these members in one query."""
        self._known = members.members_of({one for one in member_ids if one is not None})

    def one(self, member_id: int | None) -> MemberView | None:
        """The member, or None."""
        return self._known.get(member_id) if member_id is not None else None

    def many(self, member_ids: Iterable[int]) -> tuple[MemberView, ...]:
        """These members in this order."""
        return tuple(self._known[one] for one in member_ids if one in self._known)

    def credited(self, member_id: int | None) -> MemberView | None:
        """The member as credits may name them, or None."""
        member = self.one(member_id)
        return members.as_credited(member) if member is not None else None

    def makers(self, member_ids: Iterable[int]) -> tuple[MemberView, ...]:
        """These members in this order, each as they wish to be named for what they made."""
        named = (members.as_credited(one) for one in self.many(member_ids))
        return tuple(one for one in named if one is not None)


def change_href(slug: str, change_id: int) -> str:
    """Where a change is read."""
    return reverse("change", args=[slug, change_id])


def change_cards(slug: str, changes: Sequence[ChangeView]) -> list[ChangeCard]:
    """Cards of these changes, in their order; four queries whatever their number."""
    ids = [change.id for change in changes]
    # Makers are members, but for those whom only a record of the past names.
    is_past = any(not change.maker_ids for change in changes)
    thanks = credit_queries.thanks_for(ids, roles=ROLES if is_past else BESIDE_MAKERS)
    n_remarks = remarks.n_remarks_on("change", ids)
    people = People(maker for change in changes for maker in change.maker_ids)
    cards = []
    for change in changes:
        named = thanks.get(change.id, NOBODY)
        cards.append(
            ChangeCard(
                change=change,
                makers=people.makers(change.maker_ids),
                askers=named.asked.people,
                n_askers=named.asked.n_people,
                n_remarks=n_remarks.get(change.id, 0),
                href=change_href(slug, change.id),
                helped=named.helped,
                made_by=() if change.maker_ids else named.made.people,
                first_asker_id=named.asked.first_id,
            )
        )
    return cards


def repair_card(repair: RepairView, change: ChangeView, people: People) -> RepairCard:
    """Put a repair beside its makers and its steps."""
    return RepairCard(
        repair=repair,
        change=change,
        makers=people.makers(change.maker_ids),
        steps=tuple(
            RepairStep(in_language(step.text), step.done_at is not None) for step in repair.steps
        ),
    )


def remark_cards(
    views: Sequence[RemarkView],
    *,
    viewer_id: int | None,
    here: str,
    named: frozenset[str] = frozenset(),
    marking_in: str = "",
) -> list[RemarkCard]:
    """A conversation with its writers; `here` is the page's address, where one may reply.

    `marking_in` is the product's name in addresses where the reader may say what came of a remark.
    """
    every = [one for view in views for one in (view, *view.replies)]
    people = People(one.author_id for one in every)
    marks = credit_queries.marks_on([one.id for one in every]) if every else {}

    def finished(card: RemarkCard) -> RemarkCard:
        # What the team itself answers is its work.
        is_help = not card.mine and not card.remark.is_answer
        may_mark = marking_in and is_help and card.remark.text
        kinds = marks.get(card.remark.id, frozenset())
        return replace(
            card,
            named=named,
            replies=tuple(finished(one) for one in card.replies),
            marks=tuple(kind for kind in MARKS if kind in kinds),
            mark_url=reverse("remark_mark", args=[marking_in, card.remark.id]) if may_mark else "",
        )

    return [
        finished(card)
        for view in views
        if (card := _remark_card(view, people, viewer_id, here)) is not None
    ]


def _remark_card(
    view: RemarkView, people: People, viewer_id: int | None, here: str
) -> RemarkCard | None:
    author = people.one(view.author_id)
    if author is None:
        return None
    mine = view.author_id == viewer_id
    replies = (_remark_card(reply, people, viewer_id, here) for reply in view.replies)
    return RemarkCard(
        remark=view,
        author=author,
        mine=mine,
        replies=tuple(card for card in replies if card is not None),
        reply_url=f"{here}?reply={view.id}#write" if viewer_id is not None else "",
        edit_url=reverse("remark_edit", args=[view.id]) if mine else "",
        remove_url=reverse("remark_remove", args=[view.id]) if mine else "",
    )
