"""One mail as it came: who says they wrote it, whether that is proved, and what they say. Pure.

Nothing in a mail is believed that its sender wrote about themselves: the address counts as proved
only where the mail server that handed it over says so (RFC 8601), and its name is set by whoever
runs this Canyu. Only text and pictures are looked at, and nothing is ever unpacked.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses, parsedate_to_datetime
from html.parser import HTMLParser
from typing import Final

from canyu.channels.sayings.quotes import own_words

MOST_BYTES = 25 * 1024 * 1024
MOST_PARTS = 100
MOST_PICTURES = 4
MOST_TEXT = 200_000
OWN_MARK = "X-Canyu-Notice"
"""A header that every mail of ours has, so that none comes back as somebody's words."""

PICTURES: Final = ("image/jpeg", "image/png", "image/webp", "image/gif")
_BULK: Final = {"bulk", "junk", "list", "auto_reply"}
_LONGEST_HEADER: Final = 2_000
_BLOCKS: Final = {"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "blockquote", "table", "hr"}
_UNREAD: Final = {"script", "style", "head", "title", "template", "svg"}
_RESULT: Final = re.compile(r"(dkim|dmarc)\s*=\s*(\w+)([^;]*)")
_PROPERTY: Final = re.compile(r"header\.(from|d|i)\s*=\s*\"?@?([^\s;\"]+)")


@dataclass(frozen=True)
class Attached:
    """A picture that came along, not looked into yet."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Letter:
    """A mail. `is_proved` is whether its address really wrote it, as far as our server can tell."""

    number: str
    """Its Message-ID, "" where it has none."""

    who: str
    address: str
    is_proved: bool
    to: tuple[str, ...]
    subject: str
    text: str
    said_at: datetime | None
    pictures: tuple[Attached, ...]
    left_off: tuple[str, ...]
    """Names of what came along and is not taken."""

    is_automatic: bool
    """Whether a program wrote it, so that answering would go round and round."""


class Unreadable(ValueError):  # noqa: N818 - what came is at fault, not we
    """What came is no mail that can be read."""


def read_letter(data: bytes, *, trusted: str = "") -> Letter:
    """Read a mail; `trusted` is the name under which our own mail server reports (authserv-id).

    Raises `Unreadable`, also for what is made to break a reader.
    """
    try:
        message = BytesParser(policy=policy.default.clone(raise_on_defect=False)).parsebytes(data)
        parts = list(_leaves(message))
    except (MessageError, RecursionError, ValueError, LookupError, AssertionError) as problem:
        raise Unreadable from problem
    sender = _addresses(message, "from")
    text, pictures, left_off = _content(parts)
    subject = " ".join(_header(message, "subject").split())
    number = _header(message, "message-id").strip()
    return Letter(
        number=number[:_LONGEST_HEADER],
        who=sender[0][0] if sender else "",
        address=sender[0][1] if sender else "",
        is_proved=len(sender) == 1 and is_proved(message, sender[0][1], trusted),
        to=tuple(
            address
            for name in ("delivered-to", "x-original-to", "to", "cc")
            for _, address in _addresses(message, name)
        ),
        subject=subject,
        text=own_words(text),
        said_at=_moment(message),
        pictures=pictures,
        left_off=left_off,
        is_automatic=_is_automatic(message),
    )


def is_proved(message: EmailMessage, address: str, trusted: str) -> bool:
    """Whether our mail server says that the address of the sender is theirs.

    Only its own report counts, and it must be about the domain of the address: DMARC passed, or a
    signature (DKIM) of that domain.
    """
    domain = address.rpartition("@")[2].casefold()
    if not trusted or not domain:
        return False
    for report in _all(message, "authentication-results"):
        server, _, found = report.partition(";")
        # "example.org 1": a version may stand behind the name.
        if server.split()[:1] != [trusted] and server.strip().casefold() != trusted.casefold():
            continue
        # What stands in brackets is said to people.
        told = re.sub(r"\([^()]*\)", " ", found)
        for method, outcome, more in _RESULT.findall(told):
            named = dict(_PROPERTY.findall(more))
            theirs = (named.get("from") if method == "dmarc" else named.get("d")) or named.get("i")
            if outcome == "pass" and theirs and _is_of(domain, theirs, method):
                return True
        # The first report is that of the last server; what is below it may be the sender's own.
        return False
    return False


def _is_of(domain: str, theirs: str, method: str) -> bool:
    told = theirs.rpartition("@")[2].casefold()
    return domain == told or (method == "dkim" and domain.endswith(f".{told}") and "." in told)


def _leaves(message: EmailMessage) -> Iterator[EmailMessage]:
    """The parts that are no containers; what is forwarded as a mail of its own is not opened."""
    n_seen = 0
    left = [message]
    while left:
        part = left.pop()
        n_seen += 1
        if n_seen > MOST_PARTS:
            return
        if part.get_content_maintype() == "multipart":
            inside = [one for one in part.iter_parts() if isinstance(one, EmailMessage)]
            left += reversed(inside)
        else:
            yield part


def _content(
    parts: list[EmailMessage],
) -> tuple[str, tuple[Attached, ...], tuple[str, ...]]:
    plain, rich = "", ""
    pictures: list[Attached] = []
    left_off: list[str] = []
    for part in parts:
        kind = part.get_content_type()
        is_apart = part.get_content_disposition() == "attachment"
        if kind == "text/plain" and not is_apart:
            plain = f"{plain}\n{_text(part)}".strip("\n")
        elif kind == "text/html" and not is_apart:
            rich = rich or text_of_html(_text(part))
        elif kind in PICTURES and len(pictures) < MOST_PICTURES:
            pictures.append(Attached(_name(part), _bytes(part)))
        else:
            left_off.append(_name(part))
    return (plain if plain.strip() else rich)[:MOST_TEXT], tuple(pictures), tuple(left_off)


def _text(part: EmailMessage) -> str:
    data = _bytes(part)[: MOST_TEXT * 4]
    charset = (part.get_content_charset() or "utf-8").lower()
    # Programs say gb2312 and mean what came after it.
    charset = "gb18030" if charset in {"gb2312", "gbk"} else charset
    try:
        return data.decode(charset, "replace")
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace")


def _bytes(part: EmailMessage) -> bytes:
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        return b""
    return data if isinstance(data, bytes) else b""


def _name(part: EmailMessage) -> str:
    try:
        name = part.get_filename() or part.get_content_type()
    except (ValueError, LookupError, AttributeError, IndexError):
        name = part.get_content_type()
    return " ".join(str(name).split())[:100]


def _header(message: EmailMessage, name: str) -> str:
    return next(iter(_all(message, name)), "")


def _all(message: EmailMessage, name: str) -> list[str]:
    # The library's own readers of headers fail on some that were made to be read by nobody.
    try:
        return [str(one)[:_LONGEST_HEADER] for one in message.get_all(name, [])]
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError):
        raw = [value for key, value in message.raw_items() if key.lower() == name]
        return [" ".join(str(one).split())[:_LONGEST_HEADER] for one in raw]


def _addresses(message: EmailMessage, name: str) -> list[tuple[str, str]]:
    found = getaddresses(_all(message, name))
    return [(who.strip(), address.strip()) for who, address in found if _is_address(address)]


def _is_address(address: str) -> bool:
    local, _, domain = address.strip().rpartition("@")
    return bool(local and domain) and not any(sign.isspace() for sign in address.strip())


def _moment(message: EmailMessage) -> datetime | None:
    try:
        moment = parsedate_to_datetime(_header(message, "date"))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _is_automatic(message: EmailMessage) -> bool:
    by_program = _header(message, "auto-submitted").strip().lower().split(";")[0]
    return (
        by_program not in {"", "no"}
        or _header(message, "precedence").strip().lower() in _BULK
        or _header(message, "return-path").strip() == "<>"
        or bool(_header(message, "x-autoreply") or _header(message, "x-autorespond"))
        or bool(_header(message, OWN_MARK))
        or message.get_content_type() == "multipart/report"
    )


class _Words(HTMLParser):
    """Keeps what a person would read of a page, a line for each block; quotations apart."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.quoted: list[str] = []
        self._unread = 0
        self._n_quotes = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _UNREAD:
            self._unread += 1
        elif tag in _BLOCKS:
            self._n_quotes += tag == "blockquote"
            self._keep("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNREAD:
            self._unread = max(0, self._unread - 1)
        elif tag in _BLOCKS and tag != "br":
            self._keep("\n")
            self._n_quotes = max(0, self._n_quotes - (tag == "blockquote"))

    def handle_data(self, data: str) -> None:
        if not self._unread:
            # What parts two words may stand at either end.
            self._keep(re.sub(r"\s+", " ", data))

    def _keep(self, words: str) -> None:
        (self.quoted if self._n_quotes else self.words).append(words)


def text_of_html(page: str) -> str:
    """Return the words of an HTML page, without anything that a browser would do.

    What it quotes is left out, unless there is nothing else.
    """
    reader = _Words()
    try:
        reader.feed(page[: MOST_TEXT * 4])
        reader.close()
    except (ValueError, AssertionError):
        # What the reader gave up on: the words before it are there.
        pass
    said = "".join(reader.words)
    lines = (said if said.strip() else "".join(reader.quoted)).split("\n")
    tidy = "\n".join(line.strip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", tidy).strip()
