"""The Markdown body of a release: its list items become changes, its prose becomes notes."""

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from canyu.channels.imports.bylines import Byline, read_byline
from canyu.channels.imports.headings import day_alone, kind_of_section
from canyu.releases.records import AREA_MOST, MAKERS_MOST, TEXT_MOST, TOPICS_MOST

__all__ = ["Block", "Body", "Document", "read_document", "showable"]

_UNFIT: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
_CHECKBOX: Final = re.compile(r"^\[[ xX]\] ")
_NOT_CHANGES: Final = re.compile(
    r"contributors|thanks|acknowledge?ments|assets|downloads?|checksums?|贡献者|致谢", re.IGNORECASE
)
_GROUP_WORDS_MOST: Final = 4
_GROUP_DEPTH_MOST: Final = 3


@dataclass(frozen=True)
class Block:
    """A block of Markdown: its type, the tokens inside it, and the lines it covers, from 0."""

    type: str
    tag: str
    inner: Sequence[Token]
    start: int
    end: int

    @property
    def content(self) -> str:
        """The text of a heading or paragraph."""
        return self.inner[0].content if self.inner else ""


@dataclass(frozen=True)
class Document:
    """Markdown taken apart: its lines, its top blocks, and its link definitions."""

    lines: Sequence[str]
    blocks: Sequence[Block]
    references: Mapping[str, str]


def showable(text: str) -> str:
    """Return a text with LF line ends and without control characters, which no page can show."""
    return _UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def read_document(text: str) -> Document:
    """Take Markdown apart, after dropping what cannot be shown."""
    text = showable(text)
    environment: dict[str, Any] = {}
    # Only blocks are needed; the words in them are kept as they are written.
    tokens = MarkdownIt("commonmark").disable("inline").parse(text, environment)
    references = {
        str(label).upper(): str(one.get("href", ""))
        for label, one in environment.get("references", {}).items()
    }
    return Document(text.split("\n"), tuple(_blocks(tokens)), references)


@dataclass
class Body:
    """What a release's blocks say, gathered block by block.

    `changes` are in the JSON form of ChangeRecord, their texts under `language`; `day` is the day
    that stood alone under the heading, if one did.
    """

    document: Document
    language: str
    changes: list[dict[str, Any]] = field(default_factory=list)
    day: date | None = None
    _section: str = ""
    _section_told: bool = True
    _prose: list[str] = field(default_factory=list)
    _n_blocks: int = 0

    def add(self, block: Block) -> None:
        """Take the next block of the release."""
        self._n_blocks += 1
        if block.type == "heading_open":
            self._section = " ".join(block.content.split())
            self._section_told = False
        elif block.type in {"bullet_list_open", "ordered_list_open"} and not _NOT_CHANGES.search(
            self._section
        ):
            self._add_items(block, kind=kind_of_section(self._section), area="", depth=0)
        elif block.type == "paragraph_open" and self._n_blocks == 1 and day_alone(block.content):
            self.day = day_alone(block.content)
        else:
            self._add_prose(block)

    def notes(self, *first: str) -> str:
        """Return the prose as Markdown, after the given paragraphs."""
        return "\n\n".join(part for part in (*first, *self._prose) if part)

    def _add_prose(self, block: Block) -> None:
        words = _COMMENT.sub("", self._source(block.start, block.end)).strip("\n")
        if not words.strip():
            return
        if not self._section_told:
            self._prose.append(f"### {self._section}")
            self._section_told = True
        self._prose.append(words)

    def _add_items(self, block: Block, *, kind: str, area: str, depth: int) -> None:
        for item in _blocks(block.inner):
            parts = list(_blocks(item.inner))
            first = parts[0] if parts else None
            if first is not None and first.type in {"bullet_list_open", "ordered_list_open"}:
                for part in parts:
                    self._add_items(part, kind=kind, area=area, depth=depth)
                continue
            words = first.content if first and first.type == "paragraph_open" else ""
            rest = parts[1:] if words else parts
            line = " ".join(_COMMENT.sub("", words).split())
            group = _group_name(line, rest) if depth < _GROUP_DEPTH_MOST else ""
            if group:
                named = kind_of_section(group)
                self._add_items(
                    rest[0],
                    kind=kind if named == "other" else named,
                    area=group[:AREA_MOST] if named == "other" else area,
                    depth=depth + 1,
                )
                continue
            detail = self._source(rest[0].start, item.end) if rest else ""
            self._add_change(line, detail, kind=kind, area=area)

    def _add_change(self, line: str, detail: str, *, kind: str, area: str) -> None:
        if not line and detail.strip():
            line = next(one for one in detail.split("\n") if one.strip()).strip(" `~>#\t")
            line = " ".join(line.split())
        line = _CHECKBOX.sub("", line)
        # A line beyond what a change may hold is kept whole in the detail, and not taken apart.
        if len(line) > TEXT_MOST:
            detail = f"{line}\n\n{detail}".rstrip("\n")
            line = line[: TEXT_MOST - 1] + "…"
            byline = Byline(line)
        else:
            byline = read_byline(line, self.document.references)
        if not byline.text.strip():
            return
        self.changes.append(
            {
                "kind": byline.kind or (kind if kind != "other" else byline.guess or kind),
                "text": {self.language: byline.text[:TEXT_MOST]},
                "detail": {self.language: detail} if detail else {},
                "area": (byline.area or area)[:AREA_MOST],
                "makers": [{"handle": handle} for handle in byline.makers[:MAKERS_MOST]],
                "topics": [
                    {"key": key, "url": url}
                    for key, url in list(byline.topics.items())[:TOPICS_MOST]
                ],
            }
        )

    def _source(self, start: int, end: int) -> str:
        return textwrap.dedent("\n".join(self.document.lines[start:end])).strip("\n")


def _group_name(line: str, rest: Sequence[Block]) -> str:
    """Return the name that a list item gives to the list under it, "" where it is a change."""
    if len(rest) != 1 or rest[0].type not in {"bullet_list_open", "ordered_list_open"}:
        return ""
    bare = line.strip("*_` ").rstrip(":：").strip("*_` ")
    is_marked = line.endswith((":", "：")) or (
        line[:1] in {"*", "`", "_"} and line[-1:] == line[:1]
    )
    most = _GROUP_WORDS_MOST if is_marked else 1
    is_name = 0 < len(bare.split()) <= most and not re.search(r"[.!?。！？，,`*#@]", bare)
    is_short = len(bare) <= (AREA_MOST if bare.isascii() else 12)
    return bare if is_name and is_short else ""


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    """Yield the outermost blocks of a run of tokens."""
    index = 0
    while index < len(tokens):
        token, last = tokens[index], index
        depth = int(token.nesting)
        while depth > 0:
            last += 1
            depth += tokens[last].nesting
        start, end = token.map or (0, 0)
        yield Block(token.type, token.tag, tokens[index + 1 : last], start, end)
        index = last + 1
