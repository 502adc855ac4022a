"""Feeds in Atom (RFC 4287), by Django's generator: several authors, pages of it, whole content."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from xml.sax.xmlreader import AttributesImpl

from django.utils.feedgenerator import Atom1Feed, rfc3339_date
from django.utils.xmlutils import SimplerXMLGenerator

CONTENT_TYPE = "application/atom+xml; charset=utf-8"


@dataclass(frozen=True)
class Entry:
    """One entry: `key` is its own for ever, `content` is HTML that is safe already."""

    key: str
    title: str
    link: str
    content: str
    at: datetime
    updated_at: datetime
    authors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Feed:
    """A feed as its readers get it; addresses are whole ones."""

    key: str
    title: str
    link: str
    here: str
    language: str
    entries: Sequence[Entry] = field(default_factory=list)
    next_page: str = ""


class _Atom(Atom1Feed):
    """Writes authors and content as Atom has them; the generator knows one author, no content."""

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        if next_page := self.feed["next_page"]:
            handler.addQuickElement("link", "", {"rel": "next", "href": str(next_page)})

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, object]) -> None:
        super().add_item_elements(handler, item)
        for name in _names(item["authors"]):
            handler.startElement("author", AttributesImpl({}))
            handler.addQuickElement("name", name)
            handler.endElement("author")
        handler.addQuickElement("content", str(item["content"]), {"type": "html"})

    def latest_post_date(self) -> datetime:
        """When something of it changed last: of an empty one, never."""
        found: datetime = self.feed["updated_at"]
        return found


def written(feed: Feed) -> bytes:
    """Return a feed as it is sent."""
    generator = _Atom(
        title=_clean(feed.title),
        link=feed.link,
        description="",
        language=feed.language,
        feed_url=feed.here,
        feed_guid=feed.key,
        author_name="Canyu",
        next_page=feed.next_page,
        updated_at=updated_at(feed),
    )
    for entry in feed.entries:
        generator.add_item(
            title=_clean(entry.title),
            link=entry.link,
            description="",
            unique_id=entry.key,
            pubdate=entry.at,
            updateddate=entry.updated_at,
            authors=[_clean(name) for name in entry.authors],
            content=_clean(entry.content),
        )
    return str(generator.writeString("utf-8")).encode()


def updated_at(feed: Feed) -> datetime:
    """When something in a feed changed last."""
    return max((one.updated_at for one in feed.entries), default=NEVER)


def _names(names: object) -> Sequence[str]:
    return names if isinstance(names, list) else []


def _clean(text: str) -> str:
    return NO_XML.sub("", text)


# XML 1.0 has none of these, not even written as numbers.
NO_XML = re.compile("[^\t\n\\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NEVER = datetime.fromisoformat("2010-08-16T00:00:00+00:00")
__all__ = ["CONTENT_TYPE", "Entry", "Feed", "rfc3339_date", "updated_at", "written"]
