from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from canyu.credits.rules import ROLES, Asking, Due, credits_due

AT = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANA, BO, CY = 1, 2, 3


def test_who_raised_it_asked_and_who_said_me_too_joined() -> None:
    due = credits_due(
        [
            Asking(10, ANA, is_author=True, at=AT),
            Asking(10, BO, is_author=False, at=AT + HOUR),
        ],
        [CY],
    )

    assert due == [
        Due(ANA, "asked", 10, AT),
        Due(BO, "joined", 10, AT + HOUR),
        Due(CY, "made", None, None),
    ]


def test_whoever_raised_one_of_several_topics_asked_whenever_they_joined_another() -> None:
    due = credits_due(
        [
            Asking(10, ANA, is_author=False, at=AT),
            Asking(11, ANA, is_author=True, at=AT + HOUR),
            Asking(12, ANA, is_author=True, at=AT + 2 * HOUR),
        ],
        [],
    )

    assert due == [Due(ANA, "asked", 11, AT + HOUR)]


def test_a_maker_who_asked_is_credited_for_both() -> None:
    due = credits_due([Asking(10, ANA, is_author=True, at=AT)], [ANA, ANA])

    assert [one.role for one in due] == ["asked", "made"]


askings = st.lists(
    st.builds(
        Asking,
        topic_id=st.integers(1, 4),
        member_id=st.integers(1, 6),
        is_author=st.booleans(),
        at=st.integers(0, 9).map(lambda hours: AT + hours * HOUR),
    ),
    unique_by=lambda one: (one.topic_id, one.member_id),
)
makers = st.lists(st.integers(1, 6), max_size=4)


@given(askings, makers)
def test_each_person_is_credited_once_for_asking_and_once_for_making(
    voices: list[Asking], maker_ids: list[int]
) -> None:
    due = credits_due(voices, maker_ids)

    assert {one.role for one in due} <= set(ROLES)
    asking = [one for one in due if one.role != "made"]
    assert sorted(one.member_id for one in asking) == sorted({one.member_id for one in voices})
    assert [one.member_id for one in due if one.role == "made"] == list(dict.fromkeys(maker_ids))
    for one in asking:
        own = [voice for voice in voices if voice.member_id == one.member_id]
        raised = [voice for voice in own if voice.is_author]
        assert one.role == ("asked" if raised else "joined")
        assert one.asked_at == min(voice.at for voice in raised or own)
        assert one.topic_id in {voice.topic_id for voice in raised or own}
    # In whatever order voices are read, the same people are credited for the same.
    assert set(credits_due(voices[::-1], maker_ids)) == set(due)
