"""What follows from facts, by whom it is mended, and what nobody can do for themself."""

import importlib
from datetime import datetime

import pytest
from django.apps import apps
from django.db import connection

from canyu.credits import queries, services
from canyu.credits.errors import CreditRefused
from canyu.credits.models import Credit, Entry, Mark
from canyu.credits.rules import Who
from canyu.journal.errors import NotAllowed, NotFound
from canyu.journal.services import deliver_due
from canyu.members import services as members
from canyu.painpoints.models import DigNote, Evidence, Point
from canyu.painpoints.services import take_wording
from canyu.releases import queries as releases
from canyu.releases import services as release_services
from canyu.remarks import services as remarks
from canyu.topics import services as topics
from canyu.topics.queries import topic_of
from tests.builders import FRIDAY, Town, at_once, draft, make_member, make_people, put_change
from tests.credits.test_services import DAY, HOUR, credited, raise_topic, ship

LATER = FRIDAY + 9 * DAY


def say(member_id: int, topic_id: int, text: str, at: datetime = FRIDAY - 2 * DAY) -> int:
    return topics.comment_on_topic(member_id=member_id, topic_id=topic_id, text=text, at=at)


def mark(town: Town, remark_id: int, kind: str = "idea", at: datetime = FRIDAY - DAY) -> bool:
    return services.mark_remark(actor_id=town.owner, remark_id=remark_id, kind=kind, at=at)


def differences(town: Town, *, is_mending: bool = False) -> list[tuple[int, int, int]]:
    found = services.recompute_credits(product_id=town.product, at=LATER, is_mending=is_mending)
    return [(one.n_missing, one.n_extra, one.n_other) for one in found]


def edit_remark(member_id: int, remark_id: int, text: str, at: datetime) -> None:
    remarks.change_remark(author_id=member_id, remark_id=remark_id, text=text, at=at)


def test_a_remark_is_an_idea_a_cause_a_test_once_the_team_says_so(town: Town) -> None:
    ana, bo, cy, dee = (make_member(name) for name in ("ana", "bo", "cy", "dee"))
    topic_id = raise_topic(town, ana)
    for member_id, kind in ((bo, "idea"), (cy, "cause"), (dee, "translation")):
        remark_id = say(member_id, topic_id, f"My {kind}")
        assert mark(town, remark_id, kind)
        assert not mark(town, remark_id, kind)
    change_id = ship(town, topic_id)

    assert credited(change_id) == [
        (ana, "asked"),
        (bo, "designed"),
        (cy, "explained"),
        (dee, "translated"),
        (town.maker, "made"),
    ]
    assert differences(town) == [(0, 0, 0)]


def test_a_mark_on_what_is_out_counts_for_what_was_said_in_time_only(town: Town) -> None:
    ana, bo, cy = (make_member(name) for name in ("ana", "bo", "cy"))
    topic_id = raise_topic(town, ana)
    in_time = say(bo, topic_id, "A switch in the shade")
    change_id = ship(town, topic_id)
    too_late = say(cy, topic_id, "I would have put a switch there", FRIDAY + HOUR)
    mark(town, in_time, at=LATER)
    mark(town, too_late, at=LATER)

    assert credited(change_id)[1:] == [(town.maker, "made"), (bo, "designed")]
    services.unmark_remark(actor_id=town.maker, remark_id=in_time, kind="idea", at=LATER)
    assert (bo, "designed") not in credited(change_id)
    gone = Mark.objects.get(remark_id=in_time)
    assert (gone.actor_id, gone.back_by_id, gone.back_at) == (town.owner, town.maker, LATER)
    assert differences(town) == [(0, 0, 0)]


def test_nobody_gets_credit_by_changing_old_words_after_it_shipped(town: Town) -> None:
    ana, eve = make_member("ana"), make_member("eve")
    topic_id, other_id = raise_topic(town, ana), raise_topic(town, eve)
    old = say(eve, topic_id, "Nice weather")
    change_id = ship(town, topic_id)
    before = credited(change_id)
    topics.edit_topic(
        actor_id=eve, topic_id=other_id, title="Dark mode!", words="Mine", kind="idea", at=LATER
    )
    edit_remark(eve, old, "My idea: a switch", LATER)
    topics.add_voice(member_id=eve, topic_id=topic_id, at=LATER)
    topics.merge_topics(actor_id=town.owner, topic_id=other_id, into_id=topic_id, at=LATER)
    mark(town, old, at=LATER + DAY)

    assert differences(town, is_mending=True) == [(0, 0, 0)]
    assert credited(change_id) == before


def test_words_that_were_marked_in_time_may_be_changed_later(town: Town) -> None:
    ana, bo = make_member("ana"), make_member("bo")
    topic_id = raise_topic(town, ana)
    remark_id = say(bo, topic_id, "A swich")
    mark(town, remark_id)
    change_id = ship(town, topic_id)
    edit_remark(bo, remark_id, "A switch", LATER)

    assert differences(town, is_mending=True) == [(0, 0, 0)]
    assert (bo, "designed") in credited(change_id)


def pain(town: Town, change_id: int, *topic_ids: int) -> Point:
    point = Point.objects.create(
        product_id=town.product,
        standing="accepted",
        state="shipped",
        state_at=FRIDAY,
        found_at=FRIDAY - DAY,
        change_id=change_id,
    )
    for topic_id in topic_ids:
        add_evidence(point, topic_id)
    return point


def add_evidence(point: Point, topic_id: int) -> None:
    topic = topic_of(topic_id, at=FRIDAY)
    wording_id = take_wording(
        kind="topic",
        subject_id=topic_id,
        product_id=topic.product_id,
        member_id=topic.author_id,
        text=topic.title,
        at=topic.raised_at,
    )
    Evidence.objects.create(point=point, wording_id=wording_id)


def test_of_what_many_said_the_first_asked_and_changed_words_bring_nothing(town: Town) -> None:
    ana, bo, cy, eve = (make_member(name) for name in ("ana", "bo", "cy", "eve"))
    one, other, edited = raise_topic(town, ana, bo), raise_topic(town, cy), raise_topic(town, eve)
    change_id = ship(town)
    point = pain(town, change_id, one, other)
    topics.edit_topic(
        actor_id=eve, topic_id=edited, title="Dark mode!", words="", kind="idea", at=LATER
    )
    add_evidence(point, edited)

    assert differences(town, is_mending=True) == [(3, 0, 0)]
    assert credited(change_id)[1:] == [(ana, "asked"), (cy, "joined"), (bo, "joined")]
    # Whoever was credited loses nothing by mending their words.
    at = FRIDAY + 30 * DAY
    topics.edit_topic(actor_id=ana, topic_id=one, title="A dark mode", words="", kind="idea", at=at)
    assert differences(town) == [(0, 0, 0)]


def test_whom_we_asked_while_we_dug_and_who_gave_the_answer_explained_it(town: Town) -> None:
    ana, bo, cy = (make_member(name) for name in ("ana", "bo", "cy"))
    topic_id = raise_topic(town, ana)
    answer = say(bo, topic_id, "Turn the sensor off")
    topics.solve_topic(actor_id=ana, topic_id=topic_id, remark_id=answer, at=FRIDAY - DAY)
    own_topic = raise_topic(town, cy)
    own_answer = say(cy, own_topic, "I know it myself")
    topics.solve_topic(actor_id=cy, topic_id=own_topic, remark_id=own_answer, at=FRIDAY - DAY)
    change_id = ship(town, topic_id, own_topic)
    point = pain(town, change_id)
    for handle in ("cy", "mika", "nobody-here"):
        DigNote.objects.create(
            point=point, author_id=town.owner, kind="asked", words=f"@{handle} said", at=FRIDAY
        )

    assert (bo, "explained") in credited(change_id)
    assert (cy, "explained") not in credited(change_id)
    assert differences(town, is_mending=True) == [(1, 0, 0)]
    assert (cy, "explained") in credited(change_id)


def test_merges_keep_credit_whenever_they_are_undone(town: Town) -> None:
    ana, bo = make_member("ana"), make_member("bo")
    one, other = raise_topic(town, ana), raise_topic(town, bo)
    topics.merge_topics(actor_id=town.owner, topic_id=other, into_id=one, at=FRIDAY - DAY)
    change_id = ship(town, one)
    before = credited(change_id)
    topics.unmerge_topic(actor_id=town.owner, topic_id=other, at=LATER)

    assert before[:2] == [(ana, "asked"), (bo, "asked")]
    assert differences(town, is_mending=True) == [(0, 0, 0)]
    topics.merge_topics(actor_id=town.owner, topic_id=one, into_id=other, at=LATER + DAY)
    assert differences(town, is_mending=True) == [(0, 0, 0)]
    assert credited(change_id) == before


def test_what_the_team_hid_asks_for_nothing(town: Town) -> None:
    ana, bo = make_member("ana"), make_member("bo")
    one, spam = raise_topic(town, ana), raise_topic(town, bo)
    topics.hide_topic(actor_id=town.owner, topic_id=spam, reason="Spam", at=FRIDAY - DAY)
    change_id = ship(town, one, spam)

    assert credited(change_id) == [(ana, "asked"), (town.maker, "made")]


def test_the_ledger_is_mended_only_when_told_to(town: Town) -> None:
    people = make_people(town.product, 3)
    change_id = ship(town, raise_topic(town, *people))
    right = credited(change_id)
    Credit.objects.filter(member_id=people[1]).delete()
    Credit.objects.filter(member_id=people[2]).update(asked_at=LATER, fact="")
    release_id = releases.change_of(change_id).release_id
    Credit.objects.create(
        product_id=town.product,
        release_id=release_id,
        change_id=change_id,
        member_id=town.owner,
        role="asked",
        at=FRIDAY,
    )

    assert differences(town) == [(1, 1, 1)]
    assert differences(town) == [(1, 1, 1)]
    assert differences(town, is_mending=True) == [(1, 1, 1)]
    assert differences(town) == [(0, 0, 0)]
    assert sorted(credited(change_id)) == sorted(right)


def test_a_hand_leaves_a_trace_and_outlives_a_recount(town: Town) -> None:
    ana, bo = make_member("ana"), make_member("bo")
    change_id = ship(town, raise_topic(town, ana))
    hand = {"actor_id": town.owner, "change_id": change_id, "at": LATER}
    services.enter_credit(**hand, who=Who(bo), role="translated", why="She sent it by mail")
    services.withdraw_credit(**hand, who=Who(ana), role="asked", why="She asked us to")

    assert credited(change_id) == [(town.maker, "made"), (bo, "translated")]
    assert differences(town, is_mending=True) == [(0, 0, 0)]
    Credit.objects.all().delete()
    assert differences(town, is_mending=True) == [(2, 0, 0)]
    assert sorted(credited(change_id)) == sorted([(town.maker, "made"), (bo, "translated")])
    told = queries.entries_of(change_id)
    assert [(one.who, one.is_withdrawn, one.why, one.actor_id, one.at) for one in told] == [
        (Who(bo), False, "She sent it by mail", town.owner, LATER),
        (Who(ana), True, "She asked us to", town.owner, LATER),
    ]


def test_who_may_not_write_by_hand_or_mark(town: Town) -> None:
    ana = make_member("ana")
    topic_id = raise_topic(town, ana)
    remark_id, own = say(ana, topic_id, "Mine"), say(town.owner, topic_id, "Ours")
    change_id = ship(town, topic_id)
    entry = {"change_id": change_id, "role": "designed", "why": "Because", "at": LATER}

    with pytest.raises(NotAllowed):
        services.mark_remark(actor_id=ana, remark_id=remark_id, kind="idea", at=LATER)
    with pytest.raises(CreditRefused, match="your own"):
        mark(town, own)
    with pytest.raises(NotFound):
        mark(town, 10**9)
    with pytest.raises(NotAllowed):
        services.enter_credit(actor_id=town.maker, who=Who(ana), **entry)
    with pytest.raises(CreditRefused, match="themself"):
        services.enter_credit(actor_id=town.owner, who=Who(town.owner), **entry)
    with pytest.raises(NotFound):
        services.enter_credit(actor_id=town.owner, who=Who(named_id=10**9), **entry)
    with pytest.raises(CreditRefused, match="say so already"):
        services.withdraw_credit(actor_id=town.owner, who=Who(ana), **entry)
    assert not Entry.objects.exists()
    assert not Mark.objects.exists()


def test_how_people_wish_to_be_named_holds_also_later(town: Town) -> None:
    ana, bo, cy, dee = (make_member(name) for name in ("ana", "bo", "cy", "dee"))
    change_id = ship(town, raise_topic(town, ana, bo, cy, dee))

    def named() -> tuple[list[tuple[str, str]], int]:
        asked = queries.thanks_for([change_id])[change_id].asked
        return [(one.name, one.handle) for one in asked.people], asked.n_others

    assert named() == ([("ana", "ana"), ("bo", "bo"), ("cy", "cy")], 1)
    members.choose_credit_name(actor_id=ana, way="none", alias="", at=LATER)
    members.choose_credit_name(actor_id=bo, way="alias", alias="<b>Moth</b>", at=LATER)
    assert named() == ([("<b>Moth</b>", ""), ("cy", "cy"), ("dee", "dee")], 1)
    members.forget_member(actor_id=bo, member_id=bo, at=LATER)
    assert named() == ([("cy", "cy"), ("dee", "dee")], 2)
    assert differences(town) == [(0, 0, 0)]


def test_rows_from_before_the_table_say_from_which_fact_they_came(town: Town) -> None:
    ana, bo, cy, dee = (make_member(name) for name in ("ana", "bo", "cy", "dee"))
    change_id = ship(town, raise_topic(town, ana, bo))
    pain(town, change_id, raise_topic(town, cy), raise_topic(town, dee))
    services.credit_release(release_id=releases.change_of(change_id).release_id, at=FRIDAY)
    right = set(credited(change_id))
    Credit.objects.filter(fact="pain").update(role="asked")
    Credit.objects.update(fact="", shipped_at=None)
    module = importlib.import_module("canyu.credits.migrations.0003_say_from_which_fact")

    module.say_from_which_fact(apps, connection.schema_editor())

    assert set(credited(change_id)) == right
    assert differences(town) == [(0, 0, 0)]


@pytest.mark.usefixtures("on_disk")
def test_releases_may_go_out_while_the_ledger_is_made_anew(town: Town) -> None:
    people = make_people(town.product, 4)
    changes = [ship(town, raise_topic(town, *people), version=f"5.{number}") for number in range(3)]
    ids = [releases.change_of(one).release_id for one in changes]
    Credit.objects.filter(release_id=ids[0]).delete()
    topic_id = raise_topic(town, *people)
    release_id = draft(town, 0, version="6")
    new = put_change(town, release_id, topic_ids=[topic_id])

    def publish() -> object:
        release_services.publish_release(actor_id=town.owner, release_id=release_id, at=FRIDAY)
        return deliver_due(at=FRIDAY + HOUR)

    at_once(
        publish,
        lambda: differences(town, is_mending=True),
        lambda: differences(town, is_mending=True),
    )

    deliver_due(at=FRIDAY + DAY)
    assert differences(town) == [(0, 0, 0)] * 4
    assert len(credited(new)) == len(credited(changes[0])) == 5


def test_a_remark_on_the_change_is_a_test_until_everybody_has_it(town: Town) -> None:
    ana, bo = make_member("ana"), make_member("bo")
    change_id = ship(town)
    release_id = releases.change_of(change_id).release_id
    last = max([FRIDAY, *releases.roll_out_of(release_id).values()])
    said = [
        release_services.remark_on_change(
            member_id=member_id, change_id=change_id, text="Works here", at=at
        )
        for member_id, at in ((ana, last), (bo, last + HOUR))
    ]
    for remark_id in said:
        mark(town, remark_id, "test", at=LATER)

    assert credited(change_id) == [(town.maker, "made"), (ana, "tested")]
    assert queries.marks_on(said) == dict.fromkeys(said, frozenset({"test"}))
