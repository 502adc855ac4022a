"""Lines of a desk as a page shows them: what, for whom, since when, by when, and the one act."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from canyu.desks.queries import Desk, WordLine
from canyu.desks.rules import Line
from canyu.members.queries import MemberView
from canyu.products.queries import ProductView
from canyu.web.cards import People, change_href
from canyu.web.pain_words import STATES as PAIN_STATES

HOUR = timedelta(hours=1)
ICONS = {
    "topic": "i-note",
    "repair": "i-mend",
    "promise": "i-next",
    "award": "i-gift",
    "draft": "i-pen",
    "pain": "i-voice",
}


@dataclass(frozen=True)
class LineCard:
    """One line with its words, people and addresses."""

    line: Line
    product: ProductView
    zone: str
    what: str
    act: str
    href: str
    act_href: str
    person: MemberView | None
    keeper: MemberView | None
    is_late: bool
    left: str
    """How much of the team's working time is left, "" where that says nothing."""

    @property
    def icon(self) -> str:
        """The drawing where there is no face."""
        return ICONS[self.line.kind]


@dataclass(frozen=True)
class WordCard:
    """New words on a change of one's own."""

    word: WordLine
    product: ProductView
    zone: str
    author: MemberView | None
    href: str
    act_href: str


@dataclass(frozen=True)
class DeskCard:
    """A whole desk."""

    lines: tuple[LineCard, ...]
    words: tuple[WordCard, ...]
    n_late: int
    is_one_product: bool
    up_to: int
    """The newest of the words, up to which they can be put aside."""


def desk_card(desk: Desk, *, at: datetime) -> DeskCard:
    """Put words to a desk; one query for its people."""
    people = People(_people_of(desk))
    lines = tuple(_line(line, desk, people, at) for line in desk.lines)
    return DeskCard(
        lines=lines,
        words=tuple(_word(word, desk, people) for word in desk.words),
        n_late=sum(card.is_late for card in lines),
        is_one_product=len(desk.products) == 1,
        up_to=max((word.id for word in desk.words), default=0),
    )


def _people_of(desk: Desk) -> Iterable[int | None]:
    for line in desk.lines:
        yield from (line.person_id, line.keeper_id)
    yield from (word.author_id for word in desk.words)


def _line(line: Line, desk: Desk, people: People, at: datetime) -> LineCard:
    product = desk.products[line.product_id]
    href = _href(line, product)
    what, act = _words_of(line)
    return LineCard(
        line=line,
        product=product,
        zone=desk.zones[line.product_id],
        what=what,
        act=act,
        href=href,
        act_href=f"{href}#write" if line.kind == "topic" else href,
        person=people.one(line.person_id),
        keeper=people.one(line.keeper_id),
        is_late=line.is_late(at),
        left=_left(line.working_left),
    )


def _href(line: Line, product: ProductView) -> str:
    slug = product.slug
    if line.kind == "draft":
        return reverse("change_edit", args=[slug, line.release_id, line.id])
    pages = {
        "topic": "topic",
        "repair": "repair_answer",
        "promise": "plan_edit",
        "award": "award",
        "pain": "pain",
    }
    return reverse(pages[line.kind], args=[slug, line.id])


def _words_of(line: Line) -> tuple[str, str]:
    """What a line is, and what to do about it."""
    return _WORDS[line.kind](line)


def _of(line: Line) -> dict[str, str]:
    return {"version": line.version}


def _topic(line: Line) -> tuple[str, str]:
    return _topic_kind(line.state), pgettext("what to do", "Answer")


def _repair(line: Line) -> tuple[str, str]:
    if line.state == "private":
        return _("What hurt in %(version)s") % _of(line), _("Say what you do about it")
    return _("A repair that you promised"), _("Say what is done")


def _award(line: Line) -> tuple[str, str]:
    return _("The award for %(version)s") % _of(line), _("Sign it")


def _draft(line: Line) -> tuple[str, str]:
    return _("Your change in %(version)s") % _of(line), _("Write why you made it")


def _topic_kind(state: str) -> str:
    return {
        "idea": _("An idea"),
        "question": _("A question"),
        "trouble": _("A trouble"),
        "praise": _("Praise"),
        "risen": _("Nobody has answered in time"),
    }[state]


def _promise(line: Line) -> tuple[str, str]:
    what = _("Promised for %(version)s") % _of(line) if line.version else _("Promised")
    return what, _("Keep it, or say why not")


def _pain(line: Line) -> tuple[str, str]:
    said = ngettext("%(n)d person says this", "%(n)d people say this", line.n_people) % {
        "n": line.n_people
    }
    rises = _("%(n)d more in four weeks than in the four before") % {"n": line.rise}
    parts = [said, *([rises] if line.rise > 0 else []), _(PAIN_STATES[line.state])]
    return " · ".join(parts), _("Look into it")


_WORDS = {
    "topic": _topic,
    "repair": _repair,
    "promise": _promise,
    "award": _award,
    "draft": _draft,
    "pain": _pain,
}


def _left(left: timedelta | None) -> str:
    if left is None:
        return ""
    n = int(left / HOUR)
    if not n:
        return _("less than one working hour")
    return ngettext("%(n)d working hour", "%(n)d working hours", n) % {"n": n}


def _word(word: WordLine, desk: Desk, people: People) -> WordCard:
    product = desk.products[word.product_id]
    href = change_href(product.slug, word.change_id)
    return WordCard(
        word=word,
        product=product,
        zone=desk.zones[word.product_id],
        author=people.one(word.author_id),
        href=href,
        act_href=f"{href}?reply={word.id}#write",
    )
