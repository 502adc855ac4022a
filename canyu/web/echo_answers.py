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
_PARTS = re.compile(r"[0-9]{1,9}|[^0-9]+")
_LATIN_WORDS = re.compile(r"[A-Za-z]+")
TAPS = ("thanks", "onit", "more")
SENTENCES = {
    "thanks": gettext_noop("Thank you! That helps."),
    "onit": gettext_noop("We are on it. It comes with %(version)s."),
    "more": gettext_noop("Please tell me more: what did you do, and what did you hope for?"),
}


def on_its_way(product_ids: Collection[int]) -> dict[int, str]:
    """{product: the version that comes next}: which is being written, else promised; three queries.

    Of several that are promised, the soonest that is not out.
    """
    promised = plan.due_versions(product_ids)
    out = releases.versions_out(product_ids, set().union(*promised.values()))
    soonest = {
        product_id: min(left, key=_in_order)
        for product_id, versions in promised.items()
        if (left := {one for one in versions if (product_id, one) not in out})
    }
    return {**soonest, **releases.next_versions(product_ids)}


def _in_order(version: str) -> list[tuple[int, str]]:
    """5.10 comes after 5.9."""
    return [(int(one), "") if one.isdecimal() else (-1, one) for one in _PARTS.findall(version)]


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
