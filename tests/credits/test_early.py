"""Which voices are early: before the others, before the plan; and once, where given together."""

from canyu.credits.early import EARLY_RANKS, Fate, Given, early_voices


def asked(topic: int, *people: int, every: float = 5.0, since: float = 0.0) -> list[Given]:
    return [
        Given(one, topic, since + place * every, raised=place == 0)
        for place, one in enumerate(people)
    ]


def members(given: list[Given], fates: dict[int, Fate] | None = None) -> list[int]:
    return [one.member_id for one in early_voices(given, fates or {})]


def test_only_the_first_few_are_early_and_each_with_their_like() -> None:
    given = asked(1, *range(10, 20), every=0.5)
    found = early_voices(given, {1: Fate(true_at=50.0)})
    assert [one.member_id for one in found] == list(range(10, 10 + EARLY_RANKS))
    assert [one.stratum for one in found] == [(0, 0), (0, 1), (0, 1), (0, 2), (0, 2)]
    assert [one.n_after for one in found] == [9, 8, 7, 6, 5]


def test_what_the_plan_said_first_was_not_foreseen() -> None:
    given = asked(1, 10, 11, 12)
    assert members(given, {1: Fate(obvious_at=5.0, true_at=9.0)}) == [10]
    assert members(given, {1: Fate(obvious_at=0.0, true_at=9.0)}) == []


def test_asking_that_shipped_needs_others_who_said_it_later_and_love_needs_none() -> None:
    given = asked(1, 10, 11, 12, 13)
    shipped = early_voices(given, {1: Fate(true_at=90.0)})
    assert [one.came_true for one in shipped] == [True, False, False, False]
    loved = early_voices(given, {1: Fate(true_at=90.0, is_loved=True)})
    assert all(one.came_true for one in loved)


def test_the_team_takes_no_place() -> None:
    given = asked(1, 10, 11, 12, 13, 14, 15, every=0.1)
    found = early_voices(given, {}, not_counted={10, 11})
    assert [one.member_id for one in found] == [12, 13, 14, 15]
    assert found[0].stratum == (0, 0)


def test_one_person_speaks_once_in_a_topic() -> None:
    assert members([*asked(1, 10, 11), Given(10, 1, 9.0)]) == [10, 11]


def test_people_heard_together_count_once_and_do_not_follow_one_another() -> None:
    brigade = [
        one
        for topic in range(8)
        for one in asked(topic, 1, 2, 3, 4, every=0.01, since=20.0 * topic)
    ]
    alone = asked(50, 2, 9)
    fates = {topic: Fate(true_at=900.0) for topic in range(8)}
    found = early_voices([*brigade, *alone], fates)
    assert [one.member_id for one in found if one.subject < 8] == [1] * 8
    # Nobody but themselves said it after them: nothing was foreseen.
    assert not any(one.came_true for one in found)
    # What one of them says alone is theirs.
    assert [one.member_id for one in found if one.subject == 50] == [2, 9]
