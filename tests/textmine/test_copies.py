"""Copies sent by arrangement, and that they never raise voices."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canyu.textmine.copies import CopyGroup, Sent, count_voices, find_copies, voices_of

LONG = (
    "Please bring back the old camera, the new one takes twice as long to open and hides the flash."
)
LONG_ZH = "请把旧相机还给我们，新的相机打开要花两倍的时间，而且闪光灯找不到了，求求你们。"
OTHER = "The alarm did not ring this morning although the battery was full and the volume was up."


def sent(text: str, people: range | list[int], first: int = 0, hours: float = 1.0) -> list[Sent]:
    return [Sent(first + at, person, hours * at, text) for at, person in enumerate(people)]


def test_five_hundred_copies_from_fifty_accounts_are_one_voice() -> None:
    posts = sent(LONG, [at % 50 for at in range(500)], hours=0.1)
    (group,) = find_copies(posts)
    assert len(group.items) == 500
    assert group.people == tuple(range(50))
    assert group.hours == pytest.approx(49.9)
    assert count_voices((each.person for each in posts), [group]) == 1


@pytest.mark.parametrize("text", [LONG, LONG_ZH])
def test_small_changes_do_not_hide_a_copy(text: str) -> None:
    ends = ["", "!", "!!!", " :)", " 👍", " ok", "。", " A", "…", "?"]
    posts = [Sent(at, at, at, text.upper() + end) for at, end in enumerate(ends)]
    (group,) = find_copies(posts)
    assert group.people == tuple(range(10))


def test_what_people_say_in_their_own_words_is_no_copy() -> None:
    ways = [
        "How do I take a screenshot on this phone without pressing three keys at once?",
        "Screenshots are too hard here, I never manage to press both of the buttons in time.",
        "Is there a quick way of capturing the screen? My friends do it by one tap on theirs.",
        "截图太难了，要同时按两个键，我每次都会把手机锁上，有没有一键截图的办法？",
        "求一键截图，现在的方法实在是太麻烦了，我妈妈根本学不会，只好让别人来拍她的屏幕。",
    ]
    posts = [Sent(at, at, at, text) for at, text in enumerate(ways)]
    assert find_copies(posts) == ()


def test_short_texts_that_people_do_write_alike_need_more_accounts_in_less_time() -> None:
    assert find_copies(sent("Screenshot how?", range(11), hours=0.5)) == ()
    assert find_copies(sent("Screenshot how?", range(40), hours=12.0)) == ()
    (group,) = find_copies(sent("Screenshot how?", range(12), hours=0.5))
    assert len(group.people) == 12


@pytest.mark.parametrize(("n_people", "hours", "found"), [(4, 1.0, 0), (5, 80.0, 1), (5, 90.0, 0)])
def test_long_copies_need_five_accounts_in_two_weeks(
    n_people: int, hours: float, found: int
) -> None:
    assert len(find_copies(sent(LONG, range(n_people), hours=hours))) == found


def test_one_person_is_one_voice_however_often_they_post() -> None:
    posts = sent(LONG, [7] * 40)
    assert find_copies(posts) == ()
    assert count_voices(each.person for each in posts) == 1


@given(st.lists(st.tuples(st.sampled_from([LONG, OTHER, LONG_ZH, "", "wifi"]), st.integers(0, 30)),
                max_size=80), st.randoms())  # fmt: skip
def test_copies_never_raise_voices(sent_by: list[tuple[str, int]], random: object) -> None:
    posts = [Sent(at, person, at, text) for at, (text, person) in enumerate(sent_by)]
    people = [each.person for each in posts]
    before = count_voices(people, find_copies(posts))
    assert before <= len(set(people))
    more = [Sent(1000 + at, at, 5.0 + at / 100, LONG) for at in range(31)]
    after = count_voices(set(people) | set(range(31)), find_copies(posts + more))
    # All thirty-one of them are one voice then, however many they were before.
    assert after == 1
    again = [Sent(2000 + at, person, 5.0, OTHER) for at, person in enumerate(people)]
    assert count_voices(people, find_copies(posts + again)) <= before


@given(st.permutations(list(range(14))))
def test_the_order_of_posts_does_not_matter(order: list[int]) -> None:
    posts = sent(LONG, range(8)) + sent(OTHER, range(5, 11), first=8)
    assert find_copies([posts[at] for at in order]) == find_copies(posts)


def test_groups_that_share_a_sender_are_one_voice_and_strangers_are_left_out() -> None:
    groups = [CopyGroup((1, 2), (1, 2, 99), 1.0), CopyGroup((3, 4), (2, 3), 1.0)]
    assert voices_of([1, 2, 3, 4], groups) == {1: 1, 2: 1, 3: 1, 4: 4}


@pytest.mark.parametrize("text", ["", "   ", "😀" * 50, "\u200b\x00", "<>"])
def test_nothing_said_is_no_copy(text: str) -> None:
    assert find_copies(sent(text, range(60), hours=0.1)) == ()


def test_a_million_letters_and_lone_surrogates_are_no_trouble() -> None:
    posts = sent("a" * 1_000_000, range(3)) + sent("\ud800" + LONG, range(6), first=10)
    assert len(find_copies(posts)) == 1
