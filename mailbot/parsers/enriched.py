"""text/enriched and text/richtext as plain text (RFC 1896; RFC 1341, 7.1.3). Linear, never raises."""

from __future__ import annotations

import re

_COMMAND = re.compile(r"<(/?[A-Za-z0-9-]{1,60})>")
_PARAMETER = re.compile(r"<param>[^<]{0,500}</param>", re.IGNORECASE)
_BREAKS = re.compile(r"\n+")


def strip_enriched(text: str) -> str:
    """Text without formatting commands; a lone line break is a space, of several all but one stay."""
    text = text.replace("<lt>", "<<")
    text = _BREAKS.sub(lambda breaks: "\n" * (len(breaks[0]) - 1) or " ", text)
    text = _COMMAND.sub(_as_break, _PARAMETER.sub("", text))
    return text.replace("<<", "<")


def _as_break(command: re.Match[str]) -> str:
    return "\n" if command[1].lower() in ("nl", "np") else "\n\n" if command[1].lower() == "/paragraph" else ""
