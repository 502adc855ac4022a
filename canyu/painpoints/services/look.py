"""Counting what came of topics that were shown to somebody who began to write one."""

import re
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from canyu.painpoints.models import Look

_KEY = re.compile(r"[0-9a-f]{32}")


@transaction.atomic
def note_shown(*, key: str, product_id: int, n_shown: int, at: datetime) -> None:
    """Count once that a form showed topics; what is no key of ours is passed over."""
    if _KEY.fullmatch(key) and n_shown:
        Look.objects.bulk_create(
            [Look(key=key, product_id=product_id, at=at, n_shown=n_shown)], ignore_conflicts=True
        )


@transaction.atomic
def note_opened(*, key: str, product_id: int) -> None:
    """Count that one of the topics that were shown was opened."""
    _of(key, product_id).update(is_opened=True)


@transaction.atomic
def note_joined(*, key: str, product_id: int) -> None:
    """Count that "me too" was said to one of them."""
    _of(key, product_id).update(is_joined=True)


@transaction.atomic
def note_posted(*, key: str, product_id: int) -> None:
    """Count that a topic was posted all the same."""
    _of(key, product_id).update(is_posted=True)


def _of(key: str, product_id: int) -> "QuerySet[Look]":
    return Look.objects.filter(key=key[:32], product_id=product_id)
