"""The parts of a product, and who works on them."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from canyu.journal.errors import NotFound
from canyu.journal.errors import gettext_noop as _
from canyu.journal.services import publish
from canyu.products.errors import AreaRefused
from canyu.products.events import AreasChanged
from canyu.products.models import Area, AreaMaker, TeamMember
from canyu.products.rules import NAME_LENGTH, check_slug, check_texts
from canyu.products.services.rows import product_for_owner

MAX_PLACE = 1_000_000


def add_area(
    *, actor_id: int, product_id: int, slug: str, name: Mapping[str, str], at: datetime
) -> int:
    """Add an area after the others; return its id. Owners only.

    Raises `NotFound`, `NotAllowed`, `ProductRefused` for its words, `AreaRefused`.
    """
    area = Area(
        product_id=product_id,
        slug=check_slug(slug),
        name=check_texts(name, length=NAME_LENGTH, required=True),
    )
    with transaction.atomic():
        product_for_owner(product_id, actor_id)
        last = Area.objects.filter(product_id=product_id).aggregate(last=Max("place"))["last"]
        area.place = (last or 0) + 1
        try:
            with transaction.atomic():
                area.save(force_insert=True)
        except IntegrityError as problem:
            raise AreaRefused(
                _("The area was not added: there is one at “%(slug)s”. Choose another address."),
                status=409,
                slug=slug,
            ) from problem
        publish(AreasChanged(at=at, product_id=product_id, area_id=area.pk))
    return area.pk


def change_area(
    *,
    actor_id: int,
    area_id: int,
    name: Mapping[str, str] | None = None,
    place: int | None = None,
    at: datetime,
) -> None:
    """Change what is given of an area; areas are shown by their place. Owners only.

    Raises `NotFound`, `NotAllowed`, `ProductRefused`, `AreaRefused`.
    """
    with transaction.atomic():
        area = _area_for_owner(area_id, actor_id)
        if name is not None:
            area.name = check_texts(name, length=NAME_LENGTH, required=True)
        if place is not None:
            if not 0 <= place <= MAX_PLACE:
                raise AreaRefused(_("Nothing was changed: a place is a small number from 0 on."))
            area.place = place
        area.save(update_fields=["name", "place"])
        publish(AreasChanged(at=at, product_id=area.product_id, area_id=area_id))


def put_makers_on_area(
    *, actor_id: int, area_id: int, member_ids: Collection[int], at: datetime
) -> None:
    """Say who works on an area: these people of the team and nobody else. Owners only.

    Raises `NotFound`, `NotAllowed`, and `AreaRefused` if somebody is not in the team.
    """
    with transaction.atomic():
        area = _area_for_owner(area_id, actor_id)
        rows = TeamMember.objects.filter(
            product_id=area.product_id, member_id__in=member_ids, left_at=None
        )
        stays = dict(rows.values_list("member_id", "pk"))
        if not set(member_ids) <= set(stays):
            raise AreaRefused(
                _("Nothing was changed: who works on an area must be in the team."), status=409
            )
        area.makers.all().delete()
        AreaMaker.objects.bulk_create(
            AreaMaker(area=area, team_member_id=stays[member_id])
            for member_id in dict.fromkeys(member_ids)
        )
        publish(AreasChanged(at=at, product_id=area.product_id, area_id=area_id))


def _area_for_owner(area_id: int, actor_id: int) -> Area:
    product_id = Area.objects.filter(pk=area_id).values_list("product_id", flat=True).first()
    if product_id is None:
        raise NotFound(_("There is no such area."))
    product_for_owner(product_id, actor_id)
    # Read only now: somebody may have changed it while we waited for the product.
    return Area.objects.get(pk=area_id)
