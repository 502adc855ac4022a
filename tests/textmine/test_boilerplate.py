"""What a form wrote is taken out; what people wrote stays."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from canyu.textmine import Boilerplate
from canyu.textmine.boilerplate import FEWEST_POSTS, _pieces

FORM = "### Device: {device}\nSteps to reproduce:\n{said}\n感谢您的反馈。\nSent from my phone"


def body(number: int) -> str:
    return FORM.format(device=f"Mi {number}", said=f"the thing number {number} broke")


def test_lines_labels_and_thanks_of_a_form_go() -> None:
    forms = Boilerplate()
    for number in range(100):
        forms.learn(body(number))
    left = forms.stripped(body(7))
    assert left.split() == ["Mi", "7", "the", "thing", "number", "7", "broke"]
    assert forms.stripped("Something else: my own words.") == "Something else: my own words."


def test_a_form_without_lines_is_known_by_its_labels() -> None:
    forms = Boilerplate()
    for number in range(100):
        forms.learn(f"Steps to reproduce: I did {number}. Actual results: got {number} instead.")
    left = forms.stripped("Steps to reproduce: I did 5. Actual results: got 5 instead.")
    assert left.split() == ["I", "did", "5.", "got", "5", "instead."]


def test_a_coincidence_is_no_form() -> None:
    forms = Boilerplate()
    for number in range(FEWEST_POSTS):
        forms.learn("Hello.\nIt broke." if number < 5 else f"word{number}")
    assert forms.stripped("Hello.\nIt broke.") == "Hello.\nIt broke."


def test_a_line_of_one_in_a_hundred_stays_one_of_three_goes() -> None:
    forms = Boilerplate()
    for number in range(5_000):
        shared = ["rare line"] * (number % 100 < 1) + ["form line"] * (number % 100 < 3)
        forms.learn("\n".join([*shared, f"own words {number}"]))
    assert forms.stripped("rare line\nform line\nmine") == "rare line\nmine"
    assert len(forms._counts) < 1_500


def test_what_is_stored_is_read_again() -> None:
    forms = Boilerplate()
    for number in range(50):
        forms.learn(body(number))
    again = Boilerplate.of_stored(forms.stored())
    assert again.stripped(body(3)) == forms.stripped(body(3)) != body(3)
    assert again.n_posts == 50
    assert Boilerplate.of_stored(Boilerplate().stored()).n_posts == 0


@given(some.text("ab.:\n ？/"))
def test_pieces_joined_are_the_body(text: str) -> None:
    assert "".join(piece for piece, _ in _pieces(text)) == text


@pytest.mark.parametrize("unit", [".", "\n", "a.", "a: ", "中", "a\n", ". "])
def test_a_megabyte_is_looked_through_at_once(unit: str) -> None:
    forms = Boilerplate()
    text = unit * (1_000_000 // len(unit))
    begun = time.process_time()
    for _ in range(11):
        forms.learn(text)
    forms.stripped(text)
    assert time.process_time() - begun < 3
