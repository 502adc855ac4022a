"""The ledger itself: every row of a change with its reason, and where it differs from the facts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber

from canyu.credits.models import Credit, Entry, Mark, Named, Noted
from canyu.credits.queries.facts import dues_of_release
from canyu.credits.rules import Due, Who
from canyu.releases.queries import ReleaseView

Key = tuple[int, Who, str]


@dataclass(frozen=True)
class LedgerRow:
    """One row: who is named for what, and by which fact."""

    who: Who
    role: str
    fact: str
    topic_id: int | None
    remark_id: int | None
    asked_at: datetime | None
    n_in_role: int = 0
    """How many there are in this role, shown or not."""


@dataclass(frozen=True)
class EntryView:
    """What somebody wrote by hand, and why."""

    id: int
    who: Who
    role: str
    is_withdrawn: bool
    why: str
    actor_id: int | None
    at: datetime


@dataclass(frozen=True)
class Difference:
    """Where the ledger of a release differs from what follows from the facts."""

    missing: dict[Key, Due]
    """Due, and not there."""
    extra: dict[Key, int]
    """There, and not due: {key: id of the row}."""
    other: dict[int, Due]
    """There, by another fact or of another moment: {id of the row: what is due}."""

    @property
    def n(self) -> int:
        """How many rows differ."""
        return len(self.missing) + len(self.extra) + len(self.other)


@dataclass(frozen=True)
class NotedCount:
    """How much a record of the past tells of a product: in its own words, and what shipped."""

    by_word: dict[str, int]
    n_waiting: int
    """Of changes that did not ship yet."""


def ledger_of(change_id: int, *, most: int = 40) -> list[LedgerRow]:
    """Who is named for a change and why, at most so many a role, the first askers first."""
    rows = (
        Credit.objects.filter(change_id=change_id)
        .annotate(
            place=Window(
                RowNumber(),
                partition_by=F("role"),
                order_by=(F("asked_at").asc(nulls_last=True), "id"),
            ),
            n_in_role=Window(Count("id"), partition_by=F("role")),
        )
        .filter(place__lte=most)
        .order_by("role", "place")
    )
    return [
        LedgerRow(
            _who(row),
            row.role,
            row.fact,
            row.topic_id,
            row.remark_id,
            row.asked_at,
            row.n_in_role,
        )
        for row in rows
    ]


def entries_of(change_id: int) -> list[EntryView]:
    """Everything that was written by hand about a change, the oldest first."""
    rows = Entry.objects.filter(change_id=change_id).order_by("at", "id")
    return [
        EntryView(row.pk, _who(row), row.role, row.is_withdrawn, row.why, row.actor_id, row.at)
        for row in rows
    ]


def marks_on(remark_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """{remark: what the team says that it is}."""
    found: dict[int, set[str]] = {}
    rows = Mark.objects.filter(remark_id__in=list(remark_ids), back_at=None)
    for remark_id, kind in rows.values_list("remark_id", "kind"):
        found.setdefault(remark_id, set()).add(kind)
    return {remark_id: frozenset(kinds) for remark_id, kinds in found.items()}


def difference_of(release: ReleaseView) -> Difference:
    """Derive the credits of a release anew, and compare."""
    due = {
        (change_id, one.who, one.role): one
        for change_id, dues in dues_of_release(release).items()
        for one in dues
    }
    extra: dict[Key, int] = {}
    other: dict[int, Due] = {}
    there = set()
    for row in Credit.objects.filter(release_id=release.id).order_by("id"):
        key = (row.change_id, _who(row), row.role)
        there.add(key)
        wanted = due.get(key)
        if wanted is None:
            extra[key] = row.pk
        elif row.shipped_at != release.published_at or _told(row) != _due(wanted):
            other[row.pk] = wanted
    missing = {key: one for key, one in due.items() if key not in there}
    return Difference(missing, extra, other)


def noted_count(product_id: int) -> NotedCount:
    """How much a record of the past tells of a product."""
    by_word: dict[str, int] = {}
    n_waiting = 0
    rows = Noted.objects.filter(product_id=product_id).order_by("id")
    for word, version, n in rows.values_list("word", "version", "n_times"):
        by_word[word] = by_word.get(word, 0) + n
        n_waiting += n if not version else 0
    return NotedCount(by_word, n_waiting)


def n_noted_by_person(product_id: int, words: Iterable[str]) -> dict[str, int]:
    """{name: how often a record of the past names them in these words}; to compare with it."""
    found: dict[str, int] = {}
    rows = Noted.objects.filter(product_id=product_id, word__in=list(words))
    for name, n in rows.values_list("named__name", "n_times"):
        found[name] = found.get(name, 0) + n
    return found


def n_named(product_id: int) -> int:
    """How many people a record of a product's past names."""
    return Named.objects.filter(product_id=product_id).count()


def ledger_of_person(member_id: int) -> dict[str, list[dict[str, object]]]:
    """What one person entered, marked, and was entered for by hand, for their own export."""
    return {
        "credits_by_hand": [
            {
                "change_id": row.change_id,
                "role": row.role,
                "is_withdrawn": row.is_withdrawn,
                "why": row.why,
                "about_me": row.member_id == member_id,
                "by_me": row.actor_id == member_id,
                "at": row.at.isoformat(),
            }
            for row in Entry.objects.filter(
                Q(member_id=member_id) | Q(actor_id=member_id)
            ).order_by("id")
        ],
        "remarks_marked": [
            {
                "remark_id": row.remark_id,
                "kind": row.kind,
                "by_me": row.actor_id == member_id,
                "taken_back_by_me": row.back_by_id == member_id,
                "at": row.at.isoformat(),
            }
            for row in Mark.objects.filter(
                Q(actor_id=member_id) | Q(back_by_id=member_id)
            ).order_by("id")
        ],
    }


def _who(row: Credit | Entry) -> Who:
    return Who(row.member_id or 0, row.named_id or 0)


def _told(row: Credit) -> tuple[object, ...]:
    return (row.fact, row.topic_id, row.remark_id, row.asked_at)


def _due(due: Due) -> tuple[object, ...]:
    return (due.fact, due.topic_id, due.remark_id, due.asked_at)
