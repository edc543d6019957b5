"""The door: ask for a link, press the button that it leads to, sign out. What a visitor is told never depends on who is
known here, and opening a link changes nothing (rule D13): the button does.
"""

from __future__ import annotations

from starlette.responses import Response

from mailbot.console.frame import local_path
from mailbot.console.sessions import SESSION_COOKIE, begin_session
from mailbot.console.visit import Visit
from mailbot.workflows.office import Office
from mailbot.workflows.sign_in import Asking, Found, ask_for_link, look_at_link, seconds_to_wait, use_link

TOO_MANY = 429
GONE = 410


def show_sign_in(visit: Visit) -> Response:
    """The form; ``to`` in the query is the page that was asked for."""
    to = local_path(visit.query.get("to", ""))
    if visit.who:
        return visit.redirect(to)
    return visit.page("sign_in.html", to=to, address="", identity=visit.room.identity)


def send_link(visit: Visit) -> Response:
    """Answer the same to everybody, and mail a link to those who have a role here."""
    address = visit.form.get("address", "").strip()
    to = local_path(visit.form.get("to", ""))
    asking = Asking(home_of(visit), visit.room.terms.link_lives, visit.peer, to)
    with visit.room.open_office() as office:
        wait = seconds_to_wait(office, "asked", visit.peer)
        if not wait:
            ask_for_link(office, address, asking)
    if wait:
        return _slow_down(visit, wait)
    visit.room.wake_delivery()
    minutes = round(visit.room.terms.link_lives.total_seconds() / 60)
    return visit.page("sign_in_sent.html", address=address, minutes=minutes, to=to)


def show_link(visit: Visit) -> Response:
    """What stands behind the link in the mail: a button, or why the link works no longer."""
    with visit.room.open_office(reads_only=True) as office:
        found = look_at_link(office, visit.argument("token"))
        wait = _wait(office, visit, found)
    return _slow_down(visit, wait) if wait else _tell(visit, found)


def press_link(visit: Visit) -> Response:
    """Sign in, once. A link that works does so however often others have tried in vain."""
    with visit.room.open_office() as office:
        found = look_at_link(office, visit.argument("token"))
        wait = _wait(office, visit, found)
        if not wait:
            found = use_link(office, visit.argument("token"), visit.peer)
        if found.fate == "good" and found.member:
            enter(visit, office, found.member.mailbox.address, "link")
    if wait:
        return _slow_down(visit, wait)
    if found.fate != "good" or found.link is None:
        return _tell(visit, found)
    return visit.redirect(local_path(found.link.leads_to))


def sign_out(visit: Visit) -> Response:
    if visit.who:
        with visit.room.open_office() as office:
            office.work.access.end_session(visit.who.session, office.now)
    visit.cookies_to_set[SESSION_COOKIE] = ("", -1)
    return visit.redirect("/sign-in", said=visit.texts("sign_in.signed_out"))


def home_of(visit: Visit) -> str:
    """Where links in mails lead: what settings say. Only where they say nothing, the loopback name that was asked."""
    return visit.room.terms.base_url or visit.room.policy.console_url or visit.origin


def enter(visit: Visit, office: Office, address: str, way: str) -> None:
    """A session begins; the one that this browser had before ends."""
    if visit.who:
        office.work.access.end_session(visit.who.session, office.now)
    begin_session(visit, office, address, way)


def _wait(office: Office, visit: Visit, found: Found) -> int:
    return 0 if found.fate == "good" else seconds_to_wait(office, "refused", visit.peer)


def _tell(visit: Visit, found: Found) -> Response:
    status = {"good": 200, "unknown": 404}.get(found.fate, GONE)
    member = found.member.mailbox if found.member and found.fate == "good" else None
    invited = bool(found.link and found.link.purpose == "invite")
    return visit.page("sign_in_link.html", status=status, fate=found.fate, member=member, invited=invited)


def _slow_down(visit: Visit, seconds: int) -> Response:
    """RFC 6585, 4: too many; the header says when it is worth trying again."""
    answer = visit.page("sign_in_wait.html", status=TOO_MANY, minutes=max(1, -(-seconds // 60)))
    answer.headers["Retry-After"] = str(seconds)
    return answer
