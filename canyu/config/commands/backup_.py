"""`canyu backup`."""

import argparse
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from canyu.config.bucket import is_bucket
from canyu.config.command import OK, CommandFailed
from canyu.config.home import database_of, home_of
from canyu.config.store import is_postgres

HELP = "write everything into one file, while Canyu is in use"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="file to write; compressed where it ends with gz"
    )


def run(arguments: argparse.Namespace) -> int:
    """Copy the store as of one moment, then what belongs to it, and read all of it again."""
    out = arguments.file.absolute()
    _check_place(out)
    home = home_of(os.environ)
    if not home.is_dir() or not (is_postgres(os.environ) or database_of(home).exists()):
        msg = f"{home} holds no Canyu, so nothing was written. Look whether CANYU_HOME is right."
        raise CommandFailed(msg)
    from canyu.config.archive import ArchiveRefused  # noqa: PLC0415
    from canyu.config.setup import start_django  # noqa: PLC0415

    start_django()
    try:
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".canyu-backup-") as folder:
            said = _back_up(home, out, Path(folder))
    except ArchiveRefused as problem:
        msg = f"{out} was not written: {problem}. Try again, and look at the disk."
        raise CommandFailed(msg) from problem
    except FileExistsError as problem:
        msg = f"{out} appeared meanwhile and was left as it is. Choose another name."
        raise CommandFailed(msg) from problem
    print(said)
    return OK


def _check_place(out: Path) -> None:
    if out.exists():
        msg = f"{out} is there already and was left as it is. Choose another name, or move it away."
        raise CommandFailed(msg)
    if not out.parent.is_dir():
        msg = f"there is no folder {out.parent}. Make it, or choose another place."
        raise CommandFailed(msg)


def _back_up(home: Path, out: Path, folder: Path) -> str:
    from django.conf import settings  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from canyu.config import archive  # noqa: PLC0415
    from canyu.config.setup import is_of_newer_version, is_too_old  # noqa: PLC0415
    from canyu.config.snapshot import is_store_empty, take_snapshot  # noqa: PLC0415
    from canyu.journal.clock import machine_now  # noqa: PLC0415

    if is_too_old() or is_store_empty() or is_of_newer_version():
        msg = "the database is not one that this Canyu can use. canyu check says why."
        raise CommandFailed(msg)
    made_at = machine_now()
    copied = folder / "database"
    rows, migrations = take_snapshot(copied)
    store = connection.vendor
    sources = {archive.DATABASES[store]: copied}
    # The environment comes first, as it does when Canyu signs.
    has_key = not os.environ.get("CANYU_SECRET_KEY") and (home / archive.SECRET).exists()
    if has_key:
        sources[archive.SECRET] = home / archive.SECRET
    # After the database: every picture that its rows know is there, and later ones do no harm.
    if not is_bucket(os.environ):
        sources |= dict(_pictures_in(Path(settings.MEDIA_ROOT)))
    manifest = archive.Manifest(
        store=store,
        store_version=".".join(map(str, connection.get_database_version())),
        made_at=made_at.isoformat(timespec="seconds"),
        key="file" if has_key else "environment",
        migrations=tuple(f"{app}.{name}" for app, name in migrations),
        rows=rows,
        files=tuple(archive.packed(path, name) for name, path in sources.items()),
    )
    archive.write_archive(out, manifest, sources)
    n_pictures = len(sources) - 1 - has_key
    held = (
        f"{out} holds {sum(rows.values())} rows of {len(rows)} tables and {n_pictures} pictures "
        f"as of {manifest.made_at}, in {out.stat().st_size / 1e6:.1f} MB, and was read again."
    )
    key = (
        "It holds the signing key: whoever has this file can sign in as anybody. Keep it so."
        if has_key
        else "The signing key is not in it, because CANYU_SECRET_KEY says it: keep that too."
    )
    away = (
        "\nThe pictures are not in it, because CANYU_PICTURES puts them into a bucket: keep copies "
        "of that too."
    )
    return f"{held}\n{key}{away if is_bucket(os.environ) else ''}"


def _pictures_in(folder: Path) -> Iterator[tuple[str, Path]]:
    from canyu.config.archive import PICTURES, is_picture  # noqa: PLC0415

    for path in sorted(folder.rglob("*")):
        name = f"{PICTURES}/{path.relative_to(folder).as_posix()}"
        if path.is_file() and not path.is_symlink() and is_picture(name):
            yield name, path
