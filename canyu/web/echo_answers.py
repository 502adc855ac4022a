"""Answers by one tap: which there are, and how each reads to whoever is answered."""

import re
from collections.abc import Collection

from django.utils import translation
from django.utils.translation import gettext_noop

from canyu.plan import queries as plan
from canyu.releases import queries as releases

# Fewer may be the name of a thing.
MANY_WORDS = 3
_HAN = re.compile(r"[\u4e00-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_LATIN_WORDS = re.compile(r"[A-Za-z]+")
TAPS = ("thanks", "onit", "more")
SENTENCES = {
    "thanks": gettext_noop("Thank you! That helps."),
    "onit": gettext_noop("We are on it. It comes with %(version)s."),
    "more": gettext_noop("Please tell me more: what did you do, and what did you hope for?"),
}


def on_its_way(product_ids: Collection[int]) -> dict[int, str]:
    """{product: the version that comes next, as far as it has a name}; two queries."""
    return {**plan.due_versions(product_ids), **releases.next_versions(product_ids)}


def language_like(text: str, *, usual: str) -> str:
    """The language of ours that a text seems to be written in; `usual` where nothing tells."""
    if _KANA.search(text):
        return usual
    if _HAN.search(text):
        return "zh-hans"
    return "en" if len(_LATIN_WORDS.findall(text)) >= MANY_WORDS else usual


def words_for(tap: str, *, language: str, version: str) -> str:
    """What an answer by one tap says, in the language of whoever is answered."""
    with translation.override(language):
        return translation.gettext(SENTENCES[tap]) % {"version": version}
