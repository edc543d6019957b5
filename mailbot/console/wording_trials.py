"""What the editor's script asks while somebody types: problems, figures, a preview; and the frame that shows it.

The answers are JSON and say what is wrong in the visitor's language. Nothing here changes anything.
"""

from __future__ import annotations

import re
from dataclasses import asdict

from starlette.responses import HTMLResponse, Response

from mailbot.console.studio import Busy
from mailbot.console.visit import PageError, Visit
from mailbot.console.wording import trial_form
from mailbot.console.wording_place import ORDINARY, Preview, find_place, preview, read_source, try_draft
from mailbot.console.wording_proofs import ask_for_proof

_SCHEME = re.compile(r'(<meta name="color-scheme" content=")[^"]*(")')
_STYLE = re.compile(r"<style>.*?</style>", re.S)
_DARK_QUERY = re.compile(r"\(prefers-color-scheme:\s*dark\)")


def try_wording(visit: Visit) -> Response:
    """Problems and preview of what stands in the editor. 429 where others are trying: ask again in a moment."""
    place, source = find_place(visit), read_source(visit)
    try:
        trial = try_draft(visit, place, source)
        if trial.was_stopped:
            shown = Preview(fault=visit.texts("wording.preview_fault"))
        else:
            shown = preview(visit, place, source, visit.form.get("case", ORDINARY))
    except Busy:
        return visit.json({"busy": True}, status=429)
    return visit.json(trial_form(visit, trial) | {"preview": asdict(shown)})


def send_proof(visit: Visit) -> Response:
    """Mail what stands in the editor to who typed it; what became of that, in a sentence."""
    place, source = find_place(visit), read_source(visit)
    said, kind = ask_for_proof(visit, place, source, visit.form.get("case", ORDINARY))
    return visit.json({"said": said, "kind": kind})


def show_frame(visit: Visit) -> Response:
    """The HTML of a preview, as a mail program in a light or (``?dark=1``) in a dark room shows it."""
    html = visit.room.studio.find(visit.visitor.session, visit.argument("name"), visit.now)
    if html is None:
        raise PageError(404, "wording_frame")
    return HTMLResponse(choose_scheme(html, dark=visit.query.get("dark") == "1"))


def choose_scheme(html: str, *, dark: bool) -> str:
    """The mail as it looks in one mode, whatever the mode of the browser that shows it."""
    chosen = "all" if dark else "not all"
    mode = "dark" if dark else "light"
    html = _STYLE.sub(lambda found: _DARK_QUERY.sub(chosen, found[0]).replace("light dark", mode), html)
    return _SCHEME.sub(rf"\g<1>{mode}\g<2>", html, count=1)
