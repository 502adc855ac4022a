"""Products."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from canyu.journal.errors import NotAllowed
from canyu.journal.errors import gettext_noop as _
from canyu.journal.services import publish
from canyu.products.errors import ProductRefused
from canyu.products.events import ProductAdded, ProductChanged
from canyu.products.models import Product, Ring, TeamMember
from canyu.products.rules import (
    ABOUT_LENGTH,
    FIRST_RINGS,
    NAME_LENGTH,
    check_language,
    check_slug,
    check_texts,
    check_visibility,
)
from canyu.products.services.rows import is_operator, product_for_owner


def add_product(
    *,
    actor_id: int,
    slug: str,
    name: Mapping[str, str],
    about: Mapping[str, str] | None = None,
    visibility: str = "open",
    language: str = "en",
    at: datetime,
) -> int:
    """Make a product with its three rings, owned by the actor; return its id.

    `name` and `about` are {language: text}. Raises `NotAllowed` unless the actor is an operator,
    and `ProductRefused`.
    """
    product = Product(
        slug=check_slug(slug),
        name=check_texts(name, length=NAME_LENGTH, required=True),
        about=check_texts(about or {}, length=ABOUT_LENGTH),
        visibility=check_visibility(visibility),
        language=check_language(language),
        made_at=at,
    )
    with transaction.atomic():
        if not is_operator(actor_id):
            raise NotAllowed(
                _("The product was not made: only the operator of this Canyu can make one.")
            )
        _insert(product)
        TeamMember.objects.create(
            product=product, member_id=actor_id, role=TeamMember.OWNER, since=at
        )
        Ring.objects.bulk_create(
            Ring(product=product, key=key, name=names, place=place, joining=joining)
            for place, (key, names, joining) in enumerate(FIRST_RINGS, start=1)
        )
        publish(ProductAdded(at=at, product_id=product.pk, actor_id=actor_id))
    return product.pk


def _insert(product: Product) -> None:
    try:
        with transaction.atomic():
            product.save(force_insert=True)
    except IntegrityError as problem:
        raise ProductRefused(
            _("The address “%(slug)s” is taken. Choose another one."),
            status=409,
            slug=product.slug,
        ) from problem


def change_product(
    *,
    actor_id: int,
    product_id: int,
    name: Mapping[str, str] | None = None,
    about: Mapping[str, str] | None = None,
    visibility: str | None = None,
    language: str | None = None,
    at: datetime,
) -> None:
    """Change what is given of a product; its address stays. Owners only.

    Raises `NotFound`, `NotAllowed`, `ProductRefused`.
    """
    with transaction.atomic():
        product = product_for_owner(product_id, actor_id)
        if name is not None:
            product.name = check_texts(name, length=NAME_LENGTH, required=True)
        if about is not None:
            product.about = check_texts(about, length=ABOUT_LENGTH)
        if visibility is not None:
            product.visibility = check_visibility(visibility)
        if language is not None:
            product.language = check_language(language)
        product.save(update_fields=["name", "about", "visibility", "language"])
        publish(ProductChanged(at=at, product_id=product_id, actor_id=actor_id))
