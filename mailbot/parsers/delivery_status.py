"""Reports on the fate of a mail: did it arrive, will it be tried again, was it read, did somebody complain?

Contract: ``read_report`` gives a ``DeliveryReport`` or None; it never raises, and its time is linear. Forms:
"rfc3464" (also RFC 6533, and the same fields in plain text), "rfc8098" read receipts, "rfc5965" complaints, "ses"
events of a mail service, "free" for the words of servers that follow no standard. What a report claims changes nothing
until the token or the Message-ID that it brings back is known to be ours.
"""

from __future__ import annotations

from mailbot.desk.correspondence import DeliveryReport, Envelope, InboundMail, ReportedRecipient
from mailbot.desk.language import Lexicon
from mailbot.parsers.bounces.events import read_event
from mailbot.parsers.bounces.fields import Group, StatusFields, read_fields
from mailbot.parsers.bounces.gate import (
    has_report_structure,
    has_report_subject,
    is_daemon_sender,
    is_role_sender,
    may_be_report,
    may_come_from_server,
)
from mailbot.parsers.bounces.notice import Notice, read_notice
from mailbot.parsers.bounces.notifications import read_disposition, read_feedback
from mailbot.parsers.bounces.reasons import find_reason, find_reply, find_status, is_permanent
from mailbot.parsers.bounces.recipients import Suspect, find_recipients, guess_recipients
from mailbot.parsers.bounces.words import Words, get_words

MAX_DIAGNOSTIC = 500
MAX_WRAPPINGS = 2
ACTIONS = (
    ("fail", "failed"),
    ("error", "failed"),
    ("expire", "failed"),
    ("delay", "delayed"),
    ("deliver", "delivered"),
    ("relay", "relayed"),
    ("expand", "expanded"),
)
"""How servers begin the value of Action, and the word of RFC 3464, 2.3.3 that it stands for."""


def read_report(mail: InboundMail, envelope: Envelope, lexicon: Lexicon) -> DeliveryReport | None:
    """The report that a mail is, or None where it is none."""
    words = get_words(lexicon)
    told = read_feedback(mail, words) or read_event(mail, words)
    if told is not None:
        return told
    if has_report_structure(mail):
        structured = _by_structure(mail, envelope, words)
        if structured is not None:
            return structured
    return read_disposition(mail, words) or _by_words(mail, envelope, words)


def _by_structure(mail: InboundMail, envelope: Envelope, words: Words) -> DeliveryReport | None:
    """RFC 3464. A delivery-status part inside somebody's mail is no report on a mail of ours: he passes one on."""
    official = mail.content_type.lower() == "multipart/report"
    if not official and mail.author and not may_come_from_server(mail, envelope, words):
        return None
    fields = read_fields("\n\n".join(text for kind, text in mail.report_parts if "delivery-status" in kind.lower()))
    notice = read_notice(mail, words)
    recipients = _from_fields(fields, notice, words)
    if not recipients:
        suspects = find_recipients(mail, notice, words) or guess_recipients(mail, notice)
        recipients = _from_suspects(suspects, mail, notice, words)
    return _report(recipients, notice, fields.message.get("reporting-mta"), "rfc3464")


def _by_words(mail: InboundMail, envelope: Envelope, words: Words, depth: int = 0) -> DeliveryReport | None:
    if not may_come_from_server(mail, envelope, words):
        return None
    notice = read_notice(mail, words)
    if not may_be_report(mail, envelope, notice, words):
        return None
    fields = read_fields(notice.text)
    recipients = _from_fields(fields, notice, words)
    if recipients:
        return _report(recipients, notice, fields.message.get("reporting-mta"), "rfc3464")
    recipients = _from_suspects(find_recipients(mail, notice, words), mail, notice, words)
    if not recipients:
        inner = _inner_report(mail, envelope, notice, words, depth)
        if inner is not None:
            return inner
        recipients = _from_suspects(guess_recipients(mail, notice), mail, notice, words)
    server = is_daemon_sender(mail, words) or is_role_sender(mail, words)
    certain = server and has_report_subject(mail, words)
    return _report(recipients, notice, "", "free") if recipients or certain else None


def _inner_report(
    mail: InboundMail, envelope: Envelope, notice: Notice, words: Words, depth: int
) -> DeliveryReport | None:
    """Some servers wrap another server's report into one of their own, which then names nobody."""
    fields = read_fields("\n".join(notice.below))
    recipients = _from_fields(fields, notice, words)
    if recipients:
        return _report(recipients, notice, fields.message.get("reporting-mta"), "rfc3464")
    if not mail.nested or depth >= MAX_WRAPPINGS:
        return None
    inner = mail.nested[0]
    if has_report_structure(inner):
        found = _by_structure(inner, envelope, words)
        if found is not None and found.recipients:
            return found
    return _by_words(inner, envelope, words, depth + 1) if is_daemon_sender(inner, words) else None


def _report(recipients: tuple[ReportedRecipient, ...], notice: Notice, reporting_mta: str, form: str) -> DeliveryReport:
    mta = reporting_mta.partition(";")[2].strip() or reporting_mta
    return DeliveryReport(recipients, notice.returned.message_id, notice.returned.references, mta[:255], form)


def _from_fields(fields: StatusFields, notice: Notice, words: Words) -> tuple[ReportedRecipient, ...]:
    found: dict[str, ReportedRecipient] = {}
    wider = notice.text if len(fields.recipients) == 1 else ""
    action_told = _action_by_words("", notice, words)
    for group in fields.recipients:
        recipient = _from_group(group, wider, action_told, words)
        if recipient.address:
            known = found.get(recipient.address.lower())
            if known is None or (known.action != "failed" and recipient.action == "failed"):
                found[recipient.address.lower()] = recipient
    return tuple(found.values())


def _from_group(group: Group, wider: str, action_told: str, words: Words) -> ReportedRecipient:
    diagnostic = _without_type(group.get("diagnostic-code"))
    status = find_status(group.get("status"))
    if status.endswith(".0") or not status:
        status = find_status(diagnostic) or status
    action = _action(group.get("action")) or ("failed" if status.startswith("5") else action_told)
    reason = find_reason(status, diagnostic or (wider if action == "failed" else ""), words)
    permanent = is_permanent(action, status, find_reply(diagnostic), reason)
    if action in ("delivered", "relayed", "expanded"):
        reason, status = "", status or group.get("status")[:12]
    return ReportedRecipient(group.address, action, status, diagnostic[:MAX_DIAGNOSTIC], reason, permanent)


def _without_type(value: str) -> str:
    """``smtp; 550 5.1.1 …`` → ``550 5.1.1 …`` (RFC 3464, 2.3.6)."""
    kind, semicolon, rest = value.partition(";")
    return rest.strip() if semicolon and len(kind) <= 20 and " " not in kind.strip() else value.strip()


def _action(written: str) -> str:
    lowered = written.strip().lower()
    return next((action for start, action in ACTIONS if lowered.startswith(start)), "")


def _action_by_words(status: str, notice: Notice, words: Words) -> str:
    if status.startswith("5"):
        return "failed"
    text = notice.text.lower()
    return "delayed" if any(each in text for each in words.delays) else "failed"


def _from_suspects(
    suspects: tuple[Suspect, ...], mail: InboundMail, notice: Notice, words: Words
) -> tuple[ReportedRecipient, ...]:
    action = _free_action(mail, notice, words) if suspects else ""
    wider = notice if len(suspects) == 1 else None
    return tuple(_from_suspect(each, wider, action, words) for each in suspects)


def _free_action(mail: InboundMail, notice: Notice, words: Words) -> str:
    """A warning says so in its subject or its text; a final report may mention earlier delays: its subject decides."""
    subject = mail.subject.lower()
    if any(each in subject for each in words.delays):
        return "delayed"
    if any(each in subject for each in ("failure", "failed", "undeliver", "returned")):
        return _warning_only(notice)
    return _action_by_words("", notice, words)


def _warning_only(notice: Notice) -> str:
    text = notice.text.lower()
    return (
        "delayed"
        if "will continue" in text or "attempts will continue" in text or "warning message only" in text
        else "failed"
    )


def _from_suspect(suspect: Suspect, notice: Notice | None, action: str, words: Words) -> ReportedRecipient:
    own = suspect.text
    wider = f"{own}\n{notice.text}" if notice is not None else own
    status = find_status(own) or find_status(wider)
    reply = find_reply(own) or find_reply(wider)
    reason = find_reason(status, own, words) or find_reason(status, wider, words)
    diagnostic = " ".join((own or wider).split())[:MAX_DIAGNOSTIC]
    permanent = is_permanent(action, status, reply, reason)
    return ReportedRecipient(suspect.address, action, status, diagnostic, reason, permanent)
