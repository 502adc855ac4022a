"""How words, days, shares and faces are shown on every page."""

import re
import zoneinfo
from collections.abc import Mapping, MutableMapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol

import nh3
from django import template
from django.conf import settings
from django.template.defaultfilters import stringfilter
from django.urls import reverse
from django.utils import dateformat, timezone, translation
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from canyu.journal import clock
from canyu.members.faces import face_seed
from canyu.topics.rules import mentioned

register = template.Library()
_FIRST_WIDE = "\u2e80"

# Words of people stand under the headings of a page, which are h1 and h2.
HEADINGS_DOWN = 2
DEEPEST_HEADING = 6
WORDS_TAGS = frozenset(
    [
        "a",
        "b",
        "blockquote",
        "br",
        "code",
        "del",
        "em",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "li",
        "ol",
        "p",
        "pre",
        "s",
        "strong",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
WORDS_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "loading"},
    "ol": {"start"},
}
OWN_PICTURE = re.compile(r"/pictures/[0-9a-f]{64}")
WORDS_SCHEMES = {"http", "https", "mailto"}

# Django's own formats have no weekday and abbreviate; the year is told only when it is another.
DAY_FORMATS = {
    "en": ("l j F", "l j F Y", "H:i", "%s, %s"),
    "zh-hans": ("n 月 j 日l", "Y 年 n 月 j 日l", "H:i", "%s %s"),
}
UNKNOWN = "–"
NEARLY_ALL = 0.995
HARDLY_ANY = 0.005
MINUTES_SAID = 90
HOURS_SAID = 48


class Faced(Protocol):
    """Whoever has a face: a member as the queries give them."""

    @property
    def id(self) -> int:
        """The member's number."""

    @property
    def name(self) -> str:
        """How they are called."""

    @property
    def face_key(self) -> str:
        """The key of the uploaded picture, "" for the drawn face."""


def pick_language(texts: Mapping[str, str], language: str) -> tuple[str, str]:
    """Return the language and the text that come nearest to `language`, ("", "") for none.

    The very language, then another form of it (zh for zh-hans), then English, then the first by
    the alphabet: not every store keeps the order in which languages were written down.
    """
    filled = {spoken: text for spoken, text in sorted(texts.items()) if text}
    base = language.split("-", maxsplit=1)[0]
    near = [spoken for spoken in filled if spoken.lower().split("-")[0] == base]
    for spoken in (language, *near, "en", *filled):
        if spoken in filled:
            return spoken, filled[spoken]
    return "", ""


@register.filter
def in_language(texts: Mapping[str, str] | str | None) -> str:
    """Return the text of a {language: text} mapping in the reader's language, or the nearest."""
    if not isinstance(texts, Mapping):
        return texts or ""
    return pick_language(texts, _reader())[1]


@register.filter
def lang(texts: Mapping[str, str] | str | None) -> SafeString | str:
    """Return a ` lang="…"` attribute if the text is not in the language of the page.

    Used inside a tag: `<h3{{ change.title|lang }}>{{ change.title|in_language }}</h3>`.
    """
    if not isinstance(texts, Mapping):
        return ""
    spoken = pick_language(texts, _reader())[0]
    if not spoken or spoken.lower() == _reader():
        return ""
    return format_html(' lang="{}"', _html_language(spoken))


@register.filter
def said_lang(words: str | None) -> SafeString | str:
    """Return a ` lang="…"` attribute where the letters of somebody's words are not the page's.

    So a voice reads them right, and English beside Chinese has the quotes of its own letters.
    """
    letters = [sign for sign in words or "" if sign.isalpha()]
    if not letters:
        return ""
    wide = sum(sign >= _FIRST_WIDE for sign in letters)
    spoken = "zh-hans" if 2 * wide > len(letters) else "" if wide else "en"
    return "" if spoken in {"", _reader()} else format_html(' lang="{}"', _html_language(spoken))


@register.filter
def markdown(words: str | None) -> SafeString:
    """Return words that people wrote as safe HTML; nothing from elsewhere runs or loads."""
    return _markdown(words, frozenset()) if words else SafeString("")


@register.filter
def markdown_naming(words: str | None, handles: frozenset[str] | str) -> SafeString:
    """Return the same, where “@” and one of these handles leads to that member."""
    known = handles if isinstance(handles, frozenset) else frozenset()
    return _markdown(words, known) if words else SafeString("")


@register.filter(is_safe=True)
@stringfilter
def one_line(words: str) -> str:
    """Return words on one line, to stand between quotation marks."""
    return " ".join(words.split())


@register.filter
def face_url(member: Faced) -> str:
    """Return the address of a member's face: the small uploaded picture, or the drawn one."""
    if member.face_key:
        return reverse("picture_small", args=[member.face_key])
    if not member.id:
        # Somebody of whom only a name is known, or is to be known.
        return reverse("face_of_name", args=[face_seed(member.name)])
    return reverse("face", args=[member.id])


@register.filter
def day(moment: date | datetime | None, zone: str = "") -> str:
    """Return a day as the reader says it, in the named time zone (of the train, say)."""
    if moment is None:
        return ""
    moment = _in_zone(moment, zone)
    this_year, any_year = DAY_FORMATS[_reader()][:2]
    is_this_year = moment.year == _in_zone(clock.now(), zone).year
    return dateformat.format(moment, this_year if is_this_year else any_year)


@register.filter
def day_and_time(moment: datetime | None, zone: str = "") -> str:
    """Return a day with hour and minute, in the named time zone."""
    if moment is None:
        return ""
    clock_format, together = DAY_FORMATS[_reader()][2:]
    return together % (day(moment, zone), dateformat.format(_in_zone(moment, zone), clock_format))


@register.filter
def percent(share: float | None, digits: int = 0) -> str:
    """Return a share between 0 and 1 in percent; what is nearly all is never said to be all."""
    if share is None:
        return UNKNOWN
    if digits == 0 and NEARLY_ALL <= share < 1:
        return ">99%"
    if digits == 0 and 0 < share < HARDLY_ANY:
        return "<1%"
    return f"{share * 100:.{digits}f}%"


@register.filter
def in_time_words(span: timedelta) -> str:
    """Return how long something took: in minutes, hours or days, whichever a person would say."""
    minutes = span.total_seconds() / 60
    if minutes < MINUTES_SAID:
        n = max(1, round(minutes))
        return ngettext("%(n)s minute", "%(n)s minutes", n) % {"n": n}
    if minutes < HOURS_SAID * 60:
        n = round(minutes / 60)
        return ngettext("%(n)s hour", "%(n)s hours", n) % {"n": n}
    n = round(minutes / 60 / 24)
    return ngettext("%(n)s day", "%(n)s days", n) % {"n": n}


def _reader() -> str:
    language = (translation.get_language() or settings.LANGUAGE_CODE).lower()
    return "zh-hans" if language.startswith("zh") else "en"


def _html_language(spoken: str) -> str:
    return {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant"}.get(spoken.lower(), spoken)


def _in_zone(moment: date | datetime, zone: str) -> date | datetime:
    # A datetime is a date as well; a mere date is the same day everywhere.
    if not isinstance(moment, datetime):
        return moment
    place = zoneinfo.ZoneInfo(zone) if zone else timezone.get_current_timezone()
    return moment.astimezone(place)


@lru_cache(maxsize=1024)
def _markdown(words: str, handles: frozenset[str]) -> SafeString:
    page = nh3.clean(
        _reader_of_markdown().render(words, {"handles": handles}),
        tags=set(WORDS_TAGS),
        attributes={tag: set(names) for tag, names in WORDS_ATTRIBUTES.items()},
        url_schemes=set(WORDS_SCHEMES),
        link_rel="nofollow noopener ugc",
    )
    return mark_safe(page)  # noqa: S308 - cleaned in the line above


@lru_cache(maxsize=1)
def _reader_of_markdown() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
    reader.core.ruler.push("headings_down", _move_headings_down)
    reader.core.ruler.push("mentions", _link_mentions)
    reader.add_render_rule("image", _link_for_picture)
    return reader


def _move_headings_down(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            depth = min(int(token.tag[1:]) + HEADINGS_DOWN, DEEPEST_HEADING)
            token.tag = f"h{depth}"


def _link_mentions(state: StateCore) -> None:
    handles = state.env.get("handles")
    if not handles:
        return
    for block in state.tokens:
        if block.type != "inline" or not block.children:
            continue
        found: list[Token] = []
        depth = 0
        for token in block.children:
            depth += token.type.endswith("link_open") - token.type.endswith("link_close")
            if token.type == "text" and not depth:
                found += _mentions_in(token, handles)
            else:
                found.append(token)
        block.children = found


def _mentions_in(token: Token, handles: frozenset[str]) -> list[Token]:
    parts: list[Token] = []
    text, start = token.content, 0
    for place, length, handle in mentioned(text, handles):
        way = Token("link_open", "a", 1, attrs={"href": reverse("member", args=[handle])})
        said = Token("text", "", 0, content=text[place : place + length])
        before = Token("text", "", 0, content=text[start:place])
        parts += [before, way, said, Token("link_close", "a", -1)]
        start = place + length
    return [*parts, Token("text", "", 0, content=text[start:])]


def _link_for_picture(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    place: int,
    options: OptionsDict,
    env: MutableMapping[str, Any],
) -> str:
    token = tokens[place]
    address = str(token.attrs.get("src", ""))
    words = renderer.renderInlineAsText(token.children or [], options, env)
    if OWN_PICTURE.fullmatch(address):
        return f'<img src="{address}" alt="{escape(words)}" loading="lazy">'
    # A picture from elsewhere would tell that place who reads the page: it is linked, not shown.
    words = words or address
    return f'<a href="{escape(address)}">{escape(words)}</a>'
