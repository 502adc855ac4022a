"""A backup is one file, and nothing but a whole one of ours is unpacked."""

import io
import json
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from canyu.config.archive import (
    ArchiveRefused,
    Manifest,
    check_archive,
    packed,
    read_manifest,
    unpack_archive,
    write_archive,
)

NAMES = ("database/canyu.sqlite3", "secret.key", "pictures/ab/abcd.webp")
Member = tuple[tarfile.TarInfo, bytes]


@pytest.fixture
def sources(tmp_path: Path) -> dict[str, Path]:
    found = {}
    for number, name in enumerate(NAMES):
        found[name] = tmp_path / f"source-{number}"
        found[name].write_bytes(f"what {name} says ".encode() * 5_000)
    return found


@pytest.fixture
def manifest(sources: dict[str, Path]) -> Manifest:
    return Manifest(
        store="sqlite",
        store_version="3.45",
        made_at="2026-11-24T10:00:00+00:00",
        key="file",
        migrations=("reports.0001_first",),
        rows={"reports_report": 7},
        files=tuple(packed(path, name) for name, path in sources.items()),
    )


@pytest.fixture(params=["backup.tar", "backup.tar.gz"])
def backup(
    request: pytest.FixtureRequest, tmp_path: Path, manifest: Manifest, sources: dict[str, Path]
) -> Path:
    path = tmp_path / str(request.param)
    write_archive(path, manifest, sources)
    return path


def members_of(path: Path) -> Iterator[Member]:
    with tarfile.open(path) as archive:
        for member in archive:
            stream = archive.extractfile(member)
            yield member, b"" if stream is None else stream.read()


def rewritten(path: Path, change: Callable[[list[Member]], list[Member]]) -> Path:
    """The same archive with its members changed by somebody who means no good."""
    members = change(list(members_of(path)))
    other = path.with_name("other.tar")
    with tarfile.open(other, "w") as archive:
        for member, body in members:
            member.size = 0 if member.issym() or member.islnk() else len(body)
            archive.addfile(member, io.BytesIO(body))
    return other


def with_manifest(path: Path, **told: Any) -> Path:
    def change(members: list[Member]) -> list[Member]:
        (header, body), *rest = members
        return [(header, json.dumps({**json.loads(body), **told}).encode()), *rest]

    return rewritten(path, change)


def test_what_is_put_in_comes_out(
    backup: Path, manifest: Manifest, sources: dict[str, Path], tmp_path: Path
) -> None:
    assert read_manifest(backup) == manifest
    assert check_archive(backup) == manifest
    assert backup.stat().st_mode & 0o777 == 0o600
    folder = tmp_path / "out"
    folder.mkdir()
    assert unpack_archive(backup, folder) == manifest
    for name, source in sources.items():
        assert (folder / name).read_bytes() == source.read_bytes()
        assert (folder / name).stat().st_mode & 0o777 == 0o600


def test_a_small_one_is_small(tmp_path: Path, manifest: Manifest, sources: dict[str, Path]) -> None:
    for name in ("a.tar", "a.tar.gz"):
        write_archive(tmp_path / name, manifest, sources)
    assert (tmp_path / "a.tar.gz").stat().st_size < (tmp_path / "a.tar").stat().st_size / 5


def test_a_file_that_changes_meanwhile_leaves_no_backup(
    tmp_path: Path, manifest: Manifest, sources: dict[str, Path]
) -> None:
    path = sources["secret.key"]
    path.write_bytes(path.read_bytes()[::-1])
    with pytest.raises(ArchiveRefused, match=r"secret\.key.*checksum"):
        write_archive(tmp_path / "a.tar", manifest, sources)
    assert [one.name for one in tmp_path.iterdir() if "tar" in one.name] == []


def test_nothing_is_written_over(
    tmp_path: Path, manifest: Manifest, sources: dict[str, Path]
) -> None:
    there = tmp_path / "a.tar"
    there.write_text("mine")
    with pytest.raises(FileExistsError):
        write_archive(there, manifest, sources)
    assert there.read_text() == "mine"


def test_wherever_it_is_cut_it_is_refused(backup: Path) -> None:
    whole = backup.read_bytes()
    # The last 9 kB of a plain tar are zeroes that may be missing.
    for kept in (0, 1, 300, 600, 3_000, len(whole) // 2, len(whole) * 9 // 10):
        backup.write_bytes(whole[:kept])
        with pytest.raises(ArchiveRefused):
            check_archive(backup)


def test_one_changed_byte_is_refused(tmp_path: Path, backup: Path) -> None:
    whole = bytearray(backup.read_bytes())
    whole[len(whole) // 2] ^= 1
    backup.write_bytes(bytes(whole))
    with pytest.raises(ArchiveRefused):
        check_archive(backup)


@pytest.mark.parametrize(
    "body", [b"", b"a letter", b"\x1f\x8b and no more", b"PK\x03\x04", bytes(2000)]
)
def test_a_foreign_file_is_refused(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "foreign"
    path.write_bytes(body)
    with pytest.raises(ArchiveRefused):
        read_manifest(path)


def test_a_foreign_tar_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "foreign.tar"
    with tarfile.open(path, "w") as archive:
        archive.addfile(tarfile.TarInfo("etc/passwd"))
    with pytest.raises(ArchiveRefused, match="does not begin with a manifest"):
        read_manifest(path)


@pytest.mark.parametrize(
    "told",
    [
        {"canyu_backup": 2},
        {"store": "oracle"},
        {"store": []},
        {"key": "none"},
        {"rows": {"a": "many"}},
        {"rows": []},
        {"files": {}},
        {"files": []},
        {"files": None},
        {"migrations": 3},
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused(backup: Path, told: dict[str, Any]) -> None:
    with pytest.raises(ArchiveRefused):
        read_manifest(with_manifest(backup, **told))


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/cron",
        "/etc/passwd",
        "pictures/../../x",
        "pictures//x",
        "pictures/./x",
        "pictures/.x",
        "pictures",
        "pictures/",
        "pictures/a\\b",
        "pictures/a\nb",
        "canyu.sqlite3",
        "database/canyu.dump",
        "manifest.json",
        "",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(
    backup: Path, manifest: Manifest, name: str
) -> None:
    files = [vars(one) for one in (*manifest.files, replace(manifest.files[0], name=name))]
    with pytest.raises(ArchiveRefused, match=r"which no backup of Canyu does|twice"):
        read_manifest(with_manifest(backup, files=files))


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE]
)
def test_what_is_no_plain_file_is_refused(tmp_path: Path, backup: Path, kind: bytes) -> None:
    def change(members: list[Member]) -> list[Member]:
        members[2][0].type = kind
        members[2][0].linkname = "/etc/passwd"
        return members

    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(ArchiveRefused, match=r"secret\.key"):
        unpack_archive(rewritten(backup, change), folder)
    assert not (folder / "secret.key").exists()


def test_what_the_manifest_does_not_name_is_refused(tmp_path: Path, backup: Path) -> None:
    def add(members: list[Member]) -> list[Member]:
        return [*members, (tarfile.TarInfo("../evil"), b"evil")]

    def repeat(members: list[Member]) -> list[Member]:
        return [*members, members[-1]]

    for change in (add, repeat):
        folder = tmp_path / change.__name__
        folder.mkdir()
        with pytest.raises(ArchiveRefused, match="does not name so"):
            unpack_archive(rewritten(backup, change), folder)
    assert not (tmp_path / "evil").exists()


def test_what_is_missing_is_seen(backup: Path) -> None:
    with pytest.raises(ArchiveRefused, match="1 of 3 files"):
        check_archive(rewritten(backup, lambda members: members[:-1]))
