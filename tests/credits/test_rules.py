from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canyu.credits.errors import CreditRefused
from canyu.credits.rules import (
    ASKING,
    BY_FACT,
    HELPING,
    MARKS,
    ROLES,
    RULES,
    ByHand,
    Due,
    Fact,
    Moments,
    Who,
    check_mark,
    check_role,
    check_why,
    credits_due,
)

OUT = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
EVERYBODY = OUT + timedelta(days=4)
HOUR = timedelta(hours=1)
AT = OUT - 9 * 24 * HOUR
WHEN = Moments(OUT, EVERYBODY)
ANA, BO, CY, DEE = (Who(member_id=number) for number in (1, 2, 3, 4))


def fact(kind: str, who: Who, at: datetime = AT, **more: object) -> Fact:
    said_at = more.pop("said_at", at)
    return Fact(kind, who, at, said_at, **more)  # type: ignore[arg-type]


def due(*facts: Fact, makers: tuple[int, ...] = (), entries: tuple[ByHand, ...] = ()) -> list[Due]:
    return credits_due(facts, maker_ids=makers, moments=WHEN, entries=entries)


def named(*facts: Fact, makers: tuple[int, ...] = ()) -> list[tuple[Who, str]]:
    return [(one.who, one.role) for one in due(*facts, makers=makers)]


def test_who_raised_it_asked_and_who_said_me_too_asked_too() -> None:
    found = due(
        fact("raised", ANA, topic_id=10),
        fact("voice", BO, AT + HOUR, topic_id=10),
        fact("maker", CY, OUT),
        makers=(CY.member_id,),
    )

    assert found == [
        Due(ANA, "asked", "raised", 10, AT),
        Due(BO, "joined", "voice", 10, AT + HOUR),
        Due(CY, "made", "maker"),
    ]


def test_whoever_raised_one_of_several_topics_asked_whenever_they_joined_another() -> None:
    found = due(
        fact("voice", ANA, topic_id=10),
        fact("raised", ANA, AT + HOUR, topic_id=11),
        fact("raised", ANA, AT + 2 * HOUR, topic_id=12),
    )

    assert found == [Due(ANA, "asked", "raised", 11, AT + HOUR)]


def test_nobody_is_credited_for_what_they_said_or_changed_after_it_shipped() -> None:
    late = OUT + HOUR
    for rule in RULES:
        by = {"by_id": DEE.member_id} if "oneself" in rule.may_not else {}
        in_time = fact(rule.fact, ANA, role="asked", **by)
        assert [one.fact for one in due(in_time)] == [rule.fact]
        # An old text that was changed since is a new one.
        changed = replace(in_time, said_at=late)
        said_late = fact(rule.fact, ANA, late, role="asked", **by)
        counts = rule.until != "out"
        assert bool(due(changed)) is bool(due(said_late)) is counts
    at_last = fact("test", ANA, EVERYBODY + HOUR, by_id=DEE.member_id)
    assert due(at_last) == []


@pytest.mark.parametrize("kind", [*MARKS, "solution", "dug"])
def test_nobody_vouches_for_themself_and_makers_are_named_for_making(kind: str) -> None:
    role = BY_FACT[kind].role

    assert named(fact(kind, ANA, by_id=DEE.member_id)) == [(ANA, role)]
    assert named(fact(kind, ANA, by_id=ANA.member_id)) == []
    assert named(fact(kind, ANA)) == []
    assert named(fact(kind, ANA, by_id=DEE.member_id), makers=(ANA.member_id,)) == []


def test_a_maker_who_asked_is_credited_for_both() -> None:
    found = named(fact("raised", ANA), fact("maker", ANA, OUT), makers=(ANA.member_id,))

    assert found == [(ANA, "asked"), (ANA, "made")]


def test_what_is_written_by_hand_comes_last_and_the_last_of_it_stands() -> None:
    gives = ByHand(BO, "translated", is_withdrawn=False, at=AT)
    takes = ByHand(BO, "translated", is_withdrawn=True, at=AT + HOUR)
    no_asker = ByHand(ANA, "asked", is_withdrawn=True, at=AT)
    raised = fact("raised", ANA)

    assert due(raised, entries=(gives,))[1] == Due(BO, "translated", "hand")
    assert [one.role for one in due(raised, entries=(takes, gives))] == ["asked"]
    assert due(raised, fact("voice", ANA), entries=(no_asker,)) == []


def test_a_record_of_the_past_says_itself_what_it_names_somebody_for() -> None:
    who = Who(named_id=7)
    found = credits_due(
        [fact("past", who, role="reviewed"), fact("past", who, role="asked")],
        maker_ids=(),
        moments=Moments(None, None),
    )

    assert [(one.who, one.role) for one in found] == [(who, "asked"), (who, "reviewed")]


facts = st.lists(
    st.builds(
        lambda kind, member_id, hours, by_id: fact(
            kind, Who(member_id), AT + hours * HOUR, by_id=by_id, topic_id=hours, role="asked"
        ),
        st.sampled_from([rule.fact for rule in RULES]),
        st.integers(1, 5),
        st.integers(0, 400),
        st.none() | st.integers(1, 5),
    ),
    max_size=12,
)


@given(facts)
def test_each_person_is_credited_once_for_one_thing_in_whatever_order(some: list[Fact]) -> None:
    found = due(*some, makers=(1,))

    keys = [(one.who, one.role) for one in found]
    assert len(set(keys)) == len(keys)
    assert not {who for who, role in keys if role == "asked"} & {
        who for who, role in keys if role == "joined"
    }
    assert {one.who for one in found} <= {one.who for one in some}
    assert set(due(*some[::-1], makers=(1,))) == set(found)
    assert [ROLES.index(role) for _, role in keys] == sorted(ROLES.index(role) for _, role in keys)
    for one in found:
        assert (one.asked_at is None) == (one.role not in ASKING)


def test_the_table_has_a_line_for_every_role_that_facts_give() -> None:
    assert {rule.role for rule in RULES} - {""} == {*ASKING, *HELPING, "made"} - {"reviewed"}
    assert len(BY_FACT) == len(RULES)


def test_a_hand_needs_a_reason_that_can_be_read() -> None:
    assert check_why("  she drew\n it ") == "she drew it"
    for empty in ("", " \n", "\u202e\u200b"):
        with pytest.raises(CreditRefused, match="no reason"):
            check_why(empty)
    with pytest.raises(CreditRefused, match="501 characters"):
        check_why("x" * 501)
    with pytest.raises(CreditRefused, match="king"):
        check_role("king")
    with pytest.raises(CreditRefused, match="golden"):
        check_mark("golden")
