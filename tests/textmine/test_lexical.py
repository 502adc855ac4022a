"""Scores in words are those of the formula, whatever way the posts came and went."""

from collections import Counter
from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from canyu.textmine import Lexical, lexical
from canyu.textmine.lexical import K1, B, counts_of

WORDS = ["screen", "shot", "battery", "empty", "why", "截屏", "打不开"]
titles = some.lists(some.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
posts = some.lists(some.tuples(titles, titles), min_size=1, max_size=8)


def by_formula(texts: list[tuple[str, str]], query: str) -> dict[int, float]:
    """Okapi BM25 as it stands in the book, one post and one term at a time."""
    counted = [counts_of(*text) for text in texts]
    mean = sum(each.total() for each in counted) / len(counted)
    scores: dict[int, float] = {}
    for post, counts in enumerate(counted):
        for term in set(counts_of(query)):
            m = sum(term in each for each in counted)
            if not counts[term]:
                continue
            idf = log(1 + (len(counted) - m + 0.5) / (m + 0.5))
            norm = K1 * (1 - B + B * counts.total() / mean)
            weight = idf * counts[term] * (K1 + 1) / (counts[term] + norm)
            scores[post] = scores.get(post, 0) + weight
    return scores


def scores(index: Lexical, query: str, n: int = 100) -> dict[int, float]:
    weighed = index.weigh(index.ask(query), n)
    return dict(zip(weighed.ids.tolist(), weighed.scores.tolist(), strict=True))


def index_of(texts: list[tuple[str, str]]) -> Lexical:
    index = Lexical()
    for post, (title, body) in enumerate(texts):
        index.add(post, title, body)
    return index


@given(posts, titles)
def test_scores_are_those_of_the_formula(texts: list[tuple[str, str]], query: str) -> None:
    index = index_of(texts)
    known = [word for word in query.split() if index.ask(word).wanted]
    wanted = by_formula(texts, " ".join(known))
    found = scores(index, " ".join(known))
    assert found.keys() == wanted.keys()
    assert found == pytest.approx(wanted, rel=1e-5)


def test_frequent_terms_are_looked_up_for_the_best_only(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [(f"common word {'rare' if post % 7 == 0 else 'usual'}", "") for post in range(300)]
    index = index_of(texts)
    wanted = {post: by_formula(texts, "common rare")[post] for post in range(0, 300, 7)}
    monkeypatch.setattr(lexical, "MOST_ADDED", 50)
    assert scores(index, "common rare", 43) == pytest.approx(wanted, rel=1e-5)
    named = index.weigh(index.ask("common rare"), 1, np.array([5]))
    assert dict(zip(named.ids.tolist(), named.scores.tolist(), strict=True))[5] > 0


def test_a_question_of_frequent_terms_only_is_answered_by_the_newest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lexical, "MOST_ADDED", 50)
    index = index_of([("common", "")] * 300)
    assert min(scores(index, "common", 10)) >= 250


def test_of_equal_posts_the_oldest_ids_are_kept() -> None:
    index = index_of([("same words", "")] * 20)
    assert sorted(scores(index, "same words", 5)) == [0, 1, 2, 3, 4]


def test_a_half_typed_word_is_completed_and_a_mistyped_one_mended() -> None:
    index = index_of([("take a screenshot", ""), ("battery is empty", ""), ("nothing else", "")])
    assert max(scores(index, "scre"), default=None) is None
    typing = index.weigh(index.ask("scre", is_typing=True), 10)
    assert typing.ids.tolist() == [0]
    assert list(scores(index, "screnshot")) == [0]
    assert list(scores(index, "screen shot")) == [0]
    assert index.ask("scre ", is_typing=True).wanted == ()


def test_a_title_counts_twice_and_what_is_too_long_of_it_as_body() -> None:
    assert counts_of("one", "one two") == Counter({"one": 3, "two": 1})
    long = "lead " * 60
    assert counts_of(long + "tail")["tail"] == 1
    assert counts_of(long + "tail")["lead"] == 120
