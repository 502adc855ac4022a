"""Groups of writes on their way to a process that writes, and back.

Each message is its length, four bytes with the highest first, and itself in MessagePack.
"""

from collections.abc import Iterator, Sequence
from struct import Struct as Layout
from typing import BinaryIO

from msgspec import Struct
from msgspec.msgpack import Decoder, Encoder

from canyu.intake.outcomes import Group, Outcome

LENGTH = Layout("!I")


class Answer(Struct, frozen=True, array_like=True):
    """What became of the bodies of one message, and of the commits that it took."""

    outcomes: list[Outcome]
    groups: list[Group]


_encode = Encoder().encode
_bodies: Decoder[list[bytes]] = Decoder(list[bytes])
_answer: Decoder[Answer] = Decoder(Answer)
read_bodies, read_answer = _bodies.decode, _answer.decode


def message_of(content: Sequence[bytes] | Answer) -> bytes:
    """A whole message."""
    encoded = _encode(content)
    return LENGTH.pack(len(encoded)) + encoded


def next_message(stream: BinaryIO) -> bytes:
    """The content of the next message of a stream; raises `EOFError` at its end."""
    head = stream.read(LENGTH.size)
    if len(head) == LENGTH.size:
        (length,) = LENGTH.unpack(head)
        if len(content := stream.read(length)) == length:
            return content
    raise EOFError


class Messages:
    """Messages out of pieces of a stream, however it was cut."""

    def __init__(self) -> None:
        self._left = bytearray()

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Add a piece; the contents of the messages that are whole by now."""
        self._left += piece
        while len(self._left) >= LENGTH.size:
            (length,) = LENGTH.unpack_from(self._left)
            end = LENGTH.size + length
            if len(self._left) < end:
                return
            yield bytes(self._left[LENGTH.size : end])
            del self._left[:end]
