"""Reading a file whose form may be told or found out: the way into the imports."""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from canyu.channels.errors import FormatUnknown
from canyu.channels.imports import github_releases, jsonlines, keepachangelog
from canyu.channels.imports.findings import Finding, Problem
from canyu.channels.imports.lines import LINE_MOST, lines_of, open_plain
from canyu.channels.imports.wholes import WHOLE_MOST
from canyu.journal.errors import gettext_noop as _
from canyu.releases.record_names import language_of

__all__ = ["FORMATS", "detect_format", "language_of_file", "read_file"]

FORMATS: Final = ("jsonlines", "keepachangelog", "github-releases")

_HEAD_MOST: Final = 64 * 1024
_ENDINGS: Final = {
    ".jsonl": "jsonlines",
    ".ndjson": "jsonlines",
    ".md": "keepachangelog",
    ".markdown": "keepachangelog",
}
_OWN_TYPE: Final = re.compile(r'"type"\s*:\s*"(?:release|report)"')
_LIST_OF_OBJECTS: Final = re.compile(r"\[\s*(?:\[\s*)?[{\]]")
_HEADING: Final = re.compile(r"^(?:#{1,3}\s|={3,}\s*$|-{3,}\s*$)", re.MULTILINE)
_LANGUAGE_PART: Final = re.compile(r"[._]([A-Za-z]{2}(?:[-_][A-Za-z]{2,4})?)$")


def detect_format(path: Path | str, head: str) -> str:
    """Return the name of the form of a file, one of FORMATS, from its name and first characters.

    What the file says goes before how it is called. Raises FormatUnknown.
    """
    name = Path(path).name.lower().removesuffix(".gz")
    ending = Path(name).suffix
    start = head.lstrip("\ufeff \t\r\n")
    if start.startswith("{"):
        if _OWN_TYPE.search(start.split("\n", 1)[0]):
            return "jsonlines"
        if '"tag_name"' in start:
            return "github-releases"
    if _LIST_OF_OBJECTS.match(start):
        return "github-releases"
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    if ending == ".json" and start[:1] in {"{", "["}:
        return "github-releases"
    if start and start[:1] not in {"{", "["} and _HEADING.search(start):
        return "keepachangelog"
    raise FormatUnknown(
        _("The form of %(path)s cannot be told from its name and beginning. Name it: %(formats)s."),
        path=str(path),
        formats=", ".join(FORMATS),
    )


def language_of_file(path: Path | str) -> str:
    """Return the language a file's name tells (`CHANGELOG.zh-CN.md`: zh-hans), else English."""
    stem = Path(Path(path).name.removesuffix(".gz")).stem
    part = _LANGUAGE_PART.search(stem)
    return (language_of(part[1]) if part else None) or "en"


def read_file(
    path: Path, *, source: str = "", file_format: str = "", language: str = ""
) -> Iterator[Finding]:
    """Return the records of a file, the problems in it, and what was left out, in its order.

    `source` names the file in messages (its path if not given). `file_format` is one of FORMATS,
    `language` that of a Markdown file's or GitHub release's words; both are found out if not
    given. Raises FormatUnknown at once; a file that cannot be opened is a problem.
    """
    source = source or str(path)
    if file_format and file_format not in FORMATS:
        raise FormatUnknown(
            _("%(value)s is not a form that can be read; name one of %(formats)s."),
            value=file_format,
            formats=", ".join(FORMATS),
        )
    try:
        head = _head_of(path)
    except OSError as error:
        return iter([Problem(source, 0, f"The file cannot be opened: {error.strerror or error}.")])
    if not head.strip("\ufeff \t\r\n") and not file_format:
        # Every form says of an empty file that it is empty.
        file_format = _ENDINGS.get(Path(path.name.removesuffix(".gz")).suffix.lower(), FORMATS[0])
    file_format = file_format or detect_format(path, head)
    return _findings(path, source, file_format, language or language_of_file(path))


def _findings(path: Path, source: str, file_format: str, language: str) -> Iterator[Finding]:
    # One answer of the API is one line, so there only the whole is limited.
    most = WHOLE_MOST if file_format == "github-releases" else LINE_MOST
    with open_plain(path) as stream:
        lines = lines_of(stream, source=source, most=most)
        if file_format == "jsonlines":
            yield from jsonlines.parse(lines, source=source)
        elif file_format == "keepachangelog":
            yield from keepachangelog.parse(lines, source=source, language=language)
        else:
            yield from github_releases.parse(lines, source=source, language=language)


def _head_of(path: Path) -> str:
    with open_plain(path) as stream:
        try:
            return stream.read(_HEAD_MOST).decode("utf-8", errors="replace")
        except (EOFError, zlib.error):
            # What is broken further on is said with its line when the lines are read.
            return ""
