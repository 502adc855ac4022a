"""Facts about people. They carry ids, never names: a name may have to be forgotten."""

from dataclasses import dataclass

from canyu.journal.events import PEOPLE, DomainEvent


@dataclass(frozen=True, kw_only=True)
class PersonAdded(DomainEvent):
    """Somebody named in a changelog is known, and has not come here yet."""

    changes = (PEOPLE,)

    member_id: int


@dataclass(frozen=True, kw_only=True)
class MemberJoined(DomainEvent):
    """Somebody made an account, or took over the one that was kept for them."""

    changes = ()

    member_id: int


@dataclass(frozen=True, kw_only=True)
class OperatorMade(DomainEvent):
    """A member became the one who runs this machine."""

    changes = (PEOPLE,)

    member_id: int


@dataclass(frozen=True, kw_only=True)
class ProfileChanged(DomainEvent):
    """A member changed their name, words, face or language."""

    changes = (PEOPLE,)

    member_id: int


@dataclass(frozen=True, kw_only=True)
class PasswordRecovered(DomainEvent):
    """A member set a password by a recovery link."""

    changes = ()

    member_id: int
    invitation_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationMade(DomainEvent):
    """A link that lets somebody in was made."""

    changes = ()

    invitation_id: int
    purpose: str
    made_by_id: int | None


@dataclass(frozen=True, kw_only=True)
class InvitationRevoked(DomainEvent):
    """A link was taken back."""

    changes = ()

    invitation_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationUsed(DomainEvent):
    """A member came by a link."""

    changes = ()

    invitation_id: int
    member_id: int


@dataclass(frozen=True, kw_only=True)
class KeyMade(DomainEvent):
    """A member made a key for a program."""

    changes = ()

    key_id: int
    member_id: int


@dataclass(frozen=True, kw_only=True)
class KeyRevoked(DomainEvent):
    """A key opens nothing any more."""

    changes = ()

    key_id: int
    member_id: int


@dataclass(frozen=True, kw_only=True)
class MemberDeactivated(DomainEvent):
    """A member left, or was made to."""

    changes = (PEOPLE,)

    member_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class MemberForgotten(DomainEvent):
    """Name, face and words of a member who left are gone."""

    changes = (PEOPLE,)

    member_id: int
