"""Signing in by an identity provider: it says who somebody is, the desk says whether they may come in.

An address alone ties nothing: it must be verified by the provider, and only the first sign-in of somebody who has a
role already goes by it. From then on the provider's stable name for the person counts and no address does.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from mailbot.desk.access import Member
from mailbot.workflows.members import find_member
from mailbot.workflows.office import Office

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Identity:
    """What a provider says. ``subject`` is its issuer, a blank and its name for the person (OIDC Core, 5.7)."""

    subject: str
    address: str
    verified: bool


def admit(office: Office, identity: Identity, domains: tuple[str, ...] = ()) -> Member | str:
    """The member who comes, or why nobody does: unverified, domain, stranger, taken."""
    known = office.work.access.find_identity(identity.subject)
    address = known or identity.address
    if known is None and (refusal := _refusal(office, identity, domains)):
        log.warning("identity refused", why=refusal, subject=identity.subject)
        return refusal
    member = find_member(office, address)
    if member is None or member.role is None:
        log.warning("identity refused", why="stranger", subject=identity.subject)
        return "stranger"
    if known is None:
        office.work.access.tie_identity(identity.subject, member.mailbox.address, office.now)
        log.info("identity tied", who=member.mailbox.address, subject=identity.subject)
    office.work.sign_ins.add_attempt("entered", member.mailbox.address, "", office.now)
    log.info("signed in", who=member.mailbox.address, way="oidc")
    return member


def _refusal(office: Office, identity: Identity, domains: tuple[str, ...]) -> str:
    if not identity.verified or "@" not in identity.address:
        return "unverified"
    if domains and identity.address.rpartition("@")[2].lower() not in (d.lower() for d in domains):
        return "domain"
    # Somebody else at the provider has this address now: it may have been given to a new colleague.
    return "taken" if office.work.access.count_identities(identity.address) else ""
