"""Releases out of the JSON of GitHub's REST API: one release, a list, or several lists in a row."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from canyu.channels.imports.body import Body, read_document, showable
from canyu.channels.imports.findings import Problem, Skipped, place, problem_of, seen_already
from canyu.channels.imports.headings import plain_version
from canyu.channels.imports.wholes import whole_of
from canyu.releases.records import RecordInvalid, ReleaseRecord

__all__ = ["parse"]

_BLANK: Final = " \t\r\n"


def parse(
    lines: Iterable[str | Problem], *, source: str, language: str = "en"
) -> Iterator[ReleaseRecord | Problem | Skipped]:
    """Yield the releases of an API answer in its order; drafts are left out and said so.

    Takes what `GET /repos/…/releases` returns, a single release, and several pages one after the
    other. `language` is that of the words in the release texts.
    """
    whole = whole_of(lines, source=source)
    if isinstance(whole, Problem):
        yield whole
        return
    if whole.unreadable:
        yield next(iter(whole.unreadable.values()))
        return
    if not whole.text.strip():
        yield Skipped(source, 0, "The file is empty; there is nothing to import.")
        return
    lines_of_versions: dict[str, int] = {}
    n_found = 0
    for line, found in _objects(whole.text, source):
        n_found += 1
        if isinstance(found, Problem):
            yield found
        else:
            yield _read(found, line, source, language, lines_of_versions)
    if n_found == 0:
        yield Skipped(source, 0, "The list holds no release; there is nothing to import.")


def _objects(text: str, source: str) -> Iterator[tuple[int, object]]:
    """Yield the objects of one or more JSON lists, each with the line where it begins."""
    decoder = json.JSONDecoder()
    at, line, depth = 0, 1, 0
    while True:
        begin = at
        while at < len(text) and (text[at] in _BLANK or (text[at] in ",[]")):
            depth += {"[": 1, "]": -1}.get(text[at], 0)
            at += 1
        line += text.count("\n", begin, at)
        if at >= len(text):
            if depth != 0:
                yield (
                    line,
                    Problem(source, line, "The JSON ends before its list does; it is cut short."),
                )
            return
        try:
            found, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            told = error.msg if isinstance(error, json.JSONDecodeError) else "it is nested too deep"
            if isinstance(error, json.JSONDecodeError):
                line += text.count("\n", at, error.pos)
            yield (
                line,
                Problem(source, line, f"This is not JSON: {told}. Nothing from here on was read."),
            )
            return
        yield line, found
        line += text.count("\n", at, end)
        at = end


def _read(
    found: object, line: int, source: str, language: str, lines_of_versions: dict[str, int]
) -> ReleaseRecord | Problem | Skipped:
    tag = found.get("tag_name") if isinstance(found, dict) else None
    if not isinstance(found, dict) or not isinstance(tag, str) or not tag.strip():
        return Problem(
            source, line, "This is no release of GitHub's API: it has no tag_name. It was left out."
        )
    if found.get("draft") is True:
        return Skipped(source, line, f"{tag[:80]} is a draft and was left out.")
    # A version stands in addresses, where a slash would be a step into a folder.
    version = plain_version(tag.strip().removeprefix("refs/tags/").replace("/", "-"))
    if version in lines_of_versions:
        what = f"Version {version[:80]}"
        return seen_already(source, line, what, lines_of_versions[version])
    lines_of_versions[version] = line
    try:
        return _release(found, version, place(source, line), language)
    except RecordInvalid as invalid:
        return problem_of(invalid, source, line, f"Release {version[:80]} was left out")


def _release(found: dict[str, Any], version: str, where: str, language: str) -> ReleaseRecord:
    text = found.get("body")
    name = found.get("name")
    if not isinstance(text, str | None) or not isinstance(name, str | None):
        wrong = "name" if isinstance(text, str | None) else "body"
        raise RecordInvalid(where, wrong, "is not a text.")
    document = read_document(text or "")
    body = Body(document, language)
    for block in document.blocks:
        body.add(block)
    title = " ".join(showable(name or "").split())
    says_more = plain_version(title.removeprefix("Release ")) not in {version, found["tag_name"]}
    return ReleaseRecord.from_json(
        {
            "version": version,
            "published_at": found.get("published_at"),
            "notes": {language: body.notes(title if says_more else "")},
            "changes": body.changes,
        },
        where=where,
    )
