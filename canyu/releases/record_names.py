"""What may be the name of a thing in an exchange file: version, handle, key, ring, language."""

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from canyu.journal.errors import gettext_noop as _

Fault = tuple[str, dict[str, object]]
FaultOf = Callable[[str], Fault | None]

HANDLE_MOST: Final = 64
KEY_MOST: Final = 64
RING_MOST: Final = 40
TOPIC_KEY_MOST: Final = 100
VERSION_MOST: Final = 64

_LANGUAGE_TAG: Final = re.compile(r"[a-z]{2,8}(?:-[a-z0-9]{1,8}){0,4}")
_KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]*")
_RING: Final = re.compile(r"[a-z0-9][a-z0-9_-]*")
_LANGUAGE_NAMES: Final = {
    "zh": "zh-hans",
    "zh-cn": "zh-hans",
    "zh-sg": "zh-hans",
    "zh-hans-cn": "zh-hans",
    "zh-hans-sg": "zh-hans",
    "en-us": "en",
    "en-gb": "en",
}


def language_of(tag: str) -> str | None:
    """Return the language code for a tag such as `zh_CN` (`zh-hans`), or None where it is no tag.

    The usual names of English and of Simplified Chinese are brought together; any other
    well-formed BCP 47 tag is kept, in lower case.
    """
    code = tag.replace("_", "-").lower()
    if _LANGUAGE_TAG.fullmatch(code) is None:
        return None
    return _LANGUAGE_NAMES.get(code, code)


def fault_of_version(version: str) -> Fault | None:
    """Say why a text cannot be a version (a sentence and its values), or None where it can."""
    if version in {".", ".."}:
        return _("%(value)s is not a version."), {}
    return _fault(version, most=VERSION_MOST, forbidden="/\\?#%", inner_space=True)


def fault_of_handle(handle: str) -> Fault | None:
    """Say why a text cannot be a handle, or None where it can."""
    return _fault(handle, most=HANDLE_MOST, forbidden="/\\@,;")


def fault_of_topic_key(key: str) -> Fault | None:
    """Say why a text cannot be the key of a topic, or None where it can."""
    return _fault(key, most=TOPIC_KEY_MOST, forbidden="\\")


def fault_of_key(key: str) -> Fault | None:
    """Say why a text cannot be the key of a change or plan item, or None where it can."""
    if _KEY.fullmatch(key) is None:
        return _(
            "%(value)s is not a key: letters a to z, digits, '.', '_', ':' and '-',"
            " with a letter or digit first."
        ), {}
    return _fault(key, most=KEY_MOST)


def fault_of_ring(ring: str) -> Fault | None:
    """Say why a text cannot be the key of a ring, or None where it can."""
    if _RING.fullmatch(ring) is None:
        return _(
            "%(value)s is not the key of a ring: small letters a to z, digits, '_' and '-',"
            " such as weekly."
        ), {}
    return _fault(ring, most=RING_MOST)


def _fault(name: str, *, most: int, forbidden: str = "", inner_space: bool = False) -> Fault | None:
    if not name:
        return _("is empty."), {}
    if len(name) > most:
        return _("%(value)s is longer than %(most)s characters."), {"most": most}
    if name != name.strip():
        return _("%(value)s begins or ends with a space."), {}
    for letter in name:
        if letter == " " and inner_space:
            continue
        # Invisible characters would make two names that look alike.
        hidden = unicodedata.category(letter) in {"Cc", "Cf", "Cs"}
        if letter in forbidden or letter.isspace() or hidden:
            return _("%(value)s holds %(letter)s, which may not stand there."), {
                "letter": ascii(letter)
            }
    return None
