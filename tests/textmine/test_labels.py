"""What a cluster is called, and whom it quotes."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canyu.textmine.labels import (
    LONGEST_QUOTE,
    LONGEST_TITLE,
    Told,
    label,
    quotes,
    shortened,
    telling,
)
from canyu.textmine.memory import Memory, seen_buckets
from canyu.textmine.nearness import likeness_of_posts
from canyu.textmine.terms import terms_of

SCREENSHOTS = [
    "How do I take a screenshot?",
    "Taking screenshots needs three hands",
    "Please make screenshots easier, one tap would do",
    "screenshot with one tap",
    "怎么截图？",
    "求一键截图功能",
    "截图太麻烦了，能不能一键截图",
]
OTHERS = [
    "The alarm did not ring",
    "How do I change the ringtone?",
    "Battery empty by noon",
    "Please make the font larger",
    "Wifi drops in the lift",
    "闹钟没有响",
    "怎么换铃声？",
    "电池一天都撑不住，太麻烦了",
    "求大字体功能",
    "电梯里没有网络",
]


def told(titles: list[str]) -> list[Told]:
    return [Told(at, at, title) for at, title in enumerate(titles)]


def among(titles: list[str]) -> np.ndarray:
    memory = Memory(0)
    for item, title in enumerate(titles):
        memory.corpus.see(None, seen_buckets(terms_of(title)))
        memory.put(item, 0, terms_of(title), None)
    return likeness_of_posts(memory.corpus, memory.posts_of(range(len(titles))))


def uses() -> Counter[str]:
    return Counter(term for title in SCREENSHOTS + OTHERS for term in set(terms_of(title)))


def test_the_signed_g_squared_of_dunning() -> None:
    """Dunning 1993, table 1: "the swiss", 110 together, 2442, 111 and 29114: 270.72."""
    assert telling(110, 110 + 2442, 221, 110 + 2442 + 111 + 29114) == pytest.approx(
        270.72, abs=0.01
    )
    assert telling(0, 100, 50, 1000) < 0
    assert telling(10, 100, 100, 1000) == pytest.approx(0, abs=1e-9)
    assert telling(5, 5, 5, 5) == 0


def test_a_cluster_is_called_by_its_own_words_in_its_own_languages() -> None:
    found = label(told(SCREENSHOTS), among(SCREENSHOTS), terms_of=terms_of, uses=uses(), n_posts=17)
    assert [each.script for each in found] == [0, 1]
    english, chinese = found
    assert english.words[0] in {"screenshot", "screenshots"}
    assert "截图" in chinese.words[0]
    assert "一键截图" in chinese.words
    assert english.title in SCREENSHOTS[:4]
    assert chinese.title in SCREENSHOTS[4:]
    assert (english.n_posts, chinese.n_posts) == (4, 3)


def test_one_post_of_another_language_makes_no_label() -> None:
    titles = [*SCREENSHOTS[:4] * 2, "截图"]
    found = label(told(titles), among(titles), terms_of=terms_of, uses=uses(), n_posts=17)
    assert [each.script for each in found] == [0]


def test_quotes_are_of_different_people_and_unlike_one_another() -> None:
    titles = [*SCREENSHOTS, SCREENSHOTS[0].upper(), SCREENSHOTS[1]]
    posts = [Told(at, 5 if at in {3, 4} else at, title) for at, title in enumerate(titles)]
    found = quotes(posts, among(titles))
    assert len(found) == 3
    assert len({each.voice for each in found}) == 3
    assert len({each.words.casefold() for each in found}) == 3


def test_copies_that_share_a_voice_are_quoted_once() -> None:
    assert len(quotes([Told(at, 1, title) for at, title in enumerate(SCREENSHOTS)],
                      among(SCREENSHOTS))) == 1  # fmt: skip


def test_a_post_without_a_title_is_quoted_by_a_sentence() -> None:
    posts = [Told(0, 0, "", "Ok. I cannot take a screenshot with one hand. Please help me.")]
    (found,) = quotes(posts, np.ones((1, 1)))
    assert found.words == "I cannot take a screenshot with one hand."
    assert label(posts, np.ones((1, 1)), terms_of=terms_of, uses={}, n_posts=1)[0].item == 0


@pytest.mark.parametrize("call", [quotes, label])
def test_nobody_says_nothing(call: object) -> None:
    none = np.zeros((0, 0))
    assert quotes([], none) == ()
    assert label([], none, terms_of=terms_of, uses={}, n_posts=0) == ()
    assert quotes([Told(0, 0, " ", "")], np.ones((1, 1))) == ()


@given(st.lists(st.text(max_size=200), min_size=1, max_size=6))
@settings(max_examples=max(settings().max_examples // 2, 10))
def test_whatever_people_write_labels_and_quotes_are_short(titles: list[str]) -> None:
    posts, near = told(titles), np.eye(len(titles))
    for each in label(posts, near, terms_of=terms_of, uses={}, n_posts=len(titles)):
        assert len(each.title) <= LONGEST_TITLE
        assert len(each.words) <= 4
    assert all(0 < len(each.words) <= LONGEST_QUOTE for each in quotes(posts, near))


@pytest.mark.parametrize(
    ("text", "longest", "wanted"),
    [
        ("short", 10, "short"),
        ("  folded \n space ", 20, "folded space"),
        ("one two three four", 12, "one two…"),
        ("一二三四五六七八", 5, "一二三四…"),
        ("abcdefghij", 5, "abcd…"),
    ],
)
def test_long_words_are_cut_where_words_end(text: str, longest: int, wanted: str) -> None:
    assert shortened(text, longest) == wanted
