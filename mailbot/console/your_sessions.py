"""Where somebody is signed in, and the way to end it: here, there or everywhere."""

from __future__ import annotations

from starlette.responses import Response

from mailbot.console.browsers import browser_name
from mailbot.console.sessions import SESSION_COOKIE
from mailbot.console.visit import PageError, Visit
from mailbot.store.access import Session

SHOWN = 16
"""So much of the hash names a session on the page: it opens nothing."""


def show_sessions(visit: Visit) -> Response:
    with visit.room.open_office(reads_only=True) as office:
        found = office.work.access.list_sessions(office.now, visit.room.terms.idle, visit.visitor.address)
    rows = [(name_of(s), browser_name(s.browser), s, s.token_hash == visit.visitor.session) for s in found]
    return visit.page("your_sessions.html", rows=rows)


def end_sessions(visit: Visit) -> Response:
    """``session`` names one of the visitor's own; ``all`` is every one, this one too, ``others`` all but this."""
    which = visit.form.get("session", "")
    with visit.room.open_office() as office:
        access, who = office.work.access, visit.visitor
        if which == "all":
            access.end_sessions(who.address, office.now)
        elif which == "others":
            access.end_sessions(who.address, office.now, but=who.session)
        else:
            own = access.list_sessions(office.now, visit.room.terms.idle, who.address)
            chosen = next((s for s in own if name_of(s) == which), None)
            if chosen is None:
                raise PageError(404, "not_found")
            access.end_session(chosen.token_hash, office.now)
            which = "all" if chosen.token_hash == who.session else "one"
    if which == "all":
        visit.cookies_to_set[SESSION_COOKIE] = ("", -1)
        return visit.redirect("/sign-in", said=visit.texts("sign_in.signed_out"))
    return visit.redirect("/sessions", said=visit.texts("sessions.ended"))


def name_of(session: Session) -> str:
    return session.token_hash[:SHOWN]
