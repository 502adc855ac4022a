"""What says the same is found, in whatever order posts came, went and came again."""

import threading
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from canyu.textmine import SAYS_THE_SAME, Post, Similar, UniversalEncoder, WrongVectors
from tests.textmine.directions import TrigramEncoder, universal

WORDS = ["screen", "shot", "battery", "empty", "why", "slow", "截屏", "打不开", "手机"]
texts = some.lists(some.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
several = some.lists(texts, min_size=1, max_size=9)
encoders = some.sampled_from([None, TrigramEncoder()])

STORY = [
    Post(1, "How do I take a screenshot?", "I cannot find the keys."),
    Post(2, "The battery is empty by noon", "Since the update it lasts half a day."),
    Post(3, "手机发热严重", "玩游戏十分钟就很烫。"),
    Post(4, "Wi-Fi drops every hour", "The router is fine with other devices."),
    Post(5, "无法连接蓝牙耳机", "配对之后马上断开。"),
    Post(6, "Dark mode for the calendar", ""),
]


def index_of(titles: list[str], encoder: TrigramEncoder | None) -> Similar:
    index = Similar(encoder)
    index.add(Post(at, title) for at, title in enumerate(titles))
    return index


def found(index: Similar, text: str) -> dict[int, tuple[float, float]]:
    return {hit.id: (hit.score, hit.likeness) for hit in index.search(text, 100)}


def assert_same(one: Similar, other: Similar, text: str) -> None:
    """Both give the same posts the same scores; posts of equal score may stand in any order."""
    left, right = found(one, text), found(other, text)
    assert left.keys() == right.keys()
    for post, told in left.items():
        assert told == pytest.approx(right[post], rel=1e-3, abs=1e-3)


@given(several, texts, texts, encoders)
def test_adding_and_removing_leaves_the_search_as_it_was(
    titles: list[str], passing: str, query: str, encoder: TrigramEncoder | None
) -> None:
    index, untouched = index_of(titles, encoder), index_of(titles, encoder)
    index.add([Post(99, passing)])
    assert index.remove([99, 100]) == 1
    assert_same(index, untouched, query)
    assert len(index) == len(titles)


@given(several, texts, texts, encoders)
def test_to_replace_is_to_remove_and_add(
    titles: list[str], new: str, query: str, encoder: TrigramEncoder | None
) -> None:
    one, other = index_of(titles, encoder), index_of(titles, encoder)
    one.replace([Post(0, new), Post(77, new)])
    other.remove([0, 77])
    other.add([Post(0, new), Post(77, new)])
    assert_same(one, other, query)


@given(several, texts, encoders, some.randoms(use_true_random=False))
def test_the_order_of_adding_does_not_matter(
    titles: list[str], query: str, encoder: TrigramEncoder | None, chance: some.DrawFn
) -> None:
    posts = [Post(at, title) for at, title in enumerate(titles)]
    one, other = Similar(encoder), Similar(encoder)
    one.add(posts)
    chance.shuffle(posts)
    for post in posts:
        other.add([post])
    assert_same(one, other, query)


@pytest.mark.parametrize("encoder", [None, TrigramEncoder()], ids=["words", "default"])
def test_a_post_finds_itself(encoder: TrigramEncoder | None) -> None:
    index = Similar(encoder)
    index.add(Post(post.id, post.title) for post in STORY)
    for post in STORY:
        best, *others = index.search(post.title, 6)
        assert best.id == post.id
        assert best.likeness > SAYS_THE_SAME
        assert all(hit.likeness < SAYS_THE_SAME for hit in others)


@given(several, texts, encoders)
def test_what_is_stored_is_read_again(
    titles: list[str], query: str, encoder: TrigramEncoder | None
) -> None:
    index = index_of(titles, encoder)
    index.remove([0])
    again = Similar.of_stored(index.stored(), encoder)
    assert_same(index, again, query)
    again.add([Post(0, titles[0])])
    assert_same(again, index_of(titles, encoder), query)


def test_what_is_not_wanted_is_left_out_and_no_more_than_wanted_is_given() -> None:
    index = index_of(["same words"] * 10, TrigramEncoder())
    assert [hit.id for hit in index.search("same words", 3)] == [0, 1, 2]
    assert [hit.id for hit in index.search("same words", 3, exclude={0, 2})] == [1, 3, 4]
    assert index.search("same words", 0) == []
    assert 0 in index
    assert 10 not in index


def test_a_vector_that_is_at_hand_is_taken_and_one_of_another_model_refused() -> None:
    index = Similar(TrigramEncoder())
    (vector,) = index.encode([Post(1, "one thing")])
    index.add([Post(1, "another text", vector=vector)])
    assert index.vector(1) == vector
    assert index.vector(2) is None
    with pytest.raises(WrongVectors):
        index.add([Post(2, "text", vector=b"\x03odd" + bytes(260))])
    assert 2 not in index
    assert Similar().encode([Post(1, "one")]) == [None]


def test_a_damaged_or_foreign_index_is_refused() -> None:
    encoder = TrigramEncoder()
    held = index_of(["one thing", "another"], encoder).stored()
    for wrong in (b"", b"PK", held[:-30], held[: len(held) // 2], b"x" + held):
        with pytest.raises(WrongVectors):
            Similar.of_stored(wrong, encoder)
    with pytest.raises(WrongVectors):
        Similar.of_stored(Similar().stored(), encoder)
    assert len(Similar.of_stored(held)) == 2


BAD = [
    "",
    " ",
    "a",
    "中",
    "\x00",
    "\ud800",
    "\u202e\u200b",
    "😀" * 500,
    "עברית عربي " * 50,
    "<script>alert(1)</script>",
    "<p>" * 10_000,
    "how " * 250_000,
    "中文" * 500_000,
    "x" * 1_000_000,
    "1.2.3.4 " * 100_000,
    "' OR 1=1; --",
    "\\" * 1_000,
    "a\u0301" * 100_000,
]


@pytest.mark.parametrize("encoder", [None, universal()], ids=["words", "default"])
def test_bad_input_is_answered_soon(encoder: UniversalEncoder | None) -> None:
    index = Similar(encoder)
    index.add(STORY)
    index.search("warm", 1)
    for at, text in enumerate(BAD, start=100):
        begun = time.process_time()
        index.search(text, is_typing=True)
        index.add([Post(at, text, text)])
        index.search(text)
        assert time.process_time() - begun < 3, text[:20]
    assert [hit.id for hit in index.search("take a screenshot", 1)] == [1]
    index.remove(range(100, 100 + len(BAD)))
    assert len(index) == len(STORY)


def test_it_answers_while_others_write() -> None:
    index = Similar(TrigramEncoder())
    index.add(STORY)
    problems: list[BaseException] = []

    def write(first: int) -> None:
        try:
            for post in range(first, first + 60):
                index.replace([Post(post, f"a new thing {post % 7} about the battery")])
            index.remove(range(first, first + 60))
        except BaseException as problem:  # noqa: BLE001 - told by the test
            problems.append(problem)

    writers = [threading.Thread(target=write, args=(start,)) for start in (1_000, 2_000)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        assert index.search("the battery is empty", 3)
    for writer in writers:
        writer.join()
    assert problems == []
    assert len(index) == len(STORY)


@pytest.fixture(scope="module")
def story() -> Similar:
    index = Similar(universal())
    index.add(STORY)
    return index


@pytest.mark.parametrize(
    ("asked", "post"),
    [
        ("怎么截屏？", 1),
        ("screnshot", 1),
        ("battery drains too fast", 2),
        ("电池中午就没电了", 2),
        ("phone gets hot while gaming", 3),
        ("bluetooth headset cannot connect", 5),
        ("WLAN 老是断", 4),
        ("how do I take a scr", 1),
    ],
)
def test_it_is_found_across_languages_slips_and_half_words(
    story: Similar, asked: str, post: int
) -> None:
    assert story.search(asked, 1, is_typing=True)[0].id == post


def test_scores_are_plain_numbers(story: Similar) -> None:
    for hit in story.search("battery", 6):
        assert isinstance(hit.id, int)
        assert np.isfinite([hit.score, hit.likeness, hit.lexical]).all()
        assert hit.cosine is None or -1.01 <= hit.cosine <= 1.01
