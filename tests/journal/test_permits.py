"""A permit is good for what it says, as long as it says, and nobody else makes one."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from canyu.journal.permits import GOOD_FOR, open_permit, seal_permit
from canyu.journal.queries import version_of, versions_of
from canyu.journal.services import mark_changed

AT = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)


def test_a_permit_says_who_follows_what_until_it_is_too_old() -> None:
    sealed = seal_permit(7, ["echo:3", "echoes:7"], at=AT)
    permit = open_permit(sealed, at=AT)
    assert permit is not None
    assert (permit.member_id, permit.names) == (7, ("echo:3", "echoes:7"))
    assert open_permit(sealed, at=AT + GOOD_FOR - timedelta(seconds=1)) == permit
    assert open_permit(sealed, at=AT + GOOD_FOR) is None
    for names in ([], list("abcde")):
        with pytest.raises(ValueError, match="must be 1 to 4"):
            seal_permit(7, names, at=AT)


@given(st.text(max_size=40), st.integers(0, 60))
def test_what_was_not_sealed_here_opens_nothing(junk: str, place: int) -> None:
    sealed = seal_permit(7, ["echo:3"], at=AT)
    assert open_permit(junk, at=AT) is None
    assert open_permit(junk + sealed * 20, at=AT) is None
    forged = f"{sealed[:place]}!{sealed[place + 1 :]}"
    assert open_permit(forged, at=AT) is None


def test_many_versions_are_those_of_each(db: None) -> None:
    with transaction.atomic():
        mark_changed("a", "b")
        mark_changed("a")
    assert versions_of(["a", "b", "c"]) == {name: version_of([name]) for name in "abc"}
    assert versions_of([]) == {}
