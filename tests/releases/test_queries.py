from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from canyu.releases import queries
from tests.builders import FRIDAY, WEEK, Town, publish
from tests.releases.test_history import read, record

DAY = timedelta(days=1)


@pytest.mark.parametrize("n_releases", [1, 3])
def test_lists_take_as_many_queries_for_one_as_for_three(
    town: Town, n_releases: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ids = [publish(town, 3, version=f"5.{number}") for number in range(n_releases)]

    with django_assert_num_queries(2):
        assert queries.releases_of(town.product).n_releases == n_releases
    with django_assert_num_queries(1):
        assert queries.drafts_of(town.product) == []
    with django_assert_num_queries(1):
        assert set(queries.releases_by_id(ids)) == set(ids)
    with django_assert_num_queries(3):
        changes = queries.changes_of(ids)
    assert len(changes) == 3 * n_releases
    with django_assert_num_queries(3):
        assert len(queries.changes_by_id([one.id for one in changes])) == len(changes)
    with django_assert_num_queries(3):
        assert len(queries.changes_made_by(town.maker, limit=99)) == len(changes)
    with django_assert_num_queries(7):
        assert len(list(queries.release_records(town.product))) == n_releases


def test_releases_are_listed_newest_first_and_undated_history_last(town: Town) -> None:
    read(town, record("0.1", published_at=None))
    read(town, record("0.2", published_at=None))
    read(town, record("1.0"))
    read(town, record("1.1"))
    publish(town, 1, version="5.2", at=FRIDAY)
    publish(town, 1, version="5.2.1", at=FRIDAY + DAY, is_hotfix=True)

    page = queries.releases_of(town.product)
    assert [one.version for one in page.releases] == ["5.2.1", "5.2", "1.1", "1.0", "0.2", "0.1"]
    newest = queries.latest_release(town.product)
    with_hotfixes = queries.latest_release(town.product, with_hotfixes=True)
    assert newest is not None
    assert with_hotfixes is not None
    assert (newest.version, with_hotfixes.version) == ("5.2", "5.2.1")


def test_pages_hold_twenty(town: Town) -> None:
    for number in range(21):
        read(town, record(f"1.{number}", n_changes=0))

    assert len(queries.releases_of(town.product).releases) == 20
    last = queries.releases_of(town.product, page=7)
    assert [one.version for one in last.releases] == ["1.0"]


def test_what_lies_between_two_releases(town: Town) -> None:
    publish(town, 1, version="5.1", at=FRIDAY - WEEK)
    earlier = publish(town, 1, version="5.1.1", at=FRIDAY - DAY, is_hotfix=True)
    publish(town, 1, version="5.2", at=FRIDAY)
    later = publish(town, 1, version="5.2.1", at=FRIDAY + DAY, is_hotfix=True)
    read(town, record("5.1.0.1", is_hotfix=True, published_at=FRIDAY.isoformat()))

    def hotfixes(**bounds: object) -> list[int]:
        return queries.hotfixes_since(town.product, **bounds)  # type: ignore[arg-type]

    assert queries.previous_release_at(town.product, before=FRIDAY) == FRIDAY - WEEK
    assert queries.previous_release_at(town.product, before=FRIDAY - WEEK) is None
    assert hotfixes(after=None, until=FRIDAY + WEEK) == [earlier, later]
    assert hotfixes(after=FRIDAY, until=FRIDAY + WEEK) == [later]
    assert hotfixes(after=None, until=FRIDAY) == [earlier]


def test_notes_are_read_in_their_order(town: Town) -> None:
    first = publish(town, 12, version="5.1")
    second = publish(town, 2, version="5.2")

    changes = queries.changes_of([second, first])
    assert [one.release_id for one in changes] == [first] * 12 + [second] * 2
    assert [one.key for one in changes[:12]] == [str(number) for number in range(1, 13)]
