"""The lines of a file: unpacked, decoded, and never more in memory than one line."""

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from canyu.channels.imports.findings import Problem

LINE_MOST: Final = 10 * 1024 * 1024
_GZIP_MARK: Final = b"\x1f\x8b"
_UTF8_MARK: Final = b"\xef\xbb\xbf"
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


@contextmanager
def open_plain(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading bytes, unpacked where it is gzip by its content. Raises OSError."""
    with path.open("rb") as stream:
        if stream.peek(2)[:2] != _GZIP_MARK:
            yield stream
            return
        with io.BufferedReader(gzip.GzipFile(fileobj=stream)) as unpacked:
            yield unpacked


def lines_of(stream: BinaryIO, *, source: str, most: int = LINE_MOST) -> Iterator[str | Problem]:
    """Yield each line of a stream without its end, or in its place the reason it cannot be read.

    Takes UTF-8 with or without a byte order mark, and LF or CRLF. A line of more than `most` bytes
    is skipped without being kept in memory. A broken gzip stream ends the lines with a problem.
    """
    number, offset = 0, 0
    while True:
        number += 1
        try:
            raw = stream.readline(most + 1)
            size = len(raw)
            too_long = size > most
            while too_long and raw and not raw.endswith(b"\n"):
                raw = stream.readline(most + 1)
                size += len(raw)
        except (OSError, EOFError, zlib.error) as broken:
            yield Problem(source, number, f"The file cannot be read on from here: {broken}.")
            return
        if not size:
            return
        if too_long:
            message = f"The line has {size:,} bytes; at most {most:,} are taken. It was not read."
            yield Problem(source, number, message)
        else:
            yield _decoded(raw, source=source, number=number, offset=offset)
        offset += size


def _decoded(raw: bytes, *, source: str, number: int, offset: int) -> str | Problem:
    # "utf-8-sig" would eat the mark but count its error positions without it.
    skip = len(_UTF8_MARK) if offset == 0 and raw.startswith(_UTF8_MARK) else 0
    try:
        return raw.decode("utf-8")[1 if skip else 0 :].removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as error:
        hint = "; it looks like UTF-16" if offset == 0 and raw.startswith(_UTF16_MARKS) else ""
        return Problem(
            source,
            number,
            f"Byte {offset + error.start:,} of the file (0x{raw[error.start]:02x}) is not UTF-8"
            f"{hint}. Save the file as UTF-8 and import it again.",
        )
