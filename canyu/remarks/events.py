"""What happens to remarks."""

from dataclasses import dataclass

from canyu.journal.events import TALK, DomainEvent


@dataclass(frozen=True, kw_only=True)
class RemarkWritten(DomainEvent):
    """Somebody said something about something, or answered somebody."""

    changes = (TALK,)

    remark_id: int
    subject_kind: str
    subject_id: int
    author_id: int
    parent_author_id: int | None
    is_answer: bool


@dataclass(frozen=True, kw_only=True)
class RemarkChanged(DomainEvent):
    """Somebody changed the words of their remark; the words are asked for, not told."""

    changes = (TALK,)

    remark_id: int
    subject_kind: str
    subject_id: int
    author_id: int


@dataclass(frozen=True, kw_only=True)
class RemarkRemoved(DomainEvent):
    """Somebody took their remark back."""

    changes = (TALK,)

    remark_id: int
    subject_kind: str
    subject_id: int
    author_id: int


@dataclass(frozen=True, kw_only=True)
class RemarkHidden(DomainEvent):
    """The team took a remark off the page."""

    changes = (TALK,)

    remark_id: int
    subject_kind: str
    subject_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class RemarkShown(DomainEvent):
    """A hidden remark is back."""

    changes = (TALK,)

    remark_id: int
    subject_kind: str
    subject_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class WordsFlagged(DomainEvent):
    """Somebody thinks that words should not stand; the first of several is told."""

    changes = ()

    product_id: int
    subject_kind: str
    subject_id: int
    member_id: int
