"""`canyu mail-in`, as a mail server runs it."""

import subprocess
from pathlib import Path

import pytest

from tests.config.shell import COMMAND, SOON, environment

MAIL = b"From: Li <li@example.net>\nMessage-ID: <1@example.net>\nSubject: Night\n\nToo bright\n"


def mail_in(home: Path, data: bytes) -> tuple[int, str]:
    done = subprocess.run(
        [*COMMAND, "mail-in", "--to", "words+lumen@say.example.org"],
        env=environment(home, CANYU_MAIL_IN="words@say.example.org"),
        input=data,
        capture_output=True,
        check=False,
        timeout=SOON,
    )
    assert b"Traceback" not in done.stderr, done.stderr
    return done.returncode, (done.stdout + done.stderr).decode().strip()


@pytest.mark.sqlite
def test_a_mail_server_is_told_what_became_of_each_mail(prepared_home: Path) -> None:
    assert mail_in(prepared_home, MAIL) == (0, "word")
    code, said = mail_in(prepared_home, MAIL + b"x" * (40 * 1024 * 1024))
    assert (code, said[:29]) == (65, "5.3.4 This mail is larger tha")
    # Without a store it comes again, and is lost to nobody.
    assert mail_in(Path("/proc/none"), MAIL)[0] == 75
