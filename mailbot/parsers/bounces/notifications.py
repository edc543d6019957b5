"""Receipts and complaints: disposition notifications (RFC 8098) and feedback reports (RFC 5965).

Contract: each function gives a ``DeliveryReport`` or None, never raises. A receipt's recipient has the disposition as
its action ("displayed", "deleted", …), except where a server refuses a mail by way of a receipt, as Sieve's ``reject``
does (RFC 5429): that is "failed". A complaint's recipients are those who complained, as far as they are told.
"""

from __future__ import annotations

from mailbot.desk.correspondence import DeliveryReport, InboundMail, ReportedRecipient
from mailbot.parsers.bounces.fields import read_typed_address
from mailbot.parsers.bounces.notice import Returned, read_header_block, read_notice, read_returned
from mailbot.parsers.bounces.reasons import find_reason
from mailbot.parsers.bounces.words import Words

MDN_TYPE = "message/disposition-notification"
MDN_TYPES = (MDN_TYPE, "message/global-disposition-notification")
ARF_TYPE = "message/feedback-report"
COMPLAINT_HEADERS = ("X-HmXmrOriginalRecipient", "X-Original-Rcpt-To")
"""What mail services put into a mail that they return because somebody complained of it."""
TNEF_RECEIPTS = {"report.ipm.note.ipnrn": "displayed", "report.ipm.note.ipnnrn": "deleted"}
"""Message classes of old Exchange servers, which send a receipt as TNEF only."""


def read_disposition(mail: InboundMail, words: Words) -> DeliveryReport | None:
    """A read receipt, RFC 8098."""
    for kind, text in mail.report_parts:
        if kind.lower() in MDN_TYPES:
            return _disposition(mail, Returned(read_header_block(text)), words)
    action = TNEF_RECEIPTS.get(mail.header("X-MS-Exchange-Message-Class").lower() or _tnef_class(mail), "")
    if action and mail.author:
        return DeliveryReport((ReportedRecipient(mail.author.address, action),), _answered(mail), form="rfc8098")
    return None


def read_feedback(mail: InboundMail, words: Words) -> DeliveryReport | None:
    """A complaint: RFC 5965, or an older form: the mail itself, marked, under a subject that tells.

    A subject alone is not enough: people pass spam on to the desk, and call it a report.
    """
    for kind, text in mail.report_parts:
        if kind.lower() == ARF_TYPE:
            return _complaint(mail, Returned(read_header_block(text)))
    told = mail.nested and any(mail.nested[0].header(name) for name in COMPLAINT_HEADERS)
    if told and mail.subject[:300].lower().startswith(words.complaint_subjects):
        return _complaint(mail, Returned())
    return None


def _disposition(mail: InboundMail, fields: Returned, words: Words) -> DeliveryReport:
    returned = read_returned(mail)
    address = read_typed_address(fields.first("final-recipient")) or read_typed_address(
        fields.first("original-recipient")
    )
    disposition = fields.first("disposition").lower()
    action = disposition.partition(";")[2].partition("/")[0].partition(",")[0].strip() or "displayed"
    original = fields.first("original-message-id").strip(" <>") or returned.message_id or _answered(mail)
    text = read_notice(mail, words).text
    reason, permanent = "", None
    if "rejected" in mail.header("Auto-Submitted").lower() or (action == "deleted" and "rejected" in text.lower()):
        action, reason, permanent = "failed", find_reason("", text, words) or "policy", True
    recipient = ReportedRecipient(address, action, "", _one_line(text) if permanent else "", reason, permanent)
    return DeliveryReport((recipient,), original, returned.references, fields.first("reporting-ua"), form="rfc8098")


def _complaint(mail: InboundMail, fields: Returned) -> DeliveryReport:
    returned = read_returned(mail)
    told = fields.addresses("original-rcpt-to", "removal-recipient")
    told = told or returned.addresses("x-hmxmroriginalrecipient") or returned.addresses("to")
    kind = fields.first("feedback-type").lower() or "abuse"
    recipients = tuple(ReportedRecipient(address, "complained", reason=kind) for address in told[:50])
    return DeliveryReport(
        recipients, returned.message_id, returned.references, fields.first("reporting-mta"), form="rfc5965"
    )


def _answered(mail: InboundMail) -> str:
    return mail.in_reply_to[0] if mail.in_reply_to else ""


def _tnef_class(mail: InboundMail) -> str:
    """A receipt's class stands in plain ASCII near the start of its TNEF stream (MS-OXTNEF, 2.1.3.3.1)."""
    for attachment in mail.attachments:
        if attachment.content_type == "application/ms-tnef":
            start = attachment.content[:4_000].lower()
            return next((each for each in TNEF_RECEIPTS if each.encode() in start), "")
    return ""


def _one_line(text: str) -> str:
    return " ".join(text.split())[:500]
