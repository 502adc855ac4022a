from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from canyu.journal.models import Event
from canyu.remarks import queries, services
from canyu.remarks.errors import RemarkRefused
from canyu.remarks.models import Remark
from canyu.remarks.rules import LONGEST_CELL, Subject
from tests.builders import FRIDAY as AT
from tests.builders import make_member

TOPIC = Subject("topic", 1)
A, B, OTHER = Subject("change", 1), Subject("change", 2), Subject("change", 3)
LATER = AT + timedelta(minutes=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(db: None) -> int:
    return make_member("ana")


@pytest.fixture
def bo(db: None) -> int:
    return make_member("bo")


def write(author_id: int, text: str = "Fine", **more: Any) -> int:
    return services.write_remark(
        **{"author_id": author_id, "subject": TOPIC, "text": text, "at": AT, **more}
    )


def test_a_remark_is_written_and_told_to_the_journal(ana: int) -> None:
    remark_id = write(ana, " Fine\r\n ")

    (remark,) = queries.remarks_on(TOPIC)
    assert (remark.id, remark.text, remark.author_id) == (remark_id, "Fine", ana)
    assert (remark.is_edited, remark.is_removed, remark.is_answer) == (False, False, False)
    assert queries.remark_subject(remark_id) == TOPIC
    payload = Event.objects.get(name="RemarkWritten").payload
    assert (payload["remark_id"], payload["parent_author_id"]) == (remark_id, None)


def test_replies_stand_inside_what_they_answer_one_level_deep(ana: int, bo: int) -> None:
    top = write(ana, "Top")
    reply = write(bo, "Reply", parent_id=top)
    write(ana, "Reply to the reply", parent_id=reply)
    write(bo, "Another")

    first, second = queries.remarks_on(TOPIC)
    assert [one.text for one in first.replies] == ["Reply", "Reply to the reply"]
    assert {one.parent_id for one in first.replies} == {top}
    assert second.replies == ()
    last = Event.objects.filter(name="RemarkWritten").order_by("id")[2]
    # Whoever is answered is told, not whoever stands on top.
    assert last.payload["parent_author_id"] == bo


def test_a_reply_needs_its_remark_on_the_same_subject(ana: int) -> None:
    elsewhere = write(ana, subject=A)
    gone = write(ana)
    services.remove_remark(author_id=ana, remark_id=gone, at=AT)

    for parent_id in (elsewhere, gone, 999):
        with pytest.raises(RemarkRefused, match="no longer there") as refusal:
            write(ana, parent_id=parent_id)
        assert refusal.value.status == 404
    assert Remark.objects.count() == 2


def test_a_cell_text_is_no_remark_to_reply_to(ana: int) -> None:
    keep(ana, A, "why")
    cell = Remark.objects.get().pk

    with pytest.raises(RemarkRefused):
        write(ana, subject=A, parent_id=cell)
    with pytest.raises(RemarkRefused):
        services.change_remark(author_id=ana, remark_id=cell, text="x", at=AT)


def test_one_changes_and_removes_ones_own_remarks_only(ana: int, bo: int) -> None:
    mine = write(ana)

    for refused in (
        lambda: services.change_remark(author_id=bo, remark_id=mine, text="Ha", at=LATER),
        lambda: services.remove_remark(author_id=bo, remark_id=mine, at=LATER),
    ):
        with pytest.raises(RemarkRefused, match="no such remark of yours") as refusal:
            refused()
        assert refusal.value.status == 404
    services.change_remark(author_id=ana, remark_id=mine, text="Better", at=LATER)

    (remark,) = queries.remarks_on(TOPIC)
    assert (remark.text, remark.is_edited) == ("Better", True)


def test_words_that_cannot_be_taken_leave_the_remark_as_it_was(ana: int) -> None:
    mine = write(ana, "Before")

    for text in ("", "x" * 5001):
        with pytest.raises(RemarkRefused):
            services.change_remark(author_id=ana, remark_id=mine, text=text, at=LATER)

    assert queries.remarks_on(TOPIC)[0].text == "Before"


def test_a_removed_remark_goes_but_keeps_its_place_over_replies(ana: int, bo: int) -> None:
    top, alone = write(ana, "Top"), write(ana, "Alone")
    reply = write(bo, "Reply", parent_id=top)
    services.remove_remark(author_id=ana, remark_id=top, at=LATER)
    services.remove_remark(author_id=ana, remark_id=alone, at=LATER)

    (left,) = queries.remarks_on(TOPIC)
    assert (left.id, left.text, left.is_removed) == (top, "", True)
    assert [one.text for one in left.replies] == ["Reply"]
    assert queries.n_remarks_on("topic", [1, 2]) == {1: 1}

    services.remove_remark(author_id=bo, remark_id=reply, at=LATER)
    assert queries.remarks_on(TOPIC) == []
    with pytest.raises(RemarkRefused):
        services.remove_remark(author_id=bo, remark_id=reply, at=LATER)


def keep(
    author_id: int,
    subject: Subject | None,
    text: str,
    *,
    role: str = "why_best",
    among: tuple[int, ...] = (1, 2),
) -> None:
    subject_id = subject.id if subject else None
    words = services.CellWords(author_id, role, "change", subject_id, among, text, AT)
    services.keep_cell_words(cells=[words])


def test_the_words_of_a_cell_move_with_the_choice(ana: int, bo: int) -> None:
    keep(bo, A, "bo's")
    keep(ana, A, "first")
    keep(ana, A, "first, again")
    assert queries.cell_words_by(ana, "change", [1, 2]) == {(1, "why_best"): "first, again"}

    keep(ana, B, "second")
    assert queries.cell_words_by(ana, "change", [1, 2]) == {(2, "why_best"): "second"}
    assert queries.cell_words_by(bo, "change", [1, 2]) == {(1, "why_best"): "bo's"}


@pytest.mark.parametrize(("subject", "text"), [(None, "words without a choice"), (B, " \u200b ")])
def test_without_a_choice_or_without_words_nothing_is_kept(
    ana: int, subject: Subject | None, text: str
) -> None:
    keep(ana, A, "first")
    keep(ana, A, "hurt", role="why_worst")
    keep(ana, subject, text)

    assert queries.cell_words_by(ana, "change", [1, 2]) == {(1, "why_worst"): "hurt"}


def test_the_words_of_another_release_stay(ana: int) -> None:
    keep(ana, OTHER, "last week", among=(3,))
    keep(ana, A, "this week")

    assert set(queries.cell_words_by(ana, "change", [1, 2, 3])) == {
        (1, "why_best"),
        (3, "why_best"),
    }


def test_too_many_words_in_a_cell_are_refused_and_the_earlier_ones_stay(ana: int) -> None:
    keep(ana, A, "first")
    with pytest.raises(RemarkRefused) as refusal:
        keep(ana, B, "x" * (LONGEST_CELL + 1))

    assert refusal.value.status == 413
    assert queries.cell_words_by(ana, "change", [1, 2]) == {(1, "why_best"): "first"}


def test_cell_words_are_no_part_of_the_conversation(ana: int) -> None:
    keep(ana, A, "why")

    assert queries.remarks_on(A) == []
    assert queries.n_remarks_on("change", [1]) == {}


def test_the_newest_words_of_each_subject_come_first_without_names(ana: int, bo: int) -> None:
    for author_id, text in ((ana, "older"), (bo, "newer"), (make_member("cy"), "newest")):
        keep(author_id, A, text)

    assert queries.cell_words_on("change", [1, 2], "why_best", limit=2) == {1: ["newest", "newer"]}
    assert queries.cell_words_with_authors("change", [1])[:2] == [
        (ana, "why_best", "older"),
        (bo, "why_best", "newer"),
    ]


def test_words_of_many_are_cut_in_the_store_by_one_question(
    ana: int, bo: int, django_assert_num_queries: Any
) -> None:
    people = [ana, bo, *(make_member(f"reader{number}") for number in range(4))]
    for number, author_id in enumerate(people):
        keep(author_id, A, f"of A {number}")
        keep(author_id, OTHER, f"of another {number}", among=(3,))
    keep(make_member("late"), A, "the newest of all")

    with django_assert_num_queries(1):
        found = queries.cell_words_on("change", [3, 2, 1, 3], "why_best", limit=2)
    assert list(found.items()) == [
        (1, ["the newest of all", "of A 5"]),
        (3, ["of another 5", "of another 4"]),
    ]
    with django_assert_num_queries(0):
        assert queries.cell_words_on("change", [], "why_best", limit=2) == {}


def test_a_person_gets_all_that_they_wrote_and_took_back(ana: int, bo: int) -> None:
    top = write(ana, "Mine")
    write(bo, "Not mine")
    reply = write(ana, "Reply", parent_id=top)
    services.remove_remark(author_id=ana, remark_id=reply, at=LATER)
    keep(ana, A, "why")

    words = queries.words_of(ana)
    assert [(one["text"], one["role"]) for one in words] == [
        ("Mine", "remark"),
        ("Reply", "remark"),
        ("why", "why_best"),
    ]
    assert words[1]["reply_to"] == top
    assert words[1]["removed_at"] == LATER.isoformat()


@pytest.mark.parametrize("n_remarks", [1, 3])
def test_a_conversation_is_read_in_one_query(
    ana: int, n_remarks: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(n_remarks):
        write(ana, "Reply", parent_id=write(ana))

    with django_assert_num_queries(1):
        assert len(queries.remarks_on(TOPIC)) == n_remarks
