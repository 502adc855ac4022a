"""What goes out: releases and reports as import takes them, and a person all of their own."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from pytest_django import DjangoAssertNumQueries

from canyu.awards import queries as awards
from canyu.awards.services import certify_award
from canyu.channels import exports
from canyu.channels import services as channels
from canyu.channels.models import Guest, Webhook
from canyu.channels.pushing import public_key_of
from canyu.channels.queries import replies_to_carry
from canyu.channels.sayings.records import SayingRecord, Whence
from canyu.credits import services as credit_services
from canyu.credits.models import Card, Lead, LeftAlone
from canyu.credits.rules import Who
from canyu.journal.services import deliver_due
from canyu.members import services as members
from canyu.members.models import Member
from canyu.painpoints import services as painpoints
from canyu.painpoints.models import Asked, Evidence, Point, Proposal, Wording
from canyu.plan import services as plan
from canyu.products import services as products
from canyu.releases import queries as releases
from canyu.releases import services as release_services
from canyu.releases.models import Change
from canyu.remarks.models import Remark
from canyu.remarks.services import see_words
from canyu.reports import services as report_services
from canyu.reports.models import Report
from canyu.reports.rules import ReportCells
from canyu.topics import services as topics
from tests.builders import (
    FRIDAY,
    TUESDAY,
    WEDNESDAY,
    Town,
    draft,
    fill,
    fill_alike,
    likes,
    make_people,
    open_week,
    publish,
    put_change,
)
from tests.releases.test_history import read, record

HOUR = timedelta(hours=1)


def reports_out(town: Town) -> list[dict[str, Any]]:
    return [json.loads(line) for line in exports.report_lines(town.product)]


def test_releases_go_out_with_their_makers_and_drafts_stay(town: Town) -> None:
    read(town, record("1.0"))
    publish(town, 2)
    draft(town, 1, version="6")

    lines = [json.loads(line) for line in exports.release_lines(town.product)]
    assert [one["version"] for one in lines] == ["1.0", "5.2"]
    assert lines[1]["changes"][0]["makers"] == [{"handle": "mika", "name": "mika"}]


def test_reports_of_open_windows_stay_secret(town: Town) -> None:
    (ana,) = make_people(town.product, 1)
    week = open_week(town, 3)
    changes = {one.id: one.key for one in releases.changes_of([week])}

    def cells(shown: Any) -> ReportCells:
        return ReportCells(
            mood="sigh",
            best=shown[0],
            worst=shown[1],
            untried=(shown[2],),
            why_best="Fast",
            why_worst="Ugly",
            wanted="Longer\nbattery",
        )

    fill(week, ana, cells)
    assert reports_out(town) == []
    report_services.close_report(release_id=week, at=WEDNESDAY)

    shown = [changes[one] for one in Report.objects.get().shown]
    assert reports_out(town) == [
        {
            "type": "report",
            "release": "5.2",
            "member": "everyone0",
            "ring": "everyone",
            "mood": "sigh",
            "shown": shown,
            "untried": [shown[2]],
            "best": shown[0],
            "worst": shown[1],
            "why_best": "Fast",
            "why_worst": "Ugly",
            "wanted": "Longer\nbattery",
            "at": "2026-11-24T10:00:00Z",
        }
    ]


def test_a_change_that_history_lost_since_is_left_out(town: Town) -> None:
    (ana,) = make_people(town.product, 1)
    read(town, record("1.0", n_changes=3))
    release_id = releases.release_of(town.product, "1.0").id
    report_services.open_report(release_id=release_id, at=TUESDAY)
    first, _, third = (one.id for one in releases.changes_of([release_id]))
    fill(release_id, ana, likes(first, third))
    report_services.close_report(release_id=release_id, at=WEDNESDAY)
    Change.objects.filter(pk=third).delete()

    (line,) = reports_out(town)
    assert sorted(line["shown"]) == ["1", "2"]
    assert line["best"] == "1"
    assert "worst" not in line


@pytest.mark.parametrize("n_reports", [1, 3])
def test_reports_go_out_in_as_many_queries_for_one_as_for_three(
    town: Town, n_reports: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    people = make_people(town.product, n_reports)
    week = open_week(town, 3)
    for member_id in people:
        fill(week, member_id, ReportCells(mood="smile"))
    report_services.close_report(release_id=week, at=WEDNESDAY)

    with django_assert_num_queries(11):
        assert len(list(exports.report_lines(town.product))) == n_reports


def _touch_topics(town: Town, me: int, own: int, other: int) -> None:
    topics.edit_topic(
        actor_id=me, topic_id=own, title="Darker", words="Why", kind="idea", at=FRIDAY
    )
    topics.follow_topic(member_id=me, topic_id=other, at=FRIDAY)
    topics.solve_topic(actor_id=me, topic_id=other, at=FRIDAY)
    topics.flag_in_topic(member_id=me, topic_id=other, reason="other", at=FRIDAY)
    see_words(member_id=me, up_to=1, at=FRIDAY)
    channels.name_address(actor_id=me, address="me@example.org", language="en", at=FRIDAY)
    channels.tell_browser(
        actor_id=me,
        endpoint="https://push.example/mine",
        public_key=public_key_of("any secret at all"),
        auth="c2l4dGVlbiBieXRlcyBpdA",
        families=["asked"],
        language="en",
        zone="UTC",
        at=FRIDAY,
    )
    topics.show_topic(actor_id=me, topic_id=other, at=FRIDAY)
    said = {"posted_by_id": me, "heard_in": "chat", "at": FRIDAY}
    topics.raise_topic(
        member_id=town.owner,
        product_id=town.product,
        kind="idea",
        title="Told me",
        words="",
        **said,
    )


def busy_maker(town: Town) -> int:
    """Somebody of whom every table knows something."""
    me = town.maker
    products.choose_ring(actor_id=me, product_id=town.product, ring_key="everyone", at=FRIDAY)
    products.invite_to_ring(
        actor_id=town.owner, product_id=town.product, member_id=me, ring_key="daily", at=FRIDAY
    )
    products.change_role(
        actor_id=town.owner, product_id=town.product, member_id=me, role="owner", at=FRIDAY
    )
    token = products.invite(actor_id=town.owner, product_id=town.product, at=FRIDAY)
    products.accept_invitation(token=token, member_id=me, at=FRIDAY)
    products.invite(actor_id=me, product_id=town.product, at=FRIDAY)
    members.make_key(actor_id=me, name="script", at=FRIDAY)
    topic_id = topics.raise_topic(
        member_id=me, product_id=town.product, kind="idea", title="Dark", words="Why", at=FRIDAY
    )
    topics.give_keeper(actor_id=me, topic_id=topic_id, keeper_id=me, at=FRIDAY)
    other_id = topics.raise_topic(
        member_id=town.owner,
        product_id=town.product,
        kind="praise",
        title="Nice",
        words="",
        at=FRIDAY,
    )
    topics.add_voice(member_id=me, topic_id=other_id, at=FRIDAY)
    topics.set_status(
        actor_id=me, topic_id=other_id, status="talking", reason="Which one?", at=FRIDAY
    )
    topics.comment_on_topic(member_id=town.owner, topic_id=topic_id, text="Good.", at=FRIDAY)
    topics.comment_on_topic(member_id=me, topic_id=topic_id, text="Thanks.", at=FRIDAY)
    _touch_topics(town, me, topic_id, other_id)
    plan.put_plan_item(
        actor_id=me, product_id=town.product, title={"en": "Dark"}, state="doing", at=FRIDAY
    )
    release_id = release_services.draft_release(
        actor_id=me, product_id=town.product, version="5.2", at=FRIDAY
    )
    loved = put_change(town, release_id, text="Loved", topic_ids=[topic_id])
    hated = put_change(town, release_id, text="Hated")
    release_services.publish_release(actor_id=me, release_id=release_id, at=FRIDAY)
    deliver_due(at=FRIDAY)
    report_services.open_due_reports(at=TUESDAY)
    fill(release_id, me, ReportCells(best=loved, why_best="I made it", wanted="Rest"))
    fill_alike(release_id, loved, hated, n=60)
    report_services.close_report(release_id=release_id, at=WEDNESDAY)
    deliver_due(at=WEDNESDAY)
    award = awards.award_of(release_id)
    assert award is not None
    certify_award(actor_id=me, award_id=award.id, citation={}, at=WEDNESDAY)
    deliver_due(at=WEDNESDAY)
    (repair,) = apps.get_model("reports.Repair").objects.all()
    report_services.answer_repair(
        actor_id=me,
        repair_id=repair.pk,
        kind="keep",
        hurt={},
        answer={"en": "It stays."},
        at=WEDNESDAY,
    )
    dig(me, town)
    give_credit(me, town, loved)
    hear_elsewhere(me, town, other_id)
    tell_elsewhere(me, town)
    # A row each, by hand: nobody comes by their own card.
    change = Change.objects.order_by("id").first()
    assert change is not None
    card = Card.objects.create(
        token="t", product_id=town.product, change=change, member_id=me, at=FRIDAY
    )
    apps.get_model("credits.Guest").objects.create(card=card, member_id=me, at=FRIDAY)
    return me


def tell_elsewhere(me: int, town: Town) -> None:
    """Somebody who lets facts go out, reads along, was suggested and wants no more of that."""
    Webhook.objects.create(
        product_id=town.product, address="https://w.example/", made_by_id=me, made_at=FRIDAY
    )
    channels.make_feed_key(member_id=me, at=FRIDAY)
    LeftAlone.objects.create(member_id=me, at=FRIDAY)
    suggested = {"product_id": town.product, "found_at": FRIDAY, "renewed_at": FRIDAY}
    Lead.objects.create(member_id=me, **suggested)
    Lead.objects.create(member_id=town.owner, decided_by_id=me, **suggested)


def give_credit(me: int, town: Town, change_id: int) -> None:
    """Somebody who marked a remark, took it back, wrote credits by hand and is in one."""
    said = Remark.objects.filter(author_id=town.owner, subject_kind="topic").first()
    assert said is not None
    mark = {"actor_id": me, "remark_id": said.pk, "kind": "cause", "at": WEDNESDAY}
    credit_services.mark_remark(**mark)
    credit_services.unmark_remark(**mark)
    entry = {"change_id": change_id, "role": "tested", "why": "On the phone", "at": WEDNESDAY}
    credit_services.enter_credit(actor_id=me, who=Who(town.owner), **entry)
    credit_services.enter_credit(actor_id=town.owner, who=Who(me), **entry)


def hear_elsewhere(me: int, town: Town, topic_id: int) -> None:
    """Somebody who brought what others said, and whose own words somebody else brought."""
    words = [SayingRecord(f"Bright {n}", Whence("chat"), who=f"Li{n}") for n in range(2)]
    brought = channels.bring_words(
        actor_id=me, product_id=town.product, records=words, way="paste", at=FRIDAY
    )
    channels.place_words(
        actor_id=me,
        product_id=town.product,
        saying_ids=[brought[0].saying_id],
        place="voice",
        topic_id=topic_id,
        at=FRIDAY,
    )
    channels.keep_sheet(
        actor_id=me, product_id=town.product, name="a.csv", data=b"text\nBright\n", at=FRIDAY
    )
    topics.solve_topic(actor_id=town.owner, topic_id=topic_id, at=WEDNESDAY)
    deliver_due(at=WEDNESDAY)
    (reply,) = replies_to_carry(town.product, at=WEDNESDAY)
    channels.mark_carried(
        actor_id=me, product_id=town.product, reply_id=reply.id, is_carried=True, at=WEDNESDAY
    )
    linked, own = Guest.objects.order_by("id")
    (li,) = make_people(town.product, 1, prefix="told-")
    channels.link_guest(
        actor_id=me,
        product_id=town.product,
        guest_id=linked.pk,
        handle=Member.objects.get(pk=li).handle,
        at=FRIDAY,
    )
    Guest.objects.filter(pk=own.pk).update(member_id=me)


def dig(me: int, town: Town) -> None:
    """Somebody who keeps a pain point, decided on it, dug, and was asked whether it is gone."""
    point = Point.objects.create(
        product_id=town.product,
        standing="suggested",
        found_at=FRIDAY,
        state="noticed",
        state_at=FRIDAY,
        shipped_at=FRIDAY,
        keeper_id=me,
    )
    said = Wording.objects.filter(member_id=me).first()
    assert said is not None
    Evidence.objects.create(point=point, wording=said)
    painpoints.accept_point(actor_id=me, point_id=point.pk, at=FRIDAY)
    painpoints.note_dig(actor_id=me, point_id=point.pk, kind="tried", words="Rest", at=FRIDAY)
    proposal = Proposal.objects.create(point=point, kind="more", found_at=FRIDAY)
    painpoints.answer_proposal(actor_id=me, proposal_id=proposal.pk, is_so=False, at=FRIDAY)
    Asked.objects.create(point=point, member_id=me, asked_at=FRIDAY)


# Where a row that speaks of a person stands in what they are given of themselves.
TOLD: dict[str, Callable[[dict[str, Any]], int]] = {
    "members.Invitation.made_by": lambda data: len(data["member"]["invitations_made"]),
    "members.InvitationUse.member": lambda data: len(data["member"]["invitations_used"]),
    "members.Key.member": lambda data: len(data["member"]["keys"]),
    "products.TeamMember.member": lambda data: len(data["products"]["teams"]),
    "products.RingMember.member": lambda data: len(data["products"]["rings"]),
    "products.RingInvitation.member": lambda data: len(data["products"]["ring_invitations"]),
    "remarks.Remark.author": lambda data: len(data["remarks"]),
    "topics.Topic.author": lambda data: sum(one["raised_by_me"] for one in data["topics"]),
    "topics.Topic.keeper": lambda data: sum(
        one["kept_by_me"] for one in data["topics_looked_after"]
    ),
    "topics.Topic.status_by": lambda data: sum(
        one["status_by_me"] for one in data["topics_looked_after"]
    ),
    "topics.Topic.solved_by": lambda data: len(data["topics_solved"]),
    "topics.Topic.posted_by": lambda data: len(data["topics_posted_for_others"]),
    "topics.Voice.member": lambda data: len(data["topics"]),
    "topics.Voice.posted_by": lambda data: len(data["voices_posted_for_others"]),
    "topics.Follow.member": lambda data: len(data["topics_followed_or_muted"]),
    "topics.Edition.changed_by": lambda data: sum(
        one["changed_by_me"] for one in data["topics_said_before"]
    ),
    "topics.Deed.actor": lambda data: len(data["done_to_topics"]),
    "channels.Mailbox.member": lambda data: int(bool(data["mail"]["address_not_proved"])),
    "channels.Browser.member": lambda data: len(data["browsers_told"]),
    "channels.Dispatch.member": lambda data: len(data["mail"]["mails"]),
    "remarks.Seen.member": lambda data: int(data["words_seen_up_to"] > 0),
    "remarks.Flag.member": lambda data: sum(one["flagged_by_me"] for one in data["flags"]),
    "remarks.Flag.settled_by": lambda data: sum(one["settled_by_me"] for one in data["flags"]),
    "plan.PlanItem.keeper": lambda data: len(data["plan_items_looked_after"]),
    "releases.Release.made_by": lambda data: len(data["releases_begun"]),
    "releases.ChangeMaker.member": lambda data: len(data["changes_made"]),
    "reports.Report.member_id": lambda data: len(data["reports"]),
    "reports.Repair.answered_by": lambda data: len(data["repairs_answered"]),
    "awards.Award.certified_by": lambda data: len(data["awards_certified"]),
    "credits.Credit.member": lambda data: len(data["credits"]),
    "credits.Entry.member": lambda data: sum(one["about_me"] for one in data["credits_by_hand"]),
    "credits.Entry.actor": lambda data: sum(one["by_me"] for one in data["credits_by_hand"]),
    "credits.Mark.actor": lambda data: sum(one["by_me"] for one in data["remarks_marked"]),
    "credits.Mark.back_by": lambda data: sum(
        one["taken_back_by_me"] for one in data["remarks_marked"]
    ),
    "painpoints.Wording.member": lambda data: len(data["pain_points"]["wordings"]),
    "painpoints.Point.keeper": lambda data: sum(
        one["kept_by_me"] for one in data["pain_points"]["pain_points"]
    ),
    "painpoints.Point.decided_by": lambda data: sum(
        one["decided_by_me"] for one in data["pain_points"]["pain_points"]
    ),
    "painpoints.Decision.actor": lambda data: len(data["pain_points"]["decisions"]),
    "painpoints.DigNote.author": lambda data: len(data["pain_points"]["dug"]),
    "painpoints.Proposal.answered_by": lambda data: len(data["pain_points"]["proposals_answered"]),
    "painpoints.Asked.member": lambda data: len(data["pain_points"]["asked_whether_gone"]),
    "channels.Guest.member": lambda data: len(data["elsewhere"]["known_as"]),
    "channels.Guest.linked_by": lambda data: len(data["elsewhere"]["people_linked"]),
    "channels.Sheet.brought_by": lambda data: len(data["elsewhere"]["tables_brought"]),
    "channels.Saying.brought_by": lambda data: len(data["elsewhere"]["words_brought"]),
    "channels.Saying.fated_by": lambda data: len(data["elsewhere"]["words_placed"]),
    "channels.Reply.carried_by": lambda data: len(data["elsewhere"]["answers_carried"]),
    "channels.Webhook.made_by": lambda data: len(data["addresses_added"]),
    "channels.FeedKey.member": lambda data: len(data["own_feeds"]),
    "credits.Card.member": lambda data: len(data["cards"]),
    "credits.Guest.member": lambda data: len(data["came_by_card"]),
    "credits.Lead.member": lambda data: len(data["early_voices"]),
    "credits.Lead.decided_by": lambda data: len(data["early_voices_decided"]),
    "credits.LeftAlone.member": lambda data: int(data["early_voices_left_alone"]),
    "channels.Notice.member": lambda data: len(data["notices"]),
}
# Secrets of the door: a recovery link is a hash, a passkey belongs to the device.
NOT_TOLD = {"members.Invitation.member", "mfa.Authenticator.user", "account.EmailAddress.user"}


def places_of_people() -> set[str]:
    places = {"reports.Report.member_id"}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.remote_field is not None and field.remote_field.model is Member:
                places.add(f"{model._meta.label}.{field.name}")
    return places


def test_every_table_that_knows_people_is_thought_of() -> None:
    assert places_of_people() == TOLD.keys() | NOT_TOLD


def test_a_person_is_given_every_row_that_speaks_of_them(town: Town) -> None:
    me = busy_maker(town)
    data = exports.person_data(me, at=WEDNESDAY)

    for place, n_told in TOLD.items():
        model, field = place.rsplit(".", 1)
        n_stored = apps.get_model(model).objects.filter(**{field: me}).count()
        assert n_stored > 0, f"the test makes no row in {place}"
        assert n_told(data) == n_stored, place
    assert data["member"]["handle"] == "mika"
    texts = [one["text"] for one in data["remarks"]]
    assert texts == ["Thanks.", "Rest", "I made it"]
    # Nothing in it needs explaining to JSON, and nothing is anybody else's.
    written = json.dumps(data)
    assert "Good." not in written


def test_a_person_of_whom_little_is_known_gets_little(town: Town) -> None:
    data = exports.person_data(town.other_maker, at=FRIDAY)

    assert [one["role"] for one in data["products"]["teams"]] == ["maker"]
    assert {name for name, value in data.items() if not value} == {
        "topics", "topics_looked_after", "plan_items_looked_after", "releases_begun",
        "changes_made", "remarks", "reports", "repairs_answered", "awards_certified",
        "credits", "credits_by_hand", "remarks_marked", "notices", "flags", "topics_said_before",
        "done_to_topics", "topics_solved",
        "topics_followed_or_muted", "topics_posted_for_others", "voices_posted_for_others",
        "early_voices", "early_voices_decided", "early_voices_left_alone",
        "addresses_added", "own_feeds", "cards", "came_by_card", "words_seen_up_to",
        "browsers_told",
    }  # fmt: skip
