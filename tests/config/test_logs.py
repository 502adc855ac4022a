"""What is written about failures, in which form, and what is not."""

import json
import logging
import sys
from datetime import datetime
from pathlib import Path

import pytest
from django.test import RequestFactory
from django.urls import resolve

from canyu.config.logs import AsJson, NoAddresses
from tests.config.shell import serving


def record(message: str, *args: object, **more: object) -> logging.LogRecord:
    made = logging.LogRecord("canyu.test", logging.WARNING, __file__, 1, message, args, None)
    vars(made).update(more)
    return made


def test_an_entry_is_one_json_object() -> None:
    told = json.loads(AsJson().format(record("“%s”\nand more", "开放")))
    assert datetime.fromisoformat(told.pop("time")).tzinfo is not None
    assert told == {
        "level": "WARNING",
        "logger": "canyu.test",
        "message": "“开放”\nand more",
    }


def test_an_exception_is_told_in_the_same_line() -> None:
    try:
        Path("/no/such/file").read_text(encoding="ascii")
    except OSError:
        entry = AsJson().format(record("no", exc_info=sys.exc_info()))
    assert "\n" not in entry
    assert json.loads(entry)["exception"].endswith("'/no/such/file'")


@pytest.mark.parametrize(
    ("path", "said"),
    [("/recover/very-secret/", "/recover/<"), ("/no-page/very-secret/", "/no-page…")],
)
def test_an_address_is_named_by_its_pattern(path: str, said: str) -> None:
    request = RequestFactory().get(path)
    if "recover" in path:
        request.resolver_match = resolve(path)
    entry = record("%s: %s", "Forbidden", path, request=request)
    assert NoAddresses().filter(entry)
    assert entry.getMessage().startswith(f"Forbidden: {said}")
    assert "secret" not in entry.getMessage()


def test_other_entries_are_let_be() -> None:
    entry = record("%s: %s", "Forbidden", "/recover/x/")
    assert NoAddresses().filter(entry)
    assert entry.getMessage() == "Forbidden: /recover/x/"


@pytest.mark.sqlite
def test_the_server_writes_json_when_it_is_told(home: Path) -> None:
    with serving(home, is_true_start=True, CANYU_LOG_FORMAT="json") as server:
        server.get("/start/very-secret/")
        server.get("/nowhere/very-secret/")
        assert server.stop() == 0
    lines = (home.parent / "serve.err").read_text(encoding="utf-8").splitlines()
    messages = [json.loads(line)["message"] for line in lines]
    assert "Not Found: /nowhere…" in messages
    assert not any("secret" in one for one in messages)
