"""Which database holds everything: a file beside the rest, or a PostgreSQL."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from canyu.config.errors import SettingWrong
from canyu.config.home import database_of

POSTGRES = ("postgresql://", "postgres://")
OLDEST_POSTGRES = 15
# What a process of pages uses beside its requests: deliveries, and whoever looks from outside.
SPARE_CONNECTIONS = 2
# While PostgreSQL is away somebody waits so long to hear of it.
POOL_SECONDS = 5
# Addresses and handles; a rush of sign-ins must not push out who is being kept away.
MOST_COUNTED = 20_000
PLACES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


class StoreUnknown(SettingWrong):
    """CANYU_DATABASE names no database that Canyu can use."""


def is_postgres(environ: Mapping[str, str]) -> bool:
    """Whether the environment asks for a PostgreSQL; what it asks may still be wrong."""
    return bool(environ.get("CANYU_DATABASE", "").strip())


def store_of(environ: Mapping[str, str], home: Path) -> dict[str, Any]:
    """Django's settings for the store that the environment asks for.

    Raises `StoreUnknown`, which quotes no more than the scheme: a password may come after it.
    """
    told = environ.get("CANYU_DATABASE", "").strip()
    if not told:
        return _sqlite(home)
    if not told.startswith(POSTGRES):
        message = (
            f"CANYU_DATABASE begins with “{told.split(':')[0][:20]}”, must be an address such as "
            "postgresql://user@host/name, or be left out for the file in CANYU_HOME"
        )
        raise StoreUnknown(message)
    return _postgres(told)


def limits_of(environ: Mapping[str, str]) -> dict[str, Any]:
    """Django's settings for where sign-ins are counted, so that nobody tries too often.

    With a PostgreSQL several processes make pages and must count together: in its table
    `web_limits`. With a file one process does, and its memory is quicker than a disk.
    """
    if is_postgres(environ):
        place = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "web_limits"}
    else:
        place = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    # What has run out goes first when there are too many, then a tenth of the rest.
    return {**place, "OPTIONS": {"MAX_ENTRIES": MOST_COUNTED, "CULL_FREQUENCY": 10}}


def place_of(store: Mapping[str, Any]) -> str:
    """Where a store lies, in words for a person: a path, or a name and a host; no password."""
    if store["ENGINE"].endswith("sqlite3"):
        return str(store["NAME"])
    return f"{store['NAME']} on {store.get('HOST') or 'this machine'}"


def pool_for(n_threads: int) -> dict[str, Any]:
    """What a process keeps open that answers so many requests at once."""
    return {
        "min_size": min(2, n_threads),
        "max_size": n_threads + SPARE_CONNECTIONS,
        "timeout": POOL_SECONDS,
    }


def _sqlite(home: Path) -> dict[str, Any]:
    # IMMEDIATE: a transaction that will write takes the lock at its start and waits for it,
    # instead of failing half-way. FULL: what was acknowledged survives a power cut.
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": database_of(home),
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000;"
                "PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;"
            ),
        },
        "CONN_MAX_AGE": None,
    }


def _postgres(address: str) -> dict[str, Any]:
    from psycopg import ProgrammingError  # noqa: PLC0415 - only who uses it pays for it
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415

    try:
        parts = dict(conninfo_to_dict(address))
    except ProgrammingError:
        # Its own words would quote the address, password and all.
        message = (
            "CANYU_DATABASE is no address of a PostgreSQL, must be such as "
            "postgresql://user:password@host:5432/name"
        )
        raise StoreUnknown(message) from None
    known = {ours: str(parts.pop(theirs)) for theirs, ours in PLACES.items() if theirs in parts}
    if not known.get("NAME"):
        message = (
            "CANYU_DATABASE names no database, must end with its name: "
            "postgresql://user@host:5432/name"
        )
        raise StoreUnknown(message)
    return {
        "ENGINE": "django.db.backends.postgresql",
        **known,
        # A process of pages gets a pool, which keeps connections; see `pool_for`.
        "CONN_MAX_AGE": 0,
        # A connection that died with its server is thrown away before it is handed out.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "application_name": "canyu",
            "connect_timeout": 10,
            # Only of what the server itself fills in, which the statements of a rush let it do.
            "prepare_threshold": 0,
            **parts,
        },
    }
