"""What every endpoint begins with: which product and release is meant, and who may see it."""

from django.http import HttpRequest

from canyu.api.fields import Refusal
from canyu.api.keys import caller_of
from canyu.members.rules import storable
from canyu.products.queries import ProductView, product_of
from canyu.releases.queries import ReleaseView, release_of

# What any endpoint may answer instead, for the OpenAPI file.
READ_REFUSALS = {400: Refusal, 401: Refusal, 404: Refusal}
WRITE_REFUSALS = {**READ_REFUSALS, 403: Refusal, 409: Refusal, 413: Refusal, 429: Refusal}


def product_for(request: HttpRequest, slug: str) -> ProductView:
    """Return the product of an address; raise `NotFound` where the caller may see none."""
    return product_of(slug, caller_of(request))


def release_for(request: HttpRequest, slug: str, version: str) -> tuple[ProductView, ReleaseView]:
    """Return product and release of an address; raise `NotFound`."""
    product = product_for(request, slug)
    return product, release_of(product.id, storable(version))


def picture_address(key: str) -> str:
    """Return the path under which a picture is served, "" for none."""
    return f"/pictures/{key}" if key else ""
