"""The content of a mail as it comes after DATA (RFC 5321, 4.1.1.4 and 4.5.2). Pure: pieces in, bytes out.

Only ``<CRLF>.<CRLF>`` ends it; a bare CR or LF is content like any other octet, so that no mail can be smuggled in the
belly of another. Lines may have any length. Linear in the octets that come, and bounded by the limit in those it keeps.
"""

from __future__ import annotations

_END = b"\r\n.\r\n"
_TAIL = len(_END) - 1


class ContentReader:
    """``feed`` pieces until it returns True; then ``rest`` is what came after the end, and ``take()`` the mail."""

    def __init__(self, size_limit: int) -> None:
        self.rest = b""
        self.too_big = False
        self._size_limit = size_limit
        # a mail of nothing but dots is a third longer on the wire
        self._wire_limit = size_limit // 3 * 4 + 16
        self._discarding = False
        # the line end of the command line counts as the one before a lone dot
        self._buffer = bytearray(b"\r\n")
        self._searched = 0

    def feed(self, piece: bytes) -> bool:
        """True when the final dot has come."""
        self._buffer += piece
        end = self._buffer.find(_END, self._searched)
        if end >= 0:
            self.rest = bytes(memoryview(self._buffer)[end + len(_END) :])
            del self._buffer[end + 2 :]
            return True
        self.too_big = self.too_big or len(self._buffer) > self._wire_limit
        if self.too_big or self._discarding:
            del self._buffer[:-_TAIL]
        self._searched = max(0, len(self._buffer) - _TAIL)
        return False

    def discard(self) -> None:
        """Keep nothing from here on but what is needed to find the end."""
        self._discarding = True

    def take(self) -> bytes | None:
        """The mail with its dots unstuffed, once; None if it was too big."""
        content, self._buffer = self._buffer, bytearray()
        if b"\r\n." in content:
            content = content.replace(b"\r\n.", b"\r\n")
        if self.too_big or len(content) - 2 > self._size_limit:
            return None
        return bytes(memoryview(content)[2:])
