"""Paragraphs of format=flowed text put together again (RFC 3676). Pure, linear, never raises."""

from __future__ import annotations

_LARGEST = 2_000_000
"""A text beyond this is nothing that anybody typed; lists of its lines would take more memory than the mail."""


def join_flowed(text: str, *, delete_space: bool = False) -> str:
    """Text with soft line breaks removed; quotation keeps its depth as ``> `` marks. Line ends are LF.
    A text of over 2 MB comes back as it is.

    ``delete_space`` is the parameter DelSp=yes: the space that marks a soft break is not part of the text.
    """
    if len(text) > _LARGEST:
        return text
    out: list[str] = []
    pieces: list[str] = []
    depth = 0
    for line in text.split("\n"):
        content = line.lstrip(">")
        marks = len(line) - len(content)
        if content.startswith(" "):
            content = content[1:]
        signature = content == "-- "
        if pieces and (marks != depth or signature):
            out.append(_quoted(depth, pieces))
            pieces = []
        depth = marks
        soft = content.endswith(" ") and not signature
        pieces.append(content[:-1] if soft and delete_space else content)
        if not soft:
            out.append(_quoted(depth, pieces))
            pieces = []
    if pieces:
        out.append(_quoted(depth, pieces))
    return "\n".join(out)


def _quoted(depth: int, pieces: list[str]) -> str:
    text = "".join(pieces)
    return f"{'>' * depth} {text}" if depth and text else ">" * depth + text
