"""Who was ahead: found at night, told to the team, decided by people, and free to say no."""

from datetime import timedelta

import pytest

from canyu.awards import services as awards
from canyu.channels.queries import notices_for
from canyu.credits import services
from canyu.credits.errors import LeadRefused
from canyu.credits.models import Lead
from canyu.credits.queries.leads import leads_of, leads_of_person, night_of, own_invitation
from canyu.credits.queries.voiced import voiced_in
from canyu.journal.errors import NotAllowed, NotFound
from canyu.journal.services import deliver_due
from canyu.members import services as members
from canyu.plan.services import put_plan_item
from canyu.products import queries as products
from canyu.products import services as products_services
from canyu.releases import services as release_services
from canyu.reports import services as reports
from canyu.reports.rules import ReportCells
from tests.awards.test_services import award
from tests.builders import (
    FRIDAY,
    TUESDAY,
    WEDNESDAY,
    WEEK,
    Town,
    draft,
    fill,
    fill_alike,
    make_member,
    make_people,
    put_change,
)
from tests.credits.lead_story import BEGAN, NIGHT, look, make_ahead, make_suggestion, raise_early

HOUR = timedelta(hours=1)


def suggested(town: Town) -> tuple[int, int]:
    """A member who is ahead, and the suggestion of them."""
    mara = make_member("mara")
    make_ahead(town, mara)
    assert look(town) == 1
    return mara, Lead.objects.get(member_id=mara).pk


def kinds(member_id: int) -> list[str]:
    while deliver_due(at=NIGHT):
        pass
    return [one.kind for one in notices_for(member_id)]


def test_one_who_was_ahead_is_suggested_with_what_they_said(town: Town) -> None:
    mara, _lead_id = suggested(town)
    (lead,) = leads_of(town.product)
    assert (lead.member_id, lead.standing) == (mara, "suggested")
    assert (lead.figures["n"], lead.figures["n_true"]) == (8, 8)
    assert lead.figures["expected"] < 2
    assert lead.figures["low"] > 0.5
    assert {(one.kind, one.became, one.n_after) for one in lead.evidence} == {
        ("raised", "shipped", 3)
    }
    assert "leads" in kinds(town.owner)
    assert night_of(town.product).n_tested == 7
    # Another night tells of nobody again, and changes nothing that was decided.
    assert services.look_at_product(product_id=town.product, at=NIGHT + timedelta(days=1)) == 0
    assert Lead.objects.count() == 1


def test_each_product_is_looked_at_once_a_night(town: Town) -> None:
    early, night = NIGHT.replace(hour=1), NIGHT.replace(hour=3)
    assert services.look_for_leads(at=early) == 0
    assert services.look_for_leads(at=night) == 1
    assert services.look_for_leads(at=night + HOUR) == 0
    assert services.look_for_leads(at=night + timedelta(days=1)) == 1
    assert leads_of(town.product) == []


# What is read for it, the others read from both stores.
@pytest.mark.sqlite
def test_the_team_is_not_counted(town: Town) -> None:
    make_ahead(town, town.maker)
    assert look(town) == 0


# What is read for it, the others read from both stores.
@pytest.mark.sqlite
def test_few_voices_are_too_early_to_tell(town: Town) -> None:
    make_ahead(town, make_member("mara"), n_topics=4)
    # Of what was said these four weeks nobody knows yet what becomes of it.
    services.look_at_product(product_id=town.product, at=BEGAN + timedelta(days=20))
    assert night_of(town.product).n_voices == 0
    assert look(town) == 0
    assert night_of(town.product).most == 6


def test_an_invited_member_hears_why_and_may_say_no(town: Town) -> None:
    mara, lead_id = make_suggestion(town)
    services.invite_lead(
        actor_id=town.owner, lead_id=lead_id, ring_key="daily", words="Come nearer.", at=NIGHT
    )
    assert "daily" in {one.key for one in products.rings_open_to(town.product, mara)}
    assert "lead" in kinds(mara)
    assert own_invitation(town.product, mara).words == "Come nearer."

    services.answer_invitation(actor_id=mara, product_id=town.product, answer="no", at=NIGHT)
    assert "lead_said" in kinds(town.owner)
    assert leads_of(town.product)[0].answer == "no"
    with pytest.raises(LeadRefused):
        services.answer_invitation(actor_id=mara, product_id=town.product, answer="x", at=NIGHT)
    with pytest.raises(NotFound):
        services.answer_invitation(
            actor_id=town.maker, product_id=town.product, answer="yes", at=NIGHT
        )


def test_a_maker_invites_to_a_talk_and_an_owner_into_a_ring(town: Town) -> None:
    mara, lead_id = make_suggestion(town)
    said = {"lead_id": lead_id, "words": "Talk with us?", "at": NIGHT}
    with pytest.raises(NotAllowed):
        services.invite_lead(actor_id=town.maker, ring_key="daily", **said)
    with pytest.raises(NotAllowed):
        services.invite_lead(actor_id=mara, ring_key="", **said)
    with pytest.raises(LeadRefused):
        services.invite_lead(actor_id=town.maker, ring_key="", **{**said, "words": "  "})
    assert Lead.objects.get().standing == "suggested"
    services.invite_lead(actor_id=town.maker, ring_key="", **said)
    with pytest.raises(LeadRefused) as refusal:
        services.invite_lead(actor_id=town.owner, ring_key="", **said)
    assert refusal.value.status == 409


# What is read for it, the others read from both stores.
@pytest.mark.sqlite
def test_not_now_is_kept_for_half_a_year_and_never_for_ever(town: Town) -> None:
    mara, lead_id = suggested(town)
    later = NIGHT + timedelta(days=190)
    with pytest.raises(LeadRefused):
        services.pass_lead(
            actor_id=town.maker, lead_id=lead_id, standing="not_now", words="", at=NIGHT
        )
    services.pass_lead(
        actor_id=town.maker, lead_id=lead_id, standing="not_now", words="Exams.", at=NIGHT
    )
    assert services.look_at_product(product_id=town.product, at=NIGHT + timedelta(days=90)) == 0
    assert services.look_at_product(product_id=town.product, at=later) == 1
    services.pass_lead(actor_id=town.owner, lead_id=lead_id, standing="never", words="", at=later)
    assert services.look_at_product(product_id=town.product, at=later + timedelta(days=999)) == 0
    assert leads_of(town.product)[0].standing == "never"
    # What the team wrote about them is not in their export; that they were looked at is.
    (kept,) = leads_of_person(mara)["early_voices"]
    assert (kept["standing"], kept["words"]) == ("never", "")


# What is read for it, the others read from both stores.
@pytest.mark.sqlite
def test_who_wants_to_be_left_alone_is(town: Town) -> None:
    mara, lead_id = suggested(town)
    services.leave_me_alone(actor_id=mara, is_alone=True, at=NIGHT)
    assert leads_of(town.product) == []
    assert look(town) == 0
    with pytest.raises(NotFound):
        services.invite_lead(
            actor_id=town.owner, lead_id=lead_id, ring_key="", words="Come", at=NIGHT
        )
    services.leave_me_alone(actor_id=mara, is_alone=False, at=NIGHT)
    assert look(town) == 1
    # Nor is anybody suggested whose account has ended.
    members.deactivate_member(actor_id=mara, member_id=mara, at=NIGHT)
    deliver_due(at=NIGHT)
    assert leads_of(town.product) == []
    assert look(town) == 0


def judge_week(town: Town, number: int, *, item_id: int | None, choices: dict[int, int]) -> int:
    """A week whose first change wins; `choices` are items that members want. Returns the change."""
    later = number * WEEK
    release_id = draft(town, 3, version=f"5.{number}", at=FRIDAY + later)
    change_id = put_change(town, release_id, plan_item_id=item_id, at=FRIDAY + later)
    release_services.publish_release(actor_id=town.owner, release_id=release_id, at=FRIDAY + later)
    deliver_due(at=FRIDAY + later)
    reports.open_due_reports(at=TUESDAY + later)
    for member_id, wanted in choices.items():
        cells = ReportCells(best=change_id, wanted_item=wanted)
        fill(release_id, member_id, cells, at=TUESDAY + later)
    fill_alike(release_id, change_id, None, n=100)
    reports.close_report(release_id=release_id, at=WEDNESDAY + later)
    deliver_due(at=WEDNESDAY + later)
    found = award(release_id)
    awards.certify_award(
        actor_id=town.owner, award_id=found.id, citation={"en": "Yes"}, at=WEDNESDAY + later
    )
    return change_id


def test_choices_in_reports_are_told_of_those_who_were_early_in_topics(town: Town) -> None:
    mara, otto = make_member("mara"), make_member("otto")
    products_services.invite_to_ring(
        actor_id=town.owner, product_id=town.product, member_id=mara, ring_key="daily", at=FRIDAY
    )
    for member_id, ring in ((mara, "daily"), (otto, "everyone")):
        products_services.choose_ring(
            actor_id=member_id, product_id=town.product, ring_key=ring, at=FRIDAY
        )
        for number in range(2):
            raise_early(town, member_id, number)
    nora = make_people(town.product, 1, prefix="nora")[0]
    items = [
        put_plan_item(
            actor_id=town.owner,
            product_id=town.product,
            title={"en": title},
            state="considered",
            reason={"en": "Perhaps"},
            at=FRIDAY,
        )
        for title in ("Pens", "Fonts")
    ]
    wants = {mara: items[0], otto: items[1], nora: items[0]}
    won = judge_week(town, 0, item_id=None, choices=wants)
    judge_week(town, 1, item_id=items[0], choices={})

    found = voiced_in(town.product, at=NIGHT + 4 * WEEK)
    told = {
        member_id: {
            (one.kind, one.subject_id, one.became) for one in evidence if one.kind[0] in "wl"
        }
        for member_id, evidence in found.evidence.items()
    }
    # In the widest ring everybody likes at the same time; what nobody made yet did not come true.
    assert told[mara] == {("wanted", items[0], "loved"), ("liked", won, "loved")}
    assert told[otto] == {("wanted", items[1], "")}
    # A tick alone is no voice.
    assert nora not in told
    wanted = next(one for one in found.voices if one.member_id == otto and one.subject == items[1])
    assert (found.margins[wanted.stratum].n, found.margins[wanted.stratum].n_true) == (3, 2)
