"""Letters about no ticket: one room in which they are worded, composed and queued.

Whoever writes one says to whom, why, and under which key (the occasion: the same one is never queued twice). Signing
in, the watch-list, lists of status, proofs and mails about events are letters; notices about a ticket are not
(``notification``), because a token of the ticket stands in every part of those.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import structlog

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.vocabulary import NoticeKind
from mailbot.store.outbox import Outgoing
from mailbot.templates.catalogue import DeskWords, NoticeContext, Rendered
from mailbot.templates.compose import ListFields, NoticeHead, compose_notice
from mailbot.workflows.office import Office

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a letter is, apart from its words. ``message_id`` is what stands before the @ of the desk's domain.

    ``from_`` is an address of the desk (empty: the main one). ``automatic``: it answers a mail by itself and counts in
    the budget (RFC 3834, 2). Without ``reverse_path`` no report about it comes back (RFC 5321, 4.5.5).
    """

    kind: NoticeKind
    to: Mailbox
    key: str
    message_id: str
    from_: str = ""
    reply_to: Mailbox | None = None
    reverse_path: str = ""
    person: int | None = None
    automatic: bool = False
    verified: bool = True
    auto_submitted: str = "auto-generated"
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    list_fields: ListFields | None = None


def word_letter(office: Office, kind: NoticeKind, language: str, context: NoticeContext) -> Rendered:
    """The words. A wording that fails has been replaced by then, and the log says so."""
    rendered = office.wording.render(office.work.wordings, office.now, kind, language, context)
    if rendered.failure:
        log.error("wording failed", notice=kind.value, language=language, failure=rendered.failure)
    return rendered


def post(office: Office, letter: Letter, rendered: Rendered) -> bool:
    """Compose and queue; False where the same occasion is queued already.

    Raises ValueError where no mail can be written to the address.
    """
    policy = office.policy
    head = NoticeHead(
        message_id=f"{letter.message_id}@{policy.domain}",
        from_=Mailbox(letter.from_ or policy.main_address, policy.name),
        to=letter.to,
        reply_to=letter.reply_to,
        date=office.now.astimezone(ZoneInfo(policy.timezone)),
        in_reply_to=letter.in_reply_to,
        references=letter.references,
        auto_submitted=letter.auto_submitted,
        language=rendered.language,
        desk_id=policy.desk_id,
        list_fields=letter.list_fields,
    )
    return office.work.outbox.add(
        Outgoing(
            key=letter.key,
            ticket=None,
            notice=letter.kind,
            automatic=letter.automatic,
            person=letter.person,
            resolution=0,
            recipient=letter.to.address,
            verified=letter.verified,
            reverse_path=letter.reverse_path,
            message_id=head.message_id,
            subject=rendered.subject,
            revision=rendered.revision,
            words=rendered.text,
            content=compose_notice(rendered, head),
            queued_at=office.now,
        )
    )


def desk_words(office: Office) -> DeskWords:
    """The desk as it presents itself where no customer's calendar counts."""
    policy = office.policy
    return DeskWords(policy.name, policy.main_address, policy.phone, policy.hours, policy.organisation, policy.timezone)
