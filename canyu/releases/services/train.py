"""Setting the train of a product."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from canyu.journal import services as journal
from canyu.journal.errors import NotAllowed, gettext_noop
from canyu.journal.events import shown_of_product
from canyu.products import queries as products
from canyu.releases.models import Train
from canyu.releases.rules import Timetable, check_timetable


@transaction.atomic
def set_train(*, actor_id: int, product_id: int, timetable: Timetable, at: datetime) -> None:
    """Give a product its weekly slot, or change it. A paused train starts anew.

    Weeks before a new start do not count as missed. Raises `NotAllowed` for anybody but an
    owner, `ReleaseRefused` for an impossible timetable.
    """
    if not products.is_owner(product_id, actor_id):
        raise NotAllowed(gettext_noop("The train was not changed: only an owner sets it."))
    values = asdict(check_timetable(timetable))
    journal.mark_changed(shown_of_product(product_id))
    train, is_new = Train.objects.select_for_update(no_key=True).get_or_create(
        product_id=product_id, defaults={**values, "started_at": at}
    )
    if is_new:
        return
    if train.paused_at is not None:
        train.paused_at, train.started_at = None, at
    for name, value in values.items():
        setattr(train, name, value)
    train.save()


@transaction.atomic
def pause_train(*, actor_id: int, product_id: int, at: datetime) -> None:
    """Let no train leave until it is set again; weeks until then do not count as missed."""
    if not products.is_owner(product_id, actor_id):
        raise NotAllowed(gettext_noop("The train was not changed: only an owner sets it."))
    journal.mark_changed(shown_of_product(product_id))
    Train.objects.filter(product_id=product_id, paused_at__isnull=True).update(paused_at=at)
