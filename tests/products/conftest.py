"""What the tests of products start from."""

from datetime import UTC, datetime

import pytest

from canyu.members import services as members
from canyu.products import services

AT = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)


def register(handle: str) -> int:
    return members.register_member(handle=handle, password=None, at=AT)


@pytest.fixture
def at() -> datetime:
    return AT


@pytest.fixture
def owner() -> int:
    """The operator, who owns the product `lumen`."""
    member_id = register("olga")
    members.use_invitation(token=members.make_start_link(at=AT), member_id=member_id, at=AT)
    return member_id


@pytest.fixture
def lumen(owner: int) -> int:
    return services.add_product(
        actor_id=owner, slug="lumen", name={"en": "Lumen", "zh-hans": "流明"}, at=AT
    )


@pytest.fixture
def ana() -> int:
    return register("ana")


@pytest.fixture
def bo() -> int:
    return register("bo")


@pytest.fixture
def maker(owner: int, lumen: int) -> int:
    member_id = register("mika")
    services.add_team_member(actor_id=owner, product_id=lumen, member_id=member_id, at=AT)
    return member_id
