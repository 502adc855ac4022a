"""The town is the same each time, and however often its making is interrupted."""

import signal
import subprocess
from pathlib import Path
from typing import Any

from tests.config.shell import COMMAND, canyu, done, environment, refused, serving
from tests.places import IS_POSTGRES, ask, copy_home

# What is drawn by chance on purpose, or says when the machine did something.
LEFT_OUT = {
    "django_migrations": {"applied"},
    "members_invitation": {"token_hash"},
    "members_member": {"password"},
}

if IS_POSTGRES:
    TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    COLUMNS = (
        "SELECT column_name FROM information_schema.columns WHERE table_name = ? "
        "ORDER BY ordinal_position"
    )
else:
    TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"
    COLUMNS = "SELECT name FROM pragma_table_info(?) ORDER BY cid"


def all_of(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    found = {}
    for (table,) in ask(home, TABLES):
        columns = [name for (name,) in ask(home, COLUMNS, [table])]
        kept = [name for name in columns if name not in LEFT_OUT.get(table, set())]
        rows = ask(home, f"SELECT {', '.join(map(repr_name, kept))} FROM {table}")  # noqa: S608
        found[table] = sorted(rows, key=repr)
    return found


def repr_name(name: str) -> str:
    return f'"{name}"'


def test_a_town_that_was_interrupted_becomes_the_same_town(
    tmp_path: Path, migrated_home: Path, town_home: Path, story_file: Path
) -> None:
    home = tmp_path / "home"
    copy_home(migrated_home, home)
    variables = {"CANYU_STORY": str(story_file), "PYTHONHASHSEED": "2"}
    with subprocess.Popen(
        [*COMMAND, "demo", "--make-only"],
        env=environment(home, **variables),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as making:
        assert making.stderr is not None
        for line in making.stderr:
            if "2026-08-28" in line:
                break
        making.kill()
    assert making.returncode == -9
    unfinished = all_of(home)["demo_town"]
    assert unfinished != all_of(town_home)["demo_town"]
    # Two at once go on with it, and neither is in the other's way.
    with subprocess.Popen(
        [*COMMAND, "demo", "--make-only"], env=environment(home, **variables)
    ) as other:
        done(canyu(home, "demo", "--make-only", **variables))
    assert other.returncode == 0
    made, first = all_of(home), all_of(town_home)
    assert made.keys() == first.keys()
    assert [table for table in made if made[table] != first[table]] == []
    assert len(made["reports_report"]) > 60


def test_a_town_that_is_there_is_not_made_again(
    tmp_path: Path, town_home: Path, story_file: Path
) -> None:
    home = tmp_path / "home"
    copy_home(town_home, home)
    assert done(canyu(home, "demo", "--make-only", CANYU_STORY=str(story_file))) == ""


def test_a_story_that_is_not_there_is_one_sentence(tmp_path: Path, migrated_home: Path) -> None:
    missing = tmp_path / "none.json"
    copy_home(migrated_home, tmp_path / "home")
    said = canyu(tmp_path / "home", "demo", "--make-only", CANYU_STORY=str(missing))
    assert str(missing) in refused(said)


def test_a_stranger_finds_the_town_in_both_languages(
    tmp_path: Path, town_home: Path, story_file: Path
) -> None:
    home = tmp_path / "home"
    copy_home(town_home, home)
    with serving(home, "demo", is_true_start=True, CANYU_STORY=str(story_file)) as town:
        # It is there, and not made anew.
        assert town.words == f"Open http://127.0.0.1:{town.port}/ (Ctrl+C stops it)\n"
        for language, word in (("en", 'lang="en"'), ("zh-CN", 'lang="zh-Hans"')):
            head, _, page = town.get("/", language=language).partition("\r\n\r\n")
            assert " 200 " in head.splitlines()[0]
            assert word in page
            assert 'class="demo"' in page
        assert town.stop(signal.SIGINT, whole_group=True) == 0


def test_its_forum_has_what_was_merged_and_what_was_solved(town_home: Path) -> None:
    merged = "SELECT count(*) FROM topics_topic WHERE merged_into_id IS NOT NULL"
    solved = "SELECT count(*) FROM topics_topic WHERE solution_id IS NOT NULL"
    assert (ask(town_home, merged), ask(town_home, solved)) == ([(1,)], [(1,)])
