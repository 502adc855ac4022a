"""The base of every domain event, and its journey to JSON and back."""

import dataclasses
import types
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Self, Union, get_args, get_origin, get_type_hints

# Names of what pages show, each with a version in the journal (docs/decisions/0018).
EVERYTHING = "everything"
PEOPLE = "people"
TALK = "talk"


def shown_of_product(product_id: int) -> str:
    """The name for what pages show of one product: releases, windows, plan, team, awards."""
    return f"product:{product_id}"


def echo_of_change(change_id: int) -> str:
    """The name for what people say about one change."""
    return f"echo:{change_id}"


def echo_of_maker(member_id: int) -> str:
    """The name for what people say about all that one maker made."""
    return f"echoes:{member_id}"


@dataclass(frozen=True, kw_only=True)
class DomainEvent:
    """A fact in the past tense. Subclasses add ids and plain values, never objects.

    Allowed field types: int, str, bool, float, date, datetime, tuples of these, and None.
    """

    at: datetime

    # Which of what pages show is another after this fact; None follows from its fields.
    changes: ClassVar[tuple[str, ...] | None] = None

    def changed(self) -> tuple[str, ...]:
        """Names of what pages show that is another after this fact.

        A fact that names no product and says nothing else changes everything: forgetting to say
        it costs time, never a stale page.
        """
        if self.changes is not None:
            return self.changes
        product_id = getattr(self, "product_id", None)
        return (EVERYTHING,) if product_id is None else (shown_of_product(product_id),)

    @classmethod
    def event_name(cls) -> str:
        """The name under which the fact stands in the journal."""
        return cls.__name__

    def to_payload(self) -> dict[str, Any]:
        """The event as JSON values."""
        return {field.name: _plain(getattr(self, field.name)) for field in dataclasses.fields(self)}

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> Self:
        """Read an event back from the journal; fields that it no longer has are passed over."""
        hints = get_type_hints(cls)
        known = {field.name for field in dataclasses.fields(cls)} & payload.keys()
        return cls(**{name: _typed(payload[name], hints[name]) for name in known})


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _typed(value: Any, hint: Any) -> Any:  # noqa: ANN401
    if value is None:
        return None
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(arm for arm in get_args(hint) if arm is not type(None))
    if hint is datetime:
        return datetime.fromisoformat(value)
    if hint is date:
        return date.fromisoformat(value)
    if get_origin(hint) is tuple:
        item_hint = get_args(hint)[0]
        return tuple(_typed(item, item_hint) for item in value)
    return value
