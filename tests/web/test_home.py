"""This week: what the page says on each day, to strangers, members and the team."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from canyu.awards.queries import award_of
from canyu.awards.services import certify_award
from canyu.journal.services import deliver_due
from canyu.products.services import change_product, choose_ring
from canyu.releases.queries import changes_of
from canyu.releases.records import ChangeRecord, ReleaseRecord
from canyu.releases.rules import Timetable
from canyu.releases.services import import_release, publish_release
from canyu.reports.queries import repairs_owed_by
from canyu.reports.rules import ReportCells
from canyu.reports.services import answer_repair, close_report, finish_step, open_due_reports
from canyu.topics.services import add_voice, raise_topic, set_status
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

SATURDAY = FRIDAY + timedelta(days=1)
FIRST_WORDS = "Paste a table and it turns to soup"


@pytest.fixture(autouse=True)
def _saturday(monkeypatch: Any) -> None:
    go_to(monkeypatch, SATURDAY)


def go_to(monkeypatch: Any, moment: datetime) -> None:
    monkeypatch.setattr("canyu.journal.clock.machine_now", lambda: moment)


def settle(at: datetime) -> None:
    while deliver_due(at=at):
        pass


def enter(client: Client, member_id: int) -> None:
    client.force_login(get_user_model().objects.get(pk=member_id))


def week_of(client: Client, url: str = "/", **more: Any) -> str:
    answer = client.get(url, **more)
    assert answer.status_code == 200
    return answer.content.decode()


def steps_of(page: str) -> list[str]:
    """The states of the five days, in their order."""
    line = page.split('<ol class="week"')[1].split("</ol>", maxsplit=1)[0]
    return [part.split('"')[0] for part in line.split('<li class="')[1:]]


def judged_week(town: Town, *, n_people: int = 40) -> int:
    """A week in which everybody liked the first most and the last least; it is closed."""
    release_id = open_week(town, 3)
    first, _second, last = (change.id for change in changes_of([release_id]))
    fill_all(release_id, dict.fromkeys(make_people(town.product, n_people), likes(first, last)))
    close_report(release_id=release_id, at=WEDNESDAY)
    settle(WEDNESDAY)
    return release_id


def test_without_a_product_it_says_what_comes_first(client: Client) -> None:
    page = week_of(client)
    assert "There is no product here yet." in page
    assert "printed a link that makes you its first owner" in page


def test_with_several_products_one_chooses(client: Client, town: Town) -> None:
    make_product(town.owner, "second")
    page = week_of(client)
    assert 'href="/p/lumen/"' in page
    assert 'href="/p/second/"' in page


def test_what_only_members_may_see_is_no_choice_of_strangers(client: Client, town: Town) -> None:
    hidden = make_product(town.owner, "secret")
    change_product(
        actor_id=town.owner,
        product_id=hidden,
        name={"en": "Secret"},
        about={},
        visibility="members",
        language="en",
        at=FRIDAY,
    )
    assert "Secret" not in week_of(client)
    assert client.get("/p/secret/").status_code == 404


def test_before_the_first_release_there_is_one_thing_to_do(client: Client, town: Town) -> None:
    page = week_of(client)
    assert "Lumen has not shipped here yet." in page
    assert "Tell the team what you need" in page
    enter(client, town.owner)
    assert "Write the first release" in week_of(client)


def test_after_friday_one_uses_it(client: Client, town: Town) -> None:
    publish(town, 3)
    page = week_of(client)
    assert "5.2 is out. Use it, and see." in page
    assert "The report opens on Tuesday 24 November, 10:00." in page
    assert steps_of(page) == ["now", "ahead", "ahead", "ahead", "ahead"]


def test_the_line_goes_through_the_week(client: Client, town: Town, monkeypatch: Any) -> None:
    release_id = publish(town, 3)
    seen = []
    for hours in (24, 72, 90, 114, 140):
        moment = FRIDAY + timedelta(hours=hours)
        open_due_reports(at=moment)
        if moment >= WEDNESDAY and not seen[-1].startswith("4"):
            close_report(release_id=release_id, at=moment)
            settle(moment)
        go_to(monkeypatch, moment)
        states = steps_of(week_of(client))
        assert states.count("now") == 1
        seen.append(f"{states.index('now') + 1}{moment:%a}")
    assert seen == ["1Sat", "2Mon", "3Tue", "4Wed", "5Thu"]


def test_the_days_are_those_of_the_train(client: Client, town: Town, monkeypatch: Any) -> None:
    set_train(town, Timetable(zone="Asia/Shanghai", opens_on_publication=True, closes_weekday=0))
    open_week(town, 3)
    go_to(monkeypatch, FRIDAY + timedelta(minutes=1))
    page = week_of(client)
    # 17:00 in London is Saturday in Shanghai; the report opens with the release there.
    assert page.index("Saturday</span>") < page.index("Monday</span>")
    assert steps_of(page)[:2] == ["done", "now"]


def test_an_open_report_asks_and_tells_the_turnout_only(
    client: Client, town: Town, monkeypatch: Any
) -> None:
    release_id = open_week(town, 3)
    first, _second, last = (change.id for change in changes_of([release_id]))
    members = make_people(town.product, 2)
    fill(release_id, members[0], likes(first, last))
    go_to(monkeypatch, TUESDAY)
    stranger = week_of(client)
    assert "How was your week with Lumen 5.2?" in stranger
    assert "1 person has filled it so far." in stranger
    enter(client, members[1])
    assert "Fill your four cells" in week_of(client)
    enter(client, members[0])
    thanks = week_of(client)
    assert "Thank you. The makers have your four cells." in thanks
    assert "You can change them until Wednesday 25 November, 10:00." in thanks
    for page in (stranger, thanks):
        assert "%" not in page.split("<main")[1].replace("%20", "")


def test_members_without_a_ring_are_asked_to_choose_one(
    client: Client, town: Town, monkeypatch: Any
) -> None:
    open_week(town, 3)
    member_id = make_member("ana")
    enter(client, member_id)
    assert "Choose your ring" in week_of(client)
    go_to(monkeypatch, TUESDAY)
    assert "Choose your ring first" in week_of(client)
    choose_ring(actor_id=member_id, product_id=town.product, ring_key="everyone", at=TUESDAY)
    page = week_of(client)
    assert "Choose your ring" not in page
    assert 'href="/p/lumen/releases/5.2/report/">Fill your four cells' in page


def test_a_ring_that_waits_is_told_so(client: Client, town: Town, monkeypatch: Any) -> None:
    publish(town, 3, rings={"everyone": FRIDAY + 2 * WEEK})
    open_due_reports(at=TUESDAY)
    (ana,) = make_people(town.product, 1)
    enter(client, ana)
    go_to(monkeypatch, TUESDAY)
    page = week_of(client)
    assert "Your ring has not got this release yet" in page
    assert "Fill your four cells" not in page


def test_after_the_close_it_leads_to_the_results(
    client: Client, town: Town, monkeypatch: Any
) -> None:
    set_train(town)
    judged_week(town)
    go_to(monkeypatch, WEDNESDAY)
    page = week_of(client)
    assert "5.2 has been judged." in page
    assert "40 people filled the report." in page
    assert "The next release leaves on Friday 27 November, 17:00." in page
    assert 'href="/p/lumen/releases/5.2/results/"' in page


def test_popcorn_and_repair_stay_until_the_next(
    client: Client, town: Town, monkeypatch: Any
) -> None:
    release_id = judged_week(town)
    go_to(monkeypatch, WEDNESDAY)
    assert "Last Popcorn" not in week_of(client)
    award = award_of(release_id)
    assert award is not None
    certify_award(actor_id=town.owner, award_id=award.id, citation={"en": "Bravo"}, at=WEDNESDAY)
    (owed,) = repairs_owed_by(town.maker, town.product)
    assert "We moved Undo" not in week_of(client)
    answer_repair(
        actor_id=town.maker,
        repair_id=owed.id,
        kind="mend",
        hurt={"en": "We moved Undo"},
        answer={"en": "It goes back"},
        steps=[{"en": "Undo is back"}, {"en": "For everyone"}],
        due_on=(WEDNESDAY + WEEK).date(),
        at=WEDNESDAY,
    )
    publish(town, 3, version="5.3", at=FRIDAY + WEEK)
    go_to(monkeypatch, FRIDAY + WEEK)
    page = week_of(client)
    assert "Last Popcorn, for 5.2" in page
    assert "The repair, for 5.2" in page
    assert "“It goes back”" in page
    assert page.count('<li class="todo">') == 2
    (repair,) = repairs_owed_by(town.maker, town.product)
    finish_step(actor_id=town.maker, repair_id=repair.id, step_id=repair.steps[0].id, at=WEDNESDAY)
    assert week_of(client).count('<li class="todo">') == 1


def test_a_missed_week_is_not_hidden(client: Client, town: Town, monkeypatch: Any) -> None:
    set_train(town)
    publish(town, 3)
    go_to(monkeypatch, FRIDAY + timedelta(days=12))
    assert "The train of Friday 27 November left without a release." in week_of(client)


def test_what_a_member_asked_for_comes_first_with_their_words(client: Client, town: Town) -> None:
    ana, bo = make_people(town.product, 2)
    topic = raise_topic(
        member_id=ana,
        product_id=town.product,
        kind="trouble",
        title=FIRST_WORDS,
        words="",
        at=FRIDAY - WEEK,
    )
    add_voice(member_id=bo, topic_id=topic, at=FRIDAY - WEEK)
    release_id = draft(town, 2)
    put_change(town, release_id, text="Tables stay tables", topic_ids=[topic])
    publish_release(actor_id=town.owner, release_id=release_id, at=FRIDAY)
    settle(FRIDAY)
    assert "You asked for this" not in week_of(client)
    enter(client, ana)
    page = week_of(client)
    assert "You asked for this. It is in 5.2." in page
    assert f"“{FIRST_WORDS}”" in page
    assert "You asked first; 1 person joined you." in page
    assert page.index("Tables stay tables") < page.index("Change 1 of 5.2")
    assert page.count("Tables stay tables</a></h3>") == 1
    # The thanks wait above it until they are read.
    assert f"1 other did too. It is in 5.2: “{FIRST_WORDS}”." in page
    enter(client, bo)
    assert "You and 1 other asked." in week_of(client)


def test_an_answer_that_is_late_is_late_with_a_name(
    client: Client, town: Town, monkeypatch: Any
) -> None:
    (ana,) = make_people(town.product, 1)
    ids = [
        raise_topic(
            member_id=ana,
            product_id=town.product,
            kind="idea",
            title=title,
            words="",
            at=FRIDAY - 2 * WEEK,
        )
        for title in ("A calendar", "A lock <b>")
    ]
    set_status(
        actor_id=town.owner,
        topic_id=ids[1],
        status="declined",
        reason="It would slow everything down",
        at=FRIDAY,
    )
    enter(client, ana)
    page = week_of(client)
    assert "owes you an answer." in page
    assert "days late" in page
    assert "A lock &lt;b&gt;" in page
    assert "It would slow everything down" in page


def test_it_is_there_in_chinese(client: Client, town: Town, monkeypatch: Any) -> None:
    open_week(town, 3)
    go_to(monkeypatch, TUESDAY)
    page = week_of(client, headers={"accept-language": "zh-CN"})
    assert '<html lang="zh-Hans">' in page
    assert "流明" in page
    assert "周二" in page


def test_history_alone_begins_no_week(client: Client, town: Town) -> None:
    record = ReleaseRecord(
        version="1.0",
        published_at=FRIDAY - 10 * WEEK,
        is_hotfix=False,
        notes={},
        rings={},
        changes=(
            ChangeRecord(
                key="1",
                kind="new",
                text={"en": "Long ago"},
                detail={},
                area="",
                makers=(),
                topics=(),
            ),
        ),
    )
    import_release(product_id=town.product, record=record, at=FRIDAY)
    assert "Lumen has not shipped here yet." in week_of(client)


@pytest.mark.parametrize("n_changes", [1, 3])
def test_the_store_is_asked_the_same_whatever_their_number(
    client: Client, town: Town, n_changes: int, django_assert_num_queries: Any
) -> None:
    release_id = draft(town, 0)
    (ana,) = make_people(town.product, 1)
    for number in range(n_changes):
        topic = raise_topic(
            member_id=ana,
            product_id=town.product,
            kind="idea",
            title=f"Wish {number}",
            words="",
            at=FRIDAY - WEEK,
        )
        put_change(town, release_id, topic_ids=[topic], maker_ids=[town.maker, town.owner])
        put_change(town, release_id)
    publish_release(actor_id=town.owner, release_id=release_id, at=FRIDAY)
    settle(FRIDAY)
    enter(client, ana)
    week_of(client)
    shared.clear()
    with django_assert_num_queries(37):
        week_of(client)
    with django_assert_num_queries(25):
        week_of(client)


def test_a_report_without_words_is_no_trouble(client: Client, town: Town) -> None:
    release_id = open_week(town, 3)
    (ana,) = make_people(town.product, 1)
    fill(release_id, ana, ReportCells(mood="smile"))
    enter(client, ana)
    assert "Thank you." in week_of(client)
