"""Signing in by mail: a link is asked for, sent, looked at and used. No password exists that could be guessed or lost.

Whoever asks is told the same, and the same work is done, whether the address is known or not. A link that was asked
for by a stranger is as good for its owner as one they asked for themselves: so the budget of mails locks nobody out.
"""

from __future__ import annotations

import ipaddress
import secrets
from dataclasses import dataclass
from datetime import timedelta

import structlog

from mailbot.desk.access import Member
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.sign_in import hash_token, is_token, link_token, veiled_token
from mailbot.store.sign_ins import SignInLink
from mailbot.workflows.members import find_member, read_role, save_role
from mailbot.workflows.office import Office
from mailbot.workflows.sign_in_mail import LinkMail, queue_link

log = structlog.get_logger()

WINDOW = timedelta(minutes=15)
MOST_ASKED, MOST_REFUSED = 30, 5
"""Links asked for, and links that were none, from one place within the window."""
MOST_LINKS, MANY_LINKS = 3, 12
"""Links to one person while one lives; after so many in a day, one."""
INVITE_LIVES = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Asking:
    """How a link is asked for. ``home`` is where the console is reached; ``leads_to`` the page that comes after."""

    home: str
    lives: timedelta = WINDOW
    peer: str = ""
    leads_to: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A link as it stands: ``fate`` is good, unknown, expired, or that of the store."""

    fate: str
    link: SignInLink | None = None
    member: Member | None = None


class _Stranger(Exception):
    """Takes back what was done for somebody whom nobody knows."""


def ask_for_link(office: Office, address: str, asking: Asking) -> None:
    """Send a link to whoever has this address and a role, as far as the budget goes. What happened is not told."""
    member = find_member(office, address)
    office.work.sign_ins.add_attempt("asked", address if address.isascii() else "", place_of(asking.peer), office.now)
    known = member is not None and member.role is not None and _has_budget(office, member.mailbox.address, asking.lives)
    to = member if member else Member(Mailbox(office.policy.main_address, "Stranger"))
    try:
        with office.work.savepoint():
            make_link(office, to, asking, LinkMail(asked_from=asking.peer))
            if not known:
                raise _Stranger
    except _Stranger:
        return
    log.info("sign-in link sent", to=to.mailbox.address)


def invite(office: Office, who: Mailbox, role: str, by: Mailbox, home: str) -> str:
    """Give somebody a role and send them the way in, good for a day; the link, for who may see it.

    Raises:
        NotAllowed: see ``save_role``.
        PermanentError: there is no such role.
        ValueError: no mail can be written to this address.
    """
    member = save_role(office, who, read_role(role), by)
    office.work.sign_ins.end_links(who.address, office.now, "replaced", purpose="invite")
    mail = LinkMail(invited=True, by_name=by.name if by.address else "")
    return make_link(office, member, Asking(home, INVITE_LIVES), mail)


def make_link(office: Office, member: Member, asking: Asking, mail: LinkMail) -> str:
    """Write a link down and queue the mail with it; the link."""
    nonce = secrets.token_urlsafe(16)
    token = link_token(office.policy.keyring, nonce, member.mailbox.address)
    office.work.sign_ins.add_link(
        SignInLink(
            hash_token(token),
            member.mailbox.address,
            "invite" if mail.invited else "sign_in",
            office.now,
            asking.peer,
            asking.leads_to,
            office.now + asking.lives,
        )
    )
    queue_link(office, member, f"{asking.home}/sign-in/{veiled_token(nonce)}", office.now + asking.lives, mail)
    return f"{asking.home}/sign-in/{token}"


def look_at_link(office: Office, token: str) -> Found:
    """What a link would do now. Changes nothing: scanners and previews of mail open every link (rule D13)."""
    link = office.work.sign_ins.find_link(hash_token(token)) if is_token(token) else None
    if link is None:
        return Found("unknown")
    member = find_member(office, link.address)
    if link.fate:
        return Found(link.fate, link, member)
    if member is None or member.role is None:
        return Found("withdrawn", link, member)
    return Found("good" if office.now < link.ends_at else "expired", link, member)


def use_link(office: Office, token: str, peer: str) -> Found:
    """Use a link up: ``good`` once, for the one who was first; every other link of that person ends with it."""
    found = look_at_link(office, token)
    if found.fate == "good" and found.link:
        if office.work.sign_ins.use_link(found.link.token_hash, office.now):
            office.work.sign_ins.end_links(found.link.address, office.now, "replaced")
            office.work.sign_ins.add_attempt("entered", found.link.address, place_of(peer), office.now)
            log.info("signed in", who=found.link.address, way="link")
            return found
        found = Found("used", found.link, found.member)
    office.work.sign_ins.add_attempt("refused", "", place_of(peer), office.now)
    return found


def seconds_to_wait(office: Office, what: str, peer: str) -> int:
    """How long nobody from this place may try ``asked`` or ``refused`` again; 0 where they may now."""
    most = MOST_ASKED if what == "asked" else MOST_REFUSED
    tried = office.work.sign_ins.list_attempts(what, office.now - WINDOW, peer=place_of(peer), limit=most)
    if len(tried) < most:
        return 0
    return max(1, int((tried[-1] + WINDOW - office.now).total_seconds()))


def place_of(peer: str) -> str:
    """An address as far as it tells one place from another: in IPv6 everybody has a network of their own (/64)."""
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return peer[:64]
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _has_budget(office: Office, address: str, lives: timedelta) -> bool:
    """Never refuses where the last link sent is over: whoever is refused has one in their mailbox that works."""
    count = office.work.sign_ins.count_links
    most = 1 if count(address, office.now - timedelta(days=1)) >= MANY_LINKS else MOST_LINKS
    return count(address, office.now - lives) < most
