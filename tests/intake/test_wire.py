"""Messages arrive whole, however the stream was cut."""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canyu.intake.outcomes import Failure, Group, Refusal
from canyu.intake.wire import Answer, Messages, message_of, read_answer, read_bodies


@given(st.lists(st.lists(st.binary(max_size=40), max_size=5), max_size=5), st.integers(1, 9))
def test_any_cut_gives_the_same_messages(sent: list[list[bytes]], step: int) -> None:
    stream = b"".join(map(message_of, sent))
    messages = Messages()
    pieces = [stream[start : start + step] for start in range(0, len(stream), step)]
    got = [read_bodies(one) for piece in pieces for one in messages.feed(piece)]
    assert got == sent


def test_an_answer_comes_back_as_it_was() -> None:
    answer = Answer(
        [7, Refusal(409, "%(n)s is closed.", {"n": 3, "x": None}), Failure(is_unsure=True)],
        [Group(3, 0.25, is_done=True)],
    )
    (message,) = Messages().feed(message_of(answer))
    assert read_answer(message) == answer


def test_an_end_in_the_middle_of_a_message_is_the_end() -> None:
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            theirs.sendall(message_of([b"one"]) + message_of([b"two"])[:-1])
        messages = Messages()
        assert [read_bodies(one) for one in messages.receive(ours)] == [[b"one"]]
        with pytest.raises(EOFError):
            messages.receive(ours)
