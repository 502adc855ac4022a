"""How others look for what was asked before, each as its makers run it, each given its best."""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from bench._posts import Read

# English words are stemmed; of what is not English that configuration keeps the words.
SETUP = """
CREATE TABLE post (
  place integer PRIMARY KEY, title text NOT NULL, body text NOT NULL,
  words tsvector GENERATED ALWAYS AS (
    setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', body), 'B')
  ) STORED
);
"""
FULL_TEXT = """
WITH asked AS (
  SELECT replace(plainto_tsquery('english', %(text)s)::text, '&', '|')::tsquery AS q
)
SELECT place FROM post, asked WHERE words @@ q
ORDER BY ts_rank(words, q) DESC, place LIMIT %(most)s
"""
TRIGRAMS = """
SELECT place FROM post ORDER BY similarity(title, %(text)s) DESC, place LIMIT %(most)s
"""
PREFIXED = """
WITH asked AS (SELECT to_tsquery('english', %(words)s) AS q)
SELECT place FROM post, asked
ORDER BY ts_rank(words, q) + similarity(title, %(text)s) + similarity(body, %(text)s) DESC, place
LIMIT %(most)s
"""
_WORD = re.compile(r"\w+")
LONGEST = 2_000


class Peer:
    """One technique: places of posts for a post's title, best first."""

    name: str

    def search(self, at: int, most: int) -> list[int]:
        raise NotImplementedError


@dataclass
class OfPostgres(Peer):
    name: str
    sentence: str
    store: Any
    posts: Sequence[Read]

    def search(self, at: int, most: int) -> list[int]:
        text = _clean(self.posts[at].title)
        words = [word for word in _WORD.findall(text) if word != "_"]
        if not words:
            return []
        told = {"text": text, "words": " | ".join(f"{word}:*" for word in words), "most": most + 1}
        return [place for (place,) in self.store.execute(self.sentence, told)]


class Fts5(Peer):
    name = "FTS5 trigram"

    def __init__(self, posts: Sequence[Read]) -> None:
        self.posts = posts
        self.store = sqlite3.connect(":memory:")
        self.store.execute("CREATE VIRTUAL TABLE post USING fts5(title, body, tokenize='trigram')")
        self.store.executemany(
            "INSERT INTO post (rowid, title, body) VALUES (?, ?, ?)",
            ((at + 1, _clean(post.title), _clean(post.body)) for at, post in enumerate(posts)),
        )

    def search(self, at: int, most: int) -> list[int]:
        text = _clean(self.posts[at].title).casefold()
        grams = dict.fromkeys(text[start : start + 3] for start in range(len(text) - 2))
        if not grams:
            return []
        asked = " OR ".join('"' + gram.replace('"', '""') + '"' for gram in grams)
        rows = self.store.execute(
            "SELECT rowid - 1 FROM post WHERE post MATCH ? "
            "ORDER BY bm25(post, 2.0, 1.0), rowid LIMIT ?",
            (asked, most + 1),
        )
        return [place for (place,) in rows]


@contextmanager
def postgres_peers(posts: Sequence[Read]) -> Iterator[tuple[list[OfPostgres], dict[str, str]]]:
    """Peers on a PostgreSQL of this machine, and of those that cannot be had the reasons."""
    names = ("PostgreSQL full text", "pg_trgm similarity", "words with prefix, ranked")
    try:
        import psycopg  # noqa: PLC0415 - only where it is measured

        from tests.postgres import running  # noqa: PLC0415 - it needs what tests need

        started = running()
        server = started.__enter__()
    except Exception as problem:  # noqa: BLE001 - whatever it is, it is told
        yield [], dict.fromkeys(names, f"{type(problem).__name__}: {problem}")
        return
    try:
        with psycopg.connect(server.address(), autocommit=True) as first:
            database = _made(first)
        with psycopg.connect(server.address(database), autocommit=True) as store:
            missing = _filled(store, posts)
            peers = [OfPostgres(names[0], FULL_TEXT, store, posts)]
            if not missing:
                peers.append(OfPostgres(names[1], TRIGRAMS, store, posts))
                peers.append(OfPostgres(names[2], PREFIXED, store, posts))
            yield peers, dict.fromkeys(names[1:], missing) if missing else {}
    finally:
        started.__exit__(None, None, None)


def _made(store: Any) -> str:
    """Make a database whose letters are those of Unicode; under C pg_trgm sees only ASCII."""
    for locale in ("C.UTF-8", "C.utf8", "en_US.UTF-8"):
        with suppress(Exception):
            store.execute(
                "CREATE DATABASE peers TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER libc "
                f"LC_COLLATE 'C' LC_CTYPE '{locale}'"
            )
            return "peers"
    return "postgres"


def _filled(store: Any, posts: Sequence[Read]) -> str:
    """Put the posts in; return why trigrams cannot be had, if they cannot."""
    missing = ""
    try:
        store.execute("CREATE EXTENSION pg_trgm")
    except Exception as problem:  # noqa: BLE001 - the contrib package is not everywhere
        missing = f"{type(problem).__name__}: {problem}"
    store.execute(SETUP)
    with (
        closing(store.cursor()) as cursor,
        cursor.copy("COPY post (place, title, body) FROM STDIN") as rows,
    ):
        for at, post in enumerate(posts):
            rows.write_row((at, _clean(post.title), _clean(post.body)))
    store.execute("CREATE INDEX ON post USING gin (words)")
    store.execute("ANALYZE post")
    return missing


def _clean(text: str) -> str:
    """Return what a store takes: no NUL, no lone surrogates, and no book."""
    return text[:LONGEST].replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
