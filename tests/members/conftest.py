"""What the tests of people start from."""

from datetime import UTC, datetime
from typing import Any

import pytest

from canyu.members import services
from tests.builders import on_disk

__all__ = ["on_disk"]
AT = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
PASSWORD = "quiet orange friday"


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def at() -> datetime:
    return AT


@pytest.fixture
def ana() -> int:
    return services.register_member(handle="ana", name="Ana Li", password=PASSWORD, at=AT)


@pytest.fixture
def bo() -> int:
    return services.register_member(handle="bo", name="Bo", password=PASSWORD, at=AT)


@pytest.fixture
def operator() -> int:
    member_id = services.register_member(handle="olga", password=PASSWORD, at=AT)
    token = services.make_start_link(at=AT)
    services.use_invitation(token=token, member_id=member_id, at=AT)
    return member_id
