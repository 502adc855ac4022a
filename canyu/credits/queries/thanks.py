"""Who is named for a change: as each of them wishes, wherever names stand.

Pages, notes, the changelog, feeds and the API all ask here, so that a wish holds everywhere.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Case, CharField, Count, F, Value, When, Window
from django.db.models.functions import RowNumber

from canyu.credits.models import Credit, Named
from canyu.credits.rules import ASKING, ROLES, Who
from canyu.journal.errors import NotFound, gettext_noop
from canyu.members import queries as members

SPARE = 5
"""So many more are read than shown, in the place of those who wish not to be named."""


@dataclass(frozen=True)
class Credited:
    """A person as credits name them: a member, another name (id 0), a name of the past.

    `handle` is empty where there is no page of a member, `named_id` leads to that of a name.
    """

    id: int
    handle: str
    name: str
    face_key: str
    named_id: int = 0


@dataclass(frozen=True)
class RoleThanks:
    """Who is named for one role in a change: the first of them, and how many there are in all."""

    role: str
    people: tuple[Credited, ...]
    n_people: int
    first_id: int = 0
    """The member who was first, named or not: to tell themself so, and nobody else."""

    @property
    def n_others(self) -> int:
        """Those who are not named, here or at all."""
        return self.n_people - len(self.people)


@dataclass(frozen=True)
class Thanks:
    """Who is named for a change, role by role in their order; asked and asked too are one."""

    roles: tuple[RoleThanks, ...]

    @property
    def asked(self) -> RoleThanks:
        """Who asked for it, the first first."""
        return next((one for one in self.roles if one.role == "asked"), RoleThanks("asked", (), 0))

    @property
    def made(self) -> RoleThanks:
        """Who made it."""
        return next((one for one in self.roles if one.role == "made"), RoleThanks("made", (), 0))

    @property
    def helped(self) -> tuple[RoleThanks, ...]:
        """Everybody else but the makers."""
        return tuple(one for one in self.roles if one.role not in {"asked", "made"})


NOBODY = Thanks(())


def thanks_for(
    change_ids: Collection[int], *, n_first: int = 3, roles: Sequence[str] = ROLES
) -> dict[int, Thanks]:
    """{change id: who is named for it}; two queries whatever their number.

    Whoever wishes not to be named is counted, and nobody learns who it was.
    """
    place = Window(
        RowNumber(),
        partition_by=(F("change_id"), F("part")),
        order_by=(F("asked_at").asc(nulls_last=True), "id"),
    )
    rows = (
        Credit.objects.filter(change_id__in=list(change_ids), role__in=roles)
        .annotate(part=_part())
        .annotate(
            place=place,
            n=Window(Count("id"), partition_by=(F("change_id"), F("part"))),
        )
        .filter(place__lte=n_first + SPARE)
        .order_by("change_id", "part", "place")
    )
    told = list(rows.values_list("change_id", "part", "member_id", "named_id", "named__name", "n"))
    people = members.members_of(one[2] for one in told if one[2])
    found: dict[int, dict[str, tuple[list[Credited], int, int]]] = {}
    for change_id, part, member_id, named_id, name, n in told:
        some, *_ = found.setdefault(change_id, {}).setdefault(part, ([], n, member_id or 0))
        one = Credited(0, "", name, "", named_id) if named_id else credited(people.get(member_id))
        if one is not None and len(some) < n_first:
            some.append(one)
    return {
        change_id: Thanks(
            tuple(
                RoleThanks(role, tuple(parts[role][0]), *parts[role][1:])
                for role in ROLES
                if role in parts
            )
        )
        for change_id, parts in found.items()
    }


def credited(member: members.MemberView | None) -> Credited | None:
    """A member as credits name them, None where they are not to be named."""
    shown = members.as_credited(member) if member is not None else None
    if shown is None:
        return None
    return Credited(shown.id, shown.handle, shown.name, shown.face_key)


def credited_people(whos: Collection[Who]) -> dict[Who, Credited]:
    """These people as credits name them; who is not to be named is left out. Two queries."""
    people = members.members_of(one.member_id for one in whos if one.member_id)
    names = Named.objects.in_bulk([one.named_id for one in whos if one.named_id])
    found = {}
    for who in whos:
        if who.named_id in names:
            name = names[who.named_id].name
            found[who] = Credited(0, "", name, "", who.named_id)
        elif (one := credited(people.get(who.member_id))) is not None:
            found[who] = one
    return found


def named_person(named_id: int, product_id: int) -> Credited:
    """Somebody whom a record of a product's past names; raises `NotFound`."""
    row = Named.objects.filter(pk=named_id, product_id=product_id).first()
    if row is None:
        raise NotFound(gettext_noop("There is no such person."))
    return Credited(0, "", row.name, "", row.pk)


def _part() -> Case:
    return Case(
        When(role__in=ASKING, then=Value("asked")), default=F("role"), output_field=CharField()
    )
