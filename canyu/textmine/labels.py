"""What a cluster is called, in its own words and languages, and whom to quote.

Telling words are those that the cluster uses far more than all other posts do: by the signed
log-likelihood ratio G^2 of Dunning 1993 ("Accurate methods for the statistics of surprise and
coincidence", eq. 4) on how many posts hold a word. The title is that of the post in the middle, if
short. Quotes are chosen one by one, each central and unlike those before it (maximal marginal
relevance, Carbonell and Goldstein 1998), of different people, and short.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from canyu.textmine.nearness import script_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    TermsOf = Callable[[str], tuple[str, ...]]

LONGEST_TITLE = 60
LONGEST_QUOTE = 160
N_WORDS = 4
N_QUOTES = 3

_FEWEST_OF_LANGUAGE = 2
_SHARE_OF_LANGUAGE = 0.2
_LONGEST_WORD = 8
_READ = 400
_DIVERSE = 0.5
_LENGTH_COST = 0.15
_UNPARTED = (
    "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af"
)
_LATIN_WORD = re.compile(rf"[^\W_{_UNPARTED}]+(?:[.\-'’][^\W_{_UNPARTED}]+)*")
_RUN = re.compile(rf"[{_UNPARTED}]+")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])\s*")


@dataclass(frozen=True, slots=True)
class Told:
    """A post of a cluster: who said it (people tied by copies share a number), title, and text."""

    item: int
    voice: int
    title: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """A cluster in one script (0 Latin and the like, 1 Chinese and the like): title and words."""

    script: int
    title: str
    words: tuple[str, ...]
    item: int
    n_posts: int


@dataclass(frozen=True, slots=True)
class Quote:
    """What a person said, at most 160 characters of it."""

    item: int
    voice: int
    words: str


def label(
    posts: Sequence[Told],
    likeness: NDArray[np.floating],
    *,
    terms_of: TermsOf,
    uses: Mapping[str, int],
    n_posts: int,
) -> tuple[Label, ...]:
    """Return a label in each language that at least two, and a fifth, of the posts are in.

    `likeness` (n, n) is that among `posts`; `uses` tells how many of the corpus's `n_posts` posts
    hold a term. The language of most posts comes first; at least one label where there is a post.
    """
    if not posts:
        return ()
    terms = [terms_of(_read(each)) for each in posts]
    scripts = np.array([script_of(terms_of(each.title)) for each in posts])
    labels = []
    for script in sorted({int(each) for each in scripts}):
        rows = np.flatnonzero(scripts == script)
        if rows.size < min(len(posts), max(_FEWEST_OF_LANGUAGE, _SHARE_OF_LANGUAGE * len(posts))):
            continue
        middle = _middle(posts, likeness, rows)
        words = _telling(
            [posts[int(at)] for at in rows],
            [terms[int(at)] for at in rows],
            terms_of=terms_of,
            uses=uses,
            n_posts=n_posts,
            script=script,
        )
        labels.append(
            Label(
                script,
                shortened(posts[middle].title, LONGEST_TITLE),
                words,
                posts[middle].item,
                int(rows.size),
            )
        )
    if not labels:
        middle = _middle(posts, likeness, np.arange(len(posts)))
        title = shortened(posts[middle].title, LONGEST_TITLE)
        return (Label(int(scripts[middle]), title, (), posts[middle].item, len(posts)),)
    return tuple(sorted(labels, key=lambda each: (-each.n_posts, each.script)))


def quotes(
    posts: Sequence[Told],
    likeness: NDArray[np.floating],
    *,
    n_quotes: int = N_QUOTES,
) -> tuple[Quote, ...]:
    """Return the most telling quotes, each of another voice, the most central first."""
    said = [shortened(_sentence(each), LONGEST_QUOTE) for each in posts]
    central = _centrality(np.asarray(likeness, dtype=np.float64))
    worth = central - _LENGTH_COST * np.array([len(each) / LONGEST_QUOTE for each in said])
    worth = np.where([bool(each.strip()) for each in said], worth, -np.inf)
    chosen: list[int] = []
    while len(chosen) < n_quotes:
        taken = {posts[at].voice for at in chosen}
        heard = {said[at].casefold() for at in chosen}
        free = np.array(
            [
                each.voice not in taken and words.casefold() not in heard
                for each, words in zip(posts, said, strict=True)
            ],
            dtype=np.bool_,
        )
        repeated = np.max(likeness[:, chosen], axis=1) if chosen else np.zeros(len(posts))
        found = np.where(free, np.round(worth - _DIVERSE * repeated, 6), -np.inf)
        if not found.size or not np.isfinite(found.max()):
            break
        chosen.append(int(found.argmax()))
    return tuple(Quote(posts[at].item, posts[at].voice, said[at]) for at in chosen)


def telling(n_here: float, size_here: float, n_all: float, size_all: float) -> float:
    """Return G^2 of a word that `n_here` of `size_here` posts hold and `n_all` of `size_all`.

    Negative where the word is rarer here than elsewhere.
    """
    elsewhere, size_elsewhere = max(n_all - n_here, 0.0), max(size_all - size_here, 0.0)
    table = np.array(
        [[n_here, size_here - n_here], [elsewhere, max(size_elsewhere - elsewhere, 0.0)]]
    )
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / max(table.sum(), 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(table > 0, table * np.log(table / expected), 0.0)
    over = n_here * size_elsewhere >= elsewhere * size_here
    return float(2 * parts.sum()) * (1 if over else -1)


def shortened(text: str, longest: int) -> str:
    """Return at most `longest` characters, cut between words where there are any."""
    text = " ".join(text.split())
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    at = cut.rfind(" ")
    return (cut[:at] if at > longest // 2 else cut).rstrip(" ,.;:，。；：") + "…"


def _centrality(likeness: NDArray[np.float64]) -> NDArray[np.float64]:
    n_posts = len(likeness)
    if n_posts < 2:
        return np.zeros(n_posts)
    return np.asarray((likeness.sum(axis=1) - np.diag(likeness)) / (n_posts - 1))


def _middle(posts: Sequence[Told], likeness: NDArray[np.floating], rows: NDArray[np.intp]) -> int:
    among = np.asarray(likeness, dtype=np.float64)[np.ix_(rows, rows)]
    lengths = np.array([len(posts[at].title.strip()) for at in rows])
    cost = np.where(lengths > LONGEST_TITLE, 1.0, _LENGTH_COST * lengths / LONGEST_TITLE)
    cost = np.where(lengths == 0, 2.0, cost)
    return int(rows[np.argmax(np.round(_centrality(among) - cost, 6))])


def _read(post: Told) -> str:
    return f"{post.title} {post.text}"[:_READ]


def _sentence(post: Told) -> str:
    """Return the title, or where that is missing the first sentence that says something."""
    if post.title.strip():
        return post.title
    parts = [each for each in _SENTENCE.split(post.text) if each.strip()]
    return next((each for each in parts if len(each) > N_WORDS), post.text)


def _telling(
    posts: Sequence[Told],
    terms: Sequence[tuple[str, ...]],
    *,
    terms_of: TermsOf,
    uses: Mapping[str, int],
    n_posts: int,
    script: int,
) -> tuple[str, ...]:
    here = Counter(term for each in terms for term in set(each))
    size = len(posts)
    whole = max(n_posts, size)
    found: dict[str, float] = {}
    for term, n_here in here.items():
        # A word of one post tells of that post.
        if n_here < min(2, size) or script_of((term,)) != script:
            continue
        worth = telling(n_here, size, max(uses.get(term, 0), n_here), whole)
        if worth > 0:
            found[term] = worth
    texts = [_read(each) for each in posts]
    named = _runs(texts, found) if script else _as_written(texts, found, terms_of)
    return tuple(sorted(named, key=lambda word: (-named[word], word))[:N_WORDS])


def _as_written(
    texts: Sequence[str], found: Mapping[str, float], terms_of: TermsOf
) -> dict[str, float]:
    """Return stems as they are written most often."""
    written: dict[str, Counter[str]] = {}
    for text in texts:
        for word in _LATIN_WORD.findall(text):
            for term in set(terms_of(word)) & found.keys():
                written.setdefault(term, Counter())[word.casefold()] += 1
    named: dict[str, float] = {}
    for term, words in written.items():
        word = min(words, key=lambda each: (-words[each], each))
        named[word] = max(found[term], named.get(word, 0.0))
    return named


def _runs(texts: Sequence[str], found: Mapping[str, float]) -> dict[str, float]:
    """Return strings of telling characters that two posts share, the most telling few.

    What never stands but in one longer string ("一键截" in "一键截图") is no word.
    """
    frequency: Counter[str] = Counter()
    for text in texts:
        strings = {
            run[at : at + length]
            for run in _RUN.findall(text)
            for length in range(2, _LONGEST_WORD + 1)
            for at in range(len(run) - length + 1)
        }
        frequency.update(each for each in strings if all(pair in found for pair in _pairs(each)))
    fewest = min(2, len(texts))
    common = {each: n for each, n in frequency.items() if n >= fewest}
    within: dict[str, int] = {}
    for each, n_here in common.items():
        for part in (each[1:], each[:-1]):
            within[part] = max(n_here, within.get(part, 0))
    return {
        each: _run_worth(each, n_here, found)
        for each, n_here in common.items()
        if within.get(each, 0) < n_here
    }


def _run_worth(word: str, n_here: int, found: Mapping[str, float]) -> float:
    pairs = _pairs(word)
    mean = sum(found[pair] for pair in pairs) / len(pairs)
    return n_here * mean * math.sqrt(len(pairs))


def _pairs(word: str) -> list[str]:
    return [word[at : at + 2] for at in range(len(word) - 1)]
