"""The reports of a release as its tally reads them, with how their people came."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from canyu.journal.hours import hour_of
from canyu.members import queries as members
from canyu.members.queries import Arrivals
from canyu.reports.columns import NOTHING, Coded, Register, Reports, tried_of
from canyu.reports.models import Report

AT_ONCE = 20_000
# Trees of invitations are followed so far up; beyond that they are one tree anyway.
MOST_GENERATIONS = 20
# Plain values only: a column that Django or sqlite3 know would become an object each.
NUMBERS = ("bucket", "member_id", "is_team", "best_id", "worst_id", "wanted_item_id", "hour")
TEXTS = ("ring_key", "mood", "device", "shown", "untried")

Numbers = NDArray[np.int64]
Chain = tuple[int, ...]


def filled_reports(release_id: int) -> Reports:
    """Every report of a release, always in the same order.

    One pass over its rows, whose texts are read once for each different one; two queries more for
    each 10,000 people and generation of inviters.
    """
    numbers, texts = _read(release_id)
    order = np.lexsort((numbers["member_id"], numbers["bucket"]))
    numbers = {name: column[order] for name, column in numbers.items()}
    texts = {name: column.take(order) for name, column in texts.items()}
    member_ids = numbers["member_id"]
    arrivals = _arrivals(member_ids)
    shown = texts["shown"].recoded(_ids)
    return Reports(
        is_team=numbers["is_team"] == 1,
        ring=texts["ring_key"],
        mood=texts["mood"],
        device=texts["device"],
        shown=shown,
        tried=tried_of(shown, texts["untried"].recoded(_ids)),
        best=numbers["best_id"],
        worst=numbers["worst_id"],
        wanted=numbers["wanted_item_id"],
        hour=numbers["hour"],
        joined_hour=_found(arrivals.member_id, arrivals.joined_hour, member_ids),
        inviters=_chains(member_ids, arrivals),
    )


def _read(release_id: int) -> tuple[dict[str, Numbers], dict[str, Coded[str]]]:
    numbers: dict[str, list[Numbers]] = {name: [np.zeros(0, dtype=np.int64)] for name in NUMBERS}
    registers: dict[str, Register[str]] = {name: Register() for name in TEXTS}
    codes = {name: [np.zeros(0, dtype=np.int32)] for name in TEXTS}
    for rows in _rows(release_id):
        columns = iter(zip(*rows, strict=True))
        for name in NUMBERS:
            numbers[name].append(np.array(next(columns), dtype=np.int64))
        for name in TEXTS:
            codes[name].append(registers[name].codes(next(columns)))
    return (
        {name: np.concatenate(parts) for name, parts in numbers.items()},
        {
            name: Coded(registers[name].values_met, np.concatenate(parts))
            for name, parts in codes.items()
        },
    )


def _rows(release_id: int) -> Iterator[Sequence[tuple[Any, ...]]]:
    """Yield rows of plain values, `NUMBERS` before `TEXTS`, some thousand at a time."""
    is_postgres = connection.vendor == "postgresql"
    table = connection.ops.quote_name(Report._meta.db_table)  # noqa: SLF001 - Django's own way
    columns = (
        "bucket, member_id, CAST(is_team AS integer), "
        f"COALESCE(best_id, {NOTHING}), COALESCE(worst_id, {NOTHING}), "
        f"COALESCE(wanted_item_id, {NOTHING}), {hour_of('changed_at', is_postgres=is_postgres)}, "
        f"ring_key, mood, device, {_text('shown', is_postgres)}, {_text('untried', is_postgres)}"
    )
    # On PostgreSQL one that the server holds; else all rows would be here before the first is read.
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM {table} WHERE release_id = %s",  # noqa: S608 - our own names
            [release_id],
        )
        while rows := cursor.fetchmany(AT_ONCE):
            yield rows


def _text(column: str, is_postgres: bool) -> str:  # noqa: FBT001 - which of two
    return f"{column}::text" if is_postgres else f"+{column}"


def _ids(text: str) -> Chain:
    return tuple(json.loads(text))


def _arrivals(member_ids: Numbers) -> Arrivals:
    """How these people came, and whoever invited them, upwards."""
    found = [members.arrivals_of(member_ids)]
    known = found[0].member_id
    for _ in range(1, MOST_GENERATIONS):
        hosts = np.unique(found[-1].inviter_id)
        missing = np.setdiff1d(hosts[hosts != members.UNTOLD], known)
        if not missing.size:
            break
        found.append(members.arrivals_of(missing))
        known = np.union1d(known, missing)
    ids = np.concatenate([one.member_id for one in found])
    order = np.argsort(ids)
    return Arrivals(
        ids[order],
        np.concatenate([one.joined_hour for one in found])[order],
        np.concatenate([one.inviter_id for one in found])[order],
    )


def _found(known: Numbers, values: Numbers, wanted: Numbers) -> Numbers:
    """Return the value of each `wanted` id, `NOTHING` where it is not `known` (in rising order)."""
    found = np.full(wanted.size, NOTHING)
    if known.size:
        place = np.minimum(np.searchsorted(known, wanted), known.size - 1)
        is_known = known[place] == wanted
        found[is_known] = values[place[is_known]]
    return found


def _chains(member_ids: Numbers, arrivals: Arrivals) -> Coded[Chain]:
    """Return of each person who invited them, and who invited those, upwards."""
    invited = arrivals.inviter_id != members.UNTOLD
    inviter_of = dict(
        zip(
            arrivals.member_id[invited].tolist(), arrivals.inviter_id[invited].tolist(), strict=True
        )
    )
    hosts, place_of_host = np.unique(
        _found(arrivals.member_id, arrivals.inviter_id, member_ids), return_inverse=True
    )
    chains: list[Chain] = [
        () if host == members.UNTOLD else (host, *_upwards(host, inviter_of))
        for host in hosts.tolist()
    ]
    code: NDArray[np.int32] = place_of_host.astype(np.int32)
    # An account that was there before may use a link of somebody that it invited: it does not
    # stand above itself.
    above = np.isin(member_ids, [one for chain in chains for one in chain])
    for place in np.flatnonzero(above).tolist():
        chain, member_id = chains[code[place]], int(member_ids[place])
        if member_id in chain:
            code[place] = len(chains)
            chains.append(chain[: chain.index(member_id)])
    return Coded(tuple(range(len(chains))), code).recoded(chains.__getitem__)


def _upwards(member_id: int, inviter_of: dict[int, int]) -> Iterator[int]:
    seen = {member_id}
    host = inviter_of.get(member_id)
    while host is not None and host not in seen:
        seen.add(host)
        yield host
        host = inviter_of.get(host)
