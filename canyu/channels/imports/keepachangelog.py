"""Releases out of a changelog in Markdown: Keep a Changelog 1.1.0, and what projects make of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from canyu.channels.imports.body import Block, Body, Document, read_document
from canyu.channels.imports.findings import Problem, Skipped, place, problem_of, seen_already
from canyu.channels.imports.headings import (
    ReleaseHeading,
    kind_of_section,
    moment_of_day,
    release_heading,
)
from canyu.channels.imports.wholes import whole_of
from canyu.releases.records import RecordInvalid, ReleaseRecord

__all__ = ["parse"]

WITHDRAWN: Final = {
    "en": "This release was withdrawn after it was published.",
    "zh-hans": "此版本发布后已撤回。",
}
_DEEPEST: Final = 3


@dataclass
class _Section:
    """The part of a changelog under one heading: a release, or something that is none."""

    heading: ReleaseHeading | None
    title: str
    level: int
    start: int
    end: int
    blocks: list[Block] = field(default_factory=list)

    @property
    def line(self) -> int:
        return self.start + 1


def parse(
    lines: Iterable[str | Problem], *, source: str, language: str = "en"
) -> Iterator[ReleaseRecord | Problem | Skipped]:
    """Yield the releases of a changelog as they stand in it, newest first as a rule.

    `language` is that of the words in the file. A release that holds a line that cannot be read,
    or whose version was already met, is a problem and is left out as a whole.
    """
    whole = whole_of(lines, source=source)
    if isinstance(whole, Problem):
        yield whole
        return
    unreadable = dict(whole.unreadable)
    if not whole.text.strip():
        yield from unreadable.values()
        if not unreadable:
            yield Skipped(source, 0, "The file is empty; there is nothing to import.")
        return
    document = read_document(whole.text)
    sections = _sections(document)
    lines_of_versions: dict[str, int] = {}
    first = sections[0].start if sections else len(document.lines)
    yield from (unreadable[number] for number in sorted(unreadable) if number <= first)
    for section in sections:
        bad = [one for number, one in unreadable.items() if section.start < number <= section.end]
        yield _read(section, bad, document, source, language, lines_of_versions)
    if not sections:
        yield Problem(
            source,
            0,
            "No heading names a version. A release begins with a heading such as"
            " “## [1.2.0] - 2024-01-05”.",
        )


def _sections(document: Document) -> list[_Section]:
    sections: list[_Section] = []
    for block in document.blocks:
        opened = _opened_by(block, sections[-1] if sections else None)
        if opened is not None:
            if sections:
                sections[-1].end = block.start
            sections.append(opened)
        elif sections:
            sections[-1].blocks.append(block)
    if sections:
        sections[-1].end = len(document.lines)
    return sections


def _opened_by(block: Block, current: _Section | None) -> _Section | None:
    """Return the section that a block opens, None where it belongs to the current one."""
    if block.type != "heading_open":
        return None
    level = int(block.tag[1:])
    heading = release_heading(block.content)
    title = " ".join(block.content.split())
    opened = _Section(heading, title, level, block.start, block.end)
    if heading is None:
        # A heading beside the releases ends the one before it; a kind of changes never does, nor
        # does any third-level heading: tools write patch releases at the level of their parts.
        is_beside = current is not None and level <= min(current.level, _DEEPEST - 1)
        return opened if is_beside and kind_of_section(title) == "other" else None
    if heading.version or heading.is_unreleased:
        return opened if level <= _DEEPEST else None
    # Brackets or a day without a version: under a release such a heading is one of its parts.
    return opened if level <= (current.level if current else _DEEPEST - 1) else None


def _read(
    section: _Section,
    unreadable: list[Problem],
    document: Document,
    source: str,
    language: str,
    lines_of_versions: dict[str, int],
) -> ReleaseRecord | Problem | Skipped:
    heading, line, title = section.heading, section.line, section.title[:80]
    if unreadable:
        message = f"{unreadable[0].message} “{title}” was left out as a whole."
        return Problem(source, unreadable[0].line, message)
    if heading is None or heading.is_unreleased:
        message = (
            "What is not released yet was left out."
            if heading
            else f"“{title}” names no version; what stands under it was not read."
        )
        return Skipped(source, line, message)
    if heading.fault:
        message = f"In the heading “{title}”: {heading.fault}. It was left out."
        return Problem(source, line, message)
    first_line = lines_of_versions.setdefault(heading.version, line)
    if first_line != line:
        return seen_already(source, line, f"Version {heading.version}", first_line)
    try:
        return _release(section, heading, document, place(source, line), language)
    except RecordInvalid as invalid:
        return problem_of(invalid, source, line, f"Release {heading.version[:80]} was left out")


def _release(
    section: _Section, heading: ReleaseHeading, document: Document, where: str, language: str
) -> ReleaseRecord:
    body = Body(document, language)
    for block in section.blocks:
        body.add(block)
    published_at = heading.published_at or (moment_of_day(body.day) if body.day else None)
    withdrawn = WITHDRAWN.get(language, WITHDRAWN["en"]) if heading.is_withdrawn else ""
    return ReleaseRecord.from_json(
        {
            "version": heading.version,
            "published_at": published_at.isoformat() if published_at else None,
            "notes": {language: body.notes(withdrawn, heading.title)},
            "changes": body.changes,
        },
        where=where,
    )
