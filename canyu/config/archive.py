"""A backup as one file: a tar that begins with a manifest of all else in it.

Nothing is unpacked by its own wish: names, kinds and sizes are those of the manifest, and each file
is written anew by us. So a link, a device or a path that leads elsewhere has no way in.
"""

import hashlib
import io
import json
import os
import re
import tarfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, Literal

FORMAT = 1
MANIFEST = "manifest.json"
SECRET = "secret.key"  # noqa: S105 - the name of a file
DATABASES = {"sqlite": "database/canyu.sqlite3", "postgresql": "database/canyu.dump"}
PICTURES = "pictures"
MOST_MANIFEST_BYTES = 256 * 1024 * 1024
PIECE = 1024 * 1024
# A name of ours: no empty part, none that begins with a dot, nothing a file system could misread.
PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._ -]*")
SHA256 = re.compile(r"[0-9a-f]{64}")
GZIP = b"\x1f\x8b"


class ArchiveRefused(Exception):  # noqa: N818 - the name says what happened
    """This file is no backup of ours, or not a whole one; the sentence says why."""


@dataclass(frozen=True)
class Packed:
    """One file in the archive; `name` has slashes between its parts."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself.

    `rows` are counts by table, of the very moment of the copy. `migrations` are "app.name". `key`
    says where the signing key was: "file", then it is in the archive, or "environment".
    """

    store: str
    store_version: str
    made_at: str
    key: str
    migrations: tuple[str, ...]
    rows: Mapping[str, int]
    files: tuple[Packed, ...]

    @property
    def database(self) -> str:
        """The name of the database's file in the archive."""
        return DATABASES[self.store]


def is_picture(name: str) -> bool:
    """Whether a name, with slashes, is that of a picture that a backup holds."""
    path = PurePosixPath(name)
    is_plain = "/".join(path.parts) == name and all(map(PART.fullmatch, path.parts))
    return is_plain and path.parts[:1] == (PICTURES,) and len(path.parts) > 1


def packed(path: Path, name: str) -> Packed:
    """Describe a file as it is now."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256")
        return Packed(name, stream.tell(), digest.hexdigest())


def write_archive(out: Path, manifest: Manifest, sources: Mapping[str, Path]) -> None:
    """Write the archive and read it again; it appears whole or not at all.

    Only this account may read it. A name that ends with "gz" gets it compressed.
    Raises `ArchiveRefused` where a file changed meanwhile, `OSError` as the disk does.
    """
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        with _new_file(part) as stream:
            with _opened_for_writing(stream, is_small=out.name.endswith("gz")) as archive:
                _add_manifest(archive, manifest)
                for one in manifest.files:
                    _add_file(archive, one, sources[one.name])
            stream.flush()
            os.fsync(stream.fileno())
        check_archive(part)
        # Unlike a rename it never takes the place of a file that appeared meanwhile.
        os.link(part, out)
        _sync_folder(out.parent)
    finally:
        part.unlink(missing_ok=True)


def check_archive(path: Path) -> Manifest:
    """Read a whole archive and compare every file with its checksum; raises `ArchiveRefused`."""
    with _reading(path) as (archive, manifest):
        for _ in _files_in(archive, manifest):
            pass
    return manifest


def read_manifest(path: Path) -> Manifest:
    """Read what an archive says of itself, and nothing more; raises `ArchiveRefused`."""
    with _reading(path) as (_, manifest):
        return manifest


def unpack_archive(path: Path, folder: Path) -> Manifest:
    """Write all files of an archive into an empty folder; raises `ArchiveRefused`.

    Every checksum is compared; only this account may read what is written.
    """
    with _reading(path) as (archive, manifest):
        for one, pieces in _files_in(archive, manifest, is_reading=False):
            target = folder / one.name
            target.parent.mkdir(parents=True, exist_ok=True)
            with _new_file(target) as stream:
                for piece in pieces:
                    stream.write(piece)
                stream.flush()
                os.fsync(stream.fileno())
    return manifest


# ---------------------------------------------------------------------------------- writing


def _new_file(path: Path) -> IO[bytes]:
    """Make a file that was not there and that only this account may read."""
    return os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb"
    )


def _opened_for_writing(stream: IO[bytes], *, is_small: bool) -> tarfile.TarFile:
    if is_small:
        # The quickest: higher levels take several times as long and gain little.
        return tarfile.open(fileobj=stream, mode="w:gz", compresslevel=1)
    return tarfile.open(fileobj=stream, mode="w:")


def _add_manifest(archive: tarfile.TarFile, manifest: Manifest) -> None:
    told = {"canyu_backup": FORMAT, **asdict(manifest)}
    body = json.dumps(told, ensure_ascii=False, indent=1).encode()
    archive.addfile(_header(MANIFEST, len(body)), io.BytesIO(body))


def _add_file(archive: tarfile.TarFile, one: Packed, source: Path) -> None:
    with source.open("rb") as stream:
        archive.addfile(_header(one.name, one.size), stream)


def _header(name: str, size: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mode = size, 0o600
    return header


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# ---------------------------------------------------------------------------------- reading


@contextmanager
def _reading(path: Path) -> Iterator[tuple[tarfile.TarFile, Manifest]]:
    """Open an archive and read its manifest; every way to be broken is one refusal."""
    with path.open("rb") as stream:
        mode: Literal["r:gz", "r:"] = "r:gz" if stream.read(len(GZIP)) == GZIP else "r:"
        stream.seek(0)
        try:
            with tarfile.open(fileobj=stream, mode=mode) as archive:
                yield archive, _manifest_in(archive)
        except (tarfile.TarError, EOFError, zlib.error) as problem:
            raise ArchiveRefused(_broken(path)) from problem
        except OSError as problem:
            # gzip's own complaint has no number; the disk's has one.
            if problem.errno is not None:
                raise
            raise ArchiveRefused(_broken(path)) from problem


def _broken(path: Path) -> str:
    return f"{path} is no backup of Canyu, or it was cut short"


def _manifest_in(archive: tarfile.TarFile) -> Manifest:
    first = archive.next()
    if first is None or first.name != MANIFEST or not first.isreg():
        msg = "this archive does not begin with a manifest of Canyu"
        raise ArchiveRefused(msg)
    if first.size > MOST_MANIFEST_BYTES:
        msg = "its manifest is larger than any of ours"
        raise ArchiveRefused(msg)
    stream = archive.extractfile(first)
    body = b"" if stream is None else stream.read()
    try:
        return _manifest_of(json.loads(body))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as problem:
        msg = "its manifest cannot be understood"
        raise ArchiveRefused(msg) from problem


def _manifest_of(told: dict[str, Any]) -> Manifest:
    """Read a manifest; anything but the right shape raises one of the usual errors."""
    if told["canyu_backup"] != FORMAT:
        msg = f"it is of form {str(told['canyu_backup'])[:20]}, and this Canyu reads form {FORMAT}"
        raise ArchiveRefused(msg)
    files = tuple(Packed(str(one["name"]), one["size"], one["sha256"]) for one in told["files"])
    manifest = Manifest(
        store=_one_of(told["store"], DATABASES),
        store_version=str(told["store_version"]),
        made_at=str(told["made_at"]),
        key=_one_of(told["key"], ("file", "environment")),
        migrations=tuple(str(one) for one in told["migrations"]),
        rows={str(table): int(n) for table, n in told["rows"].items()},
        files=files,
    )
    for one in files:
        _check_packed(one, manifest)
    names = [one.name for one in files]
    wanted = {manifest.database, *([SECRET] if manifest.key == "file" else [])}
    if len(set(names)) < len(names) or not wanted <= set(names):
        msg = "its manifest names a file twice, or lacks the database or the key"
        raise ArchiveRefused(msg)
    return manifest


def _one_of(told: object, known: Sequence[str] | Mapping[str, str]) -> str:
    if not isinstance(told, str) or told not in known:
        raise ValueError(told)
    return told


def _check_packed(one: Packed, manifest: Manifest) -> None:
    if not (one.name in {SECRET, manifest.database} or is_picture(one.name)):
        msg = f"it holds “{one.name[:80]}”, which no backup of Canyu does"
        raise ArchiveRefused(msg)
    if type(one.size) is not int or one.size < 0 or not SHA256.fullmatch(one.sha256):
        raise ValueError(one)


def _files_in(
    archive: tarfile.TarFile, manifest: Manifest, *, is_reading: bool = True
) -> Iterator[tuple[Packed, Iterator[bytes]]]:
    """Give each file with its pieces, to be read before the next; raises `ArchiveRefused`.

    `is_reading` reads the pieces here, for whoever wants only to know that they are right.
    """
    owed = {one.name: one for one in manifest.files}
    while (member := archive.next()) is not None:
        one = owed.pop(member.name, None)
        if one is None or not member.isreg() or member.size != one.size:
            msg = f"it holds “{member.name[:80]}”, which its manifest does not name so"
            raise ArchiveRefused(msg)
        pieces = _pieces(archive, member, one)
        if is_reading:
            for _ in pieces:
                pass
        yield one, pieces
        # Headers that were read stay in a list, and a backup may hold a million of them.
        archive.members = []  # type: ignore[attr-defined]
    if owed:
        msg = f"it was cut short: {len(owed)} of {len(manifest.files)} files are missing"
        raise ArchiveRefused(msg)


def _pieces(archive: tarfile.TarFile, member: tarfile.TarInfo, one: Packed) -> Iterator[bytes]:
    digest = hashlib.sha256()
    stream = archive.extractfile(member)
    while stream is not None and (piece := stream.read(PIECE)):
        digest.update(piece)
        yield piece
    if digest.hexdigest() != one.sha256:
        msg = f"“{one.name}” in it is not what was put in: its checksum differs"
        raise ArchiveRefused(msg)
