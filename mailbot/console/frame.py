"""The pages that belong to no room: the start, how pages look, and what is said where there is no page."""

from __future__ import annotations

import re

from starlette.responses import Response

from mailbot.console.texts import LANGUAGES
from mailbot.console.visit import LANGUAGE_COOKIE, THEME_COOKIE, THEMES, PageError, Visit

YEAR = 365 * 24 * 3600


def show_start(visit: Visit) -> Response:
    """Who is signed in begins at the tickets, others at the door."""
    if visit.who:
        return visit.redirect("/tickets")
    return visit.redirect("/demo" if visit.room.terms.demo else "/sign-in")


def set_look(visit: Visit) -> Response:
    """Choose language (``language``) or theme (``theme``), and go back to the page that stood (``back``)."""
    if visit.form.get("language") in LANGUAGES:
        visit.cookies_to_set[LANGUAGE_COOKIE] = (visit.form["language"], YEAR)
    if visit.form.get("theme") in THEMES:
        visit.cookies_to_set[THEME_COOKIE] = (visit.form["theme"], YEAR)
    return visit.redirect(local_path(visit.form.get("back", "")))


def local_path(path: str) -> str:
    """A path of this console, from what a visitor sent; the start where it is anything else (open redirects)."""
    return path if re.fullmatch(r"/(?![/\\])[\w/.,=&?%~+@:-]*", path, re.ASCII) and "//" not in path else "/"


def show_missing(visit: Visit) -> Response:
    raise PageError(404, "not_found")


def show_wrong_method(visit: Visit) -> Response:
    raise PageError(405, "not_found")
