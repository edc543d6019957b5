"""The mail with a link into the console: the one mail of the desk that is about no ticket.

What is queued holds a placeholder and no token (``desk.sign_in``): nobody who reads the store, a copy of it or the
outbox can come in. It leaves with the null reverse-path (RFC 5321, 4.5.5), so that no report about it brings the link
back into the desk's own inbox.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from mailbot.desk.access import Member
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.sign_in import hash_token
from mailbot.desk.vocabulary import NoticeKind
from mailbot.store.outbox import Outgoing
from mailbot.templates.catalogue import DeskWords, SignInLinkContext, TicketWords
from mailbot.templates.compose import NoticeHead, compose_notice
from mailbot.workflows.office import Office

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class LinkMail:
    """What the mail says beside its link."""

    invited: bool = False
    by_name: str = ""
    asked_from: str = ""


def queue_link(office: Office, member: Member, veiled_link: str, ends_at: datetime, mail: LinkMail) -> None:
    """Raises ValueError where no mail can be written to the member's address."""
    policy = office.policy
    language = member.language or _language(office, member.mailbox.address)
    context = _context(office, member, veiled_link, ends_at, mail)
    rendered = office.wording.render(office.work.wordings, office.now, NoticeKind.SIGN_IN_LINK, language, context)
    if rendered.failure:
        log.error("wording failed", notice="sign_in_link", language=language, failure=rendered.failure)
    key = f"sign-in/{hash_token(veiled_link)[:32]}"
    head = NoticeHead(
        message_id=f"{key.replace('/', '.')}@{policy.domain}",
        from_=Mailbox(policy.main_address, policy.name),
        to=member.mailbox,
        date=office.now.astimezone(ZoneInfo(policy.timezone)),
        language=rendered.language,
        desk_id=policy.desk_id,
    )
    office.work.outbox.add(
        Outgoing(
            key=key,
            ticket=None,
            notice=NoticeKind.SIGN_IN_LINK,
            automatic=False,
            person=None,
            resolution=0,
            recipient=member.mailbox.address,
            verified=True,
            reverse_path="",
            message_id=head.message_id,
            subject=rendered.subject,
            revision=rendered.revision,
            words=rendered.text,
            content=compose_notice(rendered, head),
            queued_at=office.now,
        )
    )


def _context(office: Office, member: Member, veiled_link: str, ends_at: datetime, mail: LinkMail) -> SignInLinkContext:
    policy = office.policy
    desk = DeskWords(policy.name, policy.main_address, policy.phone, policy.hours, policy.organisation, policy.timezone)
    return SignInLinkContext(
        desk=desk,
        ticket=TicketWords("", ""),
        recipient_name=member.mailbox.name,
        link=veiled_link,
        ends_at=ends_at,
        invited=mail.invited,
        by_name=mail.by_name,
        role=str(member.role or ""),
        asked_from=mail.asked_from,
    )


def _language(office: Office, address: str) -> str:
    person = office.work.directory.find_by_address(address)
    chosen = person.language if person else ""
    return chosen if chosen in office.policy.languages else office.policy.default_language
