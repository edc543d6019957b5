"""text/enriched and text/richtext as plain text (RFC 1896; RFC 1341, 7.1.3). Linear, never raises."""

from __future__ import annotations

import re

_COMMAND = re.compile(r"<<|<(/?[A-Za-z0-9-]{1,60})>")
_PARAMETER = re.compile(r"<param>[^<]{0,500}</param>", re.IGNORECASE)
_BREAKS = re.compile(r"\n+")


def strip_enriched(text: str) -> str:
    """Text without formatting commands; a lone line break is a space, of several all but one stay."""
    text = _BREAKS.sub(lambda breaks: "\n" * (len(breaks[0]) - 1) or " ", text.rstrip("\n"))
    return _COMMAND.sub(_plain, _PARAMETER.sub("", text))


def _plain(command: re.Match[str]) -> str:
    name = (command[1] or "lt").lower()
    return {"lt": "<", "nl": "\n", "np": "\n", "/paragraph": "\n\n"}.get(name, "")
