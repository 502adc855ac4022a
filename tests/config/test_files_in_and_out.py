"""`canyu import`, `open`, `close` and `export`: what goes in comes out."""

import json
import re
from pathlib import Path

from PIL import Image

from tests.config.shell import canyu, done, refused
from tests.places import ask, copy_home

RELEASES = [
    {
        "type": "release",
        "version": "2.0",
        "published_at": "2026-10-09T09:00:00Z",
        "notes": {"en": "Notes of *2.0*", "zh-hans": "说明"},
        "rings": {"everyone": "2026-10-09T09:00:00Z"},
        "changes": [
            {
                "key": "hand",
                "kind": "new",
                "text": {"en": "Notes by hand", "zh-hans": "手写"},
                "detail": {"en": "With a pen."},
                "area": "editor",
                "makers": [{"handle": "ana", "name": "Ana"}],
                "topics": [{"key": "#60", "url": "https://lumen.example/t/60"}],
                "picture": "pictures/hand.png",
            },
            {"key": "sync", "kind": "fixed", "text": {"en": "Sync no longer stops"}},
            {"key": "type", "kind": "changed", "text": {"en": "Another typeface"}},
        ],
    },
    {"type": "release", "version": "2.0.1", "is_hotfix": True, "changes": []},
]
REPORTS = [
    {
        "type": "report",
        "release": "2.0",
        "member": f"reader-{number}",
        "ring": "everyone",
        "mood": "smile",
        "shown": ["sync", "hand", "type"],
        "untried": ["type"] if number % 2 else [],
        "best": "hand",
        "worst": "sync",
        "why_best": "终于！",
        "wanted": "Folders",
        "at": "2026-10-13T02:05:00Z",
    }
    for number in range(3)
]


LUMEN = ("--product", "lumen")


def write_lines(path: Path, lines: list[dict[str, object]]) -> Path:
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return path


def _but_pictures(lines: str) -> list[str]:
    # A picture is encoded anew where it comes in, and named after what came of it.
    return sorted(re.sub(r"[0-9a-f]{64}\.webp", "picture", lines).splitlines())


def test_everything_that_export_writes_import_takes(
    home: Path, migrated_home: Path, tmp_path: Path
) -> None:
    first = tmp_path / "first"
    (first / "pictures").mkdir(parents=True)
    Image.new("RGB", (40, 30), "orange").save(first / "pictures" / "hand.png")
    taken = done(
        canyu(home, "import", "releases", write_lines(first / "r.jsonl", RELEASES), *LUMEN)
    )
    assert taken == "2 new, 0 changed, 0 as before, 0 not read\n"
    assert "3 changes are judged until" in done(canyu(home, "open", "2.0", *LUMEN))
    reports = write_lines(first / "reports.jsonl", REPORTS)
    assert "3 new" in done(canyu(home, "import", "reports", reports, *LUMEN))
    # Open reports stay secret.
    assert done(canyu(home, "export", "reports", *LUMEN)) == ""
    assert "3 reports, 3 of them judged" in done(canyu(home, "close", "2.0", *LUMEN))

    out = tmp_path / "out"
    out.mkdir()
    done(canyu(home, "export", "releases", *LUMEN, "--out", out / "releases.jsonl"))
    done(canyu(home, "export", "reports", *LUMEN, "--out", out / "reports.jsonl"))
    assert len(list((out / "pictures").iterdir())) == 1
    # What came from here is known here.
    assert "0 new, 0 changed, 4 as before" in done(
        canyu(home, "import", "releases", out / "releases.jsonl", *LUMEN)
    )

    other = tmp_path / "other"
    copy_home(migrated_home, other)
    done(canyu(other, "product", "lumen", "--name", "Lumen", "--owner", "zoe"))
    assert "4 new" in done(canyu(other, "import", "releases", out / "releases.jsonl", *LUMEN))
    done(canyu(other, "open", "2.0", *LUMEN))
    assert "3 new" in done(canyu(other, "import", "reports", out / "reports.jsonl", *LUMEN))
    done(canyu(other, "close", "2.0", *LUMEN))
    for what in ("releases", "reports"):
        exported = done(canyu(other, "export", what, *LUMEN))
        written = (out / f"{what}.jsonl").read_text(encoding="utf-8")
        assert _but_pictures(exported) == _but_pictures(written)


def test_problems_name_file_and_line_and_the_rest_is_taken(home: Path, tmp_path: Path) -> None:
    bad = {"type": "release", "version": "3.1", "changes": [{"kind": "feature", "text": {}}]}
    good = {"type": "release", "version": "3.0", "changes": []}
    path = write_lines(tmp_path / "r.jsonl", [bad, good])
    with path.open("a", encoding="utf-8") as file:
        file.write('{"version":\n')
    said = canyu(home, "import", "releases", path, *LUMEN)
    assert said.returncode == 1
    assert said.stdout == "1 new, 0 changed, 0 as before, 2 not read\n"
    lines = said.stderr.splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"{path}:1", f"{path}:3"]
    assert "feature" in lines[0]


def test_a_file_that_is_not_there_is_said(home: Path, tmp_path: Path) -> None:
    said = canyu(home, "import", "releases", tmp_path / "missing.md", *LUMEN)
    assert said.returncode == 1
    assert said.stderr.startswith(str(tmp_path / "missing.md"))
    assert "No such file" in said.stderr
    assert "Traceback" not in said.stderr


def test_long_imports_show_how_far_they_are(home: Path, tmp_path: Path) -> None:
    many = [{"type": "release", "version": f"9.{n}", "changes": []} for n in range(120)]
    said = canyu(home, "import", "releases", write_lines(tmp_path / "r.jsonl", many), *LUMEN)
    assert "120 new" in done(said)
    assert said.stderr.splitlines() == ["50 read …", "100 read …"]


def test_unknown_products_and_releases_name_the_known_ones(home: Path, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "r.jsonl", RELEASES)
    assert "there are: lumen" in refused(
        canyu(home, "import", "releases", path, "--product", "lumem")
    )
    assert "1.1.0, 1.0.0" in refused(canyu(home, "close", "9.9", *LUMEN))
    assert "no such member" in refused(canyu(home, "export", "person", "nobody"))
    assert "taken" in refused(canyu(home, "product", "lumen", "--name", "Lumen", "--owner", "yun"))


def test_an_export_appears_whole_or_not_at_all(home: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone" / "x.jsonl"
    assert str(gone) in refused(canyu(home, "export", "releases", *LUMEN, "--out", gone))
    out = tmp_path / "x.jsonl"
    out.write_text("kept", encoding="utf-8")
    ask(home, "UPDATE releases_change SET picture = 'abc' WHERE CAST(text AS text) LIKE '%crash%'")
    refused(canyu(home, "export", "releases", *LUMEN, "--out", out))
    assert out.read_text(encoding="utf-8") == "kept"
    assert [path.name for path in tmp_path.glob("*.part")] == []


def test_a_person_gets_all_that_is_stored_about_them(home: Path, tmp_path: Path) -> None:
    told = json.loads(done(canyu(home, "export", "person", "yun")))
    assert told["member"]["handle"] == "yun"
    assert [one["product"] for one in told["products"]["teams"]] == ["lumen"]
    out = tmp_path / "yun.json"
    done(canyu(home, "export", "person", "yun", "--out", out))
    assert json.loads(out.read_text(encoding="utf-8"))["member"] == told["member"]
