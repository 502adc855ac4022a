"""New people: those who come, and those whom a changelog names."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from canyu.journal.errors import gettext_noop as _
from canyu.journal.services import publish
from canyu.members.errors import HandleRefused
from canyu.members.events import MemberJoined, PersonAdded
from canyu.members.models import Member
from canyu.members.rules import check_handle, check_language, check_name, handle_like, name_like
from canyu.members.services.passwords import check_password


def register_member(
    *, handle: str, name: str = "", language: str = "", password: str | None, at: datetime
) -> int:
    """Make an account; return the member's id. Without a password: sign-in is by passkey.

    Raises `HandleRefused`, `MemberRefused` or `PasswordRefused`.
    """
    folded = check_handle(handle)
    member = Member(
        handle=folded,
        name=check_name(name, otherwise=handle.strip()),
        language=check_language(language),
        joined_at=at,
    )
    if password is not None:
        check_password(password, member)
    # Hashing is slow on purpose, so it is done before the store is locked.
    member.password = make_password(password)
    with transaction.atomic():
        _insert(member)
        publish(MemberJoined(at=at, member_id=member.pk))
    return member.pk


def find_or_add_person(*, handle: str, name: str = "", at: datetime) -> int:
    """Return the id of the person of this handle, adding them if they are not known.

    For imports: the handle is bent into an acceptable one, an existing name is never changed.
    Raises `HandleRefused` if nothing of the handle can be used.
    """
    return find_or_add_people(people={handle: name}, at=at)[handle]


def find_or_add_people(*, people: Mapping[str, str], at: datetime) -> dict[str, int]:
    """Return the id of every person, by the handle as given; `people` is {handle: name}.

    As `find_or_add_person`, for many in a constant number of queries and one more for each who
    is new. Two handles that bend to the same one are the same person.
    """
    folded = {handle: handle_like(handle) for handle in people}
    with transaction.atomic():
        known = _ids_by_handle(set(folded.values()))
        # In one order for everybody: two who add the same people wait, and do not block.
        for handle, name in sorted(people.items(), key=lambda one: folded[one[0]]):
            if folded[handle] not in known:
                known[folded[handle]] = _add_person(folded[handle], name or handle, at)
    return {handle: known[folded[handle]] for handle in people}


def _ids_by_handle(handles: set[str]) -> dict[str, int]:
    rows = Member.objects.filter(handle__in=handles).values_list("handle", "pk")
    return dict(rows)


def _add_person(handle: str, name: str, at: datetime) -> int:
    person = Member(handle=handle, name=name_like(name, otherwise=handle))
    person.set_unusable_password()
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError:
        # Somebody else added them in between.
        return Member.objects.get(handle=handle).pk
    publish(PersonAdded(at=at, member_id=person.pk))
    return person.pk


def _insert(member: Member) -> None:
    try:
        with transaction.atomic():
            member.save(force_insert=True)
    except IntegrityError as problem:
        raise HandleRefused(
            _("The handle “%(handle)s” is taken. Choose another one."),
            status=409,
            handle=member.handle,
        ) from problem
