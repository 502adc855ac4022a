"""Every text that people write is taken, as it is now."""

import importlib
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection

from canyu.config.worker import work_once
from canyu.journal.services import deliver_due
from canyu.painpoints import services
from canyu.painpoints.models import Earlier, Trace, Wording
from canyu.painpoints.queries.similar import similar_topics
from canyu.painpoints.wordings import OFFERED, STOPPING, language_of, nearness
from canyu.products.services import add_product
from canyu.remarks.services import change_remark, remove_remark
from canyu.reports.rules import ReportCells
from canyu.reports.services import close_report
from canyu.topics import services as topics
from tests.builders import FRIDAY, WEDNESDAY, Town, fill, make_people, make_town, open_week

leave_traces = importlib.import_module("canyu.painpoints.migrations.0004_traces").leave_traces

pytestmark = pytest.mark.django_db
LATER = FRIDAY + timedelta(days=1)


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def ask(town: Town, title: str, words: str = "", *, member_id: int | None = None) -> int:
    topic_id = topics.raise_topic(
        member_id=member_id or make_people(town.product, 1, prefix=f"m{len(title)}-")[0],
        product_id=town.product,
        kind="question",
        title=title,
        words=words,
        at=FRIDAY,
    )
    settle()
    return topic_id


def settle() -> None:
    while deliver_due(at=LATER):
        pass


def wording(kind: str, subject_id: int) -> Wording:
    return Wording.objects.get(kind=kind, subject_id=subject_id)


def test_a_topic_is_taken_as_it_is_now(town: Town) -> None:
    topic_id = ask(town, "How do I take a screenshot?", "Three hands.")
    row = wording("topic", topic_id)
    assert (row.text, row.language) == ("How do I take a screenshot?\nThree hands.", "en")
    topics.edit_topic(
        actor_id=row.member_id,
        topic_id=topic_id,
        title="怎么截屏？",
        words="",
        kind="question",
        area_id=None,
        at=LATER,
    )
    settle()
    row.refresh_from_db()
    assert (row.text, row.language) == ("怎么截屏？", "zh")


def test_hidden_and_merged_topics_are_gone_until_they_are_back(town: Town) -> None:
    first, other = ask(town, "How do I take a screenshot?"), ask(town, "Screenshots, please")
    topics.hide_topic(actor_id=town.owner, topic_id=first, reason="Spam.", at=LATER)
    topics.show_topic(actor_id=town.owner, topic_id=first, at=LATER)
    topics.merge_topics(actor_id=town.owner, topic_id=other, into_id=first, at=LATER)
    settle()
    assert [wording("topic", one).is_gone for one in (first, other)] == [False, True]
    topics.unmerge_topic(actor_id=town.owner, topic_id=other, at=LATER)
    topics.hide_topic(actor_id=town.owner, topic_id=first, reason="Spam.", at=LATER)
    settle()
    assert [wording("topic", one).is_gone for one in (first, other)] == [True, False]


def test_what_moves_to_another_product_leaves_nothing_that_counts(town: Town) -> None:
    topic_id = ask(town, "How do I take a screenshot?")
    elsewhere = add_product(
        actor_id=town.owner, slug="other", name={"en": "Other"}, about={}, at=FRIDAY
    )
    topics.move_topic(actor_id=town.owner, topic_id=topic_id, product_id=elsewhere, at=LATER)
    settle()
    assert wording("topic", topic_id).product_id == elsewhere
    assert not Wording.objects.filter(product_id=town.product, is_gone=False).exists()


def test_a_remark_is_taken_as_it_is_now_and_the_teams_is_not(town: Town) -> None:
    topic_id = ask(town, "How do I take a screenshot?")
    member = make_people(town.product, 1, prefix="r-")[0]
    said = {"topic_id": topic_id, "at": FRIDAY}
    remark = topics.comment_on_topic(member_id=member, text="I need it too", **said)
    topics.comment_on_topic(member_id=town.maker, text="Three fingers down.", **said)
    settle()
    assert Wording.objects.filter(kind="remark").count() == 1
    change_remark(author_id=member, remark_id=remark, text="Only on trains", at=LATER)
    settle()
    assert wording("remark", remark).text == "Only on trains"
    remove_remark(author_id=member, remark_id=remark, at=LATER)
    settle()
    assert (wording("remark", remark).is_gone, wording("remark", remark).text) == (True, "")


def closed_week_with_words(town: Town) -> None:
    members = make_people(town.product, 2, prefix="w-")
    week = open_week(town, 3)
    for number, member in enumerate(members):
        fill(
            week,
            member,
            lambda shown, n=number: ReportCells(  # type: ignore[misc]
                mood="smile",
                worst=shown[n],
                wanted=f"Screenshots, {n}",
                why_worst=f"Slow, {n}",
                why_best="Fine",
            ),
        )
    settle()
    assert not Wording.objects.filter(kind__in=["wanted", "why_worst"]).exists()
    close_report(release_id=week, at=WEDNESDAY)
    while deliver_due(at=WEDNESDAY):
        pass


def taken() -> list[tuple[str, int, str, bool]]:
    rows = Wording.objects.order_by("kind", "subject_id")
    return list(rows.values_list("kind", "subject_id", "text", "is_gone"))


def test_words_in_cells_are_taken_after_the_close_and_not_before(town: Town) -> None:
    closed_week_with_words(town)
    assert [(kind, text) for kind, _, text, _ in taken()] == [
        ("wanted", "Screenshots, 0"),
        ("wanted", "Screenshots, 1"),
        ("why_worst", "Slow, 0"),
        ("why_worst", "Slow, 1"),
    ]


def test_what_was_there_before_is_taken_by_the_worker(town: Town) -> None:
    ids = [ask(town, f"Question number {number}" + "!" * number) for number in range(5)]
    topics.comment_on_topic(
        member_id=make_people(town.product, 1, prefix="r-")[0],
        topic_id=ids[0],
        text="I need it too",
        at=FRIDAY,
    )
    topics.hide_topic(actor_id=town.owner, topic_id=ids[1], reason="Spam.", at=LATER)
    closed_week_with_words(town)
    before = taken()
    assert {kind for kind, *_ in before} == {"topic", "remark", "wanted", "why_worst"}
    # As in a store that knew no wordings yet.
    Wording.objects.all().delete()
    Earlier.objects.all().delete()
    services.take_earlier(at=LATER, limit=2)
    assert Wording.objects.filter(kind="topic").count() == 2
    work_once(WEDNESDAY)
    assert taken() == before
    while work_once(WEDNESDAY):
        pass
    assert Earlier.objects.filter(is_done=True).count() == 3
    assert not Wording.objects.filter(model="", is_gone=False).exists()
    found = similar_topics(town.product, "Question number 3!!!", at=WEDNESDAY)
    assert ids[3] in {one.topic.id for one in found}


def test_wordings_that_left_no_trace_get_one(town: Town) -> None:
    ids = [ask(town, f"Question number {number}" + "!" * number) for number in range(3)]
    Trace.objects.filter(wording__subject_id__in=ids[:2]).delete()
    leave_traces(apps, connection.schema_editor())
    assert set(Trace.objects.values_list("wording__subject_id", flat=True)) == set(ids)


def test_directions_are_made_in_batches_and_each_leaves_a_trace(town: Town) -> None:
    for number in range(3):
        ask(town, f"Question number {number}" + "!" * number)
    before = max(Trace.objects.values_list("pk", flat=True))
    assert (services.place_new(limit=2), services.place_new(limit=2)) == (2, 1)
    assert services.place_new(limit=2) == 0
    assert not Wording.objects.filter(model="").exists()
    assert min(Trace.objects.values_list("pk", flat=True)) > before


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How do I take a screenshot?", "en"),
        ("怎么截屏？", "zh"),
        ("screenshot screenshot 怎么截屏", "mixed"),
        ("😀😀", ""),
        ("", ""),
    ],
)
def test_languages(text: str, language: str) -> None:
    assert language_of(text) == language


def test_what_is_near_enough_to_be_offered() -> None:
    assert nearness("screensh", 0.77, 0.17) >= OFFERED
    assert nearness("a", 0.9, 0.02) < OFFERED
    assert nearness("截", 0.7, 0.4) >= OFFERED
    assert nearness("the alarm does not ring", 0.0, 0.58) >= OFFERED
    assert nearness("Dark pages by night", 0.54, 0.98) >= STOPPING
    assert nearness("Dark pages by night", 0.54, None) >= STOPPING
    assert nearness("cake with eggs", 0.16, None) < OFFERED
