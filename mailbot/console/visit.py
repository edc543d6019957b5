"""One visit to one page: who comes, what they ask, and the ways to answer. The only thing that a page is given."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any
from urllib.parse import quote

from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from mailbot.console.room import ConsoleRoom
from mailbot.console.texts import Texts, load_texts

SAID_COOKIE, FORM_COOKIE = "mailbot-said", "mailbot-form"
LANGUAGE_COOKIE, THEME_COOKIE = "mailbot-language", "mailbot-theme"
THEMES = ("system", "light", "dark")


class Rank(IntEnum):
    """What a page asks of its visitor; each rank may do all that the ranks below it may."""

    ANYONE = 0
    READER = 1
    AGENT = 2
    ADMIN = 3


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who has signed in. ``session`` is the hash of their session's token, never the token."""

    address: str
    name: str
    rank: Rank
    session: str

    @property
    def role(self) -> str:
        return self.rank.name.lower()


class PageError(Exception):
    """A page cannot be shown. ``key`` names the text under ``error.`` that says why, ``detail`` what was found."""

    def __init__(self, status: int, key: str, detail: str = "") -> None:
        super().__init__(f"{status} {key} {detail}".strip())
        self.status, self.key, self.detail = status, key, detail


@dataclass
class Visit:
    """``arguments`` are the parts of the path, ``query`` what follows the question mark, ``form`` what was sent."""

    room: ConsoleRoom
    method: str
    path: str
    arguments: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    forms: Mapping[str, list[str]]
    cookies: Mapping[str, str]
    peer: str
    browser: str
    now: datetime
    language: str
    theme: str
    render: Callable[[Visit, str, Mapping[str, Any]], str]
    who: Visitor | None = None
    form_key: str = ""
    """The secret that form tokens are made from: the session's token, or that of the form cookie."""
    origin: str = ""
    """Where this console was reached: ``https://desk.example``. From settings, or a loopback name."""
    said: tuple[str, str] | None = None
    cookies_to_set: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Name → (value, seconds to live; 0 for as long as the browser runs, below it: forget)."""

    @property
    def form_token(self) -> str:
        """What a form must send back: only our own pages can know it, for it hangs on a cookie."""
        return hashlib.sha256(b"form\0" + self.form_key.encode()).hexdigest()

    @property
    def texts(self) -> Texts:
        return load_texts(self.language)

    @property
    def visitor(self) -> Visitor:
        """Who comes, on a page that only those who have signed in can open."""
        assert self.who is not None, "the gate lets nobody in without a session"
        return self.who

    def page(self, name: str, /, *, status: int = 200, **values: Any) -> Response:
        """``pages/<name>`` with these values, in the visitor's language."""
        return HTMLResponse(self.render(self, name, values), status)

    def redirect(self, path: str, *, said: str = "", kind: str = "good") -> Response:
        """See another page, after a POST (303, RFC 9110, 15.4.4). ``said`` is shown there, once."""
        if said:
            self.cookies_to_set[SAID_COOKIE] = (quote(f"{kind} {said[:1500]}"), 60)
        return RedirectResponse(path, 303)

    def json(self, value: Any, *, status: int = 200) -> Response:
        return JSONResponse(value, status)

    def argument(self, name: str, *, number: bool = False) -> Any:
        """A part of the path. Raises PageError (404) where a number was wanted and something else stands."""
        found = self.arguments[name]
        if number and not (found.isascii() and found.isdecimal() and len(found) < 16):
            raise PageError(404, "not_found", found)
        return int(found) if number else found
