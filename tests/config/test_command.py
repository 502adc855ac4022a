"""`canyu` and what all its commands have in common."""

import subprocess
from pathlib import Path

import pytest

from canyu.config.command import COMMANDS, main
from tests.config.shell import COMMAND, canyu, done, environment, refused
from tests.places import IS_POSTGRES, ask, copy_home


@pytest.mark.parametrize("words", [(), *((name,) for name in COMMANDS)])
def test_every_command_has_help(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main([*words, "--help"])
    assert end.value.code == 0
    said = capsys.readouterr().out
    assert said.startswith(f"usage: {' '.join(['canyu', *words])}")
    assert "HELP" not in said


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["nope"],
        ["serve", "--nope"],
        ["serve", "--port", "many"],
        ["serve", "--threads", "0"],
        ["import", "nope"],
        ["import", "releases", "x.md"],
        ["import", "releases", "x.md", "--product", "lumen", "--format", "word"],
        ["open", "1.0"],
        ["open", "1.0", "--product", "lumen", "--hours", "nan"],
        ["open", "1.0", "--product", "lumen", "--hours", "-3"],
        ["open", "1.0", "--product", "lumen", "--hours", "1e9"],
        ["open", "1.0", "--product", "lumen", "--hours", "soon"],
    ],
)
def test_what_is_asked_wrongly_ends_with_2(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 2
    assert "usage: canyu" in capsys.readouterr().err


def test_an_unknown_command_ends_the_process_with_2(tmp_path: Path) -> None:
    said = canyu(tmp_path / "home", "nope")
    assert said.returncode == 2
    assert "invalid choice: 'nope'" in said.stderr
    assert not (tmp_path / "home").exists()


# The store has no part in it.
@pytest.mark.sqlite
def test_a_reader_that_leaves_is_no_fault(home: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "export", "person", "yun"],
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdout is not None
        assert writer.stderr is not None
        # As `head` does, before anything is written.
        writer.stdout.close()
        assert writer.stderr.read() == ""
        assert writer.wait(timeout=60) == 1


# The store has no part in it.
@pytest.mark.sqlite
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_is_one_sentence(home: Path, unbuffered: str) -> None:
    with Path("/dev/full").open("w") as full:
        said = subprocess.run(
            [*COMMAND, "link", "yun"],
            env=environment(home, PYTHONUNBUFFERED=unbuffered),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    assert "disk is full" in refused(said)


@pytest.mark.parametrize(
    ("name", "told", "said"),
    [
        ("CANYU_ENCODER", "large", "universal, english, none"),
        ("CANYU_MAIL", "mail.example.org", "smtp://"),
    ],
)
def test_a_setting_that_is_none_is_one_sentence(
    home: Path, name: str, told: str, said: str
) -> None:
    assert said in refused(canyu(home, "link", "yun", **{name: told}))


def test_a_home_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert str(file) in refused(canyu(file, "link", "yun"))
    assert str(file) in refused(canyu(file / "below", "link", "yun"))


@pytest.mark.sqlite
def test_a_database_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "canyu.sqlite3").write_bytes(b"This was a database once. " * 100)
    assert "Restore it" in refused(canyu(home, "link", "yun"))
    assert "FAIL" in canyu(home, "check").stdout


def test_a_database_of_a_newer_canyu_is_left_alone(home: Path) -> None:
    ask(
        home,
        "INSERT INTO django_migrations (app, name, applied) "
        "VALUES ('reports', '0099_from_the_future', '2030-01-01')",
    )
    assert "newer Canyu" in refused(canyu(home, "link", "yun"))
    looked = canyu(home, "check")
    assert looked.returncode == 1
    assert "newer Canyu" in looked.stdout


def test_the_key_is_for_this_account_only_and_an_empty_one_is_made_anew(home: Path) -> None:
    key = home / "secret.key"
    assert key.stat().st_mode & 0o077 == 0
    assert len(key.read_text(encoding="ascii")) > 50
    key.write_text("", encoding="ascii")
    done(canyu(home, "link", "yun"))
    assert len(key.read_text(encoding="ascii")) > 50
    assert list(home.glob("secret.key.*")) == []


def test_check_changes_nothing(tmp_path: Path, prepared_home: Path) -> None:
    home = tmp_path / "home"
    assert "canyu serve makes it" in canyu(home, "check").stdout
    assert not home.exists()
    home.mkdir()
    looked = canyu(home, "check")
    assert looked.returncode == 1
    assert ("holds nothing yet" if IS_POSTGRES else "no database yet") in looked.stdout
    assert list(home.iterdir()) == []
    copy_home(prepared_home, home)
    before = {path.name: path.read_bytes() for path in home.iterdir() if path.is_file()}
    said = done(canyu(home, "check"))
    assert [line[:4] for line in said.splitlines()] == ["ok  "] * 5
    assert {path.name: path.read_bytes() for path in home.iterdir() if path.is_file()} == before
