"""Reading credits: of a change, of a release, of one person."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber

from canyu.credits.models import Credit
from canyu.credits.rules import ASKING, Who


@dataclass(frozen=True)
class CreditView:
    """One credit."""

    change_id: int
    release_id: int
    product_id: int
    topic_id: int | None
    member_id: int
    role: str
    asked_at: datetime | None
    at: datetime
    fact: str = ""
    remark_id: int | None = None


@dataclass(frozen=True)
class AskedBy:
    """Who asked for a change: the first few by time, and how many there are in all."""

    first_member_ids: tuple[int, ...]
    n_people: int

    @property
    def n_others(self) -> int:
        """People besides the very first."""
        return max(0, self.n_people - 1)


def asked_by(change_ids: Sequence[int], *, n_first: int = 3) -> dict[int, AskedBy]:
    """{change id: who asked for it}; changes that nobody asked for are left out. One query.

    For counting, and for who may know: pages that name people ask `thanks_for`, which does as
    each of them wishes.
    """
    rows = Credit.objects.filter(change_id__in=change_ids, role__in=ASKING).annotate(
        place=Window(RowNumber(), partition_by=F("change_id"), order_by=("asked_at", "id")),
        n_people=Window(Count("id"), partition_by=F("change_id")),
    )
    firsts: dict[int, list[int]] = {}
    counts: dict[int, int] = {}
    first_rows = rows.filter(place__lte=n_first).order_by("change_id", "place")
    for change_id, member_id, n_people in first_rows.values_list(
        "change_id", "member_id", "n_people"
    ):
        firsts.setdefault(change_id, []).extend([member_id] if member_id else [])
        counts[change_id] = n_people
    return {change_id: AskedBy(tuple(ids), counts[change_id]) for change_id, ids in firsts.items()}


def credits_of_member(member_id: int, *, roles: Iterable[str], limit: int) -> list[CreditView]:
    """What this person brought about, newest first."""
    rows = Credit.objects.filter(member_id=member_id, role__in=list(roles))
    return [_view(row) for row in rows.order_by("-at", "-id")[:limit]]


def own_credits_on(change_ids: Iterable[int], member_id: int | None) -> dict[int, CreditView]:
    """{change id: this member's credit for asking}."""
    if member_id is None:
        return {}
    rows = Credit.objects.filter(
        change_id__in=list(change_ids), member_id=member_id, role__in=ASKING
    )
    return {row.change_id: _view(row) for row in rows}


def askings_on(
    change_ids: Collection[int], member_ids: Collection[int]
) -> dict[tuple[int, int], CreditView]:
    """{(change, member): their credit for asking}, of these people; one query."""
    rows = Credit.objects.filter(
        change_id__in=change_ids, member_id__in=member_ids, role__in=ASKING
    )
    return {(row.change_id, row.member_id or 0): _view(row) for row in rows}


def credited_among(change_ids: Collection[int], member_id: int) -> set[int]:
    """Those of these changes for which a member is credited as their maker; one query."""
    rows = Credit.objects.filter(change_id__in=change_ids, member_id=member_id, role="made")
    return set(rows.values_list("change_id", flat=True)) if change_ids else set()


def own_roles_on(change_id: int, member_id: int | None) -> list[CreditView]:
    """Everything that this member is credited for in a change."""
    if member_id is None:
        return []
    rows = Credit.objects.filter(change_id=change_id, member_id=member_id)
    return [_view(row) for row in rows.order_by("id")]


def credits_of_release(release_id: int, *, written_at: datetime | None = None) -> list[CreditView]:
    """Every credit of a member for asking or helping that a release gave; makers know it.

    Only those that were written at a moment, where that is told.
    """
    rows = Credit.objects.filter(release_id=release_id, member__isnull=False)
    if written_at is not None:
        rows = rows.filter(at=written_at)
    return [_view(row) for row in rows.filter(~Q(role="made")).order_by("id")]


def n_credits_in(product_id: int) -> dict[str, int]:
    """{role: how many credits a product has given}."""
    rows = Credit.objects.filter(product_id=product_id).values_list("role")
    return dict(rows.annotate(n=Count("id")).order_by("role"))


def most_credited(product_id: int, *, is_named: bool) -> tuple[Who, int] | None:
    """Who is credited for most changes of a product, and for how many; for measuring only.

    No page shows it: nobody is ranked.
    """
    person = "named_id" if is_named else "member_id"
    rows = Credit.objects.filter(**{"product_id": product_id, f"{person}__isnull": False})
    counted = rows.values_list(person).annotate(n=Count("change_id", distinct=True))
    first = counted.order_by("-n", person).first()
    if first is None:
        return None
    return (Who(named_id=first[0]) if is_named else Who(member_id=first[0])), first[1]


@dataclass(frozen=True)
class Brought:
    """One change that somebody brought about, and in which roles."""

    change_id: int
    release_id: int
    product_id: int
    roles: tuple[str, ...]


@dataclass(frozen=True)
class BroughtPage:
    """One page of what somebody brought about, the newest release first."""

    brought: tuple[Brought, ...]
    number: int
    n_pages: int
    n_changes: int


def brought_about_by(
    who: Who, product_ids: Collection[int], *, page: int = 1, size: int = 40
) -> BroughtPage:
    """What one person brought about in these products: changes, by release. Three queries."""
    own = Credit.objects.filter(product_id__in=product_ids, **person_of(who))
    n_changes = own.aggregate(n=Count("change_id", distinct=True))["n"]
    n_pages = max(1, -(-n_changes // size))
    number = min(max(1, page), n_pages)
    # A release has one moment, so that its changes stand together.
    changes = own.values_list("change_id").distinct()
    listed = changes.order_by(
        F("shipped_at").desc(nulls_last=True), "-release_id", "change_id"
    ).values_list("change_id", "shipped_at", "release_id")
    ids = [row[0] for row in listed[(number - 1) * size : number * size]]
    roles: dict[int, list[Credit]] = {}
    for row in own.filter(change_id__in=ids).order_by("id"):
        roles.setdefault(row.change_id, []).append(row)
    return BroughtPage(
        brought=tuple(
            Brought(
                change_id=one,
                release_id=roles[one][0].release_id,
                product_id=roles[one][0].product_id,
                roles=tuple(row.role for row in roles[one]),
            )
            for one in ids
            if one in roles
        ),
        number=number,
        n_pages=n_pages,
        n_changes=n_changes,
    )


def person_of(who: Who) -> dict[str, int]:
    """By what the rows of a person are found."""
    return {"named_id": who.named_id} if who.named_id else {"member_id": who.member_id}


def _view(row: Credit) -> CreditView:
    return CreditView(
        change_id=row.change_id,
        release_id=row.release_id,
        product_id=row.product_id,
        topic_id=row.topic_id,
        member_id=row.member_id or 0,
        role=row.role,
        asked_at=row.asked_at,
        at=row.at,
        fact=row.fact,
        remark_id=row.remark_id,
    )
