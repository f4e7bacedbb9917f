"""Just enough Cap'n Proto to write one message: a struct whose only field is a list of structs.

Layout after the specification at capnproto.org/encoding.html: everything is made of 64-bit little-endian words; a
pointer holds the distance, in words, from its own end to what it points at.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

WORD = 8
_STRUCT, _LIST = 0, 1
_BYTES, _COMPOSITE = 2, 7


@dataclass(frozen=True)
class Record:
    """A struct of the list: its data section and its pointer section, each pointer a byte string or null."""

    data: bytes
    blobs: tuple[bytes | None, ...]


def message(records: Sequence[Record]) -> bytes:
    """One message of one segment: root struct → list of `records`. All records must have the same shape."""
    data_words = len(records[0].data) // WORD
    pointers = len(records[0].blobs)
    size = data_words + pointers
    segment = _Segment()
    root = segment.reserve(1)
    field = segment.reserve(1)
    segment.point(root, field, _STRUCT, 1 << 16)
    tag = segment.reserve(1 + len(records) * size)
    segment.point(field, tag, _LIST, _COMPOSITE | len(records) * size << 3)
    segment.write(tag, struct.pack("<Q", len(records) << 2 | (data_words | pointers << 16) << 32))
    for index, record in enumerate(records):
        start = tag + 1 + index * size
        segment.write(start, record.data)
        for slot, blob in enumerate(record.blobs):
            if blob is not None:
                segment.attach(start + data_words + slot, blob)
    return segment.framed()


class _Segment:
    """A growing segment; positions are counted in words."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def reserve(self, words: int) -> int:
        start = len(self._bytes) // WORD
        self._bytes.extend(bytes(words * WORD))
        return start

    def write(self, position: int, content: bytes) -> None:
        self._bytes[position * WORD : position * WORD + len(content)] = content

    def point(self, source: int, target: int, kind: int, upper: int) -> None:
        distance = (target - source - 1) & 0x3FFF_FFFF
        self.write(source, struct.pack("<Q", kind | distance << 2 | upper << 32))

    def attach(self, source: int, content: bytes) -> None:
        target = self.reserve(-(-len(content) // WORD))
        self.write(target, content)
        self.point(source, target, _LIST, _BYTES | len(content) << 3)

    def framed(self) -> bytes:
        return struct.pack("<II", 0, len(self._bytes) // WORD) + bytes(self._bytes)
