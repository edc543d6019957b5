"""The page behind the link in a mail about an event: no more of these, and the way back.

Looking changes nothing, however often and by whomever (rule D13). Two things act. A button of the page, with the token
of its form. And the POST of a mail program or provider whose user pressed «unsubscribe» there (RFC 8058, 3.1): it comes
from anywhere, without cookies, and is answered alike whatever became of it, without a redirect.
"""

from __future__ import annotations

import hashlib
import hmac

from starlette.responses import PlainTextResponse, Response

from mailbot.console.one_click import says_one_click
from mailbot.console.texts import LANGUAGES
from mailbot.console.visit import LANGUAGE_COOKIE, PageError, Visit
from mailbot.desk.event_audience import Way
from mailbot.workflows import subscriptions
from mailbot.workflows.subscriptions import Subscriber

WISHES = {"leave": False, "return": True}


def show_unsubscribe(visit: Visit) -> Response:
    """How it stands for the person of a link. A link that is not ours is told nothing."""
    subscriber = _find(visit)
    _speak(visit, subscriber)
    form = {"action": _address(visit), "token": form_token(visit.arguments["token"])}
    address = mask_address(subscriber.person.mailbox.address) if subscriber else ""
    status = 200 if subscriber else 404
    return visit.page("unsubscribe.html", status=status, subscriber=subscriber, address=address, form=form)


def change_subscription(visit: Visit) -> Response:
    """One click from anywhere, or a button of the page: ``wish`` leave or return."""
    if says_one_click(visit.forms):
        return _leave_at_once(visit)
    if _find(visit) is None:
        return show_unsubscribe(visit)
    if not hmac.compare_digest(visit.form.get("token", "").encode(), form_token(visit.arguments["token"]).encode()):
        raise PageError(403, "stale_form")
    wish = visit.form.get("wish", "")
    if wish in WISHES:
        _choose(visit, wants=WISHES[wish], way=Way.PAGE)
    return visit.redirect(_address(visit))


def _leave_at_once(visit: Visit) -> Response:
    """The same answer for every link: whoever guesses learns nothing, and whoever repeats it is not told off."""
    _choose(visit, wants=False, way=Way.ONE_CLICK)
    visit.cookies_to_set.clear()
    return PlainTextResponse("OK")


def _choose(visit: Visit, *, wants: bool, way: Way) -> None:
    # Looked at without a turn to write: what anybody can send must not hold up the doors.
    found = _find(visit)
    if found is None or found.wants is wants:
        return
    with visit.room.open_office() as office:
        subscriber = subscriptions.find_subscriber(office, visit.arguments["token"])
        if subscriber:
            subscriptions.choose(office, subscriber, wants=wants, way=way)


def mask_address(address: str) -> str:
    """``anna@kommun.example`` → ``a…@kommun.example``: its owner knows it again, and nobody learns it here."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"


def form_token(link: str) -> str:
    """What the form of a link must send back: only who has read the page, or the link, can know it."""
    return hashlib.sha256(b"unsubscribe\0" + link.encode("utf-8", "replace")).hexdigest()


def _find(visit: Visit) -> Subscriber | None:
    with visit.room.open_office(reads_only=True) as office:
        return subscriptions.find_subscriber(office, visit.arguments["token"])


def _address(visit: Visit) -> str:
    chosen = visit.query.get("lang", "")
    return f"/unsubscribe/{visit.arguments['token']}" + (f"?lang={chosen}" if chosen in LANGUAGES else "")


def _speak(visit: Visit, subscriber: Subscriber | None) -> None:
    """The language asked for in the link, else the one chosen in this browser, else the person's own."""
    wanted = (
        visit.query.get("lang", ""),
        visit.cookies.get(LANGUAGE_COOKIE, ""),
        subscriber.person.language if subscriber else "",
    )
    visit.language = next((tag for tag in wanted if tag in LANGUAGES), visit.language)
