"""Terms meet where people mean the same word, in any script."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from canyu.textmine import terms_of
from canyu.textmine.terms import LONGEST_WORD, MOST_TERMS

MEET = [
    ("installing", "Installed"),
    ("CAFÉ", "cafe"),
    ("ＷＩＦＩ", "wifi"),
    ("Straße", "STRASSE"),
    ("don’t", "don't"),
]
TOLD = [
    ("截屏", ("截", "屏", "截屏")),
    ("Wi-Fi连不上", ("wi", "fi", "连", "不", "上", "连不", "不上")),
    ("ひらカナ", ("ひ", "ら", "カ", "ナ", "ひら", "らカ", "カナ")),
    ("한국", ("한", "국", "한국")),
    ("v12.04", ("v12", "04")),
    ("MIUI12.5.3", ("miui12", "5", "3", "miui12.5.3")),
    ("RTX-3080", ("rtx", "3080", "rtx.3080")),
    ("0x80070005", ("0x80070005",)),
    ("snake_case", ("snake", "case")),
    ("DataNode", ("datanod", "data", "node")),
    ("FSNamesystem.getBlock", ("fsnamesystem", "getblock", "fs", "namesystem", "get", "block")),
    ("iPhone", ("iphon", "phone")),
    ("PDFs", ("pdfs",)),
    ("SCREENSHOT", ("screenshot",)),
    ("😀 … !", ()),
    ("", ()),
]


@pytest.mark.parametrize(("one", "other"), MEET)
def test_forms_of_one_word_meet(one: str, other: str) -> None:
    assert terms_of(one) == terms_of(other) != ()


@pytest.mark.parametrize(("text", "terms"), TOLD)
def test_terms_of_a_text(text: str, terms: tuple[str, ...]) -> None:
    assert terms_of(text) == terms


def test_a_code_is_more_than_its_parts() -> None:
    assert set(terms_of("RTX-3080")) - set(terms_of("rtx and 3080")) == {"rtx.3080"}
    assert set(terms_of("12.04")) & set(terms_of("12.10")) == {"12"}


@given(some.text())
def test_any_text_has_terms_that_are_words(text: str) -> None:
    for term in terms_of(text):
        assert 0 < len(term) <= LONGEST_WORD
        assert not any(each.isspace() for each in term)


@pytest.mark.parametrize("unit", ["中", "a ", "a-", "😀", "\ufdfa", "ab1.", "\u0e01", "aB", "AAAa"])
def test_a_megabyte_has_bounded_terms(unit: str) -> None:
    begun = time.process_time()
    assert len(terms_of(unit * (1_000_000 // len(unit)))) <= MOST_TERMS
    assert time.process_time() - begun < 2
