"""Facts keep their values on the way through JSON."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from canyu.journal.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class EverythingHappened(DomainEvent):
    number: int
    text: str
    flag: bool
    share: float
    day: date
    days: tuple[date, ...]
    ids: tuple[int, ...]
    maybe: int | None
    maybe_when: datetime | None
    maybe_ids: tuple[int, ...] | None


zones = st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-3.5))])
moments = st.datetimes(timezones=zones)
ids = st.lists(st.integers()).map(tuple)


@given(
    st.builds(
        EverythingHappened,
        at=moments,
        number=st.integers(),
        text=st.text(st.characters(exclude_categories=["Cs"])),
        flag=st.booleans(),
        share=st.floats(allow_nan=False, allow_infinity=False),
        day=st.dates(),
        days=st.lists(st.dates()).map(tuple),
        ids=ids,
        maybe=st.none() | st.integers(),
        maybe_when=st.none() | moments,
        maybe_ids=st.none() | ids,
    )
)
def test_an_event_comes_back_from_json_as_it_went(event: EverythingHappened) -> None:
    stored = json.loads(json.dumps(event.to_payload()))

    assert EverythingHappened.from_payload(stored) == event


def test_an_event_is_known_by_the_name_of_its_class() -> None:
    assert EverythingHappened.event_name() == "EverythingHappened"


def test_what_an_older_version_wrote_down_besides_is_passed_over() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Something(DomainEvent):
        number: int

    at = datetime(2026, 11, 20, tzinfo=UTC)
    stored = {"at": at.isoformat(), "number": 3, "gone": [1, 2]}

    assert Something.from_payload(stored) == Something(at=at, number=3)
