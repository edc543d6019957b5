"""The document inside the frame that shows a mail: a white sheet with the cleaned HTML, and nothing else."""

from __future__ import annotations

import re

from starlette.responses import HTMLResponse, Response

SHEET = (
    "<!DOCTYPE html><html><head><meta charset=utf-8><meta name=color-scheme content=light>"
    "<style>body{{margin:1rem;font:16px/1.5 system-ui,sans-serif;color:#16302d;background:#fff;overflow-wrap:anywhere}}"
    "img{{max-width:100%;height:auto}}table{{max-width:100%}}a{{color:#0d625c;text-decoration:underline}}"
    "pre{{white-space:pre-wrap}}blockquote{{margin:.5rem 0;padding-left:.8rem;border-left:3px solid #dcdfd4}}</style>"
    "</head><body>{body}</body></html>"
)

SIZES = ((6.5, "tiny"), (10.5, "short"), (16, "middle"))
"""Up to so many lines, and the class of the frame that has room for them (``parts.css``); a longer mail is scrolled."""
LINE = 72
"""Characters that a frame has room for beside each other."""
_BREAKS = re.compile(r"<(?:/p|/div|/tr|/li|/h[1-6]|/table|/blockquote|/pre|br|hr)\b[^<>]*>", re.IGNORECASE)
_TAGS = re.compile(r"<[^<>]*>")


def frame_size(cleaned: str) -> str:
    """The class for the frame of a mail; "" for a long one, and for one with pictures.

    A guess, because the frame is nobody's origin and runs nothing: the page around it cannot ask how high it is.
    """
    if len(cleaned) > 20_000 or "<img" in cleaned:
        return ""
    lines = 0.0
    for part in _BREAKS.split(cleaned):
        words = " ".join(_TAGS.sub(" ", part).split())
        lines += 0.25 if not words else 1.6 + len(words) // LINE
    return next((name for most, name in SIZES if lines <= most), "")


def frame_html(cleaned: str) -> Response:
    """Shown by a page with ``framed=True``: its policy lets this document fetch, run and send nothing."""
    return HTMLResponse(SHEET.format(body=cleaned))
