"""Files of releases and reports, read into a product."""

import gzip
import json
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as examples
from PIL import Image

from canyu.channels import exports
from canyu.channels.services import ImportSummary, import_releases, import_reports
from canyu.journal.queries import n_events
from canyu.releases import queries as releases
from canyu.releases.models import Change, Release
from canyu.reports import queries as reports
from canyu.reports import services as report_services
from canyu.reports.models import Report
from tests.builders import (
    FRIDAY,
    TUESDAY,
    WEDNESDAY,
    Town,
    fill_all,
    likes,
    make_people,
    make_product,
    open_week,
    publish,
)
from tests.channels.test_antd import converter

HOUR = timedelta(hours=1)
# The first that stand in the file, of ten years; `make soak` reads all of them.
N_REAL = 592 if examples().max_examples >= 200 else 120


def release_of(version: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "release",
        "version": version,
        "published_at": "2015-06-01T09:00:00Z",
        "changes": [{"kind": "new", "text": {"en": f"All of {version}"}}],
        **more,
    }


def report_of(member: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "report",
        "release": "5.2",
        "member": member,
        "ring": "weekly",
        "mood": "smile",
        "shown": ["1", "2", "3"],
        "best": "1",
        **more,
    }


def write(path: Path, *lines: object) -> Path:
    path.write_text(
        "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines),
        encoding="utf-8",
    )
    return path


def counts(summary: ImportSummary) -> tuple[int, int, int, int]:
    return (summary.n_new, summary.n_changed, summary.n_same, len(summary.problems))


def read_releases(town: Town, path: Path, **more: Any) -> ImportSummary:
    return import_releases(product_id=town.product, path=path, at=FRIDAY, **more)


def read_reports(town: Town, path: Path, **more: Any) -> ImportSummary:
    return import_reports(product_id=town.product, path=path, at=TUESDAY, **more)


def test_one_bad_line_harms_no_other(town: Town, tmp_path: Path) -> None:
    publish(town, 1, version="5.2")
    path = write(
        tmp_path / "past.jsonl",
        release_of("1.0"),
        "{ this is no JSON",
        release_of("1.1", changes=[{"kind": "new"}]),
        release_of("5.2"),
        release_of("1.2", changes=[{"kind": "new", "text": {"en": "x"}, "picture": "gone.png"}]),
        release_of(
            "1.3", changes=[{"kind": "new", "text": {"en": "x"}, "makers": [{"handle": "?"}]}]
        ),
        release_of("1.4"),
    )
    seen: list[int] = []
    summary = read_releases(town, path, on_progress=seen.append)

    assert counts(summary) == (2, 0, 0, 5)
    assert summary.n_read == 2
    told = [str(problem) for problem in summary.problems]
    for line, words in (
        (2, ""),
        (3, "text"),
        (4, "5.2 was not read"),
        (5, "gone.png"),
        (6, ""),
    ):
        assert any(f"past.jsonl:{line}: " in one and words in one for one in told), (line, told)
    assert seen == list(range(1, 8))
    page = releases.releases_of(town.product)
    assert {one.version for one in page.releases} == {"5.2", "1.4", "1.0"}

    again = read_releases(town, path)
    assert counts(again) == (0, 0, 2, 5)
    write(path, release_of("1.0", notes={"en": "Words"}), release_of("1.4"))
    assert counts(read_releases(town, path)) == (0, 1, 1, 0)


def test_a_markdown_changelog_is_read_twice_into_the_same(town: Town, tmp_path: Path) -> None:
    path = tmp_path / "CHANGELOG.md"
    path.write_text(
        "# Changelog\n\n## [1.1.0] - 2024-05-02\n\n### Added\n\n- Dark mode\n\n"
        "## [1.0.0] - 2024-04-01\n\n### Fixed\n\n- A crash\n",
        encoding="utf-8",
    )

    assert counts(read_releases(town, path, language="en")) == (2, 0, 0, 0)
    assert counts(read_releases(town, path, language="en")) == (0, 0, 2, 0)
    newest = releases.latest_release(town.product)
    assert newest is not None
    assert newest.version == "1.1.0"


def test_pictures_beside_the_file_come_along(town: Town, tmp_path: Path) -> None:
    picture = BytesIO()
    Image.new("RGB", (40, 30), "orange").save(picture, "PNG")
    (tmp_path / "shots").mkdir()
    (tmp_path / "shots/one.png").write_bytes(picture.getvalue())
    (tmp_path / "broken.png").write_bytes(b"no picture")
    change = {"kind": "new", "text": {"en": "x"}, "picture": "shots/one.png"}
    path = write(
        tmp_path / "past.jsonl",
        release_of("1.0", changes=[change]),
        release_of("1.1", changes=[change, {**change, "picture": "broken.png"}]),
    )

    assert counts(read_releases(town, path)) == (1, 0, 0, 1)
    assert counts(read_releases(town, path)) == (0, 0, 1, 1)
    (row,) = Change.objects.all()
    assert row.picture


def test_a_report_of_history_is_no_release(town: Town, tmp_path: Path) -> None:
    path = write(tmp_path / "past.jsonl", report_of("ana"))
    summary = read_releases(town, path)

    assert summary.n_read == 0
    assert not Release.objects.exists()


def test_reports_are_read_while_their_report_is_open(town: Town, tmp_path: Path) -> None:
    path = write(
        tmp_path / "reports.jsonl",
        report_of("far-away"),
        report_of("too-late", release="5.1"),
        report_of("strange", best="9"),
        report_of("stranger", ring="moon"),
        report_of("mika", wanted="Longer battery"),
    )
    publish(town, 3, version="5.1", at=FRIDAY - 7 * 24 * HOUR)
    scheduled = publish(town, 3)
    before = read_reports(town, path)
    assert counts(before) == (0, 0, 0, 5)
    assert "not open yet" in str(before.problems[0])

    report_services.open_report(release_id=scheduled, at=TUESDAY)
    summary = read_reports(town, path)
    assert counts(summary) == (2, 0, 0, 3)
    assert counts(read_reports(town, path)) == (0, 0, 2, 3)
    # Whoever is in the team is counted there, also where the report comes from elsewhere.
    assert {(row.member_id == town.maker, row.is_team) for row in Report.objects.all()} == {
        (True, True),
        (False, False),
    }

    report_services.close_report(release_id=scheduled, at=WEDNESDAY)
    after = read_reports(town, path)
    assert counts(after) == (0, 0, 0, 5)
    assert "is closed" in str(after.problems[0])
    assert n_events("ReportClosed") == 1


def test_what_is_exported_and_read_into_a_copy_has_the_same_tally(
    town: Town, tmp_path: Path
) -> None:
    rings = {ring: make_people(town.product, 30, ring=ring) for ring in ("weekly", "everyone")}
    week = open_week(town, 4)
    first, second, third, last = (one.id for one in releases.changes_of([week]))
    for ring, people in rings.items():
        cells = {
            one: likes(first, last) if number % 3 else likes(second, third)
            for number, one in enumerate(people)
        }
        fill_all(week, cells, ring=ring)
    assert list(exports.report_lines(town.product)) == []
    report_services.close_report(release_id=week, at=WEDNESDAY)
    written_releases = write(tmp_path / "releases.jsonl", *exports.release_lines(town.product))
    lines = list(exports.report_lines(town.product))
    written_reports = write(tmp_path / "reports.jsonl", *lines)
    assert len(lines) == 60

    copy = Town(make_product(town.owner, "copy"), *town.team)
    assert counts(read_releases(copy, written_releases)) == (1, 0, 0, 0)
    copied = releases.release_of(copy.product, "5.2").id
    report_services.open_report(release_id=copied, at=TUESDAY)
    assert counts(read_reports(copy, written_reports)) == (60, 0, 0, 0)
    report_services.close_report(release_id=copied, at=WEDNESDAY)

    assert list(exports.report_lines(copy.product)) == lines
    assert list(exports.release_lines(copy.product)) == list(exports.release_lines(town.product))
    assert _figures(copied) == _figures(week)


def _figures(release_id: int) -> list[tuple[object, ...]]:
    """What does not hang on the seed, by the keys of the changes."""
    tally = reports.tally_of(release_id)
    assert tally is not None
    keys = reports.judged_keys(release_id)
    figures = tally.figures
    rings = [
        (ring.ring_key, ring.n_reports, ring.n_judging, len(ring.changes)) for ring in figures.rings
    ]
    return [
        (figures.n_reports, figures.n_judging, figures.moods, *rings),
        *(
            (keys[one.change_id], one.n_shown, one.n_best, one.n_worst, one.best, one.worst)
            for one in sorted(figures.changes, key=lambda one: keys[one.change_id])
        ),
        (*(keys[one.change_id] for one in figures.changes),),
    ]


# Once is enough: what an import writes is tested on both stores by shorter ones.
@pytest.mark.sqlite
@pytest.mark.slow
def test_ten_real_years_are_read_and_read_again(town: Town, tmp_path: Path) -> None:
    antd_convert = converter()
    if not antd_convert.history_folder().is_dir():
        pytest.skip(
            f"There is no {antd_convert.history_folder()}; set CANYU_SHARED to the folder that"
            " holds data/antd_changelog."
        )
    path = tmp_path / "antd.jsonl"
    assert antd_convert.main([str(path)]) == 0
    lines = path.read_bytes().splitlines(keepends=True)
    assert len(lines) == 592
    packed = path.with_suffix(".jsonl.gz")
    packed.write_bytes(gzip.compress(b"".join(lines[:N_REAL])))
    n_changes = sum(len(json.loads(one)["changes"]) for one in lines[:N_REAL])

    begun = time.process_time()
    first = read_releases(town, packed)
    n_seconds = time.process_time() - begun
    assert counts(first) == (N_REAL, 0, 0, 0), first.problems[:3]
    assert counts(read_releases(town, packed)) == (0, 0, N_REAL, 0)
    assert n_seconds < 60

    page = releases.releases_of(town.product, page=99)
    assert page.n_releases == N_REAL
    assert all(one.published_at is None for one in page.releases[-7:])
    assert Change.objects.count() == n_changes
    assert sum(one.n_changes for one in releases.releases_by_id(_all_ids()).values()) == n_changes
    assert n_events("ReleasePublished") == n_events("ReleaseCredited") == 0
    assert n_events("ReleaseImported") == N_REAL
    assert len(list(exports.release_lines(town.product))) == N_REAL


def _all_ids() -> list[int]:
    return list(Release.objects.values_list("id", flat=True))
