"""Who counts as having come by a card: nobody twice, nobody in a circle."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canyu.credits.cards import check_guest
from canyu.credits.errors import CardRefused
from canyu.credits.models import Guest
from canyu.credits.queries.cards import card_of, guests_of
from canyu.credits.services import come_by_card, show_card
from tests.builders import FRIDAY, Town, make_member
from tests.credits.test_ledger import raise_topic, ship

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = FRIDAY + 9 * DAY

people = st.integers(1, 5)


@given(st.lists(st.tuples(people, people, st.integers(0, 9), st.integers(0, 9)), max_size=20))
def test_invitations_never_run_in_a_circle(tries: list[tuple[int, int, int, int]]) -> None:
    """Everybody joined at some hour and shows a card at some later one; all invite all."""
    joined = {one: FRIDAY + one * DAY for one in range(1, 6)}
    came_by = {}
    for guest, host, shown, at in tries:
        shown_at = joined[host] + shown * 4 * HOUR
        try:
            check_guest(
                guest_id=guest,
                host_id=host,
                joined_at=joined[guest],
                shown_at=shown_at,
                at=joined[guest] + at * HOUR / 3,
            )
        except CardRefused:
            continue
        came_by.setdefault(guest, host)
    for guest, host in came_by.items():
        assert joined[host] < joined[guest]


def test_nobody_comes_by_their_own_card_nor_from_inside(town: Town) -> None:
    ana, bo = make_member("ana"), make_member("bo")
    change_id = ship(town, raise_topic(town, ana, bo))
    own = show_card(actor_id=ana, change_id=change_id, at=LATER)
    others = show_card(actor_id=bo, change_id=change_id, at=LATER)
    assert {one.role for one in card_of(others).credits} == {"joined"}
    for token in (own, others):
        with pytest.raises(CardRefused):
            come_by_card(token=token, member_id=ana, at=LATER)
    assert Guest.objects.count() == 0


def test_very_many_come_by_one_card_each_once(town: Town) -> None:
    ana, bo = make_member("ana"), make_member("bo")
    change_id = ship(town, raise_topic(town, ana, bo))
    token = show_card(actor_id=ana, change_id=change_id, at=LATER)
    second = show_card(actor_id=bo, change_id=change_id, at=LATER)
    guests = [make_member(f"guest-{n}", at=LATER + HOUR) for n in range(30)]
    for guest in guests:
        assert come_by_card(token=token, member_id=guest, at=LATER + HOUR)
        assert not come_by_card(token=token, member_id=guest, at=LATER + HOUR)
        assert not come_by_card(token=second, member_id=guest, at=LATER + HOUR)
    assert guests_of(ana).n_came == len(guests)
    assert guests_of(ana).n_took_part == 0
    assert guests_of(bo).n_came == 0
    # An hour later a new account is a new account no more.
    with pytest.raises(CardRefused):
        come_by_card(token=second, member_id=guests[0], at=LATER + 3 * HOUR)
