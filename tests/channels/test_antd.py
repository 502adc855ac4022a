"""A real history of ten years, in two languages, goes through whole."""

import gzip
import importlib.util
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from canyu.channels.imports.files import read_file
from canyu.releases.records import ReleaseRecord

ROOT = Path(__file__).resolve().parents[2]


def converter() -> ModuleType:
    spec = importlib.util.spec_from_file_location("antd_convert", ROOT / "bench/antd_convert.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> list[ReleaseRecord]:
    antd_convert = converter()
    if not antd_convert.history_folder().is_dir():
        pytest.skip(
            f"There is no {antd_convert.history_folder()}; set CANYU_SHARED to the folder that"
            " holds data/antd_changelog."
        )
    path = tmp_path_factory.mktemp("antd") / "antd.jsonl"
    assert antd_convert.main([str(path)]) == 0
    packed = path.with_suffix(".jsonl.gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    found = list(read_file(packed))
    assert all(isinstance(one, ReleaseRecord) for one in found), found[:3]
    return [one for one in found if isinstance(one, ReleaseRecord)]


def test_nothing_is_lost(releases: list[ReleaseRecord]) -> None:
    changes = [change for release in releases for change in release.changes]

    assert len(releases) == 592
    assert len({release.version for release in releases}) == 592
    assert len(changes) == 7_608
    assert sum(release.published_at is None for release in releases) == 7
    assert sum("zh-hans" in change.text for change in changes) == 7_608
    assert sum("en" in change.text for change in changes) == 7_608 - 139


def test_releases_of_no_change_of_one_and_of_222(releases: list[ReleaseRecord]) -> None:
    sizes = Counter(len(release.changes) for release in releases)

    assert sizes[0] == 3
    assert sizes[1] > 0
    assert max(sizes) == 222


def test_kinds_and_people(releases: list[ReleaseRecord]) -> None:
    changes = [change for release in releases for change in release.changes]
    kinds = Counter(change.kind for change in changes)

    assert (kinds["fixed"], kinds["new"]) == (3_353, 1_346)
    assert kinds["better"] == 856 + 257 + 249 + 243 + 77 + 72 + 44 + 11 + 2
    assert kinds["changed"] == 43 + 2
    assert sum(bool(change.makers) for change in changes) > 2_000
    assert all(topic.key[1:].isdigit() for change in changes for topic in change.topics)


def test_they_come_oldest_first_at_nine_in_the_morning(releases: list[ReleaseRecord]) -> None:
    moments = [release.published_at for release in releases if release.published_at]

    assert moments == sorted(moments)
    assert {(moment.hour, moment.minute) for moment in moments} == {(9, 0)}


def test_without_the_data_the_converter_says_what_to_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CANYU_SHARED", str(tmp_path))

    assert converter().main([str(tmp_path / "out.jsonl")]) == 1
    assert "Set CANYU_SHARED" in capsys.readouterr().err
    assert converter().main([]) == 2
