"""What one line of a changelog says besides its sentence: makers, topics, kind.

A person is taken for a maker only where the line says so: `by @name`, or `@name` at its end. Who
reported, asked or is thanked stays in the sentence; asking is not making.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

__all__ = ["Byline", "read_byline"]

_URL: Final = r"https?://[^\s()<>\"'\\]+"
_HANDLE: Final = r"@[A-Za-z0-9][A-Za-z0-9_-]{0,38}(?:\[bot\])?"
_LINKED_HANDLE: Final = rf"\[{_HANDLE}\]\({_URL}\)"
_PERSON: Final = rf"(?:{_LINKED_HANDLE}|{_HANDLE})"
_LINKED_REF: Final = rf"\[(?:[\w.-]+/[\w.-]+)?#?\d+\]\({_URL}\)"
_REF_URL: Final = r"https?://[^\s()<>\"'\\]+/(?:pull|issues|merge_requests|discussions)/\d+"
_BARE_REF: Final = r"(?:[\w.-]+/[\w.-]+)?#\d+"
_REF: Final = rf"(?:{_LINKED_REF}|{_REF_URL}|{_BARE_REF})"
_COMMIT: Final = rf"(?:\[`?[0-9a-f]{{6,40}}`?\]\({_URL}\)|`?[0-9a-f]{{7,40}}`?)"
_AND: Final = r"(?: ?[,;&、，] ?(?:and )?| and | 和 | )"
_PEOPLE: Final = rf"{_PERSON}(?:{_AND}{_PERSON})*"
_REFS: Final = rf"{_REF}(?:{_AND}{_REF})*"
_CLOSES: Final = r"(?:closes|close|fixes|fix|resolves|refs|ref|see|pr|via|issue|issues)"
_ATOM: Final = rf"(?:(?:by |{_CLOSES}:? )?(?:{_REF}|{_PERSON}|{_COMMIT}))"
# What may stand at the end of a line; each is taken off in turn until none is left.
_BY: Final = re.compile(rf"(?:^|[\s,，—–-]+)by {_PEOPLE}(?: in {_REFS})?[.!。]?$", re.IGNORECASE)
_BARE: Final = re.compile(
    rf"(?:(?<=[\s。.!！）)`])|^)(?:{_LINKED_REF}|{_REF_URL}|{_PERSON})$", re.IGNORECASE
)
_TAILS: Final = (
    _BY,
    re.compile(rf" in (?:{_LINKED_REF}|{_REF_URL})[.。]?$", re.IGNORECASE),
    re.compile(rf"(?<!\]) ?[(（\[]{_ATOM}(?:{_AND}{_ATOM})*[)）\]][.。]?$", re.IGNORECASE),
    re.compile(rf", ?{_CLOSES} {_REFS}[.。]?$", re.IGNORECASE),
    _BARE,
)
_TAILS_MOST: Final = 12
# "by @name" after these names the asker; after these a reference is part of the sentence.
_ASKER_VERBS: Final = frozenset(
    {
        "reported",
        "requested",
        "suggested",
        "found",
        "spotted",
        "raised",
        "asked",
        "inspired",
        "noticed",
        "discovered",
        "proposed",
        "identified",
        "sponsored",
    }
)
_MAKER_VERBS: Final = frozenset({"contributed", "implemented", "authored", "written", "made"})
_NEEDS_MORE: Final = frozenset(
    {
        "thanks",
        "thank",
        "to",
        "cc",
        "from",
        "revert",
        "reverts",
        "reverted",
        "of",
        "in",
        "see",
        "with",
        "for",
        "and",
        "or",
        "by",
        "fixes",
        "closes",
        "like",
        "as",
        "the",
        "via",
        "using",
    }
)
# At-rules and annotations look like handles and are no people.
_NOT_PEOPLE: Final = frozenset(
    {
        "media",
        "import",
        "layer",
        "container",
        "charset",
        "supports",
        "property",
        "keyframes",
        "font-face",
        "deprecated",
        "param",
        "returns",
        "override",
        "here",
        "all",
    }
)
_BOTS: Final = frozenset({"dependabot", "dependabot-preview", "renovate"})

_THANKS_FIRST: Final = re.compile(
    rf"^(?:{_REF} )?(?:{_COMMIT} )?Thanks {_PEOPLE}! - ", re.IGNORECASE
)
_COMMIT_FIRST: Final = re.compile(rf"^(?:\[{_COMMIT}\]|{_COMMIT})(?: ?:| -) ")
_BOLD_FIRST: Final = re.compile(r"^\*\*([^*:：]{1,60})(?:[:：]\*\*|\*\*[:：]) ?")
_TYPE_FIRST: Final = re.compile(r"^([a-z]{2,10})(?:\(([^()]{1,60})\))?(!)?: (?=.)")
_TYPES: Final = {
    "feat": "new",
    "fix": "fixed",
    "perf": "better",
    "refactor": "better",
    "style": "better",
    "docs": "better",
    "revert": "changed",
    "security": "security",
    "deps": "other",
    "chore": "other",
    "build": "other",
    "ci": "other",
    "test": "other",
    "tests": "other",
}
_VERBS: Final = {
    word: kind
    for kind, words in {
        "new": "add added adds introduce introduced 新增 增加",
        "fixed": "fix fixed fixes resolve resolved 修复 修正",
        "better": "improve improved improves optimize optimized 优化 改进",
        "removed": "remove removed removes drop dropped 移除 删除",
        "changed": "change changed changes deprecate deprecated rename renamed 调整 废弃",
    }.items()
    for word in words.split()
}
_CODE: Final = re.compile(r"`[^`]*`")
_ANY_REF: Final = re.compile(rf"(?<![\w&/]){_REF}(?!\w)")
_ANY_LINK: Final = re.compile(r"\[(?:[\w.-]+/[\w.-]+)?#?\d+\]\((https?://[^\s()]+)\)")
_SHORTCUT: Final = re.compile(r"\[((?:[\w.-]+/[\w.-]+)?#\d+|@[\w-]+)\](?:\[([^\[\]]*)\])?(?!\()")


@dataclass
class Byline:
    """A line taken apart: the sentence, and what was said around it.

    `kind` is "" where the line tells none; `guess` is what its first word suggests. `makers` are
    handles, `topics` map a key such as #12 to its address or "".
    """

    text: str
    kind: str = ""
    guess: str = ""
    area: str = ""
    makers: list[str] = field(default_factory=list)
    topics: dict[str, str] = field(default_factory=dict)


def read_byline(line: str, references: Mapping[str, str]) -> Byline:
    """Take one changelog line (single spaces, no line ends) apart.

    `references` maps the label of a Markdown link definition, in upper case, to its address.
    """
    line = _SHORTCUT.sub(lambda found: _linked(found, references), line)
    byline = Byline(line)
    thanks = _THANKS_FIRST.match(byline.text)
    if thanks:
        _take(byline, thanks.group())
        byline.text = byline.text[thanks.end() :]
    byline.text = _COMMIT_FIRST.sub("", byline.text)
    _take_lead(byline)
    _take_tails(byline)
    _take_refs(byline, _CODE.sub(" ", byline.text))
    first = re.match(r"\W*(\w+)", _CODE.sub(" ", byline.text))
    word = first.group(1).lower() if first else ""
    byline.guess = _VERBS.get(word) or _VERBS.get(word[:2], "")
    if not byline.text:
        byline.text = line
    return byline


def _take_lead(byline: Byline) -> None:
    typed = _TYPE_FIRST.match(byline.text)
    if typed and typed[1] in _TYPES:
        byline.kind = "changed" if typed[3] else _TYPES[typed[1]]
        byline.area = (typed[2] or "").strip()
        byline.text = byline.text[typed.end() :]
        return
    bold = _BOLD_FIRST.match(byline.text)
    if bold is None or not byline.text[bold.end() :]:
        return
    name = bold[1].strip(" `")
    if name.lower() in {"breaking", "breaking change", "breaking changes"}:
        byline.kind = "changed"
    else:
        byline.area = name
        byline.text = byline.text[bold.end() :]


def _take_tails(byline: Byline) -> None:
    for _round in range(_TAILS_MOST):
        form, tail = next(
            ((form, found) for form in _TAILS if (found := form.search(byline.text))), (None, None)
        )
        if tail is None:
            return
        before = byline.text[: tail.start()].rstrip(" ,，—–-")
        last = (re.findall(r"[\w-]+", before[-40:]) or [""])[-1].lower()
        names = {handle[1:].lower() for handle in re.findall(_HANDLE, tail.group())}
        asked = form is _BY and last in _ASKER_VERBS
        cut_short = form is _BARE and last in _NEEDS_MORE
        if asked or cut_short or names & _NOT_PEOPLE:
            return
        if form is _BY and last in _MAKER_VERBS:
            before = before[: -len(last)].rstrip(" ,，—–-(（")
        _take(byline, tail.group())
        byline.text = before


def _take(byline: Byline, words: str) -> None:
    _take_refs(byline, words)
    for handle in re.findall(_HANDLE, words):
        name = handle[1:]
        known = {maker.casefold() for maker in byline.makers}
        is_program = name.endswith("[bot]") or name.lower() in _BOTS
        if not is_program and name.casefold() not in known:
            byline.makers.append(name)


def _take_refs(byline: Byline, words: str) -> None:
    for found in _ANY_REF.finditer(words):
        ref = found.group()
        link = _ANY_LINK.fullmatch(ref)
        url = link[1] if link else ref if ref.startswith("http") else ""
        if link:
            label = ref[1 : ref.index("]")]
            key = label if "#" in label else f"#{label}"
        elif url:
            key = "#" + url.rsplit("/", 1)[1]
        else:
            key = ref
        if not byline.topics.get(key):
            byline.topics[key] = url


def _linked(found: re.Match[str], references: Mapping[str, str]) -> str:
    label = (found[2] or found[1]).upper()
    url = references.get(label, "")
    return f"[{found[1]}]({url})" if re.fullmatch(_URL, url) else found.group()
