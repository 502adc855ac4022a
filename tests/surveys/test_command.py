"""`canyu judge` as a person runs it: a process of its own, without a data folder."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.config.warm import run_warm
from tests.surveys.made_up import file_of, made_survey

COMMAND = (sys.executable, "-m", "canyu.config.command", "judge")


def judge(
    *words: object, data: bytes | None = None, **variables: str
) -> subprocess.CompletedProcess[bytes]:
    own = {name: text for name, text in os.environ.items() if not name.startswith("CANYU_")}
    own.pop("DJANGO_SETTINGS_MODULE", None)
    if data is None and not variables:
        done = run_warm(["judge", *map(str, words)], own, timeout=60)
        told = (done.stdout.encode(), done.stderr.encode())
        return subprocess.CompletedProcess(done.args, done.returncode, *told)
    return subprocess.run(
        [*COMMAND, *map(str, words)],
        env={**own, "PYTHONWARNINGS": "error", **variables},
        input=data,
        capture_output=True,
        check=False,
        timeout=60,
    )


def said(done: subprocess.CompletedProcess[bytes]) -> str:
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr == b""
    return done.stdout.decode()


def refused(done: subprocess.CompletedProcess[bytes], code: int = 1) -> str:
    assert done.returncode == code
    assert done.stdout == b""
    words = done.stderr.decode()
    assert "Traceback" not in words
    return words


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    path = tmp_path / "teas.csv"
    path.write_text(made_survey(), encoding="utf-8")
    return path


def test_a_table_is_printed_and_nothing_is_left_behind(survey: Path) -> None:
    home = survey.parent / "home"
    text = said(judge(survey, CANYU_HOME=str(home)))
    assert text.startswith("teas.csv: 60 people, 180 answered screens, 6 items\n")
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 80
    names = [line.split()[1] for line in text.splitlines() if line[:3].strip().isdigit()]
    assert names[0] == "green"
    assert names[-1] == "rooibos"
    assert [path.name for path in survey.parent.iterdir()] == ["teas.csv"]


def test_a_real_survey_takes_less_than_two_seconds() -> None:
    file = Path(__file__).resolve().parents[3] / "shared" / "data" / "bws-issues" / "reports.csv"
    if not file.exists():
        pytest.skip(f"the survey is not at {file}: its order and the time go unchecked")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    text = said(judge(file))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Time of the processor, so that a busy machine says the same.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 2
    names = [line.split()[1] for line in text.splitlines() if line[:3].strip().isdigit()]
    assert names[:2] == ["healthcare", "economy"]
    assert set(names[-3:]) == {"drugs", "foreignaffairs", "biasmedia"}
    assert "is 15 people" in text


def test_json_is_json_and_the_same_twice(survey: Path) -> None:
    first, second = (said(judge(survey, "--json")) for _ in range(2))
    assert first == second
    figures = json.loads(first)
    assert figures["items"][0]["name"] == "green"


def test_standard_input_is_read(survey: Path) -> None:
    text = said(judge("-", data=survey.read_bytes()))
    assert text.startswith("standard input: 60 people")


@pytest.mark.parametrize("encoding", ["ascii", "iso-8859-1", "utf-8"])
def test_any_terminal_can_say_it(survey: Path, encoding: str) -> None:
    survey.write_text(made_survey(items=("绿茶", "чай", "café", "mint")), encoding="utf-8")
    for words in ((), ("--json",)):
        done = judge(survey, *words, PYTHONIOENCODING=encoding)
        assert done.returncode == 0, done.stderr.decode()
        assert done.stdout.decode(encoding)


def test_a_file_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    assert "is a folder" in refused(judge(tmp_path))
    assert "no such file" in refused(judge(tmp_path / "none.csv"))
    assert "cannot be read" in refused(judge("a" * 5000))
    closed = tmp_path / "closed.csv"
    closed.write_text("shown,best,worst\n", encoding="utf-8")
    closed.chmod(0)
    if not os.access(closed, os.R_OK):
        assert "permission denied" in refused(judge(closed))


def test_a_page_is_written_beside_the_table(survey: Path) -> None:
    page = survey.parent / "teas.html"
    assert said(judge(survey, "--html", page)).startswith("teas.csv")
    assert "<title>What people like: teas.csv</title>" in page.read_text(encoding="utf-8")
    assert "cannot be written" in refused(judge(survey, "--html", survey.parent))
    before = survey.read_bytes()
    assert "over the survey" in refused(judge(survey, "--html", survey))
    assert survey.read_bytes() == before


def test_the_whole_way_with_every_option(survey: Path) -> None:
    words = ["--by", "age", "--rake", "age=young:50,old:50", "--where", "task=0", "--where"]
    words += ["task=1", "--model", "maxdiff", "--ghost", "1", "--base", "mint", "--seed", "7"]
    figures = json.loads(said(judge(survey, *words, "--json")))
    assert (figures["model"], figures["ghost"], figures["base"]) == ("maxdiff", 1, "mint")
    assert figures["n_answers"] == 120
    assert figures["segments"]["column"] == "age"
    assert figures["weights"]["n_eff"] < 60


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the file is empty"),
        (b"\x00\x01", "not text"),
        (file_of("1,1,a|b,c,a").encode(), 'line 2: best is "c"'),
        (file_of("1,1,a|b\x1b[31m,c,a").encode(), "line 2: best is"),
    ],
)
def test_a_bad_file_is_one_sentence(data: bytes, words: str) -> None:
    sentence = refused(judge("-", data=data))
    assert sentence.startswith("canyu judge: standard input: ")
    assert words in sentence
    assert len(sentence.splitlines()) == 1
    assert "\x1b" not in sentence


@pytest.mark.parametrize(
    "words",
    [
        ["--model", "guess"],
        ["--ghost", "-1"],
        ["--ghost", "nan"],
        ["--where", "land"],
        ["--rake", "land=x:0.2"],
        ["--seed", "-1"],
        ["--weight", "w", "--rake", "land=x:1"],
        ["--nope"],
    ],
)
def test_what_is_asked_wrongly_ends_with_2(words: list[str]) -> None:
    assert "usage: canyu" in refused(judge("-", *words, data=b""), code=2)
