"""Sessions: a random token in a cookie, its hash in the store, the role looked up at every visit.

So ending a session, or taking a role away, holds from the next click (ASVS 5.0, 7.4).
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from mailbot.console.room import ConsoleRoom
from mailbot.console.visit import Rank, Visit, Visitor
from mailbot.desk.sign_in import hash_token
from mailbot.store.access import Session
from mailbot.workflows.members import find_member
from mailbot.workflows.office import Office

__all__ = ["SESSION_COOKIE", "begin_session", "come_in", "find_visitor", "hash_token", "session_cookie"]

SESSION_COOKIE = "mailbot-session"
SEEN_EVERY = timedelta(minutes=1)
"""How exact ``seen_at`` is: a write at every click would make readers wait for writers."""


def session_cookie(secure: bool) -> str:
    """The cookie's name as the browser sees it. ``__Host-``: of this host, over HTTPS (RFC 6265bis, 4.1.3.2)."""
    return f"__Host-{SESSION_COOKIE}" if secure else SESSION_COOKIE


def begin_session(visit: Visit, office: Office, address: str, way: str) -> None:
    """Sign somebody in: a new token, never one that the browser brought (session fixation)."""
    token = secrets.token_urlsafe(32)
    now = office.now
    office.work.access.begin_session(
        Session(hash_token(token), address, way, visit.browser, now, now, now + visit.room.terms.longest)
    )
    visit.cookies_to_set[SESSION_COOKIE] = (token, 0)


def come_in(room: ConsoleRoom, token: str) -> Visitor | None:
    """Who has this session, while it lasts and they still have a role. That they were here is written down."""
    with room.open_office(reads_only=True) as office:
        session = office.work.access.find_session(hash_token(token))
        if session is None or session.ended_at or office.now >= min(session.ends_at, session.seen_at + room.terms.idle):
            return None
        who, now = find_visitor(office, session.address, session.token_hash), office.now
    if who and now - session.seen_at >= SEEN_EVERY:
        with room.open_office() as office:
            office.work.access.touch_session(session.token_hash, now)
    return who


def find_visitor(office: Office, address: str, session: str = "") -> Visitor | None:
    """The person with the highest role that settings or an account give them; None for who has none."""
    member = find_member(office, address)
    if member is None or member.role is None:
        return None
    known = member.mailbox
    return Visitor(known.address, known.name or known.address, Rank[member.role.name], session)
