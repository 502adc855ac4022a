"""What happens to reports."""

from dataclasses import dataclass

from canyu.journal.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class ReportOpened(DomainEvent):
    """The report of a release may be filled."""

    release_id: int
    product_id: int


@dataclass(frozen=True, kw_only=True)
class ReportClosed(DomainEvent):
    """The report of a release is closed and its tally stands."""

    release_id: int
    product_id: int


@dataclass(frozen=True, kw_only=True)
class RepairOpened(DomainEvent):
    """The change liked least is clearly low; its makers owe an answer."""

    repair_id: int
    release_id: int
    change_id: int
    product_id: int


@dataclass(frozen=True, kw_only=True)
class RepairAnswered(DomainEvent):
    """The makers said what hurt and what they do, or why they keep it."""

    repair_id: int
    release_id: int
    change_id: int
    product_id: int


@dataclass(frozen=True, kw_only=True)
class RepairDone(DomainEvent):
    """What was promised in a repair is done."""

    repair_id: int
    release_id: int
    change_id: int
    product_id: int
