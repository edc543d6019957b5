"""What every answer of the console tells the browser: where content may come from, and that nobody frames it."""

from __future__ import annotations

from starlette.responses import Response

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A mail in its frame: no scripts, no forms, an origin of its own, nothing fetched. Mails carry their styles in
# attributes, so these are let in here and nowhere else.
FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox"
)
# The demo's mails are the desk's own, and their buttons must work as in a mail program: when a person presses one.
LEADS_OUT = " allow-top-navigation-by-user-activation allow-popups allow-popups-to-escape-sandbox"


def protect(response: Response, *, secure: bool, framed: bool = False, leads_out: bool = False) -> Response:
    """Add the headers. ``framed``: the answer is a mail or a preview that a page of ours shows in a frame;
    ``leads_out``: a person may follow its links."""
    headers = response.headers
    headers["Content-Security-Policy"] = FRAME_POLICY + LEADS_OUT * leads_out if framed else PAGE_POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    # same-origin and not no-referrer: with the latter, browsers send «Origin: null» with our own forms.
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), interest-cohort=()"
    if not framed:
        headers["X-Frame-Options"] = "DENY"
    if secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    headers.setdefault("Cache-Control", "no-store")
    return response
