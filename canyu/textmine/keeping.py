"""Clusters as bytes and back, so that a restart forgets nothing. Bytes are data, never code."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict
from typing import Any

import numpy as np

from canyu.textmine.clusters import Clusters
from canyu.textmine.decisions import Decisions
from canyu.textmine.memory import Memory
from canyu.textmine.tuning import Example, Rule

FORMAT = 1


def saved(clusters: Clusters) -> bytes:
    """Return all that clusters are; equal clusters give equal bytes."""
    decisions = clusters.decisions
    said: dict[str, Any] = {
        "format": FORMAT,
        "most_rows": clusters.most_rows,
        "next_cluster": clusters.next_cluster,
        "rule": asdict(clusters.rule),
        "examples": [[each.likeness, each.belongs] for each in clusters.examples],
        "held": sorted(decisions.held.items()),
        "barred": sorted([item, sorted(each)] for item, each in decisions.barred.items()),
        "apart": sorted(decisions.apart),
        "standing": sorted(decisions.standing.items()),
        "joined": sorted(decisions.joined.items()),
        "whole": sorted(decisions.whole),
        "members": [[each, list(clusters.members(each))] for each in clusters.clusters()],
    }
    words = np.frombuffer(json.dumps(said).encode(), dtype=np.uint8)
    file = io.BytesIO()
    arrays: dict[str, Any] = {"said": words, **clusters.memory.arrays()}
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def restored(data: bytes) -> Clusters:
    """Return the clusters that `saved` wrote.

    Raises ValueError where the bytes are not whole or of another format.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        said = json.loads(arrays.pop("said").tobytes())
        if said["format"] != FORMAT:
            msg = f"Clusters are of format {said['format']}, and only {FORMAT} can be read."
            raise ValueError(msg)
        memory = Memory.restore(arrays)
        return _built(said, memory)
    except (KeyError, EOFError, OSError, TypeError, IndexError, zipfile.BadZipFile) as error:
        msg = f"These {len(data)} bytes are no saved clusters: {error}."
        raise ValueError(msg) from error


def _built(said: dict[str, Any], memory: Memory) -> Clusters:
    clusters = Clusters(n_dimensions=memory.n_dimensions, most_rows=said["most_rows"])
    clusters.memory = memory
    clusters.next_cluster = said["next_cluster"]
    clusters.rule = Rule(**said["rule"])
    clusters.examples = [Example(likeness, belongs) for likeness, belongs in said["examples"]]
    clusters.decisions = Decisions(
        held=dict(said["held"]),
        barred={item: set(each) for item, each in said["barred"]},
        apart={(a, b) for a, b in said["apart"]},
        standing=dict(said["standing"]),
        joined=dict(said["joined"]),
        whole=set(said["whole"]),
    )
    clusters.restore_members({each: list(items) for each, items in said["members"]})
    return clusters
