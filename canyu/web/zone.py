"""The time zone in which a product's pages tell the time: that of its train."""

from django.conf import settings

from canyu.journal import clock
from canyu.releases import queries as releases


def zone_of(product_id: int) -> str:
    """The zone's name, such as Asia/Shanghai; the machine's setting where there is no train."""
    train = releases.train_of(product_id, at=clock.now())
    return train.timetable.zone if train else settings.TIME_ZONE
