"""Similar topics: are duplicates found, beside the techniques that peers use, and at what cost?

    python bench/similar.py DIR [--sizes 10000,100000,1000000] [--queries N] [--alone]

DIR holds posts.jsonl.gz: id, title or text, optional body, group. Each post whose group has two or
more is asked for by its title (or text) among all other posts; found is another of its group. One
JSON is printed: {"ours": {tier: {"hit@1", "hit@5", "hit@10", "mrr", "ms"}}, "peers": {technique:
the same}}, "ms" being the median of a question, encoding included. Beside it stand "ms_p95" and,
where the answer is made in this process, "cpu_ms", which does not grow when others use the machine.
Tiers: "words" alone, "default" with the sentence encoder, and "english" with the larger one of
`sh scripts/prepare.sh english` beside it. Peers: PostgreSQL full text, any of
the words; similarity of pg_trgm; words with prefix, ranked, plus similarity (as Fider does); FTS5
with trigrams, any of them. A technique that this machine does not have stands in "left_out".

With --sizes, "cost" tells of as many topics as asked, made by repeating the posts with their
vectors moved a little: a question's time (half of them broken off while typing), its time on the
processor, memory, and the time to make the index from what was stored. --queries asks N of them
only; --alone leaves peers out. A peer that is not done in --patience seconds is told of as far as
it came: "queries" says of how many, drawn evenly.
"""

import argparse
import json
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

# One core is measured, whoever starts us.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from bench._posts import Read, read_posts
from bench._similar_peers import Fts5, Peer, postgres_peers
from canyu.textmine import (
    Boilerplate,
    Encoder,
    EncoderMissing,
    Post,
    Similar,
    joined_encoder,
    usual_encoder,
)

DEPTH = 50
SEED = 7
BASE = 3_000


def main() -> int:
    asked = arguments()
    posts = read_posts(asked.folder)
    queries = queries_of(posts, asked.queries)
    say(f"{len(posts)} posts, {len(queries)} questions")
    told: dict[str, object] = {
        "posts": len(posts),
        "queries": len(queries),
        "ours": {},
        "peers": {},
        "left_out": {},
    }
    encoder = usual_encoder()
    tiers: dict[str, Encoder | None] = {"words": None}
    if encoder is None:
        told["left_out"]["default"] = "no sentence encoder is installed"
    else:
        encoder.encode(["ready"])
        tiers["default"] = encoder
    try:
        tiers["english"] = joined_encoder()
    except EncoderMissing as missing:
        told["left_out"]["english"] = str(missing)
    else:
        tiers["english"].encode(["ready"])
    for name, each in tiers.items():
        told["ours"][name] = measure_ours(posts, queries, each)
        say(f"{name}: {told['ours'][name]}")
    if not asked.alone:
        measure_peers(posts, queries, told, asked.patience)
    if asked.sizes:
        told["cost"] = {
            str(size): {name: cost(posts, size, each) for name, each in tiers.items()}
            for size in asked.sizes
        }
    print(json.dumps(told, ensure_ascii=False, indent=2))
    return 0


def arguments() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("folder", type=Path, help="holds posts.jsonl.gz")
    asked.add_argument("--sizes", type=sizes, default=(), help="e.g. 10000,100000,1000000")
    asked.add_argument("--queries", type=int, default=0, help="how many, 0 for all")
    asked.add_argument("--patience", type=float, default=120, help="seconds for each peer")
    asked.add_argument("--alone", action="store_true", help="without the peers")
    return asked.parse_args()


def sizes(told: str) -> tuple[int, ...]:
    return tuple(int(each) for each in told.split(",") if each.strip())


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def queries_of(posts: Sequence[Read], most: int) -> list[int]:
    sizes_of = Counter(post.group for post in posts if post.group is not None)
    places = [at for at, post in enumerate(posts) if sizes_of[post.group] > 1]
    return places[:: max(1, len(places) // most)] if most else places


def spread(queries: Sequence[int]) -> list[int]:
    """The same in an order of which each beginning is spread evenly over all of them."""
    drawn = np.random.default_rng(SEED).permutation(len(queries))
    return [queries[at] for at in drawn.tolist()]


def score(
    posts: Sequence[Read],
    queries: Sequence[int],
    search: Callable[[int], Sequence[int]],
    patience: float = float("inf"),
) -> dict[str, float]:
    """Ask each; `search` returns places of posts, best first, the asked one among them or not.

    After `patience` seconds no more are asked; those that were are spread over all.
    """
    hits, ranks, spent, used = Counter(), 0.0, [], []
    until = time.monotonic() + patience
    for number, at in enumerate(spread(queries)):
        if time.monotonic() > until:
            break
        with timed(spent, used):
            found = search(at)
        others = [each for each in found if each != at]
        group = posts[at].group
        rank = next((n for n, each in enumerate(others, 1) if posts[each].group == group), None)
        if rank:
            ranks += 1 / rank
            hits.update(k for k in (1, 5, 10) if rank <= k)
        if number % 1000 == 999:
            say(f"  {number + 1} of {len(queries)}")
    n = max(len(spent), 1)
    return {
        **({"queries": n} if n < len(queries) else {}),
        **{f"hit@{k}": round(hits[k] / n, 4) for k in (1, 5, 10)},
        "mrr": round(ranks / n, 4),
        "ms": round(float(np.median(spent or [0])), 2),
        "ms_p95": round(float(np.quantile(spent or [0], 0.95)), 2),
        "cpu_ms": round(float(np.median(used or [0])), 2),
    }


def measure_ours(
    posts: Sequence[Read], queries: Sequence[int], encoder: Encoder | None
) -> dict[str, float]:
    index = Similar(encoder)
    begun = time.process_time()
    own = without_forms(posts)
    index.add(Post(at, post.title, post.body) for at, post in enumerate(own))
    spent = time.process_time() - begun
    found = score(
        posts,
        queries,
        lambda at: [hit.id for hit in index.search(own[at].title, DEPTH, exclude={at})],
    )
    return {**found, "ingest_per_s": round(len(posts) / max(spent, 1e-9))}


def without_forms(posts: Sequence[Read]) -> list[Read]:
    """Posts with what their form wrote taken out; never all of what one is asked by."""
    forms = Boilerplate()
    for post in posts:
        forms.learn(f"{post.title}\n{post.body}")
    return [
        replace(
            post,
            title=forms.stripped(post.title) or post.title,
            body=forms.stripped(post.body),
        )
        for post in posts
    ]


def measure_peers(
    posts: Sequence[Read], queries: Sequence[int], told: dict[str, object], patience: float
) -> None:
    peers: list[tuple[str, Callable[[], Peer]]] = [("FTS5 trigram", lambda: Fts5(posts))]
    for name, making in peers:
        run_peer(name, making, posts, queries, told, patience)
    with postgres_peers(posts) as (found, missing):
        told["left_out"].update(missing)
        for peer in found:
            run_peer(peer.name, lambda peer=peer: peer, posts, queries, told, patience)


def run_peer(
    name: str,
    making: Callable[[], Peer],
    posts: Sequence[Read],
    queries: Sequence[int],
    told: dict[str, object],
    patience: float,
) -> None:
    try:
        peer = making()
        found = score(posts, queries, lambda at: peer.search(at, DEPTH), patience)
        if not isinstance(peer, Fts5):
            # Its work is done by another process.
            found.pop("cpu_ms")
        told["peers"][name] = found
    except Exception as problem:  # noqa: BLE001 - one that fails is told of; the others go on
        told["left_out"][name] = f"{type(problem).__name__}: {problem}"
    say(f"{name}: {told['peers'].get(name) or told['left_out'][name]}")


@contextmanager
def timed(spent: list[float], used: list[float]) -> Iterator[None]:
    """Append what passed on the clock and on our processor, in ms."""
    begun, worked = time.perf_counter(), time.process_time()
    yield
    spent.append(1000 * (time.perf_counter() - begun))
    used.append(1000 * (time.process_time() - worked))


def cost(posts: Sequence[Read], size: int, encoder: Encoder | None) -> dict[str, float]:
    """A question's time and the memory at `size` topics, which are the posts again and again."""
    base = Similar(encoder)
    base.add(Post(at, post.title, post.body) for at, post in enumerate(posts[:BASE]))
    before = resident_mb()
    index, seconds = repeated(base, size, encoder)
    after = resident_mb()
    generator = np.random.default_rng(SEED)
    spent: list[float] = []
    used: list[float] = []
    for _ in range(300):
        text = posts[int(generator.integers(len(posts)))].title
        is_typing = bool(generator.integers(2))
        end = int(generator.integers(1, len(text) + 1)) if is_typing else len(text)
        with timed(spent, used):
            index.search(text[:end], 10, is_typing=is_typing)
    found = {
        "ms_p50": round(float(np.median(spent)), 2),
        "ms_p95": round(float(np.quantile(spent, 0.95)), 2),
        "cpu_ms_p50": round(float(np.median(used)), 2),
        "cpu_ms_p95": round(float(np.quantile(used, 0.95)), 2),
        "memory_mb": round(after - before),
        "start_s": round(seconds, 2),
    }
    say(f"{size} topics: {found}")
    return found


def repeated(base: Similar, size: int, encoder: Encoder | None) -> tuple[Similar, float]:
    """Return an index of `size` posts, and how long it took to make it of its stored form."""
    words = base._words.stored()  # noqa: SLF001 - it measures what is inside
    n = len(base)
    times = -(-size // n)
    ids = np.arange(times * n, dtype=np.int64)
    tiled = {
        name: np.tile(part, times) for name, part in words.items() if name not in {"names", "ids"}
    }
    parts = {f"words_{name}": part for name, part in tiled.items()}
    parts |= {"words_names": words["names"], "words_ids": ids, "form": np.array([1])}
    if encoder is not None:
        vectors = base._vectors.stored()  # noqa: SLF001 - the same
        order = np.concatenate([np.argsort(vectors["ids"]) for _ in range(times)])
        steps = vectors["steps"][order]
        generator = np.random.default_rng(SEED)
        for start in range(0, len(steps), 1 << 16):
            block = steps[start : start + (1 << 16)]
            moved = generator.integers(-12, 13, block.shape, dtype=np.int8)
            np.clip(block // 2 + moved, -127, 127, out=block)
        parts |= {
            "vectors_ids": ids,
            "vectors_steps": steps,
            "vectors_scales": vectors["scales"][order],
            "model": np.frombuffer(encoder.name.encode(), dtype=np.uint8),
        }
    begun = time.perf_counter()
    made = Similar.of_parts(parts, encoder)
    return made, time.perf_counter() - begun


def resident_mb() -> float:
    """What this process holds now, in MB; its most so far where the system does not tell."""
    try:
        told = Path("/proc/self/statm").read_text(encoding="ascii").split()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return int(told[1]) * resource.getpagesize() / 1e6


if __name__ == "__main__":
    sys.exit(main())
