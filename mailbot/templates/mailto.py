"""mailto links (RFC 6068)."""

from __future__ import annotations

from urllib.parse import quote


def mailto_link(address: str, subject: str, body: str) -> str:
    """A link that opens a new mail to ``address`` with ``subject`` and ``body`` ready, percent-encoded UTF-8.

    Everything but letters, digits and ``-._~@`` is encoded, also ``+``, which some programs would read as a space. Line
    breaks in the body become CRLF (RFC 6068, 5); in the subject they become spaces.
    """
    local, _, domain = address.rpartition("@")
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    fields = f"subject={_encode(' '.join(subject.split()))}&body={_encode(chr(13) + chr(10)).join(map(_encode, lines))}"
    return f"mailto:{_encode(local)}@{_encode(domain)}?{fields}"


def _encode(text: str) -> str:
    return quote(text, safe="", errors="replace")
