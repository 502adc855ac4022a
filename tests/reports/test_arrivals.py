"""What comes over the wire is believed by its token, or refused with a sentence."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canyu.journal.errors import Invalid, Refused
from canyu.reports.arrivals import read_arrival
from canyu.reports.errors import ReportRefused
from canyu.reports.rules import ReportCells
from canyu.reports.submissions import Submission
from canyu.reports.tokens import ReportToken, seal_token
from tests.builders import TUESDAY, WEDNESDAY

KEY = b"our own key"
TOLD = ReportToken(5, 42, "weekly", 3, (9, 7, 8), WEDNESDAY, device="小米 14", version="5.2")
SEALED = seal_token(TOLD, key=KEY)


def read(body: bytes) -> Submission:
    return read_arrival(body, key=KEY, at=TUESDAY)


def sends(**fields: Any) -> Submission:
    return read(json.dumps({"token": SEALED, **fields}).encode())


def test_all_that_a_page_sends_is_read() -> None:
    assert sends(
        mood="smile",
        best=9,
        worst=8,
        untried=[7],
        wanted_item=4,
        wanted=" More\r\nroom 😀 ",
        why_best="Quick.",
        why_worst="",
        base_revision=2,
        edited=1_700_000_000_000,
    ) == Submission(
        TOLD,
        ReportCells("smile", 9, 8, (7,), 4, "More\nroom 😀", "Quick.", ""),
        at=TUESDAY,
        edited=1_700_000_000_000,
        base_revision=2,
        is_checked=True,
    )


def test_what_is_left_out_is_empty() -> None:
    assert sends(mood="sigh", best=None) == Submission(
        TOLD, ReportCells("sigh"), TUESDAY, is_checked=True
    )


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"token": 5}, "token"),
        ({"token": "a" * 8_001}, "token"),
        ({"mood": None}, "mood"),
        ({"mood": "s" * 41}, "mood"),
        ({"best": "9"}, "best"),
        ({"best": 9.0}, "best"),
        ({"best": True}, "best"),
        ({"best": 0}, "best"),
        ({"worst": 2**53 + 1}, "worst"),
        ({"wanted_item": -1}, "wanted_item"),
        ({"untried": 7}, "untried"),
        ({"untried": [7, "8"]}, "untried[1]"),
        ({"untried": [7] * 61}, "untried"),
        ({"wanted": "w" * 10_001}, "wanted"),
        ({"why_best": "w" * 10_001}, "why_best"),
        ({"why_worst": ["w"]}, "why_worst"),
        ({"base_revision": -1}, "base_revision"),
        ({"edited": 2**53 + 1}, "edited"),
        ({"edited": 1e400}, "body"),
        ({"member": 43}, "body"),
    ],
)
def test_a_field_that_is_none_of_ours_is_named(fields: dict[str, Any], place: str) -> None:
    with pytest.raises(Invalid, match="could not be read") as refusal:
        sends(**{"mood": "smile", **fields})
    assert refusal.value.status == 400
    assert refusal.value.params["place"] == place


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b"\xef\xbb\xbf{}",
        b'{"token": "\xff"}',
        b'{"mood": "smile"}',
        b"[" * 60_000,
        b'{"token":' + b"[" * 60_000,
        b'{"token": "a"} {}',
        *(b'{"token": "a", "wanted": "%s"}' % one for one in (rb"\ud800", rb"\udc00", rb"\ud800a")),
    ],
)
def test_what_is_no_report_at_all_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid, match="could not be read"):
        read(body)


@given(st.binary() | st.text().map(str.encode))
def test_anything_else_is_refused_with_a_sentence(body: bytes) -> None:
    with pytest.raises(Invalid):
        read(body)


def anything() -> st.SearchStrategy[Any]:
    return st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4)


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "mood",
                "best",
                "worst",
                "untried",
                "wanted_item",
                "wanted",
                "why_best",
                "base_revision",
                "edited",
            ]
        ),
        anything() | st.lists(anything(), max_size=3) | st.sampled_from([7, 8, 9, "smile"]),
    )
)
def test_any_fields_are_a_report_or_refused(fields: dict[str, Any]) -> None:
    with suppress(Refused):
        cells = sends(**fields).cells
        assert not cells.is_empty
        assert {cells.best, cells.worst, *cells.untried} - {None} <= {7, 8, 9}
        assert cells.wanted_item is None or 1 <= cells.wanted_item <= 2**53


def test_what_was_not_sealed_by_us_is_not_believed() -> None:
    with pytest.raises(ReportRefused, match="not made by this server"):
        sends(token=seal_token(TOLD, key=b"another key"), mood="smile")


def test_cells_are_checked_against_the_screen_in_the_token() -> None:
    with pytest.raises(ReportRefused, match="not on your screen"):
        sends(best=6)
