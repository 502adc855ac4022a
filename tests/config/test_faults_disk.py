"""The disk becomes full in a rush: clear refusals, pages as before, and on when there is room."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.config.conftest import make_product, own_server
from tests.config.rush import Crowd, counts_are_rows, open_report
from tests.config.shell import Running, canyu, done, serving
from tests.places import ask, copy_home

MEGABYTE = 1024 * 1024
FULL = 15


@contextmanager
def small_disk(place: Path, size: int) -> Iterator[Path]:
    """A filesystem of its own, so small that a test can fill it."""
    place.mkdir(parents=True)
    words = ("mount", "-t", "tmpfs", "-o", f"size={size},mode=0755", "none", str(place))
    said = subprocess.run(words, capture_output=True, text=True, check=False)
    if said.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {said.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(("umount", "--lazy", str(place)), check=True)


def fill(place: Path) -> Path:
    """Take all the room that is left; return what takes it."""
    filler = place / "filler"
    with filler.open("ab", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"\0" * 4096)
    with filler.open("ab", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"\0")
    return filler


def pages_are_read(server: Running) -> bool:
    return all(
        server.get(path).startswith("HTTP/1.1 200") for path in ("/healthz", "/account/sign-in/")
    )


def refuse_and_recover(server: Running, crowd: Crowd, disk: Path) -> None:
    """Fill the disk under the crowd, and make room again."""
    with crowd.insisting(server.port):
        crowd.wait_for(40)
        filler = fill(disk)
        crowd.wait_for_refusals(FULL)
        assert pages_are_read(server)
    # They stopped while it was full, so that for some the last word was a no.
    assert crowd.refusals
    for sentence, has_time in crowd.refusals:
        assert "was not saved" in sentence
        assert "sent again" in sentence
        assert has_time
    filler.unlink()
    with crowd.insisting(server.port):
        crowd.wait_for(40)


@pytest.mark.sqlite
def test_a_full_disk_under_sqlite(home: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", 8 * MEGABYTE) as disk:
        place = disk / "home"
        copy_home(home, place)
        crowd = Crowd(open_report(place, 4_000))
        with serving(place) as server:
            refuse_and_recover(server, crowd, disk)
            crowd.check_stored(place)
            crowd.check_refused(place)
            assert server.stop() == 0
        # The log that could not be written to the end is sound, and so is what it went into.
        assert ask(place, "PRAGMA integrity_check") == [("ok",)]
        assert "holds together (ok)" in done(canyu(place, "check"))
        crowd.check_stored(place)
        counts_are_rows(place)


@pytest.mark.postgresql
def test_a_full_disk_under_postgresql(tmp_path: Path) -> None:
    # Short: the path of a socket has about a hundred characters at most.
    place = Path(tempfile.mkdtemp(prefix="canyu-small-"))
    # The account that the server runs as must get there.
    place.chmod(0o755)
    # Its log of changes lies elsewhere, as it should: with no room for that it ends itself, and
    # needs somebody to start it again.
    with (
        small_disk(place / "disk", 64 * MEGABYTE) as disk,
        own_server(tmp_path, disk),
    ):
        home = make_product(tmp_path / "node" / "home")
        crowd = Crowd(open_report(home, 6_000))
        with serving(home) as server:
            refuse_and_recover(server, crowd, disk)
            crowd.check_stored(home)
            crowd.check_refused(home)
            assert server.stop() == 0
        counts_are_rows(home)
