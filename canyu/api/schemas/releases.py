"""Releases and their changes, in the words of the exchange form."""

from datetime import datetime

from ninja import Schema
from pydantic import Field

from canyu.api.fields import Person, Texts


class ReleaseOut(Schema):
    """A release in a list. `published_at` is null where nobody knows."""

    version: str
    published_at: datetime | None
    is_hotfix: bool
    is_history: bool
    n_changes: int
    notes: Texts


class ReleasesPage(Schema):
    """One page of releases, newest first."""

    releases: list[ReleaseOut]
    page: int
    n_pages: int
    n_releases: int


class TopicRefOut(Schema):
    """A topic that a change came from."""

    key: str
    url: str


class ChangeOut(Schema):
    """A change as `canyu export releases` writes it, with its id and how many asked for it."""

    id: int
    key: str
    kind: str
    text: Texts
    detail: Texts
    area: str
    makers: list[Person]
    topics: list[TopicRefOut]
    picture: str = Field(description="Where the picture is, as a path of this server.")
    n_askers: int = Field(description="People whose topic, voice or report led to it.")


class ReleaseDetail(Schema):
    """A release with its changes. `rings` tells when each ring got it."""

    version: str
    published_at: datetime | None
    is_hotfix: bool
    is_history: bool
    notes: Texts
    rings: dict[str, datetime]
    changes: list[ChangeOut]
