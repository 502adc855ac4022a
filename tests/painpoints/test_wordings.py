"""Every text that people write is taken, as it is now."""

from datetime import timedelta

import pytest

from canyu.journal.services import deliver_due
from canyu.painpoints import services
from canyu.painpoints.models import Earlier, Trace, Wording
from canyu.painpoints.wordings import OFFERED, STOPPING, language_of, nearness
from canyu.products.services import add_product
from canyu.remarks.services import change_remark, remove_remark
from canyu.topics import services as topics
from tests.builders import FRIDAY, Town, make_people, make_town

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


def test_what_was_there_before_is_taken_by_the_worker(town: Town) -> None:
    ids = [ask(town, f"Question number {number}" + "!" * number) for number in range(5)]
    before = list(Wording.objects.order_by("subject_id").values_list("subject_id", "text"))
    Wording.objects.all().delete()
    while services.take_earlier(at=LATER, limit=2):
        pass
    assert list(Wording.objects.order_by("subject_id").values_list("subject_id", "text")) == before
    assert [one for one, _ in before] == ids
    assert Earlier.objects.filter(is_done=True).count() == 3


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
