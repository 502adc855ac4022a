"""What becomes of a group when some of it, or the store, is at fault."""

from collections.abc import Sequence

import pytest

from canyu.intake.batch import write_group
from canyu.intake.errors import StoreAway
from canyu.intake.outcomes import Failure, Group, Outcome, Refusal


class Book:
    """Writes all but b"poison"; away while it is told to be."""

    fewest = 1

    def __init__(self, away: StoreAway | None = None) -> None:
        self.written: list[bytes] = []
        self.n_tries = 0
        self.away = away

    def __call__(self, bodies: Sequence[bytes]) -> list[Outcome]:
        self.n_tries += 1
        if self.away is not None:
            raise self.away
        if b"poison" in bodies:
            message = "cannot be written"
            raise ValueError(message)
        self.written += bodies
        return [Refusal(400, "No.") if body == b"no" else len(body) for body in bodies]

    def close(self) -> None:
        """Nothing is open."""


def test_outcomes_stand_in_the_order_of_the_bodies() -> None:
    groups: list[Group] = []
    outcomes = write_group(Book(), [b"a", b"no", b"ccc"], groups.append)
    assert outcomes == [1, Refusal(400, "No."), 3]
    assert [(one.size, one.is_done) for one in groups] == [(3, True)]


def test_one_that_cannot_be_written_fails_nobody_else(caplog: pytest.LogCaptureFixture) -> None:
    book, groups = Book(), list[Group]()
    assert write_group(book, [b"a", b"poison", b"ccc"], groups.append) == [1, Failure(), 3]
    assert book.written == [b"a", b"ccc"]
    assert [(one.size, one.is_done) for one in groups] == [
        (3, False),
        (1, True),
        (1, False),
        (1, True),
    ]
    assert "trying each alone" in caplog.text
    assert "1 write was not taken" in caplog.text


@pytest.mark.parametrize("away", [StoreAway("full"), StoreAway("gone", is_unsure=True)])
def test_a_store_that_is_away_is_not_asked_by_each(away: StoreAway) -> None:
    book, groups = Book(away), list[Group]()
    assert write_group(book, [b"a", b"b"], groups.append) == [Failure(away.is_unsure)] * 2
    assert book.n_tries == 1
    assert [(one.size, one.is_done) for one in groups] == [(2, False)]
