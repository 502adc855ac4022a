"""Groups of writes on their way to a process that writes, and back.

Each message is its length, four bytes with the highest first, and itself in MessagePack.
"""

from collections.abc import Iterator, Sequence
from socket import socket
from struct import Struct as Layout

from msgspec import Struct
from msgspec.msgpack import Decoder, Encoder

from canyu.intake.outcomes import Group, Outcome

LENGTH = Layout("!I")
AT_ONCE = 1 << 20


class Answer(Struct, frozen=True, array_like=True):
    """What became of bodies, in the order in which they came, and of the commits that it took."""

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


class Messages:
    """Messages out of pieces of a stream, however it was cut."""

    def __init__(self) -> None:
        self._left = bytearray()

    def receive(self, wire: socket) -> list[bytes]:
        """Wait for the next piece that makes messages whole; raises `EOFError` at the end."""
        while True:
            if not (piece := wire.recv(AT_ONCE)):
                raise EOFError
            if whole := list(self.feed(piece)):
                return whole

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
