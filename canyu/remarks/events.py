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
