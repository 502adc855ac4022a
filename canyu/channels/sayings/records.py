"""One thing that somebody said elsewhere, before it is written, and what it may be. Pure."""

import hashlib
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from canyu.channels.errors import SayingRefused
from canyu.journal.errors import Refused, gettext_noop
from canyu.members.rules import name_like
from canyu.remarks.rules import clean_words
from canyu.topics.rules import HEARD_IN, LONGEST_LANGUAGE, LONGEST_VOICE, LONGEST_WORDS

KINDS = ("chat", "social", "review", "call", "mail", "other")
WAYS = ("paste", "sheet", "mail", "program")
FATES = ("waiting", "topic", "voice", "remark", "left", "claim")
LONGEST_WHERE = 120
LONGEST_ID = 200
LONGEST_LINK = 500
LONGEST_ADDRESS = 254
LONGEST_REASON = 500
MOST_AT_ONCE = 500
"""Words in one transaction."""

PACE = {"words": "120/m/key"}
"""How often one program may bring words, as allauth reads it."""

AHEAD = timedelta(days=1)
"""Clocks elsewhere go wrong by this much at most."""

# How the forum names where somebody was heard.
_HEARD_IN = {"chat": "chat", "call": "phone", "mail": "letter"}
_SCHEMES = ("https://", "http://")


@dataclass(frozen=True)
class Whence:
    """Where something was said: the kind of place, and its own name."""

    kind: str
    name: str = ""
    hides_names: bool = False


@dataclass(frozen=True)
class SayingRecord:
    """What somebody said, as it came. `who` is how they are called there, "" where unknown.

    `outside_id` is the number that it has there; `said_at` is None where nobody knows when.
    """

    text: str
    whence: Whence
    who: str = ""
    said_at: datetime | None = None
    outside_id: str = ""
    link: str = ""
    language: str = ""
    address: str = ""
    pictures: tuple[str, ...] = ()
    left_off: tuple[str, ...] = ()
    is_proved: bool = True
    """Whether it is sure that it came from there: whoever brings it says so, a mail does not."""


def check_record(record: SayingRecord, *, at: datetime) -> SayingRecord:
    """Return what is kept of it; raise `SayingRefused` where it cannot be taken."""
    text = clean_words(record.text)
    if not text:
        raise SayingRefused(gettext_noop("There are no words in it."))
    if len(text) > LONGEST_WORDS:
        raise SayingRefused(
            gettext_noop("It has %(n)s characters, and %(longest)s fit."),
            n=len(text),
            longest=LONGEST_WORDS,
        )
    if record.said_at is not None and record.said_at > at + AHEAD:
        raise SayingRefused(gettext_noop("It was said in the future. Look at its date."))
    return replace(
        record,
        text=text,
        whence=check_whence(record.whence),
        who=shown_name(record.who),
        outside_id=_one_line(
            record.outside_id,
            LONGEST_ID,
            gettext_noop("The number that it has there is longer than %(longest)s characters."),
        ),
        link=check_link(record.link),
        language=_language(record.language),
    )


def check_whence(whence: Whence) -> Whence:
    """Return where it was said, tidied; raise `SayingRefused` for an unknown kind."""
    if whence.kind not in KINDS:
        raise SayingRefused(
            gettext_noop("“%(kind)s” is no kind of place. Choose one of: %(kinds)s."),
            kind=whence.kind[:40],
            kinds=", ".join(KINDS),
        )
    name = _one_line(
        whence.name,
        LONGEST_WHERE,
        gettext_noop("The name of the place is longer than %(longest)s characters."),
    )
    return replace(whence, name=name)


def shown_name(name: str) -> str:
    """Return how somebody is called elsewhere, cut and cleaned until it can be shown."""
    try:
        return name_like(name, otherwise="")
    except Refused:
        return ""


def check_link(link: str) -> str:
    """Return an address that a page may lead to, "" for what is none."""
    tidy = clean_words(link).strip()
    is_one = tidy.lower().startswith(_SCHEMES) and len(tidy.split()) == 1
    return tidy if is_one and len(tidy) <= LONGEST_LINK else ""


def check_reason(reason: str) -> str:
    """Return why something was left out, in one line; it may be empty."""
    return " ".join(clean_words(reason).split())[:LONGEST_REASON]


def person_key(record: SayingRecord) -> str:
    """Return by what a person of an origin is known again; of whoever has no name only this word.

    An address goes before a name, which anybody may give themselves.
    """
    known = record.address.strip() or record.who
    if known:
        return _digest("who", unicodedata.normalize("NFKC", known).casefold())
    return _digest("once", saying_key(record))


def saying_key(record: SayingRecord) -> str:
    """Return by what a word is known again: its number there, else who said what and when."""
    if record.outside_id:
        return _digest("id", record.outside_id)
    when = record.said_at.isoformat() if record.said_at else ""
    return _digest("said", record.address.casefold() or record.who, when, record.text)


def heard_in(kind: str) -> str:
    """Return where the forum says that somebody was heard."""
    found = _HEARD_IN.get(kind, "elsewhere")
    return found if found in HEARD_IN else "elsewhere"


def kind_like(text: str) -> str:
    """Return what kind of topic a text most likely is, for a person to look at."""
    return "question" if text.rstrip().endswith(("?", "？", "吗", "呢")) else "trouble"


def title_and_words(text: str, *, longest: int) -> tuple[str, str]:
    """Return the first line as a title, and all of it as words where there is more."""
    line = " ".join(text.partition("\n")[0].split())
    if len(line) <= longest and line == text.strip():
        return line, ""
    return (line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"), text


def as_voice(text: str) -> str:
    """Return as much of a text as a voice may say."""
    return text if len(text) <= LONGEST_VOICE else f"{text[: LONGEST_VOICE - 1].rstrip()}…"


def _one_line(text: str, longest: int, too_long: str) -> str:
    tidy = " ".join(clean_words(text).split())
    if len(tidy) > longest:
        raise SayingRefused(too_long, longest=longest)
    return tidy


def _language(language: str) -> str:
    tidy = "".join(sign for sign in language if sign.isascii() and (sign.isalnum() or sign == "-"))
    return tidy.lower()[:LONGEST_LANGUAGE]


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
