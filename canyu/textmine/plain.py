"""What a post says once markup, addresses and invisible characters are gone.

Everything here is linear in the text, whatever the text: only its beginning is read, runs are
normalised in short pieces, and no pattern may look back over what it has read.
"""

from __future__ import annotations

import html
import re
import unicodedata

LONGEST = 20_000
"""Characters of a post that are read; what follows says nothing new about what it is about."""

_PIECE = 256
"""Marks are sorted by quadratic effort while normalising, so long runs are cut into pieces."""

_LINES_OF_CODE = 3
_ELEMENTS = (
    "a abbr address article aside audio b blockquote body br button caption center cite code col "
    "del details dd div dl dt em embed fieldset figure font footer form h1 h2 h3 h4 h5 h6 head "
    "header hr html i iframe img input ins kbd label li link main mark math meta nav object ol "
    "option p path pre q s samp script section select small source span strike strong style sub "
    "summary sup svg table tbody td textarea tfoot th thead title tr tt u ul var video"
).replace(" ", "|")
_TAG = re.compile(rf"<!--|--!?>|</?(?:{_ELEMENTS})(?=[\s/>])[^<>]{{0,1000}}>?", re.IGNORECASE)
_UNSAID = re.compile(r"<(script|style)\b", re.IGNORECASE)
_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\((?:[^()\s]{0,1000})(?:\s[^()\n]{0,300})?\)")
_ADDRESS = re.compile(
    r"(?<![a-z])(?:https?|ftp)://(?:www\.)?([\w.-]{1,253})[^\s<>\"'，。；、）】》」』\u3040-\u30ff\u4e00-\u9fff]*",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?<![\w-])[A-Z][A-Z\d]{1,15}-\d[\d-]{0,20}(?![\w-])")
_MOST_CODES = 4
_MARKUP = re.compile(
    r"\{(?:code|noformat|quote|color)(?::[^{}\n]{0,80})?\}|[`*]{1,3}|~~|(?<!\w)_{2}|_{2}(?!\w)"
    r"|^[ \t]{0,8}(?:[#>]{1,6}|[-=]{3,}|[-+](?=[ \t]))[ \t]*",
    re.MULTILINE,
)
_FRAME = re.compile(r"^\s{0,40}at [\w.$<>/]{1,300}\(.{0,300}\)\s{0,40}$")
_NOISE = re.compile(r"[A-Za-z0-9+/=_\-]{48,}")
_WORD_OR_SPACE = re.compile(rf"\S{{1,{_PIECE}}}|\s+")
_MANY_MARKS = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]{3})[\u0300-\u036f]+"
)
_SPACE = re.compile(r"\s+")

_KEPT_CONTROLS = "\t\n\r"
# Controls, private use, what Unicode does not know, separators of lines: a space is left.
_BLANKS = {"Cc", "Co", "Cn", "Zl", "Zp"}
# Format characters (zero width, direction, soft hyphen) and lone surrogates: nothing is left.
_NOTHINGS = {"Cf", "Cs"}


def plain_text(text: str) -> str:
    """Return what a reader sees in the first `LONGEST` characters of `text`, in one line.

    Normalised to NFKC; without controls, zero-width and direction marks and without lone
    surrogates; HTML and Markdown reduced to their words, links to the name of their host, code to
    its first lines; space folded. Never raises.
    """
    return _SPACE.sub(" ", reduced(text[:LONGEST])).strip()


def reduced(text: str) -> str:
    """Return the same as `plain_text`, with its lines kept."""
    seen = normalised(text[:LONGEST])
    seen = _without_markup(seen)
    seen = _LINK.sub(r"\1", seen)
    seen = _ADDRESS.sub(_told_of_address, seen)
    seen = _shortened_code(seen)
    seen = _MARKUP.sub(" ", seen)
    return _NOISE.sub(" ", seen)


def _told_of_address(found: re.Match[str]) -> str:
    """Return the host of an address, and numbers by which faults are known, as CVE-2019-20444."""
    return " ".join((found[1], *_CODE.findall(found[0])[:_MOST_CODES], ""))


def normalised(text: str) -> str:
    """Return `text` in NFKC and without what cannot be seen; lines stay lines."""
    if text.isascii() and text.isprintable():
        return text
    visible = _visible(text)
    if visible.isascii():
        return visible
    pieces = _WORD_OR_SPACE.findall(_MANY_MARKS.sub(r"\1", visible))
    # NFKC may bring back what looks like nothing, never what looks like something else.
    told = "".join(unicodedata.normalize("NFKC", piece) for piece in pieces)
    # One character may stand for eighteen.
    return _visible(told[: 2 * len(text)])


def _visible(text: str) -> str:
    if text.isprintable():
        return text
    hidden = {
        ord(each): " " if unicodedata.category(each) in _BLANKS else None
        for each in set(text)
        if each not in _KEPT_CONTROLS and unicodedata.category(each) in _BLANKS | _NOTHINGS
    }
    return text.translate(hidden) if hidden else text


def _without_markup(text: str) -> str:
    if "<" in text:
        text = _TAG.sub(" ", _without_unsaid(text))
    # After the tags: a sign that was written as an entity is meant to be read as a sign.
    return normalised(html.unescape(text)) if "&" in text else text


def _without_unsaid(text: str) -> str:
    """Return the text without scripts and styles, each with what it encloses."""
    kept, at, lowered = [], 0, text.lower()
    # Lower case may be longer than upper case, and then places would no longer agree.
    if len(lowered) != len(text):
        return text
    while found := _UNSAID.search(text, at):
        kept.append(text[at : found.start()])
        end = lowered.find(f"</{found[1].lower()}", found.end())
        if end < 0:
            at = found.end()
            break
        at = end
    kept.append(text[at:])
    return " ".join(kept)


def _shortened_code(text: str) -> str:
    """Return the text with the first lines of each block of code and each list of calls."""
    if "\n" not in text:
        return text
    kept: list[str] = []
    in_code, n_code, n_frames = False, 0, 0
    for line in text.splitlines():
        if line.lstrip().startswith(("```", "~~~")):
            in_code, n_code = not in_code, 0
            continue
        is_frame = _FRAME.match(line) is not None
        n_frames = n_frames + 1 if is_frame else 0
        n_code = n_code + 1 if in_code else 0
        if max(n_code, n_frames) <= _LINES_OF_CODE:
            kept.append(line)
    return "\n".join(kept)
