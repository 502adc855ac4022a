"""Products, their rings, and how many people have them."""

from datetime import date, datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field, StrictInt

from canyu.api.fields import AsText, Body, Texts


class ProductOut(Schema):
    """A product. `name` and `about` are {language: text}."""

    slug: str
    name: Texts
    about: Texts
    visibility: str = Field(description='"open" to all, or for "members" only.')
    language: str
    made_at: datetime


class RingOut(Schema):
    """A ring of a product, which gets releases at its own pace."""

    key: str
    name: Texts
    joining: str = Field(description='"open", or "invited" only.')


class AreaOut(Schema):
    """A part of a product that a small team owns."""

    slug: str
    name: Texts


class ProductPage(ProductOut):
    """A product with its rings, areas and newest release."""

    rings: list[RingOut]
    areas: list[AreaOut]
    latest_version: str | None


class RingIn(Body):
    """The ring to be in; device and version stay as they are where they are left out."""

    ring: str = Field(max_length=64)
    device: str | None = Field(default=None, max_length=200)
    version: str | None = Field(default=None, max_length=200)


class RingStayOut(Schema):
    """The ring in which one is now."""

    ring: str
    device: str
    version: str


class ExposureRowIn(Body):
    """How many people had a version in one week; told again, it replaces what was told."""

    week: Annotated[date, AsText] = Field(description="Any day of the week.")
    ring: str
    n_people: StrictInt
    version: str = Field(default="", description='"" for any version.')
    device: str = ""


class ExposureIn(Body):
    """Rows of the exposure table: taken all together, or none of them."""

    rows: list[ExposureRowIn]


class ExposureOut(Schema):
    """How many rows were recorded."""

    n_rows: int
