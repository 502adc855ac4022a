"""Who asks: the member whose key came with the request, or nobody in particular."""

from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest
from ninja.security import HttpBearer

from canyu.journal import clock
from canyu.members.services import member_by_key


@dataclass(frozen=True)
class Caller:
    """Who asks. Without a key nobody is known, and only what is open to all is answered."""

    member_id: int | None


class MemberKey(HttpBearer):
    """Ask for the key of a member: `Authorization: Bearer <key>`. Cookies open nothing here."""

    right = ""

    def authenticate(self, request: HttpRequest, token: str) -> Caller:  # noqa: ARG002
        """Return whose key it is; raise `KeyRefused`."""
        return Caller(member_by_key(key=token.strip(), at=clock.now(), right=self.right).id)


class WordsKey(MemberKey):
    """Take also a key that opens nothing but the words that people said elsewhere."""

    right = "words"


class OptionalKey(MemberKey):
    """Take a key where one is sent. One that opens nothing is refused, not overlooked."""

    def __call__(self, request: HttpRequest) -> Caller | None:
        """Return who asks; None where something was sent that is no key."""
        if not request.headers.get(self.header):
            return Caller(None)
        return cast("Caller | None", super().__call__(request))


def caller_of(request: HttpRequest) -> int | None:
    """Return the id of the member who asks, None for a stranger."""
    return cast("Caller", request.auth).member_id  # type: ignore[attr-defined]  # set by ninja


def member_of(request: HttpRequest) -> int:
    """Return the id of the member who asks, where the endpoint lets nobody else in."""
    return cast("int", caller_of(request))
