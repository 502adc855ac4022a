"""All checks that need no test: run two at a time, each to its end, and every failure shown."""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Check:
    """One question to the code, and what to do when the answer is no."""

    name: str
    command: tuple[str, ...]
    advice: str


@dataclass(frozen=True)
class Answer:
    """What a check said."""

    check: Check
    passed: bool
    seconds: float
    words: str


# The slowest first, so that the short ones fill the other core beside it.
CHECKS = (
    Check("types", ("mypy",), "the types must be whole and true"),
    Check(
        "migrations",
        ("python", "-m", "django", "makemigrations", "--check", "--dry-run", "--skip-checks"),
        "make migrations",
    ),
    Check("translations", ("python", "scripts/messages.py", "check"), "make messages, translate"),
    Check("templates", ("djlint", "canyu", "--lint", "--quiet"), "djlint's docs name each rule"),
    Check("import contract", ("lint-imports",), "ARCHITECTURE.md draws who may import whom"),
    Check("lint", ("ruff", "check", "--quiet"), "make format mends some of it"),
    Check("format", ("ruff", "format", "--check", "--quiet"), "make format"),
)


def run_check(check: Check, home: str) -> Answer:
    """Run one check in an environment of its own, so that it neither reads nor leaves data."""
    started = time.monotonic()
    done = subprocess.run(
        [str(BIN / check.command[0]), *check.command[1:]],
        cwd=ROOT,
        env=os.environ | {"CANYU_HOME": home, "DJANGO_SETTINGS_MODULE": "canyu.config.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - started
    return Answer(check, done.returncode == 0, seconds, done.stdout.strip())


def main() -> int:
    """Print one line for each check, then the words of those that failed."""
    wanted = set(sys.argv[1:])
    checks = [check for check in CHECKS if not wanted or check.name in wanted]
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as home, ThreadPoolExecutor(max_workers=2) as pool:
        answers = []
        for answer in pool.map(lambda check: run_check(check, home), checks):
            word = "ok" if answer.passed else "FAILED"
            print(f"{answer.check.name:16} {word:6} {answer.seconds:5.1f} s", flush=True)
            answers.append(answer)
    failed = [answer for answer in answers if not answer.passed]
    for answer in failed:
        print(f"\n--- {answer.check.name}: {answer.check.advice}\n{answer.words}")
    print(
        f"\n{len(answers) - len(failed)} of {len(answers)} checks passed "
        f"in {time.monotonic() - started:.0f} s."
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
