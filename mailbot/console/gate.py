"""The gate before every page: which host was asked, who comes, may they, and did a form of ours send this.

Deny by default: a page says its least rank, and a POST without the form's token and our own origin changes nothing
(rule D13). Whatever goes wrong behind the gate ends as a page that says so, and a line in the log.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from mailbot.console.headers import protect
from mailbot.console.one_click import read_one_click, says_one_click
from mailbot.console.rendering import render_page
from mailbot.console.room import LOOPBACK, ConsoleRoom
from mailbot.console.sessions import SESSION_COOKIE, come_in, session_cookie
from mailbot.console.texts import LANGUAGES
from mailbot.console.visit import (
    FORM_COOKIE,
    LANGUAGE_COOKIE,
    SAID_COOKIE,
    THEME_COOKIE,
    THEMES,
    PageError,
    Rank,
    Visit,
)
from mailbot.desk.errors import Conflict, MailbotError, NotAllowed, UnknownTicket

log = structlog.get_logger()

MOST_FORM_OCTETS = 2_000_000
MOST_FIELDS = 2_000
STATUS = {UnknownTicket: 404, NotAllowed: 403, Conflict: 409}


@dataclass(frozen=True, slots=True)
class Page:
    """One line of the list of pages. ``framed``: a document that a page of ours shows in a frame;
    ``leads_out``: its links may be followed.

    ``own_token``: the form carries a token of its own (the link in a notice), checked by the page itself, so that it
    works where cookies do not. ``one_click``: its link alone is enough for a POST that says so and nothing else, from
    wherever it comes (RFC 8058, 3.1).
    """

    method: str
    path: str
    show: Callable[[Visit], Response]
    least: Rank
    framed: bool = False
    own_token: bool = False
    leads_out: bool = False
    one_click: bool = False


async def pass_gate(page: Page, room: ConsoleRoom, request: Request) -> Response:
    """Answer one request to a page; never raises."""
    origin = own_origin(room, request.headers.get("host", ""))
    if not origin:
        return protect(PlainTextResponse("There is no such host here.", 421), secure=room.terms.secure)
    form = await _read_form(page, request) if request.method == "POST" else {}
    if form is None:
        return protect(PlainTextResponse("That is too much to send.", 413), secure=room.terms.secure)
    return await run_in_threadpool(_answer, page, room, request, origin, form)


def own_origin(room: ConsoleRoom, host: str) -> str:
    """The origin of this console for a Host header, or nothing where the host is not ours (DNS rebinding)."""
    host = host.lower()
    if room.terms.host:
        return room.terms.base_url if host == room.terms.host else ""
    name = re.sub(r":\d{1,5}\Z", "", host)
    return f"http://{host}" if name in LOOPBACK else ""


async def _read_form(page: Page, request: Request) -> dict[str, list[str]] | None:
    """The fields of a form (application/x-www-form-urlencoded); None where it is too large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_FORM_OCTETS:
            return None
    if page.one_click and says_one_click(one := read_one_click(request.headers.get("content-type", ""), bytes(body))):
        return one
    try:
        return parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}


def _answer(page: Page, room: ConsoleRoom, request: Request, origin: str, form: Mapping[str, list[str]]) -> Response:
    visit = _visit(room, request, origin, form)
    try:
        token = visit.cookies.get(session_cookie(room.terms.secure), "")
        visit.who = come_in(room, token) if token else None
        _open_form(visit, token)
        response = _enter(page, visit, request)
    except PageError as error:
        response = _tell(visit, error.status, error.key, error.detail)
    except MailbotError as error:
        status = next((s for kind, s in STATUS.items() if isinstance(error, kind)), 400)
        response = _tell(visit, status, "refused", str(error))
    except Exception:
        # A page must answer whatever happens; what happened is for the log, not for the visitor.
        log.exception("page failed", page=page.path, method=visit.method)
        response = _tell(visit, 500, "trouble")
    return _seal(page, visit, response)


def _visit(room: ConsoleRoom, request: Request, origin: str, form: Mapping[str, list[str]]) -> Visit:
    cookies = request.cookies
    said = unquote(cookies.get(SAID_COOKIE, "")).partition(" ")
    visit = Visit(
        room=room,
        method=request.method,
        path=request.url.path,
        arguments={name: str(value) for name, value in request.path_params.items()},
        query=dict(request.query_params),
        form={name: values[-1] for name, values in form.items()},
        forms=form,
        cookies=cookies,
        peer=request.client.host if request.client else "",
        browser=request.headers.get("user-agent", "")[:200],
        now=room.clock(),
        language=_language(room, request),
        theme=cookies.get(THEME_COOKIE, "") if cookies.get(THEME_COOKIE) in THEMES else "system",
        render=render_page,
        origin=origin,
    )
    if request.method == "GET" and said[2]:
        visit.said = (said[0] if said[0] in ("good", "bad", "plain") else "plain", said[2])
        visit.cookies_to_set[SAID_COOKIE] = ("", -1)
    return visit


def _language(room: ConsoleRoom, request: Request) -> str:
    """What the visitor chose, else the first of their browser's languages that we speak, else the desk's."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    wanted = re.findall(r"(?:^|,)\s*([A-Za-z]{2,3})", request.headers.get("accept-language", "")[:500])
    offered = [tag.lower() for tag in wanted if tag.lower() in LANGUAGES]
    fallback = room.policy.default_language if room.policy.default_language in LANGUAGES else LANGUAGES[0]
    return offered[0] if offered else fallback


def _open_form(visit: Visit, token: str) -> None:
    """Give the visit the secret of its forms: the session's token, or a cookie for those without one."""
    if visit.who:
        visit.form_key = token
        return
    visit.form_key = visit.cookies.get(FORM_COOKIE, "")
    if not re.fullmatch(r"[\w-]{43}", visit.form_key):
        visit.form_key = secrets.token_urlsafe(32)
        visit.cookies_to_set[FORM_COOKIE] = (visit.form_key, 0)


def _enter(page: Page, visit: Visit, request: Request) -> Response:
    rank = visit.who.rank if visit.who else Rank.ANYONE
    if rank < page.least:
        if visit.who is None and visit.method == "GET" and not page.framed:
            return RedirectResponse(f"/sign-in?to={quote(_local(visit, request))}", 303)
        raise PageError(401 if visit.who is None else 403, "sign_in" if visit.who is None else "rank")
    if visit.method == "POST":
        _need_own_form(page, visit, request)
    return page.show(visit)


def _local(visit: Visit, request: Request) -> str:
    return visit.path + (f"?{request.url.query}" if request.url.query else "")


def _need_own_form(page: Page, visit: Visit, request: Request) -> None:
    """A POST counts only where the browser says that our own page sent it, and the form's token proves it."""
    if page.one_click and says_one_click(visit.forms):
        return
    site, origin = request.headers.get("sec-fetch-site", ""), request.headers.get("origin", "")
    same = site == "same-origin" if site else origin == visit.origin
    if not same or (origin and origin != visit.origin):
        raise PageError(403, "foreign_form")
    if page.own_token:
        return
    if not hmac.compare_digest(visit.form.get("csrf", "").encode(), visit.form_token.encode()):
        raise PageError(403, "stale_form")


def _tell(visit: Visit, status: int, key: str, detail: str = "") -> Response:
    try:
        return visit.page("error.html", status=status, error=key, detail=detail, code=status)
    except Exception:
        log.exception("page of an error failed", path=visit.path)
        return PlainTextResponse("Something went wrong. / Något gick fel.", status)


def _seal(page: Page, visit: Visit, response: Response) -> Response:
    secure = visit.room.terms.secure
    for name, (value, seconds) in visit.cookies_to_set.items():
        lives = None if seconds == 0 else max(seconds, 0)
        where = session_cookie(secure) if name == SESSION_COOKIE else name
        # Strict would lose the session of who comes by the link in a mail; with Lax no foreign POST carries it.
        response.set_cookie(where, value, max_age=lives, path="/", secure=secure, httponly=True, samesite="lax")
    return protect(response, secure=secure, framed=page.framed, leads_out=page.leads_out)
