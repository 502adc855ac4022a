"""What a wording is made of. Pure."""

from canyu.textmine.nearness import script_of
from canyu.textmine.plain import plain_text
from canyu.textmine.terms import terms_of

WORDINGS = "wordings"
"""What has a new version with every wording that comes, changes or goes."""

MIXED_FROM = 0.2
OFFERED = 0.45
"""How near a topic must be to be offered while somebody types; looked at, not fitted."""

STOPPING = 0.6
"""How near it must be for somebody to be stopped before posting."""

# A word in common says less than a meaning in common; alone it must be most of what was asked.
_WORDS_COUNT = 0.6
_MOST_WORDS = 0.6
_BY_WORDS = 0.15
_MEANT = 0.3
_SHORTEST = 4
_WIDE = "\u2e80"


def parts_of(text: str) -> tuple[str, str]:
    """Return the first line and the rest: of a topic its title and its words."""
    title, _, words = text.partition("\n")
    return title, words


def language_of(text: str) -> str:
    """Return "zh", "en", "mixed" where neither is most of it, "" where there are no words."""
    terms = terms_of(plain_text(text))
    if not terms:
        return ""
    latin = sum(script_of((one,)) == 0 for one in terms) / len(terms)
    if MIXED_FROM <= latin <= 1 - MIXED_FROM:
        return "mixed"
    return "en" if latin > MIXED_FROM else "zh"


def nearness(asked: str, lexical: float, cosine: float | None) -> float:
    """Return how near a topic is to what is being typed, 0 to 1.6; 0 where that is too little.

    Likeness says whether two whole texts say the same, and of half a sentence that is never sure.
    `lexical` and `cosine` are those of `textmine.Hit`.
    """
    letters = sum(2 if one >= _WIDE else 1 for one in asked if one.isalnum())
    is_long = letters >= _SHORTEST
    if cosine is None:
        return lexical + _BY_WORDS if is_long else 0.0
    if is_long and lexical >= _MOST_WORDS:
        # Half a word has a direction of its own.
        return max(cosine, 0.0) + max(lexical * _WORDS_COUNT, OFFERED)
    return max(cosine + lexical * _WORDS_COUNT, 0.0) if is_long or cosine >= _MEANT else 0.0
