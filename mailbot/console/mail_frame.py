"""The document inside the frame that shows a mail: a white sheet with the cleaned HTML, and nothing else."""

from __future__ import annotations

from starlette.responses import HTMLResponse, Response

SHEET = (
    "<!DOCTYPE html><html><head><meta charset=utf-8><meta name=color-scheme content=light>"
    "<style>body{{margin:1rem;font:16px/1.5 system-ui,sans-serif;color:#16302d;background:#fff;overflow-wrap:anywhere}}"
    "img{{max-width:100%;height:auto}}table{{max-width:100%}}a{{color:#0d625c;text-decoration:underline}}"
    "pre{{white-space:pre-wrap}}blockquote{{margin:.5rem 0;padding-left:.8rem;border-left:3px solid #dcdfd4}}</style>"
    "</head><body>{body}</body></html>"
)


def frame_html(cleaned: str) -> Response:
    """Shown by a page with ``framed=True``: its policy lets this document fetch, run and send nothing."""
    return HTMLResponse(SHEET.format(body=cleaned))
