"""What a heading of a changelog says: a release with its version and day, or a kind of changes."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

__all__ = [
    "ReleaseHeading",
    "day_alone",
    "kind_of_section",
    "moment_of_day",
    "plain_version",
    "release_heading",
]

# A changelog names days only. Nine in the morning keeps the day the same from UTC-9 to UTC+14.
_HOUR: Final = time(9, tzinfo=UTC)

_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_DAY_FORMS: Final = (
    re.compile(r"(?<![\d.])(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})(?!\d)"),
    re.compile(r"(?P<year>\d{4})\s?年\s?(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?日"),
    re.compile(
        r"\b(?P<name>[A-Za-z]{3,9})\.?\s(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s(?P<year>\d{4})\b"
    ),
    re.compile(
        r"\b(?P<day>\d{1,2})(?:st|nd|rd|th)?\s(?P<name>[A-Za-z]{3,9})\.?,?\s(?P<year>\d{4})\b"
    ),
)
_UNRELEASED: Final = re.compile(
    r"unreleased|upcoming|未发布|next(?:\s+(?:release|version))?", re.IGNORECASE
)
_YANKED: Final = re.compile(r"\[\s*yanked\s*\]|\(\s*yanked\s*\)", re.IGNORECASE)
_PREFIX: Final = re.compile(
    r"^(?:[\w.]+\s+(?=version\s))?(?:version|release|ver\.?|版本)\s*:?\s+", re.IGNORECASE
)
_ORNAMENT: Final = re.compile(r"</?[A-Za-z][^<>]*>|[*`]")
_BRACKETED: Final = re.compile(r"\[(?P<version>[^\[\]]{1,80})\](?:\([^()\s]*\)|\[[^\[\]]*\])?")
_NUMBERED: Final = re.compile(r"[vV]?(?P<version>\d[0-9A-Za-z]*(?:[.+_-][0-9A-Za-z]+)*)")
_SEPARATOR: Final = re.compile(r"[\s\-–—:：,/|·()（）\"“”'‘’「」]+")


@dataclass(frozen=True)
class ReleaseHeading:
    """A heading that opens a release.

    `version` is "" where there ought to be one and none can be read; `is_unreleased` marks the
    section of what is still to come; `title` is what the heading says besides.
    """

    version: str
    published_at: datetime | None = None
    title: str = ""
    fault: str = ""
    is_unreleased: bool = False
    is_withdrawn: bool = False


def plain_version(version: str) -> str:
    """Return a version without the v that tags put before its number."""
    return version[1:] if re.match(r"[vV]\d", version) else version


def moment_of_day(day: date) -> datetime:
    """Return the moment that stands for a day of which no hour is known: 09:00 UTC."""
    return datetime.combine(day, _HOUR)


def release_heading(text: str) -> ReleaseHeading | None:
    """Read a heading's text as the opening of a release, None where it is another heading.

    Takes `[1.2.3] - 2024-01-05`, `v1.2.3 (2024-01-05)`, `1.2.3 / 2024-01-05`, `Version 1.2`,
    `[1.2.3](address) (January 5, 2024)`, `2024-01-05, Version 1.2.3`, `[1.2.3] - … [YANKED]`.
    """
    text, n_yanked = _YANKED.subn("", " ".join(text.split()))
    text = _ORNAMENT.sub("", text).strip(" #")
    # "2013.08.21, Version 0.11.6": where the version is called so, points may part a day.
    if re.match(r"\d{4}\.\d{1,2}\.\d{1,2}\b.*\bversion \d", text, re.IGNORECASE):
        text = re.sub(r"\.", "-", text, count=2)
    day_text, day, fault = _day_in(text)
    rest = text.replace(day_text, " ", 1) if day_text else text
    rest = _PREFIX.sub("", rest.strip(" ,:-–—/|")).strip(" ,:-–—/|")
    if _UNRELEASED.fullmatch(rest.strip("[]() ")) or re.match(
        r"\[unreleased\]", rest, re.IGNORECASE
    ):
        return ReleaseHeading("", is_unreleased=True)
    version, title = _version_first(rest, dated=bool(day_text))
    if version and _UNRELEASED.fullmatch(title):
        return ReleaseHeading("", is_unreleased=True)
    if not version and day_text and not rest.strip(" ()[]"):
        version = day_text.strip() if text.startswith((day_text, f"[{day_text}")) else ""
    if not version:
        looks_like_one = day_text or rest.startswith("[")
        return (
            ReleaseHeading("", fault="no version can be read from it") if looks_like_one else None
        )
    return ReleaseHeading(
        plain_version(version),
        moment_of_day(day) if day else None,
        title=title,
        fault=fault,
        is_withdrawn=n_yanked > 0,
    )


def day_alone(text: str) -> date | None:
    """Return the day where a text is nothing but a day (as `2024-01-05` under a heading)."""
    bare = text.strip(" `*_\n")
    day_text, day, _fault = _day_in(bare)
    return day if day_text == bare else None


def _version_first(text: str, *, dated: bool) -> tuple[str, str]:
    bracketed = _BRACKETED.match(text)
    if bracketed and any(letter.isdigit() for letter in bracketed["version"]):
        return bracketed["version"].strip(), _title(text[bracketed.end() :])
    numbered = _NUMBERED.match(text)
    if numbered is None:
        return "", ""
    after = text[numbered.end() :]
    if after and not _SEPARATOR.match(after):
        return "", ""
    # "2 things to know" opens no release: a bare number needs a point, a v, a date, or to be alone.
    plain = "." not in numbered.group() and not numbered.group().startswith(("v", "V"))
    worded = bool(after.strip()) and not re.match(r"\s*[-–—:：(（,/|\"“'‘「]", after)
    is_year = re.fullmatch(r"(?:19|20)\d\d", text.strip()) is not None
    if is_year or (plain and after.strip() and not dated) or (worded and not dated):
        return "", ""
    return numbered["version"], _title(after)


def _title(text: str) -> str:
    bare = text.strip(" -–—:：,/|·\"“”'‘’「」")
    inner = bare[1:-1] if bare[:1] in {"(", "（"} and bare[-1:] in {")", "）"} else bare
    return inner.strip()


def _day_in(text: str) -> tuple[str, date | None, str]:
    """Return the first day in a text as written, as a day, and what is wrong with it."""
    for form in _DAY_FORMS:
        found = form.search(text)
        if found is None:
            continue
        parts = found.groupdict()
        month = _MONTHS.get((parts.get("name") or "")[:3].lower()) or int(parts.get("month") or 0)
        if month == 0 and parts.get("name"):
            continue
        try:
            return found.group(), date(int(parts["year"]), month, int(parts["day"])), ""
        except ValueError:
            return found.group(), None, f"{found.group()} is not a day of the calendar"
    return "", None, ""


_KINDS: Final = {
    "new": "added add new features feature new-features minor-changes 新增 新功能 新特性 增加",
    "better": "improved improvements improvement enhancements enhancement performance better"
    " performance-improvements refactor refactoring code-refactoring documentation docs style"
    " styles accessibility 优化 改进 性能优化 文档",
    "fixed": "fixed fix fixes bug-fixes bugfixes bug-fix bugs bugfix patch-changes fixed-bugs"
    " 修复 问题修复 修正",
    "changed": "changed breaking breaking-changes major-changes deprecated deprecations"
    " deprecation 变更 调整 废弃 不兼容变更 破坏性变更",
    "removed": "removed removals remove 移除 删除",
    "security": "security security-fixes 安全",
}
_KIND_OF: Final = {word: kind for kind, words in _KINDS.items() for word in words.split()}


def kind_of_section(heading: str) -> str:
    """Return the kind of the changes under a heading, "other" where it tells none."""
    words = re.findall(r"\w+", heading.lower())
    return _KIND_OF.get("-".join(words), "other")
