"""The mail with a link into the console: a letter about no ticket.

What is queued holds a placeholder and no token (``desk.sign_in``): nobody who reads the store, a copy of it or the
outbox can come in. It leaves with the null reverse-path (RFC 5321, 4.5.5), so that no report about it brings the link
back into the desk's own inbox.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailbot.desk.access import Member
from mailbot.desk.sign_in import hash_token
from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.catalogue import SignInLinkContext, TicketWords
from mailbot.workflows.letters import Letter, desk_words, post, word_letter
from mailbot.workflows.office import Office


@dataclass(frozen=True, slots=True)
class LinkMail:
    """What the mail says beside its link."""

    invited: bool = False
    by_name: str = ""
    asked_from: str = ""


def queue_link(office: Office, member: Member, veiled_link: str, ends_at: datetime, mail: LinkMail) -> None:
    """Raises ValueError where no mail can be written to the member's address."""
    language = member.language or _language(office, member.mailbox.address)
    context = _context(office, member, veiled_link, ends_at, mail)
    rendered = word_letter(office, NoticeKind.SIGN_IN_LINK, language, context)
    key = f"sign-in/{hash_token(veiled_link)[:32]}"
    to = member.mailbox
    letter = Letter(kind=NoticeKind.SIGN_IN_LINK, to=to, key=key, message_id=key.replace("/", "."))
    post(office, letter, rendered)


def _context(office: Office, member: Member, veiled_link: str, ends_at: datetime, mail: LinkMail) -> SignInLinkContext:
    return SignInLinkContext(
        desk=desk_words(office),
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
