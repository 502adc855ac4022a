"""The exchange form of a release: what import reads and export writes.

Described field by field in docs/import-format.md. Plain values only: nothing here knows the store.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Self

from canyu.journal.errors import gettext_noop as _
from canyu.releases.record_fields import FieldReader, RecordInvalid, moment_to_json, quoted
from canyu.releases.record_names import (
    fault_of_handle,
    fault_of_key,
    fault_of_ring,
    fault_of_topic_key,
    fault_of_version,
)

__all__ = [
    "CHANGE_KINDS",
    "ChangeRecord",
    "PersonRecord",
    "RecordInvalid",
    "ReleaseRecord",
    "TopicRef",
]

CHANGE_KINDS: Final = ("new", "better", "fixed", "changed", "removed", "security", "other")

TEXT_MOST: Final = 2_000
DETAIL_MOST: Final = 20_000
NOTES_MOST: Final = 200_000
AREA_MOST: Final = 100
NAME_MOST: Final = 80
PICTURE_MOST: Final = 500
CHANGES_MOST: Final = 2_000
MAKERS_MOST: Final = 100
TOPICS_MOST: Final = 200
RINGS_MOST: Final = 50


@dataclass(frozen=True)
class PersonRecord:
    """A person as a file names them: a handle without '@', and a name where one is known."""

    handle: str
    name: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the person as JSON values."""
        return _without_empty({"handle": self.handle, "name": self.name})

    @classmethod
    def from_json(cls, data: object, *, where: str, path: str = "") -> Self:
        """Read a person. Raises RecordInvalid."""
        reader = FieldReader(data, where=where, path=path, known=("handle", "name"))
        return cls(
            handle=reader.named("handle", fault_of_handle),
            name=reader.text("name", most=NAME_MOST),
        )


@dataclass(frozen=True)
class TopicRef:
    """A topic that a change came from: its key (such as #123), and its address where known."""

    key: str
    url: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the reference as JSON values."""
        return _without_empty({"key": self.key, "url": self.url})

    @classmethod
    def from_json(cls, data: object, *, where: str, path: str = "") -> Self:
        """Read a reference. Raises RecordInvalid."""
        reader = FieldReader(data, where=where, path=path, known=("key", "url"))
        return cls(key=reader.named("key", fault_of_topic_key), url=reader.url("url"))


@dataclass(frozen=True)
class ChangeRecord:
    """One user-visible item of a release.

    `text` and `detail` map a language code to one line and to Markdown; `key` tells the change
    from the others of its release; `picture` is a file beside the one that was read.
    """

    key: str
    kind: str
    text: Mapping[str, str]
    detail: Mapping[str, str]
    area: str
    makers: tuple[PersonRecord, ...]
    topics: tuple[TopicRef, ...]
    picture: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the change as JSON values; what is empty is left out."""
        return {"key": self.key, "kind": self.kind, "text": dict(self.text)} | _without_empty(
            {
                "detail": dict(self.detail),
                "area": self.area,
                "makers": [maker.to_json() for maker in self.makers],
                "topics": [topic.to_json() for topic in self.topics],
                "picture": self.picture,
            }
        )

    @classmethod
    def from_json(cls, data: object, *, where: str, path: str = "", position: int = 1) -> Self:
        """Read a change, the `position`th of its release (counted from 1). Raises RecordInvalid."""
        known = ("key", "kind", "text", "detail", "area", "makers", "topics", "picture")
        reader = FieldReader(data, where=where, path=path, known=known)
        makers = tuple(
            PersonRecord.from_json(one, where=where, path=reader.place(f"makers[{index}]"))
            for index, one in enumerate(reader.items("makers", most=MAKERS_MOST))
        )
        topics = tuple(
            TopicRef.from_json(one, where=where, path=reader.place(f"topics[{index}]"))
            for index, one in enumerate(reader.items("topics", most=TOPICS_MOST))
        )
        _check_distinct(reader, "makers", [maker.handle.casefold() for maker in makers])
        _check_distinct(reader, "topics", [topic.key for topic in topics])
        return cls(
            key=reader.named("key", fault_of_key, default=str(position)),
            kind=reader.choice("kind", CHANGE_KINDS),
            text=reader.by_language("text", most=TEXT_MOST, required=True),
            detail=reader.by_language("detail", most=DETAIL_MOST, one_line=False),
            area=reader.text("area", most=AREA_MOST),
            makers=makers,
            topics=topics,
            picture=_picture(reader),
        )


@dataclass(frozen=True)
class ReleaseRecord:
    """One dated publication of changes, told apart from others of its product by its version.

    `published_at` is None where the file does not tell it. `rings` maps the key of a ring to the
    moment it got the release. `where` is the file and line it was read from, for messages only.
    """

    version: str
    published_at: datetime | None
    is_hotfix: bool
    notes: Mapping[str, str]
    rings: Mapping[str, datetime]
    changes: tuple[ChangeRecord, ...]
    where: str = field(default="", compare=False, repr=False)

    def to_json(self) -> dict[str, Any]:
        """Return the release as JSON values; what is empty is left out, the changes never."""
        return {
            "version": self.version,
            "published_at": moment_to_json(self.published_at),
            **_without_empty(
                {
                    "is_hotfix": self.is_hotfix,
                    "notes": dict(self.notes),
                    "rings": {ring: moment_to_json(at) for ring, at in self.rings.items()},
                }
            ),
            "changes": [change.to_json() for change in self.changes],
        }

    @classmethod
    def from_json(cls, data: object, *, where: str) -> Self:
        """Read a release, all of it or nothing. Raises RecordInvalid, which names `where`."""
        known = ("version", "published_at", "is_hotfix", "notes", "rings", "changes")
        reader = FieldReader(data, where=where, known=known)
        changes = tuple(
            ChangeRecord.from_json(one, where=where, path=f"changes[{index}]", position=index + 1)
            for index, one in enumerate(reader.items("changes", most=CHANGES_MOST))
        )
        _check_distinct(reader, "changes", [change.key for change in changes])
        return cls(
            version=reader.named("version", fault_of_version),
            published_at=reader.moment("published_at"),
            is_hotfix=reader.flag("is_hotfix"),
            notes=reader.by_language("notes", most=NOTES_MOST, one_line=False),
            rings=reader.moments("rings", fault_of_ring, most=RINGS_MOST),
            changes=changes,
            where=where,
        )


def _without_empty(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _check_distinct(reader: FieldReader, name: str, keys: list[str]) -> None:
    seen: set[str] = set()
    for index, key in enumerate(keys):
        if key in seen:
            message = _("%(value)s stands there a second time; each must differ.")
            reader.refuse(f"{name}[{index}]", message, value=quoted(key))
        seen.add(key)


def _picture(reader: FieldReader) -> str:
    name = reader.text("picture", most=PICTURE_MOST)
    # A path that could climb out of the folder of the import file must never be opened.
    if name and (
        name.startswith(("/", "~")) or "\\" in name or ":" in name or ".." in name.split("/")
    ):
        message = _("%(value)s is not the name of a file beside this one, such as shots/home.png.")
        reader.refuse("picture", message, value=quoted(name))
    return name
