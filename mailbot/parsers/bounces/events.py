"""What mail services tell of a delivery as an event in JSON, wrapped into a mail (Amazon SES over SNS).

Contract: ``read_event(mail)`` gives a ``DeliveryReport`` or None, never raises. The text is only parsed where it begins
with a brace and names a notification type, and only up to a fixed size. Lines may be broken amid the strings.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mailbot.desk.correspondence import DeliveryReport, InboundMail, ReportedRecipient
from mailbot.parsers.bounces.reasons import find_reason
from mailbot.parsers.bounces.words import Words

MAX_TEXT = 256_000
MAX_RECIPIENTS = 200
ACTIONS = {"bounce": "failed", "complaint": "complained", "delivery": "delivered"}
LISTS = {"bounce": "bouncedRecipients", "complaint": "complainedRecipients", "delivery": "recipients"}


def read_event(mail: InboundMail, words: Words) -> DeliveryReport | None:
    """The report of one event, or None."""
    event = _find_event(mail.text)
    kind = str(event.get("notificationType") or event.get("eventType") or "").lower()
    detail = event.get(kind)
    if kind not in ACTIONS or not isinstance(detail, Mapping):
        return None
    entries = detail.get(LISTS[kind])
    if not isinstance(entries, list):
        return None
    recipients = tuple(
        found
        for found in (_recipient(each, kind, detail, words) for each in entries[:MAX_RECIPIENTS])
        if found is not None
    )
    original, form = _original_message_id(event), "rfc5965" if kind == "complaint" else "ses"
    return DeliveryReport(recipients, original, (), str(detail.get("reportingMTA", "")), form) if recipients else None


def _find_event(text: str) -> Mapping[str, Any]:
    start = text[:MAX_TEXT].lstrip()
    if not start.startswith("{") or ("notificationType" not in start and "eventType" not in start):
        return {}
    try:
        found, _ = json.JSONDecoder(strict=False).raw_decode(start)
    except (ValueError, RecursionError):
        return {}
    if isinstance(found, dict) and isinstance(found.get("Message"), str):
        return _find_event(found["Message"]) if found["Message"] != text else {}
    return found if isinstance(found, dict) else {}


def _recipient(entry: Any, kind: str, detail: Mapping[str, Any], words: Words) -> ReportedRecipient | None:
    if isinstance(entry, str):
        entry = {"emailAddress": entry}
    if not isinstance(entry, Mapping):
        return None
    address = str(entry.get("emailAddress", "")).strip("<> ")
    if "@" not in address:
        return None
    permanent = str(detail.get("bounceType", "")).lower() == "permanent" if kind == "bounce" else None
    diagnostic = str(entry.get("diagnosticCode") or detail.get("smtpResponse") or "")
    status = str(entry.get("status", ""))
    reason = find_reason(status, diagnostic, words) if kind == "bounce" else ""
    return ReportedRecipient(address, ACTIONS[kind], status, diagnostic[:500], reason, permanent)


def _original_message_id(event: Mapping[str, Any]) -> str:
    """The Message-ID header of the original, else the identity that the service gave the mail."""
    mail = event.get("mail")
    if not isinstance(mail, Mapping):
        return ""
    headers = mail.get("headers")
    for each in headers[:200] if isinstance(headers, list) else ():
        if isinstance(each, Mapping) and str(each.get("name", "")).lower() == "message-id":
            return str(each.get("value", "")).strip(" <>")
    usual = mail.get("commonHeaders")
    told = usual.get("messageId") if isinstance(usual, Mapping) else None
    return str(told or mail.get("messageId") or "").strip(" <>")[:998]
