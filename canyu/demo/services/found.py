"""Founding the town: a product, its team, its people."""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction

from canyu.demo.clock import TOWN
from canyu.demo.models import Town
from canyu.demo.people import people_of
from canyu.demo.story import FIRST_SLOT, WEEK, ZONE, Story
from canyu.demo.told import story_of_town
from canyu.journal.services import deliver_due
from canyu.members import services as members
from canyu.products import services as products
from canyu.releases import services as releases
from canyu.releases.rules import Timetable

FOUNDED_AT = FIRST_SLOT - 2 * WEEK
Progress = Callable[[str, int, int], None]


def found_town(*, on_progress: Progress = lambda *_: None) -> None:
    """Make product, team, areas, train and people; a town that is founded stays as it is.

    `on_progress` is told what is being made, how many are, and of how many.
    """
    with transaction.atomic():
        town, is_new = Town.objects.get_or_create(pk=TOWN, defaults={"now": FOUNDED_AT})
        if town.is_founded or not is_new:
            return
        story = story_of_town()
        town.product_id = _found_product(story)
        _found_people(story, town.product_id, on_progress)
        deliver_due(at=FOUNDED_AT, limit=100_000)
        town.is_founded = True
        town.save()


def _found_product(story: Story) -> int:
    ids = {
        one["handle"]: members.register_member(
            handle=one["handle"], name=one["name"], password=None, at=FOUNDED_AT
        )
        for one in story.team
    }
    for one in story.team:
        members.change_profile(
            actor_id=ids[one["handle"]], name=one["name"], about=one["about"], at=FOUNDED_AT
        )
    owner_id = next(ids[one["handle"]] for one in story.team if one["role"] == "owner")
    token = members.make_start_link(at=FOUNDED_AT)
    products.accept_invitation(token=token, member_id=owner_id, at=FOUNDED_AT)
    product_id = products.add_product(
        actor_id=owner_id,
        slug=story.product["slug"],
        name=story.product["name"],
        about=story.product["about"],
        at=FOUNDED_AT,
    )
    makers = [member_id for member_id in ids.values() if member_id != owner_id]
    products.add_makers(actor_id=owner_id, product_id=product_id, member_ids=makers, at=FOUNDED_AT)
    for area in story.areas:
        area_id = products.add_area(
            actor_id=owner_id,
            product_id=product_id,
            slug=area["slug"],
            name=area["name"],
            at=FOUNDED_AT,
        )
        products.put_makers_on_area(
            actor_id=owner_id,
            area_id=area_id,
            member_ids=[ids[handle] for handle in area["makers"]],
            at=FOUNDED_AT,
        )
    releases.set_train(
        actor_id=owner_id,
        product_id=product_id,
        timetable=Timetable(zone=ZONE),
        at=FIRST_SLOT - timedelta(days=1),
    )
    return product_id


def _found_people(story: Story, product_id: int, on_progress: Progress) -> None:
    owner = next(one["handle"] for one in story.team if one["role"] == "owner")
    owner_id = members.find_or_add_person(handle=owner, at=FOUNDED_AT)
    everybody = list(people_of(story))
    for n_made, person in enumerate(everybody, 1):
        member_id = members.register_member(
            handle=person.handle,
            name=person.name,
            language=person.language,
            password=None,
            at=FOUNDED_AT,
        )
        if person.about:
            members.change_profile(
                actor_id=member_id, name=person.name, about=person.about, at=FOUNDED_AT
            )
        if person.ring == "daily":
            products.invite_to_ring(
                actor_id=owner_id,
                product_id=product_id,
                member_id=member_id,
                ring_key=person.ring,
                at=FOUNDED_AT,
            )
        products.choose_ring(
            actor_id=member_id, product_id=product_id, ring_key=person.ring, at=FOUNDED_AT
        )
        products.state_device(
            actor_id=member_id,
            product_id=product_id,
            device=person.device,
            version="",
            at=FOUNDED_AT,
        )
        if n_made % 500 == 0:
            on_progress("people", n_made, len(everybody))
