import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canyu.releases.records import RecordInvalid
from canyu.reports.records import MOODS, ReportRecord

KEYS = ["1", "2", "dark-mode", "4", "5"]
WORDS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n"), max_size=30
)


@st.composite
def reports(draw: st.DrawFn) -> ReportRecord:
    shown = draw(st.permutations(KEYS))
    n_untried = draw(st.integers(0, 2))
    tried = shown[n_untried:]
    best = draw(st.sampled_from(["", *tried]))
    worst = draw(st.sampled_from(["", *(key for key in tried if key != best)]))
    return ReportRecord(
        release="5.2",
        member=draw(st.sampled_from(["ann", "小明", "github-person"])),
        ring=draw(st.sampled_from(["daily", "everyone"])),
        mood=draw(st.sampled_from(["", *MOODS])),
        shown=tuple(shown),
        untried=tuple(shown[:n_untried]),
        best=best,
        worst=worst,
        why_best=draw(WORDS) if best else "",
        why_worst=draw(WORDS) if worst else "",
        wanted_item=draw(st.sampled_from(["", "offline-maps"])),
        wanted=draw(WORDS),
        at=draw(st.sampled_from([None, datetime(2024, 1, 9, 10, 30, tzinfo=UTC)])),
    )


@given(reports())
def test_a_report_survives_the_journey_through_json(report: ReportRecord) -> None:
    written = json.dumps(report.to_json())

    assert ReportRecord.from_json(json.loads(written), where="file:1") == report


def report_with(**fields: object) -> ReportRecord:
    whole = {"release": "5.2", "member": "ann", "ring": "daily", "shown": ["1", "2", "3"]}
    return ReportRecord.from_json({**whole, **fields}, where="file:9")


def test_any_cell_may_be_empty() -> None:
    report = report_with()

    assert (report.mood, report.best, report.worst, report.wanted) == ("", "", "", "")
    assert report.shown == ("1", "2", "3")


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"release": None}, "release", "is missing"),
        ({"member": ""}, "member", "is missing"),
        ({"ring": None}, "ring", "is missing"),
        ({"mood": "happy"}, "mood", "allowed are scream, smile, shrug, sigh"),
        ({"best": "7"}, "best", "'7' was not on this screen; shown were: 1, 2, 3"),
        ({"worst": "7"}, "worst", "was not on this screen"),
        ({"best": "2", "worst": "2"}, "worst", "'2' is also the best"),
        ({"best": "2", "untried": ["2"]}, "best", "marked as not tried"),
        ({"worst": "2", "untried": ["2"]}, "worst", "marked as not tried"),
        ({"untried": ["8"]}, "untried[0]", "was not on this screen"),
        ({"shown": ["1", "1"]}, "shown[1]", "'1' is listed twice"),
        ({"shown": "1"}, "shown", "'1' is not a list"),
        ({"shown": [1]}, "shown[0]", "1 is not a text"),
        ({"shown": [str(n) for n in range(61)]}, "shown", "61 entries; at most 60"),
        ({"why_best": "because"}, "why_best", "no change was chosen"),
        ({"wanted": "x" * 1_001}, "wanted", "1,001 characters; at most 1,000"),
        ({"wanted": "a\x00"}, "wanted", "'\\x00' as character 2"),
        ({"wanted_item": "a b"}, "wanted_item", "is not a key"),
        ({"at": "yesterday"}, "at", "'yesterday' is not a date and time"),
        ({"score": 5}, "", "Unknown field 'score'; known are release, member"),
    ],
)
def test_a_report_is_refused_with_field_and_value(
    fields: dict[str, object], field: str, words: str
) -> None:
    with pytest.raises(RecordInvalid) as refused:
        report_with(**fields)

    assert refused.value.field == field
    assert words in refused.value.told
