"""Releases and changes: what went out and what did not, who made it, and what is said about it."""

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from PIL import Image

from canyu.journal.services import deliver_due
from canyu.plan.services import put_plan_item
from canyu.releases.queries import changes_of
from canyu.releases.records import ChangeRecord, ReleaseRecord, TopicRef
from canyu.releases.services import (
    change_release,
    import_release,
    publish_release,
    put_change_picture,
    remark_on_change,
)
from canyu.remarks.queries import remarks_on
from canyu.remarks.rules import Subject
from canyu.reports.queries import repairs_owed_by
from canyu.reports.services import answer_repair, close_report, finish_repair
from canyu.topics.services import raise_topic
from canyu.web.shared import shared
from tests.builders import (
    FRIDAY,
    TUESDAY,
    WEDNESDAY,
    WEEK,
    Town,
    draft,
    fill,
    fill_all,
    likes,
    make_member,
    make_people,
    make_product,
    open_week,
    publish,
    put_change,
    set_train,
    town,
)

pytestmark = pytest.mark.django_db
__all__ = ["town"]

LIST = "/p/lumen/releases/"
PAGE = f"{LIST}5.2/"
NASTY = "<script>alert(1)</script> **so** [far](javascript:alert(2))"


@pytest.fixture(autouse=True)
def _saturday(monkeypatch: Any) -> None:
    go_to(monkeypatch, FRIDAY + timedelta(days=1))


def go_to(monkeypatch: Any, moment: datetime) -> None:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: moment)


def settle(at: datetime = FRIDAY) -> None:
    while deliver_due(at=at):
        pass


def enter(client: Client, member_id: int) -> None:
    client.force_login(get_user_model().objects.get(pk=member_id))


def page_of(client: Client, url: str, **more: Any) -> str:
    answer = client.get(url, **more)
    assert answer.status_code == 200
    return answer.content.decode()


def main_of(page: str) -> str:
    return page.split("<main", maxsplit=1)[1]


def change_url(change_id: int) -> str:
    return f"/p/lumen/changes/{change_id}/"


def first_change(release_id: int) -> int:
    return changes_of([release_id])[0].id


def history(version: str, published_at: datetime | None, n_changes: int) -> ReleaseRecord:
    return ReleaseRecord(
        version=version,
        published_at=published_at,
        is_hotfix=False,
        notes={},
        rings={},
        changes=tuple(
            ChangeRecord(
                key=str(number),
                kind=("new", "fixed", "better")[number % 3],
                text={"en": f"Old change {number}", "zh-hans": f"旧改动 {number}"},
                detail={},
                area="Core",
                makers=(),
                topics=(TopicRef(key=f"#{number}", url=f"https://example.org/{number}"),),
            )
            for number in range(n_changes)
        ),
    )


def bring(town: Town, *records: ReleaseRecord) -> None:
    for record in records:
        import_release(product_id=town.product, record=record, at=FRIDAY)


# ---- the list


def test_an_empty_list_says_what_will_stand_there(client: Client, town: Town) -> None:
    assert "Nothing has gone out yet" in page_of(client, LIST)


def test_the_list_marks_hotfixes_history_and_missed_weeks(
    client: Client, town: Town, monkeypatch: Any
) -> None:
    bring(town, history("1.0", None, 1), history("1.1", FRIDAY - 20 * WEEK, 2))
    set_train(town)
    publish(town, 2)
    publish(town, 1, version="5.2.1", is_hotfix=True, at=TUESDAY)
    publish(town, 1, version="5.4", at=FRIDAY + 2 * WEEK)
    draft(town, 1, version="5.5")
    go_to(monkeypatch, FRIDAY + 2 * WEEK)
    page = main_of(page_of(client, LIST))
    order = ["5.4<", "Friday 27 November", "5.2.1<", "5.2<", "1.1<", "1.0<"]
    assert [page.index(one) for one in order] == sorted(page.index(one) for one in order)
    assert "No release this week." in page
    assert page.count("Of the time before") == 2
    assert page.count("judged with the next release") == 1
    assert "Without a date" in page
    assert "5.5" not in page


def test_the_list_has_pages(client: Client, town: Town) -> None:
    bring(town, *(history(f"1.{number}", FRIDAY - number * WEEK, 1) for number in range(23)))
    first, second = page_of(client, LIST), page_of(client, f"{LIST}?page=2")
    assert first.count("Of the time before") == 20
    assert second.count("Of the time before") == 3
    assert "Page 2 of 2" in second


@pytest.mark.parametrize("page", ["0", "-1", "99", "x", "%00", "9" * 30])
def test_odd_pages_are_some_page(client: Client, town: Town, page: str) -> None:
    publish(town, 1)
    assert "5.2" in page_of(client, f"{LIST}?page={page}")


@pytest.mark.parametrize("n_releases", [1, 3])
def test_the_list_asks_the_store_the_same_whatever_their_number(
    client: Client, town: Town, n_releases: int, django_assert_num_queries: Any
) -> None:
    set_train(town)
    for number in range(n_releases):
        publish(town, 2, version=f"5.{number}", at=FRIDAY + timedelta(minutes=number))
    with django_assert_num_queries(7):
        page_of(client, LIST)


# ---- a release


def test_a_release_has_its_notes_its_changes_and_who_has_it_when(
    client: Client, town: Town
) -> None:
    release_id = draft(town, 2)
    change_release(
        actor_id=town.owner,
        release_id=release_id,
        version="5.2",
        notes={"en": NASTY, "zh-hans": "**表格**还是表格"},
        is_hotfix=False,
    )
    rings = {"everyone": FRIDAY + WEEK}
    publish_release(actor_id=town.owner, release_id=release_id, at=FRIDAY, rings=rings)
    settle()
    page = main_of(page_of(client, PAGE))
    assert "<strong>so</strong>" in page
    assert "<script>alert" not in page
    assert 'href="javascript:' not in page
    assert "Change 1 of 5.2" in page
    assert "mika" in page
    assert "since Friday 20 November, 17:00" in page
    assert "on Friday 27 November, 17:00" in page
    assert "The report opens on Tuesday 24 November, 10:00." in page
    chinese = page_of(client, PAGE, headers={"accept-language": "zh-CN"})
    assert "<strong>表格</strong>还是表格" in chinese


def test_two_hundred_and_twenty_two_changes_stay_readable(client: Client, town: Town) -> None:
    bring(town, history("3.0", FRIDAY - WEEK, 222))
    page = main_of(page_of(client, f"{LIST}3.0/"))
    assert page.count("/changes/") == 222
    order = [page.index(f'id="kind-{kind}"') for kind in ("new", "better", "fixed")]
    assert order == sorted(order)
    # Lines, not cards: no face and no paragraph for each.
    assert page.count("<h3") == 0
    assert "Nobody asked" not in page


def test_a_release_without_a_change_says_so(client: Client, town: Town) -> None:
    bring(town, history("0.9", None, 0))
    assert "holds no change that people can see" in page_of(client, f"{LIST}0.9/")


@pytest.mark.parametrize("version", ["9.9", "%00", "5.3", "x" * 300])
def test_what_is_not_out_is_not_here(client: Client, town: Town, version: str) -> None:
    draft(town, 1, version="5.3")
    assert client.get(f"{LIST}{version}/").status_code == 404


@pytest.mark.parametrize("n_changes", [1, 3])
def test_a_release_asks_the_store_the_same_whatever_its_changes(
    client: Client, town: Town, n_changes: int, django_assert_num_queries: Any
) -> None:
    publish(town, n_changes)
    shared.clear()
    with django_assert_num_queries(16):
        page_of(client, PAGE)
    with django_assert_num_queries(5):
        page_of(client, PAGE)


def test_what_hurt_is_answered_on_its_pages_and_before_the_close_nothing_is_told(
    client: Client, town: Town, monkeypatch: Any
) -> None:
    release_id = open_week(town, 3)
    first, _second, last = (change.id for change in changes_of([release_id]))
    fill_all(release_id, dict.fromkeys(make_people(town.product, 40), likes(first, last)))
    go_to(monkeypatch, TUESDAY)
    assert "What the report said" not in page_of(client, change_url(first))
    assert "Fill your four cells" in page_of(client, PAGE)
    close_report(release_id=release_id, at=WEDNESDAY)
    settle(WEDNESDAY)
    go_to(monkeypatch, WEDNESDAY)
    said = page_of(client, change_url(first))
    assert "What the report said" in said
    assert "40 people had it on their screen." in said
    assert "40 liked it most, 0 least" in said
    assert "See the results" in page_of(client, PAGE)
    (owed,) = repairs_owed_by(town.maker, town.product)
    for url in (PAGE, change_url(last)):
        assert "answer what hurt" not in page_of(client, url)
    enter(client, town.maker)
    for url in (PAGE, change_url(last)):
        assert "Only you see this: answer what hurt" in page_of(client, url)
    answer_repair(
        actor_id=town.maker,
        repair_id=owed.id,
        kind="mend",
        hurt={"en": "It was slow"},
        answer={"en": "We make it quick"},
        due_on=(WEDNESDAY + WEEK).date(),
        steps=[{"en": "Half the time"}],
        at=WEDNESDAY,
    )
    client.logout()
    for url in (PAGE, change_url(last)):
        page = page_of(client, url)
        assert "“We make it quick”" in page
        assert "By Wednesday 2 December." in page
    finish_repair(actor_id=town.maker, repair_id=owed.id, at=WEDNESDAY)
    done = page_of(client, PAGE)
    assert "By Wednesday 2 December." not in done
    assert "Done:" in done


def test_too_few_answers_give_no_figure_on_a_change(
    client: Client, town: Town, monkeypatch: Any
) -> None:
    release_id = open_week(town, 3)
    first, _second, last = (change.id for change in changes_of([release_id]))
    for member_id in make_people(town.product, 5):
        fill(release_id, member_id, likes(first, last))
    close_report(release_id=release_id, at=WEDNESDAY)
    go_to(monkeypatch, WEDNESDAY)
    assert "What the report said" not in page_of(client, change_url(first))


# ---- a change


def test_a_change_shows_its_picture_its_people_and_where_it_came_from(
    client: Client, town: Town
) -> None:
    (ana,) = make_people(town.product, 1)
    topic = raise_topic(
        member_id=ana,
        product_id=town.product,
        kind="trouble",
        title="Tables turn to <soup>",
        words="",
        language="en",
        at=FRIDAY - WEEK,
    )
    item = put_plan_item(
        actor_id=town.owner,
        product_id=town.product,
        title={"en": "Better tables"},
        state="doing",
        at=FRIDAY - WEEK,
    )
    release_id = draft(town, 0)
    change_id = put_change(
        town,
        release_id,
        text="Tables stay tables",
        detail={"en": NASTY},
        topic_ids=[topic],
        plan_item_id=item,
        maker_ids=[town.maker, town.other_maker],
    )
    picture = io.BytesIO()
    Image.new("RGB", (64, 48), "#e06c0a").save(picture, "PNG")
    picture.seek(0)
    put_change_picture(actor_id=town.owner, change_id=change_id, file=picture, at=FRIDAY)
    publish_release(actor_id=town.owner, release_id=release_id, at=FRIDAY)
    settle()
    page = main_of(page_of(client, change_url(change_id)))
    for words in ("mika", "nils", "Asked for by", "Tables turn to &lt;soup&gt;", "Better tables"):
        assert words in page, words
    assert 'src="/pictures/' in page
    assert "<strong>so</strong>" in page
    assert "<script>alert" not in page
    enter(client, ana)
    assert "You asked for this on Friday 13 November. It is in 5.2." in page_of(
        client, change_url(change_id)
    )


def test_nobody_s_idea_is_owned_up_to_but_not_of_history(client: Client, town: Town) -> None:
    own = page_of(client, change_url(first_change(publish(town, 1))))
    assert "Nobody asked. It was our own idea" in own
    bring(town, history("1.0", FRIDAY - WEEK, 1))
    old = page_of(client, f"{LIST}1.0/")
    assert "Nobody asked" not in old


def test_a_change_belongs_to_its_product(client: Client, town: Town) -> None:
    make_product(town.owner, "second")
    change_id = first_change(publish(town, 1))
    assert client.get(f"/p/second/changes/{change_id}/").status_code == 404
    assert client.get("/p/lumen/changes/999999/").status_code == 404
    assert client.get(change_url(first_change(draft(town, 1, version="6")))).status_code == 404


def test_people_say_something_and_its_makers_answer(client: Client, town: Town) -> None:
    change_id = first_change(publish(town, 1))
    url = change_url(change_id)
    assert "Sign in to say something" in page_of(client, url)
    enter(client, make_member("ana"))
    answer = client.post(url, {"text": f"It flies! {NASTY}"})
    assert answer.status_code == 303
    (remark,) = remarks_on(Subject("change", change_id))
    assert answer["Location"] == f"{url}#remark-{remark.id}"
    enter(client, town.maker)
    asked = page_of(client, f"{url}?reply={remark.id}")
    assert "You answer: “It flies!" in asked
    assert f'name="reply" value="{remark.id}"' in asked
    assert "Answer as its maker" in asked
    assert client.post(url, {"text": "Thank you", "reply": remark.id}).status_code == 303
    page = main_of(page_of(client, url))
    assert "made this, and answers" in page
    assert page.index("It flies!") < page.index("Thank you")
    assert "<script>alert" not in page
    (remark,) = remarks_on(Subject("change", change_id))
    assert [(one.text, one.is_answer) for one in remark.replies] == [("Thank you", True)]


@pytest.mark.parametrize("text", ["", "   ", "\u200d\u200d", "x" * 5001])
def test_a_remark_that_cannot_be_taken_stays_in_the_form(
    client: Client, town: Town, text: str
) -> None:
    change_id = first_change(publish(town, 1))
    enter(client, make_member("ana"))
    answer = client.post(change_url(change_id), {"text": text})
    assert 400 <= answer.status_code < 500
    assert not remarks_on(Subject("change", change_id))
    if text.strip("\u200d "):
        assert text in answer.content.decode()


def test_a_reply_to_what_is_gone_keeps_its_words(client: Client, town: Town) -> None:
    change_id = first_change(publish(town, 1))
    enter(client, make_member("ana"))
    answer = client.post(change_url(change_id), {"text": "Me too", "reply": "987654"})
    assert answer.status_code == 404
    assert "what you replied to is no longer there" in answer.content.decode()
    assert "Me too</textarea>" in answer.content.decode()


def test_a_stranger_s_remark_is_not_taken(client: Client, town: Town) -> None:
    change_id = first_change(publish(town, 1))
    answer = client.post(change_url(change_id), {"text": "Hello"})
    assert answer.status_code in {302, 303}
    assert "/account/" in answer["Location"]
    assert not remarks_on(Subject("change", change_id))


@pytest.mark.parametrize("n_remarks", [1, 3])
def test_a_change_asks_the_store_the_same_whatever_is_said(
    client: Client, town: Town, n_remarks: int, django_assert_num_queries: Any
) -> None:
    change_id = first_change(publish(town, 1))
    for number in range(n_remarks):
        ana = make_member(f"ana{number}")
        said = remark_on_change(member_id=ana, change_id=change_id, text="Good", at=FRIDAY)
        remark_on_change(
            member_id=town.maker, change_id=change_id, text="Thanks", parent_id=said, at=FRIDAY
        )
    page_of(client, change_url(change_id))
    with django_assert_num_queries(17):
        page_of(client, change_url(change_id))
