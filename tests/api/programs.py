"""Programs that ask, and the time at which they do."""

import json
from datetime import datetime
from typing import Any

from django.test import Client

from canyu.members.services import make_key
from tests.builders import FRIDAY, TUESDAY

_at = [TUESDAY]


def set_clock(at: datetime) -> None:
    _at[0] = at


def read_clock() -> datetime:
    """What the product reads the time from in these tests."""
    return _at[0]


class Program:
    """A program that asks, with a key or without one."""

    def __init__(self, key: str = "") -> None:
        self.client = Client()
        self.headers = {"Authorization": f"Bearer {key}"} if key else {}

    def get(self, path: str, **asked: Any) -> Any:
        return self.client.get(f"/api/v1{path}", asked, headers=self.headers)

    def post(self, path: str, body: object = None) -> Any:
        return self.send("POST", path, json.dumps(body))

    def put(self, path: str, body: object = None) -> Any:
        return self.send("PUT", path, json.dumps(body))

    def send(self, method: str, path: str, body: str | bytes) -> Any:
        return self.client.generic(
            method, f"/api/v1{path}", body, content_type="application/json", headers=self.headers
        )


def program_of(member_id: int) -> Program:
    return Program(make_key(actor_id=member_id, name="test", at=FRIDAY))


def refusal_in(answer: Any, status: int) -> str:
    """The sentence of a no, which has the shape of every no."""
    assert answer.status_code == status, answer.content
    said = answer.json()
    assert said["status"] == status
    assert said["error"].endswith((".", "!"))
    return str(said["error"])
