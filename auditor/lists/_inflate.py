"""Gzip undone piece by piece, with the checks that libraries leave out: an end, a checksum, nothing behind, a limit."""

import zlib

from auditor.lists._refused import Refused

MAGIC = b"\x1f\x8b"
RATIO = 200
"""How many times larger than itself a compressed list may become: XML lists reach thirty."""


class Inflater:
    """Fed with compressed bytes, gives plain ones; `done` raises Refused where the end never came."""

    def __init__(self, limit: int) -> None:
        self._zip = zlib.decompressobj(wbits=31)
        self._limit = limit
        self._read = 0
        self._given = 0

    def feed(self, data: bytes) -> bytes:
        """The plain bytes of a piece. Raises Refused for damage, for a bomb, and for anything behind the end."""
        self._read += len(data)
        if self._zip.eof:
            if data.strip(b"\0"):
                raise Refused("E-LIST-GZIP", "gzip_behind")
            return b""
        pieces = []
        try:
            while data and not self._zip.eof:
                piece = self._zip.decompress(data, 1 << 20)
                self._given += len(piece)
                if self._given > self._limit or self._given > (1 << 20) + RATIO * self._read:
                    raise Refused("E-LIST-LIMIT", "bomb", n=self._limit >> 20)
                pieces.append(piece)
                data = self._zip.unconsumed_tail
        except zlib.error:
            raise Refused("E-LIST-GZIP", "gzip") from None
        if self._zip.unused_data.strip(b"\0"):
            raise Refused("E-LIST-GZIP", "gzip_behind")
        return b"".join(pieces)

    def done(self) -> None:
        """The end was reached and its checksum held."""
        if not self._zip.eof:
            raise Refused("E-LIST-GZIP", "gzip_cut")
