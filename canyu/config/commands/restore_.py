"""`canyu restore`."""

import argparse
import os
import secrets
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from canyu.config.bucket import is_bucket
from canyu.config.command import OK, CommandFailed
from canyu.config.home import database_of, home_of
from canyu.config.store import is_postgres

if TYPE_CHECKING:
    from canyu.config.archive import Manifest

HELP = "put a backup into an empty place"
# In the usual place these stand beside the data: the log of setting up, and the demo's home.
BESIDE = {"log", "demo"}
NAMES = {"sqlite": "the file of SQLite", "postgresql": "a PostgreSQL"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("file", type=Path, metavar="FILE", help="what canyu backup wrote")


def run(arguments: argparse.Namespace) -> int:
    """Unpack, prove, then move into place; until the last step the place stays empty."""
    from canyu.config.archive import PICTURES, ArchiveRefused, read_manifest  # noqa: PLC0415

    home = home_of(os.environ)
    _check_home(home)
    file = arguments.file.absolute()
    try:
        manifest = read_manifest(file)
        _check_store(manifest)
        # Settings would make a key where there is none, and one is about to come.
        os.environ.setdefault("CANYU_SECRET_KEY", secrets.token_urlsafe())
        from canyu.config.setup import start_django  # noqa: PLC0415

        start_django()
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home, prefix=".restore-") as folder:
            _restore(file, manifest, home, Path(folder))
    except ArchiveRefused as problem:
        msg = f"nothing was restored from {file}: {problem}. Take another backup."
        raise CommandFailed(msg) from problem
    print(
        f"{home} holds {sum(manifest.rows.values())} rows of {len(manifest.rows)} tables as of "
        f"{manifest.made_at}. Everything was compared with the backup. Go on with: canyu serve"
    )
    if is_bucket(os.environ) and (home / PICTURES).exists():
        print(
            f"Its pictures lie in {home / PICTURES}, and CANYU_PICTURES names a bucket: copy them "
            "there as they are, or unset it."
        )
    if manifest.key == "environment":
        print("Set CANYU_SECRET_KEY as it was: else nobody stays signed in, and no token is good.")
    return OK


def _check_home(home: Path) -> None:
    if home.exists() and not home.is_dir():
        msg = f"{home} is no folder. Point CANYU_HOME elsewhere."
        raise CommandFailed(msg)
    if home.is_dir() and {path.name for path in home.iterdir()} - BESIDE:
        msg = f"{home} is not empty, and nothing in it was touched. Point CANYU_HOME elsewhere."
        raise CommandFailed(msg)


def _check_store(manifest: "Manifest") -> None:
    ours = "postgresql" if is_postgres(os.environ) else "sqlite"
    if manifest.store != ours:
        advice = "Set" if manifest.store == "postgresql" else "Unset"
        msg = (
            f"nothing was restored: the backup is of {NAMES[manifest.store]}, and goes into no "
            f"other kind of store. {advice} CANYU_DATABASE and run the same command again."
        )
        raise CommandFailed(msg)


def _restore(file: Path, manifest: "Manifest", home: Path, folder: Path) -> None:
    from canyu.config import archive  # noqa: PLC0415
    from canyu.config.setup import is_any_newer, is_too_old  # noqa: PLC0415
    from canyu.config.snapshot import (  # noqa: PLC0415
        check_snapshot,
        is_store_empty,
        load_postgres,
    )

    if is_any_newer(_migrations(manifest)):
        msg = "nothing was restored: the backup is of a newer Canyu. Update this one."
        raise CommandFailed(msg)
    if is_postgres(os.environ) and (is_too_old() or not is_store_empty()):
        msg = (
            "nothing was restored: the database in CANYU_DATABASE is not empty, or too old. Make a "
            "new one with createdb and name it there."
        )
        raise CommandFailed(msg)
    manifest = archive.unpack_archive(file, folder)
    unpacked = folder / manifest.database
    is_file = manifest.store == "sqlite"
    rows, migrations = check_snapshot(unpacked) if is_file else load_postgres(unpacked)
    if rows != manifest.rows or set(migrations) != set(_migrations(manifest)):
        msg = "what the database in it holds is not what its manifest says"
        if not is_file:
            msg = f"{msg}. Drop the database in CANYU_DATABASE, which was filled with it: {file}."
            raise CommandFailed(msg)
        raise archive.ArchiveRefused(msg)
    if (folder / archive.PICTURES).exists():
        (folder / archive.PICTURES).rename(home / archive.PICTURES)
    if manifest.key == "file":
        (folder / archive.SECRET).rename(home / archive.SECRET)
    if is_file:
        # Last: what has a database is whole.
        unpacked.rename(database_of(home))


def _migrations(manifest: "Manifest") -> list[tuple[str, str]]:
    return [(app, name) for app, _, name in (one.partition(".") for one in manifest.migrations)]
