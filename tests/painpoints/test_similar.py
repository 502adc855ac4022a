"""Topics that say the same are found while somebody types, by every process."""

from datetime import timedelta

import pytest

from canyu.painpoints import services
from canyu.painpoints.queries import index
from canyu.painpoints.queries.looks import spared_in
from canyu.painpoints.queries.similar import similar_topics
from canyu.topics import services as topics
from tests.builders import FRIDAY, Town, make_product, make_town
from tests.painpoints.test_wordings import ask, settle

pytestmark = pytest.mark.django_db
LATER = FRIDAY + timedelta(days=1)
OTHERS = (
    "Sync stops when the train enters a tunnel",
    "A widget for the weather would be nice",
    "手机发热严重，耗电快",
    "Voice notes are silent on one ear",
)
BAD = (
    "",
    "a",
    "截",
    "😀" * 500,
    "\u202eمرحبا بالعالم كيف حالك",
    "\x00\x01\x1b[31m\ud800",
    "<script>alert(1)</script><b>bold",
    "x" * 1_000_000,
    "截 " * 300_000,
    "%s %(x)s {0} '; DROP TABLE topics_topic; --",
)


@pytest.fixture
def town(db: None) -> Town:
    town = make_town()
    for title in OTHERS:
        ask(town, title)
    return town


def titles(town: Town, text: str) -> list[str]:
    found = similar_topics(town.product, text, at=LATER, is_typing=True)
    return [one.topic.title for one in found]


@pytest.mark.parametrize(
    "text",
    ["screensh", "how do i take a screnshot", "怎么截屏", "截图 screenshot 怎么弄"],
)
def test_it_is_found_half_typed_mistyped_and_in_two_languages(town: Town, text: str) -> None:
    english, chinese = ask(town, "How do I take a screenshot?"), ask(town, "怎么截屏？")
    services.place_new()
    found = similar_topics(town.product, text, at=LATER, is_typing=True)
    assert found[0].topic.id in {english, chinese}
    assert {one.topic.id for one in found} <= {english, chinese}


def test_without_a_direction_it_is_found_by_its_words(town: Town) -> None:
    ask(town, "How do I take a screenshot?")
    assert titles(town, "take a screenshot") == ["How do I take a screenshot?"]


def test_answers_come_first(town: Town) -> None:
    first = ask(town, "How do I take a screenshot?")
    answered = ask(town, "How do I take a screenshot of one page only?")
    services.place_new()
    assert titles(town, "How do I take a screenshot?")[0] == "How do I take a screenshot?"
    topics.solve_topic(actor_id=town.owner, topic_id=answered, remark_id=None, at=LATER)
    found = similar_topics(town.product, "How do I take a screenshot?", at=LATER)
    assert [(one.topic.id, one.is_answered) for one in found] == [(answered, True), (first, False)]


def test_what_is_hidden_merged_or_elsewhere_is_not_offered(town: Town) -> None:
    topic_id = ask(town, "How do I take a screenshot?")
    kept = ask(town, "Screenshots: how to take them?")
    topics.merge_topics(actor_id=town.owner, topic_id=topic_id, into_id=kept, at=LATER)
    assert titles(town, "take a screenshot") == ["Screenshots: how to take them?"]
    topics.hide_topic(actor_id=town.owner, topic_id=kept, reason="Spam.", at=LATER)
    assert titles(town, "take a screenshot") == []


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_no_text_is_too_much(town: Town, text: str) -> None:
    services.place_new()
    assert isinstance(similar_topics(town.product, text, at=LATER, is_typing=True), tuple)


def test_a_process_follows_what_another_wrote(town: Town) -> None:
    held = index.Indexes()
    before = held.of_product(town.product)
    assert before is not None
    assert len(before) == len(OTHERS)
    topic_id = ask(town, "How do I take a screenshot?")
    assert topic_id in (held.of_product(town.product) or ())
    topics.hide_topic(actor_id=town.owner, topic_id=topic_id, reason="Spam.", at=LATER)
    settle()
    assert topic_id not in (held.of_product(town.product) or ())


def test_what_moves_is_found_where_it_is_now(town: Town) -> None:
    held = index.Indexes()
    there = make_product(town.owner, "other")
    topic_id = ask(town, "How do I take a screenshot?")
    assert topic_id in (held.of_product(town.product) or ())
    assert topic_id not in (held.of_product(there) or ())
    topics.move_topic(
        actor_id=town.owner, topic_id=topic_id, product_id=there, reason="There.", at=LATER
    )
    settle()
    assert topic_id not in (held.of_product(town.product) or ())
    assert topic_id in (held.of_product(there) or ())


def test_it_is_read_again_from_its_bytes_and_compared(town: Town) -> None:
    services.place_new()
    index.keep(town.product, index.Indexes().renew(town.product))
    gone, new = ask(town, "How do I take a screenshot?"), ask(town, "Fonts are too small")
    index.keep(town.product, index.Indexes().renew(town.product))
    topics.hide_topic(actor_id=town.owner, topic_id=gone, reason="Spam.", at=LATER)
    settle()
    read = index.read_kept(town.product)
    assert read is not None
    assert gone in read.similar
    again = index.Indexes().renew(town.product).similar
    assert gone not in again
    assert new in again
    assert len(again) == len(OTHERS) + 1


def test_a_damaged_file_is_made_anew(town: Town) -> None:
    index.keep(town.product, index.Indexes().renew(town.product))
    place = index.place_of(town.product)
    place.write_bytes(place.read_bytes()[:200])
    assert index.read_kept(town.product) is None
    assert len(index.Indexes().renew(town.product).similar) == len(OTHERS)


def test_until_there_is_an_index_titles_are_compared(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(town, "How do I take a screenshot?")
    monkeypatch.setattr(index.Indexes, "of_product", lambda *_: None)
    found = similar_topics(town.product, "How do I take a screenshot", at=LATER)
    assert [(one.topic.title, one.likeness) for one in found] == [
        ("How do I take a screenshot?", None)
    ]


def test_what_was_spared_is_counted_by_form(town: Town) -> None:
    keys = [f"{number:032x}" for number in range(5)]
    for key in (*keys, keys[0], "not a key", "f" * 40):
        services.note_shown(key=key, product_id=town.product, n_shown=3, at=FRIDAY)
    services.note_joined(key=keys[0], product_id=town.product)
    for key in keys[1:3]:
        services.note_opened(key=key, product_id=town.product)
    services.note_posted(key=keys[2], product_id=town.product)
    services.note_posted(key=keys[3], product_id=town.product)
    services.note_joined(key="e" * 32, product_id=town.product)
    told = spared_in(town.product, since=FRIDAY, at=LATER)
    assert (told.n_joined, told.n_opened, told.n_posted, told.n_left) == (1, 1, 2, 1)
    assert (told.n_shown, told.n_spared, told.is_few) == (5, 2, True)
    assert spared_in(town.product, since=FRIDAY, at=FRIDAY).n_shown == 0


def test_a_form_of_another_product_counts_nowhere(town: Town) -> None:
    key = "a" * 32
    services.note_shown(key=key, product_id=town.product, n_shown=1, at=FRIDAY)
    services.note_joined(key=key, product_id=town.product + 1)
    assert spared_in(town.product, since=FRIDAY, at=LATER).n_joined == 0
