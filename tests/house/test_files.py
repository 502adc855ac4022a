"""What lies in the repository: nothing large, nothing foreign, no address of a registry."""

import re
from pathlib import Path

import pytest

from tests.house.reading import PACKAGE, ROOT, committed_files, modules, place_of

MOST_BYTES = 500_000
MOST_LINES = 400
HABIT_LINES = 300

ADDRESS = re.compile(
    r"https?://|--(extra-)?index-url|--find-links|--trusted-host|(^|[\s@])(git\+|file:)",
    re.MULTILINE,
)
FOREIGN_NAMES = re.compile(
    r"\.min\.(js|css)$|\.(woff2?|ttf|otf|eot|map|whl|jar)$|(^|/)(node_modules|vendor|bower_components)/"
)
# Words that stand over code that somebody else gave away.
FOREIGN_WORDS = re.compile(
    r"/\*!|@license|@preserve|jquery|bootstrap v\d|Copyright \(c\)", re.IGNORECASE
)


def is_foreign(name: str, text: str = "") -> bool:
    if FOREIGN_NAMES.search(name):
        return True
    return name.endswith((".js", ".css", ".svg")) and bool(FOREIGN_WORDS.search(text))


def n_lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
def test_lock_files_name_no_registry(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    assert ADDRESS.findall(text) == []
    assert "--hash=sha256:" in text


@pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
def test_every_pin_has_a_hash(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
    assert [entry for entry in entries if "==" not in entry or "--hash=" not in entry] == []


def test_both_locks_pin_the_same_versions() -> None:
    def pins(name: str) -> dict[str, str]:
        text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
        return dict(re.findall(r"^([\w.\-]+)==(\S+)", text, re.MULTILINE))

    run, dev = pins("run.txt"), pins("dev.txt")
    assert run
    assert {name for name in run.keys() & dev.keys() if run[name] != dev[name]} == set()


def test_no_file_is_large() -> None:
    large = [place_of(path) for path in committed_files() if path.stat().st_size > MOST_BYTES]
    assert large == []


def test_no_file_was_made_by_others() -> None:
    foreign = []
    for path in committed_files():
        is_text = path.suffix in {".js", ".css", ".svg"}
        text = path.read_text(encoding="utf-8") if is_text else ""
        if is_foreign(place_of(path), text):
            foreign.append(place_of(path))
    assert foreign == []


def test_no_module_has_grown_beyond_reading() -> None:
    lengths = {place_of(path): n_lines(path) for path in modules()}
    for name, length in sorted(lengths.items(), key=lambda item: -item[1]):
        if length > HABIT_LINES:
            print(f"{name} has {length} lines; the habit is {HABIT_LINES}.")
    assert {name: n for name, n in lengths.items() if n > MOST_LINES} == {}


def test_there_is_something_to_look_at() -> None:
    assert len(committed_files()) > 50
    assert PACKAGE / "__init__.py" in committed_files()


# ------------------------------------------------------------- the tests can fail


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://example.org/simple",
        "--find-links /opt",
        "canyu @ git+ssh://example.org/canyu",
        "thing @ file:///opt/thing.whl",
    ],
)
def test_an_address_is_seen(line: str) -> None:
    assert ADDRESS.search(line)


def test_a_foreign_file_is_seen() -> None:
    assert is_foreign("canyu/web/static/web/htmx.min.js")
    assert is_foreign("canyu/web/static/fonts/inter.woff2")
    assert is_foreign("canyu/web/static/web/x.js", "/*! Thing v3 | MIT */")
    assert not is_foreign("canyu/web/static/web/canyu.css", "/* Warm paper and ink. */")
