"""Finding people."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Collate
from numpy.typing import ArrayLike, NDArray

from canyu.journal.errors import NotFound
from canyu.journal.errors import gettext_noop as _
from canyu.journal.hours import hour_of
from canyu.members.errors import InvitationRefused
from canyu.members.models import Invitation, InvitationUse, Key, Member
from canyu.members.rules import (
    FORMER,
    check_invitation_open,
    fold_handle,
    hash_token,
    storable,
)

# As many ids as any store takes in one question, and rows as are held at a time.
CHUNK = 10_000
ENDED = "SELECT id FROM members_member WHERE NOT is_active AND id "
UNTOLD = -1


@dataclass(frozen=True)
class MemberView:
    """What pages show of a person. `has_joined` is false for those only known by an import."""

    id: int
    handle: str
    name: str
    has_face_picture: bool
    face_key: str
    language: str
    is_operator: bool
    is_active: bool
    has_joined: bool
    credit_way: str = "name"
    """How they wish to be named for what they brought about; see `as_credited`."""
    credit_alias: str = ""


@dataclass(frozen=True)
class ProfileView:
    """A person's own page."""

    member: MemberView
    about: str
    joined_at: datetime | None


@dataclass(frozen=True, eq=False)
class Arrivals:
    """How M members came, as columns (M) in the rising order of `member_id`.

    `joined_hour` counts hours since 1970 (UTC), `inviter_id` is whoever's link was used first;
    both are `UNTOLD` where nobody knows, or for those who came by themselves.
    """

    member_id: NDArray[np.int64]
    joined_hour: NDArray[np.int64]
    inviter_id: NDArray[np.int64]


@dataclass(frozen=True)
class KeyView:
    """A key as its member sees it again: never the key itself."""

    id: int
    name: str
    hint: str
    made_at: datetime
    last_used_on: date | None
    right: str = ""


@dataclass(frozen=True)
class InvitationView:
    """A link as those see it who made it, or who hold it."""

    id: int
    purpose: str
    grant: Mapping[str, Any]
    member_id: int | None
    made_by_id: int | None
    made_at: datetime
    expires_at: datetime
    n_uses_left: int
    revoked_at: datetime | None


def view_of(member: Member) -> MemberView:
    """Return what others may see of a row."""
    return MemberView(
        id=member.pk,
        handle=member.handle,
        name=member.name,
        has_face_picture=bool(member.face),
        face_key=member.face,
        language=member.language,
        is_operator=member.is_operator,
        is_active=member.is_active,
        has_joined=member.joined_at is not None,
        credit_way=member.credit_way,
        credit_alias=member.credit_alias,
    )


def as_credited(member: MemberView) -> MemberView | None:
    """Return a person as credits may name them: themself, a bare other name, or None.

    Who was forgotten has no name left.
    """
    if member.credit_way == "none" or member.handle.startswith(FORMER):
        return None
    return name_only(member.credit_alias) if member.credit_way == "alias" else member


def name_only(name: str) -> MemberView:
    """Return somebody of whom pages know a name and nothing else: no page, no account, id 0."""
    return MemberView(
        id=0,
        handle="",
        name=name,
        has_face_picture=False,
        face_key="",
        language="",
        is_operator=False,
        is_active=False,
        has_joined=False,
    )


def member_of(member_id: int) -> MemberView:
    """Return a member, also one who left; raise `NotFound`."""
    return view_of(_row(Q(pk=member_id)))


def member_by_handle(handle: str) -> MemberView:
    """Return the member of a handle, however it is typed; raise `NotFound`."""
    return view_of(_row(Q(handle=fold_handle(handle))))


def profile_of(member_id: int) -> ProfileView:
    """Return what a member's page shows; raise `NotFound`."""
    member = _row(Q(pk=member_id))
    return ProfileView(view_of(member), member.about, member.joined_at)


def _row(condition: Q) -> Member:
    member = Member.objects.filter(condition).first()
    if member is None:
        raise NotFound(_("There is no such member."))
    return member


def members_of(member_ids: Iterable[int]) -> dict[int, MemberView]:
    """Return members by id, in one query; ids that nobody has are left out."""
    ids = set(member_ids)
    if not ids:
        return {}
    return {member.pk: view_of(member) for member in Member.objects.filter(pk__in=ids)}


def arrivals_of(member_ids: ArrayLike) -> Arrivals:
    """Return how each of these members came, in two queries.

    Whoever used several links came by the first. Made for counting, shown to nobody.
    """
    ids = np.unique(np.asarray(member_ids, dtype=np.int64))
    if not ids.size:
        return Arrivals(*np.empty((3, 0), dtype=np.int64))
    hour = hour_of("joined_at", is_postgres=connection.vendor == "postgresql")
    members = Member.objects.filter(_among("pk", ids)).order_by("pk")
    who, joined = _pairs(
        members.values_list("pk", RawSQL(f"COALESCE({hour}, %s)", [UNTOLD])),  # noqa: S611 - ours
        ids,
    )
    used = InvitationUse.objects.filter(
        _among("member_id", ids), invitation__purpose=Invitation.JOIN
    ).order_by("at", "id")
    guest, host = _pairs(
        used.values_list("member_id", Coalesce("invitation__made_by_id", UNTOLD)), ids
    )
    # Of equal values the first is named, and the first link used comes first.
    guests, first = np.unique(guest, return_index=True)
    inviter = np.full(who.size, UNTOLD)
    is_guest = np.isin(who, guests)
    inviter[is_guest] = host[first[np.searchsorted(guests, who[is_guest])]]
    return Arrivals(who, joined, inviter)


def _among(name: str, ids: NDArray[np.int64]) -> Q:
    """Ask for some by name; of many, for everybody between the first and the last."""
    if ids.size <= CHUNK:
        return Q(**{f"{name}__in": ids.tolist()})
    return Q(**{f"{name}__gte": int(ids[0]), f"{name}__lte": int(ids[-1])})


def _pairs(rows: "QuerySet[Any, Any]", among: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return pairs of whole numbers as columns (2, n), those whose first is `among` the ids."""
    found = [np.empty((0, 2), dtype=np.int64)]
    read = rows.iterator(chunk_size=CHUNK)
    while some := list(islice(read, CHUNK)):
        part = np.array(some, dtype=np.int64)
        found.append(part[np.isin(part[:, 0], among)])
    return np.concatenate(found).T


def ended_among(member_ids: Collection[int]) -> set[int]:
    """Those of these ids whose accounts were ended, in one query; unknown ids are none."""
    # One value, however many they are: Django would write a place for each, anew each time.
    ids = ",".join(map(str, member_ids))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"{ENDED} = ANY(%s::bigint[])", [f"{{{ids}}}"])
        else:
            cursor.execute(f"{ENDED} IN (SELECT value FROM json_each(%s))", [f"[{ids}]"])  # noqa: S608 - no words of others
        return {member_id for (member_id,) in cursor.fetchall()}


def members_by_handle(handles: Iterable[str]) -> list[MemberView]:
    """Return the members of these handles, in one query; handles that nobody has are left out."""
    rows = Member.objects.filter(handle__in=[fold_handle(handle) for handle in handles])
    return [view_of(member) for member in rows.order_by(_by_signs("handle"))]


def search(text: str, *, limit: int = 20) -> list[MemberView]:
    """Return active members whose handle or name has this in it, by handle."""
    wanted = storable(text).strip()
    if not wanted:
        return []
    matching = Q(handle__contains=fold_handle(wanted)) | Q(name__icontains=wanted)
    rows = Member.objects.filter(matching, is_active=True).order_by(_by_signs("handle"))
    return [view_of(member) for member in rows[:limit]]


def _by_signs(name: str) -> Collate:
    # Left to itself, PostgreSQL sorts by the language of its database, and SQLite never does.
    return Collate(F(name), "C" if connection.vendor == "postgresql" else "BINARY")


def has_operator() -> bool:
    """Whether the first owner has come."""
    return Member.objects.filter(is_operator=True).exists()


def n_members() -> int:
    """How many people have an account."""
    return Member.objects.filter(is_active=True, joined_at__isnull=False).count()


def keys_of(member_id: int) -> list[KeyView]:
    """Return the keys of a member that still open something, newest first."""
    rows = Key.objects.filter(member_id=member_id, revoked_at=None).order_by("-id")
    return [
        KeyView(row.pk, row.name, row.hint, row.made_at, row.last_used_on, row.right)
        for row in rows
    ]


def open_invitation(
    token: str,
    *,
    purposes: Iterable[str] = (Invitation.START, Invitation.JOIN, Invitation.RECOVER),
    at: datetime,
) -> InvitationView:
    """Return what a link would give, without using it; raise `InvitationRefused`."""
    row = Invitation.objects.filter(token_hash=hash_token(token), purpose__in=purposes).first()
    if row is None:
        raise InvitationRefused(
            _("This link is not known here. Check that it was copied whole, or ask for a new one.")
        )
    check_invitation_open(
        expires_at=row.expires_at, revoked_at=row.revoked_at, n_uses_left=row.n_uses_left, at=at
    )
    return _invitation_view(row)


def invitation_of(invitation_id: int) -> InvitationView:
    """Return an invitation by its id; raise `NotFound`."""
    row = Invitation.objects.filter(pk=invitation_id).first()
    if row is None:
        raise NotFound(_("There is no such invitation."))
    return _invitation_view(row)


def invitations_granting(key: str, value: str, *, at: datetime) -> list[InvitationView]:
    """Return the links that are open at `at` and whose grant says `key: value`, newest first."""
    rows = Invitation.objects.filter(
        Q(**{f"grant__{key}": value}),
        purpose=Invitation.JOIN,
        revoked_at=None,
        expires_at__gt=at,
        n_uses_left__gt=0,
    )
    return [_invitation_view(row) for row in rows.order_by("-id")]


def _invitation_view(row: Invitation) -> InvitationView:
    return InvitationView(
        id=row.pk,
        purpose=row.purpose,
        grant=row.grant,
        member_id=row.member_id,
        made_by_id=row.made_by_id,
        made_at=row.made_at,
        expires_at=row.expires_at,
        n_uses_left=row.n_uses_left,
        revoked_at=row.revoked_at,
    )


def personal_data_of(member_id: int) -> dict[str, Any]:
    """Return all that this room knows of a person, as JSON values; raise `NotFound`.

    No secret is in it, nor could it be: passwords, keys and tokens are kept as hashes.
    """
    member = _row(Q(pk=member_id))
    keys = Key.objects.filter(member=member).order_by("id")
    made = Invitation.objects.filter(made_by=member).order_by("id")
    uses = InvitationUse.objects.filter(member=member).order_by("id")
    return {
        "handle": member.handle,
        "name": member.name,
        "language": member.language,
        "face": member.face,
        "about": member.about,
        "joined_at": _text(member.joined_at),
        "left_at": _text(member.left_at),
        "last_sign_in_at": _text(member.last_login),
        "is_operator": member.is_operator,
        "credited_as": {"way": member.credit_way, "other_name": member.credit_alias},
        "keys": [
            {
                "name": key.name,
                "hint": key.hint,
                "right": key.right,
                "made_at": _text(key.made_at),
                "revoked_at": _text(key.revoked_at),
                "last_used_on": _text(key.last_used_on),
            }
            for key in keys
        ],
        "invitations_made": [
            {"made_at": _text(row.made_at), "purpose": row.purpose, "grant": row.grant}
            for row in made
        ],
        "invitations_used": [{"at": _text(use.at)} for use in uses],
    }


def _text(when: date | datetime | None) -> str | None:
    return when.isoformat() if when else None
