"""Products, rings, exposure."""

from django.db import transaction
from django.http import HttpRequest
from ninja import Router

from canyu.api.endpoints.access import READ_REFUSALS, WRITE_REFUSALS, product_for
from canyu.api.keys import MemberKey, OptionalKey, caller_of, member_of
from canyu.api.schemas.products import (
    AreaOut,
    ExposureIn,
    ExposureOut,
    ProductOut,
    ProductPage,
    RingIn,
    RingOut,
    RingStayOut,
)
from canyu.journal import clock
from canyu.products import queries as products
from canyu.products import services
from canyu.products.exposure_table import ExposureRow
from canyu.products.queries import ProductView
from canyu.releases import queries as releases

router = Router(tags=["products"], auth=OptionalKey())


@router.get("/products", response={200: list[ProductOut], 401: READ_REFUSALS[401]})
def list_products(request: HttpRequest) -> list[ProductOut]:
    """The products that you may see, oldest first."""
    return [_product(one) for one in products.products_for(caller_of(request))]


@router.get("/products/{slug}", response={200: ProductPage, **READ_REFUSALS})
def read_product(request: HttpRequest, slug: str) -> ProductPage:
    """One product with its rings, areas and newest release."""
    product = product_for(request, slug)
    latest = releases.latest_release(product.id)
    rings = products.rings_of(product.id)
    return ProductPage(
        **_product(product).dict(),
        rings=[RingOut(key=one.key, name=dict(one.name), joining=one.joining) for one in rings],
        areas=[
            AreaOut(slug=one.slug, name=dict(one.name)) for one in products.areas_of(product.id)
        ],
        latest_version=latest.version if latest else None,
    )


@router.post(
    "/products/{slug}/ring", response={200: RingStayOut, **WRITE_REFUSALS}, auth=MemberKey()
)
def choose_ring(request: HttpRequest, slug: str, body: RingIn) -> RingStayOut:
    """Be in a ring of the product, and say on what you run which version."""
    product, member_id, at = product_for(request, slug), member_of(request), clock.now()
    # Both or neither: a device that cannot be taken must not leave you in another ring.
    with transaction.atomic():
        services.choose_ring(actor_id=member_id, product_id=product.id, ring_key=body.ring, at=at)
        stay = products.ring_of(product.id, member_id)
        device = stay.device if stay and body.device is None else body.device or ""
        version = stay.version if stay and body.version is None else body.version or ""
        services.state_device(
            actor_id=member_id, product_id=product.id, device=device, version=version, at=at
        )
    stay = products.ring_of(product.id, member_id)
    return RingStayOut(
        ring=stay.key if stay else body.ring,
        device=stay.device if stay else "",
        version=stay.version if stay else "",
    )


@router.post(
    "/products/{slug}/exposure", response={200: ExposureOut, **WRITE_REFUSALS}, auth=MemberKey()
)
def record_exposure(request: HttpRequest, slug: str, body: ExposureIn) -> ExposureOut:
    """Tell how many people have which version. Team only; all rows are taken, or none."""
    product = product_for(request, slug)
    rows = [
        ExposureRow(
            week=one.week,
            ring_key=one.ring,
            n_people=one.n_people,
            version=one.version,
            device=one.device,
            line=row,
        )
        for row, one in enumerate(body.rows, start=1)
    ]
    n_rows = services.record_exposure(
        actor_id=member_of(request), product_id=product.id, rows=rows, at=clock.now()
    )
    return ExposureOut(n_rows=n_rows)


def _product(product: ProductView) -> ProductOut:
    return ProductOut(
        slug=product.slug,
        name=dict(product.name),
        about=dict(product.about),
        visibility=product.visibility,
        language=product.language,
        made_at=product.made_at,
    )
