"""Who wrote a mail, a person or a machine, and may a machine answer it?

Contract: ``read_automatic`` gives two verdicts and a reason in a person's words; pure, linear, never raises.

``kind`` is narrow: alert, then report on a mail, then our own mail come back, then automatic reply, then list. A wrong
one hides a person's words, so words alone are never enough where a person might have written them.

``answerable`` is wide: no machine answers a machine (RFC 3834, 2), a null reverse-path (RFC 5321, 4.5.5), a list, an
unattended address, or one who asks for no automatic answers. ``X-Auto-Response-Suppress`` is such a request and no sign
of a reply: monitoring systems put it on their alerts (MS-OXCMAIL, 2.1.3.2.20).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from mailbot.desk.correspondence import Automatic, DeliveryReport, Envelope, InboundMail
from mailbot.desk.language import Lexicon
from mailbot.desk.reading_rules import ReadingRules
from mailbot.desk.vocabulary import MailKind
from mailbot.parsers.absence import read_absence
from mailbot.parsers.auto_replies import EXCHANGE_LOOP, Sign, find_auto_reply
from mailbot.parsers.bounces.gate import is_daemon_sender, is_null_sender, is_unattended
from mailbot.parsers.bounces.notice import read_words
from mailbot.parsers.bounces.words import Words, get_words
from mailbot.parsers.references import is_own_address

OWN_MARK = "X-Mailbot-Desk"
MAX_HOPS = 50
MAX_NOTE = 8_000
"""Absence notes are short; this much of one is read, in characters."""
AGGREGATE_SUBJECT = re.compile(r"\breport domain:\s?\S{1,255}\s{1,3}submitter:", re.IGNORECASE)
AGGREGATE_FILE = re.compile(
    r"[^!\s]{1,255}![^!\s]{1,255}![0-9]{9,11}![0-9]{9,11}(?:![^!\s]{1,64})?\.(?:xml|json)(?:\.gz|\.zip)?|[^!\s]{1,255}![^!\s]{1,255}![0-9]{9,11}![0-9]{9,11}\.zip"
)
LIST_MARKS = (
    "List-Id",
    "List-Post",
    "Mailing-List",
    "X-Mailing-List",
    "X-Mailman-Version",
    "X-BeenThere",
    "X-Mailinglist",
)
BULK_MARKS = (
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Feedback-ID",
    "X-CSA-Complaints",
    "X-Campaign",
    "X-CampaignID",
    "X-Campaign-Id",
)
BULK_PRECEDENCE = ("list", "bulk", "junk")
SUPPRESSING = ("all", "autoreply", "oof")


def read_automatic(
    mail: InboundMail,
    envelope: Envelope,
    lexicon: Lexicon,
    report: DeliveryReport | None,
    is_alert: bool,
    rules: ReadingRules,
) -> Automatic:
    """The verdicts on one mail. ``report`` and ``is_alert`` are what the earlier rooms found."""
    if is_alert:
        return Automatic(MailKind.ALERT, False, "an alert of a monitoring system")
    if report is not None:
        return _of_report(report)
    loop = _find_loop(mail, rules)
    if loop:
        return Automatic(MailKind.GENERATED, False, loop)
    if is_aggregate_report(mail):
        return Automatic(MailKind.REPORT, False, "an aggregate report on authentication or TLS")
    sign = find_auto_reply(mail, envelope, lexicon)
    if sign is not None:
        return _of_auto_reply(mail, envelope, lexicon, rules, sign)
    words = get_words(lexicon)
    for kind, reason in _other_kinds(mail, rules, words):
        return Automatic(kind, False, reason)
    refusal = next(_refusals(mail, envelope, rules, words), "")
    return Automatic(MailKind.PERSON, not refusal, refusal)


def is_aggregate_report(mail: InboundMail) -> bool:
    """A DMARC aggregate report (RFC 7489, 7.2.1.1) or a TLS report (RFC 8460, 5.3)."""
    if AGGREGATE_SUBJECT.search(mail.subject[:1_000]) or mail.header("TLS-Report-Domain"):
        return True
    for attachment in mail.attachments[:20]:
        if "tlsrpt" in attachment.content_type or AGGREGATE_FILE.fullmatch(attachment.filename[:600]):
            return True
    return "tlsrpt" in mail.header("Content-Type").lower()


def _of_report(report: DeliveryReport) -> Automatic:
    actions = {recipient.action for recipient in report.recipients}
    if report.form == "rfc5965":
        return Automatic(MailKind.COMPLAINT, False, "a complaint about a mail, RFC 5965")
    if "failed" in actions or not actions:
        return Automatic(MailKind.BOUNCE, False, "a report that a mail did not arrive")
    if "delayed" in actions:
        return Automatic(MailKind.DELAY_WARNING, False, "a warning that a mail is delayed")
    if report.form == "rfc8098":
        return Automatic(MailKind.READ_RECEIPT, False, "a read receipt, RFC 8098")
    return Automatic(MailKind.DELIVERY_RECEIPT, False, "a report that a mail arrived")


def _find_loop(mail: InboundMail, rules: ReadingRules) -> str:
    """Our own mail come back, or one that has gone round and round."""
    marked = rules.own_mark and mail.header(OWN_MARK).strip() == rules.own_mark
    if marked or any(is_own_address(box.address, rules.own_addresses) for box in mail.from_[:20]):
        return "our own loop"
    return "loop" if len(mail.header_all("Received")) > MAX_HOPS else ""


def _of_auto_reply(
    mail: InboundMail, envelope: Envelope, lexicon: Lexicon, rules: ReadingRules, sign: Sign
) -> Automatic:
    returns_on, substitute = None, None
    if sign.kind in (MailKind.OUT_OF_OFFICE, MailKind.AUTO_REPLY):
        known = frozenset(box.address.lower() for box in (*mail.from_, *mail.to, *mail.reply_to)) | rules.own_addresses
        text = f"{mail.subject[:300]}\n\n{read_words(mail, MAX_NOTE)}"
        returns_on, substitute = read_absence(text, _written_on(mail, envelope), lexicon, known)
    absent = bool(returns_on or (substitute and mail.header(EXCHANGE_LOOP))) and sign.may_be_absence
    kind = MailKind.OUT_OF_OFFICE if sign.kind is MailKind.AUTO_REPLY and absent else sign.kind
    if kind is not MailKind.OUT_OF_OFFICE:
        returns_on, substitute = None, None
    return Automatic(kind, False, sign.reason, returns_on, substitute)


def _written_on(mail: InboundMail, envelope: Envelope) -> date:
    return (mail.date or envelope.received_at).date()


def _other_kinds(mail: InboundMail, rules: ReadingRules, words: Words) -> Iterator[tuple[MailKind, str]]:
    reason = _list_reason(mail, rules)
    if reason:
        yield MailKind.LIST, reason
    submitted = mail.header("Auto-Submitted").strip().lower()
    if submitted and not re.match(r"no\b", submitted):
        yield MailKind.GENERATED, f"Auto-Submitted: {submitted[:60]} (RFC 3834)"
    if _is_calendar_answer(mail):
        yield MailKind.GENERATED, "an answer to a calendar invitation"
    if mail.header("X-Autogenerated") or mail.header("X-FC-MachineGenerated").lower() == "true":
        yield MailKind.GENERATED, "says that a machine wrote it"
    if any(is_unattended(box.address, words) for box in mail.from_[:3]):
        yield MailKind.GENERATED, "from an address that nobody reads"
    if mail.from_ and is_daemon_sender(mail, words):
        yield MailKind.GENERATED, "from a mail server"


def _list_reason(mail: InboundMail, rules: ReadingRules) -> str:
    """List or bulk mail. The desk may itself be a list's address, and an answer to us may have passed a list server."""
    if _is_own_list(mail, rules):
        return ""
    present = {name.lower() for name, value in mail.headers if value.strip()}
    mark = next((name for name in LIST_MARKS if name.lower() in present), "")
    if mark:
        return f"has {mark} (RFC 2369, RFC 2919)"
    precedence = mail.header("Precedence").strip().lower()
    if precedence in BULK_PRECEDENCE:
        return f"Precedence: {precedence}"
    if _answers_us(mail, rules):
        return ""
    return next((f"has {name}" for name in BULK_MARKS if name.lower() in present), "")


def _is_own_list(mail: InboundMail, rules: ReadingRules) -> bool:
    """Is the list our own address, as where the desk's mailbox is a group that passes mail on?"""
    post = re.findall(r"mailto:([^\s<>?,]{3,320})", mail.header("List-Post")[:1_000], re.IGNORECASE)
    identity = mail.header("List-Id")[-260:].rpartition("<")[2].strip("<> \t").lower()
    names = {address.replace("@", ".") for address in rules.own_addresses}
    return any(is_own_address(each, rules.own_addresses) for each in post) or identity in names


def _answers_us(mail: InboundMail, rules: ReadingRules) -> bool:
    ours = f"@{rules.domain.lower()}"
    return any(each.lower().rstrip("> ").endswith(ours) for each in (*mail.in_reply_to, *mail.references[-3:]))


def _is_calendar_answer(mail: InboundMail) -> bool:
    """An answer that a calendar wrote (RFC 5546, 3.2.3)."""
    if "method=reply" in mail.header("Content-Type").lower().replace('"', "").replace(" ", ""):
        return True
    calendars = (each for each in mail.attachments[:20] if each.content_type in ("text/calendar", "application/ics"))
    return any(b"METHOD:REPLY" in each.content[:4_000].upper() for each in calendars)


def _refusals(mail: InboundMail, envelope: Envelope, rules: ReadingRules, words: Words) -> Iterator[str]:
    """Why a mail of a person may still not be answered by a machine."""
    if is_null_sender(mail, envelope):
        yield "null reverse-path"
    if mail.author is None:
        yield "no single author"
    if any(is_own_address(box.address, rules.own_addresses) for box in mail.reply_to[:20]):
        yield "the answer would come to ourselves"
    asked = mail.header("X-Auto-Response-Suppress").lower().replace(" ", "").split(",")
    if any(each in SUPPRESSING for each in asked):
        yield "asks for no automatic answers"
    reverse_local = envelope.reverse_path.strip("<>").partition("@")[0].lower()
    unread = is_unattended(envelope.reverse_path, words) or reverse_local in words.daemons
    if unread or reverse_local.startswith("owner-"):
        yield "sent from an address that takes no answers"
