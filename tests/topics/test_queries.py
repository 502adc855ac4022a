from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from canyu.journal.errors import NotFound
from canyu.topics import queries, services
from tests.builders import FRIDAY as AT
from tests.builders import Town, make_member, make_product

DAY = timedelta(days=1)


def raise_topics(town: Town, *titles: str, author: int = 0, kind: str = "idea") -> list[int]:
    author = author or make_member(f"author{len(titles)}")
    return [
        services.raise_topic(
            member_id=author,
            product_id=town.product,
            kind=kind,
            title=title,
            words="",
            at=AT + number * DAY,
        )
        for number, title in enumerate(titles)
    ]


@pytest.mark.parametrize("n_topics", [1, 3])
def test_a_list_of_topics_takes_two_queries(
    town: Town, n_topics: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    raise_topics(town, *["Dark mode"] * n_topics)

    with django_assert_num_queries(2):
        page = queries.topics_of(town.product, at=AT, kind="idea", status="received", search="dark")
    assert len(page.topics) == page.n_topics == n_topics


def test_topics_are_listed_newest_first_and_sifted(town: Town) -> None:
    ana = make_member("ana")
    first, second = raise_topics(town, "100% battery", "Dark mode", author=ana)
    (trouble,) = raise_topics(town, "深色模式闪屏", author=make_member("bo"), kind="trouble")
    services.add_voice(member_id=ana, topic_id=trouble, at=AT)
    elsewhere = make_product(town.owner, "other")

    def ids(**sieve: object) -> list[int]:
        page = queries.topics_of(town.product, at=AT, **sieve)  # type: ignore[arg-type]
        return [topic.id for topic in page.topics]

    assert ids() == [second, trouble, first]
    assert ids(kind="trouble") == [trouble]
    assert ids(status="shipped") == []
    assert ids(author_id=ana) == [second, trouble, first]
    assert ids(search="DARK") == [second]
    assert ids(search="深色") == [trouble]
    assert ids(search="0%") == [first]
    assert ids(search="_") == []
    assert queries.topics_of(elsewhere, at=AT).topics == ()


def test_pages_hold_twenty_and_a_page_too_far_is_the_last(town: Town) -> None:
    raise_topics(town, *[f"Topic {number}" for number in range(21)])

    assert len(queries.topics_of(town.product, at=AT).topics) == 20
    last = queries.topics_of(town.product, at=AT, page=99)
    assert (last.number, last.n_pages, len(last.topics)) == (2, 2, 1)


def test_topics_that_say_the_same_are_found_the_most_alike_first(town: Town) -> None:
    same, near, _far, chinese, chinese_near = raise_topics(
        town,
        "Take a screenshot with one tap",
        "How do I take a screenshot?",
        "Battery drains overnight",
        "一键截屏",
        "怎么截屏",
    )

    found = queries.topics_like(town.product, "take a screenshot with one tap!", at=AT)
    assert [topic.id for topic in found] == [same, near]
    found = queries.topics_like(town.product, "求一键截屏", at=AT)
    assert found[0].id == chinese
    assert chinese_near in {topic.id for topic in queries.topics_like(town.product, "截屏", at=AT)}
    assert queries.topics_like(town.product, "？", at=AT) == []


def test_what_one_asked_and_what_waits_for_one(town: Town) -> None:
    ana = make_member("ana")
    first, second, third = raise_topics(town, "One", "Two", "Three", author=ana)
    keepers = [queries.topic_of(one, at=AT).keeper_id for one in (first, second, third)]
    services.set_status(
        actor_id=town.owner, topic_id=first, status="talking", reason="Which?", at=AT + 9 * DAY
    )

    asked = queries.topics_asked_by(ana, town.product, at=AT, limit=2)
    assert [topic.id for topic in asked] == [first, third]
    assert keepers[1] is not None
    waiting = queries.topics_kept_by(keepers[1], town.product, at=AT, limit=9)
    assert [topic.id for topic in waiting] == [second]
    assert queries.topics_kept_by(keepers[0] or 0, town.product, at=AT, limit=9) == []


def test_there_is_no_topic_of_an_unknown_number(town: Town) -> None:
    with pytest.raises(NotFound):
        queries.topic_of(999, at=AT)
    assert queries.topics_by_id([999], at=AT) == {}


def test_a_person_gets_what_they_raised_joined_and_look_after(town: Town) -> None:
    (own,) = raise_topics(town, "Mine", author=town.maker)
    (other,) = raise_topics(town, "Theirs", author=make_member("bo"))
    services.add_voice(member_id=town.maker, topic_id=other, at=AT, words="Me too")
    services.set_status(
        actor_id=town.maker, topic_id=other, status="planned", reason="For 5.3.", at=AT
    )

    told = queries.topics_raised_by(town.maker)
    assert [(one["topic_id"], one["raised_by_me"]) for one in told] == [(own, True), (other, False)]
    assert told[1]["words"] == "Me too"
    kept = queries.topics_looked_after_by(town.maker)
    assert (other, True, "For 5.3.") in [
        (one["topic_id"], one["status_by_me"], one["reason"]) for one in kept
    ]
