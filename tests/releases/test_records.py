import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canyu.releases.records import (
    CHANGE_KINDS,
    CHANGES_MOST,
    DETAIL_MOST,
    TEXT_MOST,
    ChangeRecord,
    PersonRecord,
    RecordInvalid,
    ReleaseRecord,
    TopicRef,
)

WORDS = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=40
).map(lambda text: text.strip(" ") or "x")
PASSAGES = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t"), max_size=80
)
NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True)
MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(2199, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
LANGUAGES = st.sampled_from(["en", "zh-hans", "zh-hant", "de", "pt-br"])
PEOPLE = st.builds(PersonRecord, handle=NAMES, name=st.one_of(st.just(""), WORDS))
TOPICS = st.builds(
    TopicRef,
    key=NAMES.map("#{}".format),
    url=st.sampled_from(["", "https://forum.example/t/1", "http://x.example"]),
)
CHANGES = st.builds(
    ChangeRecord,
    key=NAMES,
    kind=st.sampled_from(CHANGE_KINDS),
    text=st.dictionaries(LANGUAGES, WORDS, min_size=1),
    detail=st.dictionaries(LANGUAGES, PASSAGES.filter(bool)),
    area=st.one_of(st.just(""), WORDS),
    makers=st.lists(PEOPLE, max_size=3, unique_by=lambda one: one.handle.casefold()).map(tuple),
    topics=st.lists(TOPICS, max_size=3, unique_by=lambda one: one.key).map(tuple),
    picture=st.sampled_from(["", "shots/home.png"]),
)
RELEASES = st.builds(
    ReleaseRecord,
    version=NAMES.filter(lambda name: name not in {".", ".."}),
    published_at=st.one_of(st.none(), MOMENTS),
    is_hotfix=st.booleans(),
    notes=st.dictionaries(LANGUAGES, PASSAGES.filter(bool)),
    rings=st.dictionaries(st.sampled_from(["daily", "weekly", "everyone"]), MOMENTS),
    changes=st.lists(CHANGES, max_size=4, unique_by=lambda one: one.key).map(tuple),
    where=st.just("file:1"),
)


@given(RELEASES)
def test_a_release_survives_the_journey_through_json(release: ReleaseRecord) -> None:
    written = json.dumps(release.to_json(), ensure_ascii=False)

    read = ReleaseRecord.from_json(json.loads(written), where="elsewhere:7")

    assert read == release
    assert read.where == "elsewhere:7"
    assert json.dumps(read.to_json(), ensure_ascii=False) == written


def release_with(**fields: object) -> ReleaseRecord:
    return ReleaseRecord.from_json({"version": "1.0", **fields}, where="file:3")


def change_with(**fields: object) -> ChangeRecord:
    change = {"kind": "new", "text": {"en": "Faster start"}, **fields}
    return release_with(changes=[change]).changes[0]


def test_a_version_is_enough() -> None:
    assert release_with() == ReleaseRecord("1.0", None, False, {}, {}, ())


def test_keys_not_given_are_the_positions() -> None:
    one = {"kind": "new", "text": {"en": "x"}}

    release = release_with(changes=[one, {**one, "key": "dark-mode"}, one])

    assert [change.key for change in release.changes] == ["1", "dark-mode", "3"]


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("zh", "zh-hans"),
        ("zh-CN", "zh-hans"),
        ("zh_Hans", "zh-hans"),
        ("zh_Hans_CN", "zh-hans"),
        ("en-US", "en"),
        ("en", "en"),
        ("zh-Hant", "zh-hant"),
        ("pt_BR", "pt-br"),
    ],
)
def test_names_of_languages_are_brought_together(tag: str, language: str) -> None:
    assert change_with(text={tag: "x"}).text == {language: "x"}


def test_an_empty_text_in_one_language_is_as_if_not_written() -> None:
    assert change_with(text={"en": "x", "zh": ""}).text == {"en": "x"}


def test_moments_are_kept_in_utc() -> None:
    release = release_with(published_at="2024-01-05T17:00:00+08:00")

    assert release.published_at == datetime(2024, 1, 5, 9, tzinfo=UTC)
    assert release.to_json()["published_at"] == "2024-01-05T09:00:00Z"


def test_a_moment_of_another_zone_is_written_in_utc() -> None:
    zone = timezone(timedelta(hours=8))
    release = ReleaseRecord("1", datetime(2024, 1, 5, 17, tzinfo=zone), False, {}, {}, ())

    assert release.to_json()["published_at"] == "2024-01-05T09:00:00Z"


REFUSED = [
    ({"version": ""}, "version", "is missing"),
    ({"version": 7}, "version", "7 is not a text"),
    ({"version": "a/b"}, "version", "'a/b' holds '/'"),
    ({"version": "a\\b"}, "version", "which may not stand there"),
    ({"version": ".."}, "version", "'..' is not a version"),
    ({"version": " 1"}, "version", "begins or ends with a space"),
    ({"version": "1\u200b0"}, "version", "\\u200b"),
    ({"version": "1\n0"}, "version", "\\n"),
    ({"version": "9" * 65}, "version", "longer than 64 characters"),
    ({"versions": "1"}, "", "Unknown field 'versions'; known are version, published_at"),
    ({"name": "x"}, "", "Unknown field 'name'"),
    ({"published_at": "2024-01-05"}, "published_at", "'2024-01-05' is not a date and time with"),
    ({"published_at": "2024-02-30T09:00:00Z"}, "published_at", "2024-01-05T09:00:00Z"),
    ({"published_at": "0001-01-01T00:00:00+14:00"}, "published_at", "1970"),
    ({"published_at": 1704445200}, "published_at", "1704445200 is not"),
    ({"is_hotfix": "yes"}, "is_hotfix", "'yes' is neither true nor false"),
    ({"is_hotfix": 1}, "is_hotfix", "1 is neither"),
    ({"notes": "words"}, "notes", "'words' is not an object"),
    ({"notes": {"en": "a\x00b"}}, "notes.en", "'\\x00' as character 2"),
    ({"notes": {"en": "\ud800"}}, "notes.en", "\\ud800"),
    ({"notes": {"en": "x" * 200_001}}, "notes.en", "200,001 characters; at most 200,000"),
    ({"notes": {"": "x"}}, "notes", "'' is not a language"),
    ({"notes": {"zh": "a", "zh-CN": "b"}}, "notes", "zh-hans is given twice"),
    ({"rings": {"Every One": "2024-01-05T09:00:00Z"}}, "rings", "'Every One' is not the key"),
    ({"rings": {"daily": None}}, "rings.daily", "null is not a date"),
    ({"rings": ["daily"]}, "rings", "[…] is not an object"),
    ({"changes": {}}, "changes", "{…} is not a list"),
    ({"changes": [[]]}, "changes[0]", "[…] is not an object with the fields key, kind"),
    ({"changes": [None] * (CHANGES_MOST + 1)}, "changes", "2001 entries; at most 2000"),
]


@pytest.mark.parametrize(("fields", "field", "words"), REFUSED)
def test_a_release_is_refused_with_field_and_value(
    fields: dict[str, object], field: str, words: str
) -> None:
    with pytest.raises(RecordInvalid) as refused:
        release_with(**fields)

    assert refused.value.field == field
    assert refused.value.where == "file:3"
    assert words in refused.value.told
    assert str(refused.value).startswith("file:3: ")
    assert refused.value.status == 400


REFUSED_CHANGES = [
    ({"kind": "feature"}, "kind", "'feature' is not allowed; allowed are new, better, fixed"),
    ({"kind": None}, "kind", "null is not allowed"),
    ({"kind": ["new"]}, "kind", "[…] is not allowed"),
    ({"text": {}}, "text", "no text in any language"),
    ({"text": {"en": "  "}}, "text", "no text in any language"),
    ({"text": {"en": "a\nb"}}, "text.en", "'\\n' as character 2"),
    ({"text": {"en": "x" * (TEXT_MOST + 1)}}, "text.en", "2,001 characters; at most 2,000"),
    ({"detail": {"en": "x" * (DETAIL_MOST + 1)}}, "detail.en", "20,001 characters"),
    ({"key": "a b"}, "key", "'a b' is not a key"),
    ({"key": "k" * 65}, "key", "longer than 64"),
    ({"makers": ["ann"]}, "makers[0]", "'ann' is not an object with the fields handle, name"),
    ({"makers": [{"name": "Ann"}]}, "makers[0].handle", "is missing"),
    ({"makers": [{"handle": "@ann"}]}, "makers[0].handle", "'@ann' holds '@'"),
    ({"makers": [{"handle": "a" * 65}]}, "makers[0].handle", "longer than 64"),
    ({"makers": [{"handle": "Ann"}, {"handle": "ann"}]}, "makers[1]", "'ann' stands there a"),
    ({"topics": [{"key": "#1"}, {"key": "#1"}]}, "topics[1]", "'#1' stands there a second time"),
    ({"topics": [{"key": "#1", "url": "javascript:x"}]}, "topics[0].url", "http:// or https://"),
    ({"picture": "../../etc/passwd"}, "picture", "'../../etc/passwd' is not the name of a file"),
    ({"picture": "/etc/passwd"}, "picture", "beside this one"),
    ({"picture": "C:\\x.png"}, "picture", "beside this one"),
    ({"picture": "https://x.example/y.png"}, "picture", "beside this one"),
]


@pytest.mark.parametrize(("fields", "field", "words"), REFUSED_CHANGES)
def test_a_change_is_refused_with_field_and_value(
    fields: dict[str, object], field: str, words: str
) -> None:
    with pytest.raises(RecordInvalid) as refused:
        change_with(**fields)

    assert refused.value.field == f"changes[0].{field}"
    assert words in refused.value.told


def test_the_same_key_twice_is_refused() -> None:
    one = {"kind": "new", "text": {"en": "x"}}

    with pytest.raises(RecordInvalid, match=r"changes\[1\]: '2' stands there a second time"):
        release_with(changes=[{**one, "key": "2"}, one])


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(RecordInvalid, match="'words' is not an object with the fields version"):
        ReleaseRecord.from_json("words", where="file:1")


def test_a_long_value_is_quoted_short() -> None:
    with pytest.raises(RecordInvalid) as refused:
        change_with(kind="k" * 5_000_000)

    assert len(str(refused.value)) < 300
    assert "(5,000,000 characters)" in str(refused.value)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ["version", "published_at", "notes", "rings", "changes", "kind", "text", "en"]
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_a_release_or_is_refused(data: object) -> None:
    try:
        release = ReleaseRecord.from_json(data, where="file:1")
    except RecordInvalid:
        return
    assert ReleaseRecord.from_json(release.to_json(), where="") == release
