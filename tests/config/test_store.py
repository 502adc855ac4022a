"""Which store the environment asks for, and that no password is told on the way."""

from pathlib import Path
from traceback import format_exception

import pytest

from canyu.config.store import StoreUnknown, place_of, pool_for, store_of

HOME = Path("/srv/canyu")


@pytest.mark.parametrize("environ", [{}, {"CANYU_DATABASE": ""}, {"CANYU_DATABASE": "  "}])
def test_without_an_address_it_is_a_file_that_survives_a_power_cut(environ: dict[str, str]) -> None:
    store = store_of(environ, HOME)
    assert store["ENGINE"] == "django.db.backends.sqlite3"
    assert place_of(store) == "/srv/canyu/canyu.sqlite3"
    assert store["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in store["OPTIONS"]["init_command"]


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("postgresql://canyu@db.example.org:5433/say", "say on db.example.org"),
        ("postgres://canyu:p%40ss%2Fword@db/say?sslmode=require", "say on db"),
        ("postgresql:///say?host=/run/postgresql&user=canyu", "say on /run/postgresql"),
        ("postgresql:///say", "say on this machine"),
    ],
)
def test_an_address_is_a_postgresql(address: str, place: str) -> None:
    store = store_of({"CANYU_DATABASE": address}, HOME)
    assert store["ENGINE"] == "django.db.backends.postgresql"
    assert place_of(store) == place
    assert store.get("USER", "canyu") == "canyu"
    assert store.get("PASSWORD", "p@ss/word") == "p@ss/word"
    # What we do not know by name is left to the driver.
    assert store["OPTIONS"].get("sslmode", "require") == "require"
    assert "host" not in store["OPTIONS"]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("mysql://canyu:geheim@db/say", "“mysql”"),
        ("db.example.org", "must be an address"),
        ("postgresql://canyu:geheim@db", "names no database"),
        ("postgresql://canyu:geheim@db/", "names no database"),
        ("postgresql://canyu:geheim@db/say?nothing=1", "is no address"),
        ("postgresql://canyu:geheim@[db/say", "is no address"),
    ],
)
def test_what_is_no_address_is_refused_without_its_password(address: str, words: str) -> None:
    with pytest.raises(StoreUnknown, match=words) as refused:
        store_of({"CANYU_DATABASE": address}, HOME)
    assert "geheim" not in str(refused.value)
    assert "geheim" not in "".join(format_exception(refused.value))


@pytest.mark.parametrize("n_threads", [1, 8, 128])
def test_every_request_finds_a_connection(n_threads: int) -> None:
    pool = pool_for(n_threads)
    assert pool["min_size"] <= n_threads < pool["max_size"]
