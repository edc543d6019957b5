"""Does a mail look like a report on another mail?

Contract: pure questions about one mail. The structural gate for reports in free form is
(null or daemon sender AND (subject OR words)) OR (subject AND words): one sign alone is never enough, because people
write about undelivered mail to a service desk, and lists send under null reverse-paths.
"""

from __future__ import annotations

import re

from mailbot.desk.correspondence import Envelope, InboundMail
from mailbot.parsers.bounces.notice import Notice
from mailbot.parsers.bounces.words import Words

MAX_SUBJECT = 300
MAX_SPOKEN = 1_500
NUMBERED = ("microsoftexchange", "mailer-daemon", "double-bounce")
"""Local parts that go on with a number of the server or the day."""
MARKS = '.,:;!?()"'
SEPARATOR = re.compile(r"[-._+]")
SMTP_FAILURE = re.compile(r"\b[45][0-9]{2}[ -]#?[45]\.[0-9]{1,3}\.[0-9]{1,3}\b|#[45]\.[0-9]{1,3}\.[0-9]{1,3}")
SMTP_REPLY = re.compile(r"(?:^|[\s:,'\"])[45][0-5][0-9][ -][A-Za-z<#'\"]")
"""Any failure reply; enough where a server is the sender."""
PROGRAMS_OF_PEOPLE = ("User-Agent", "X-Mailer", "Thread-Index", "Thread-Topic", "X-MS-Has-Attach")
RECEIVED_BY_SMTP = ("smtp", "lmtp")


def is_null_sender(mail: InboundMail, envelope: Envelope) -> bool:
    """Did it come with the null reverse-path (RFC 5321, 4.5.5)?

    Only SMTP knows the reverse-path for certain; for a mail from a mailbox or a file, Return-Path tells, if it has one.
    """
    if envelope.way_in in RECEIVED_BY_SMTP:
        return envelope.reverse_path.strip(" <>") == ""
    noted = mail.header_all("Return-Path")
    return bool(noted) and all(value.strip(" <>\t").upper() in ("", "MAILER-DAEMON") for value in noted)


def is_daemon_sender(mail: InboundMail, words: Words) -> bool:
    """Does it come from an address or under a name that only mail servers have? An empty address counts, too."""
    return _is_sender(mail, words.daemons | {""}, words.daemon_names)


def is_role_sender(mail: InboundMail, words: Words) -> bool:
    """Does it come from an address or under a name that a server may have, or who looks after it: postmaster, …?"""
    return _is_sender(mail, words.roles, words.role_names)


def _is_sender(mail: InboundMail, locals_: frozenset[str], names: tuple[str, ...]) -> bool:
    for mailbox in mail.from_[:3]:
        local = mailbox.address.partition("@")[0].strip("<>\"' ").lower()
        name = mailbox.name.lower()
        if local in locals_ or local.startswith(NUMBERED) or any(each in name for each in names):
            return True
    raw = mail.header("From")[:MAX_SUBJECT].lower()
    bare = raw.strip(" <>")
    return bool(raw) and not mail.from_ and (bare in locals_ or any(each in raw for each in names))


def is_unattended(address: str, words: Words) -> bool:
    """Does an address say itself that nobody reads what comes: ``noreply``, ``svara-ej+77``, ``shop-noreply``?"""
    local = address.strip(" <>").partition("@")[0].lower()[:64]
    parts = {local, local.partition("+")[0], *(local[: found.start()] for found in SEPARATOR.finditer(local))}
    parts |= {local[found.end() :] for found in SEPARATOR.finditer(local)}
    return not words.unattended.isdisjoint(parts)


def has_report_subject(mail: InboundMail, words: Words) -> bool:
    subject = mail.subject[:MAX_SUBJECT].lower()
    return any(each in subject for each in words.subjects)


def has_report_words(notice: Notice, words: Words) -> bool:
    """Do the words of the mail itself, not of what it returns or quotes, speak of a delivery?"""
    text = "\n".join(line for line in notice.lines if not line.startswith(">")).lower().replace("\u2019", "'")
    return bool(SMTP_FAILURE.search(text)) or any(each in text for each in words.phrases)


def has_report_structure(mail: InboundMail) -> bool:
    """A report by its MIME type (RFC 3462) or by a part that only reports have."""
    return any("delivery-status" in kind.lower() for kind, _ in mail.report_parts)


def may_be_report(mail: InboundMail, envelope: Envelope, notice: Notice, words: Words) -> bool:
    """The structural gate for reports in free form."""
    subject = has_report_subject(mail, words)
    if _is_redirected(mail) or _is_automatic_reply(mail, notice, subject, words):
        return False
    told = has_report_words(notice, words)
    if is_daemon_sender(mail, words):
        failed = mail.header("X-Failed-Recipients") or SMTP_REPLY.search(notice.text)
        return subject or told or bool(failed)
    personal = _speaks_of_itself(notice, words)
    if is_role_sender(mail, words):
        return (subject and not _is_passed_on(mail, words) and (told or not personal)) or (told and not personal)
    null = is_null_sender(mail, envelope)
    return (subject and null) or (told and (subject or null) and not personal and not _may_be_persons(mail, words))


def _speaks_of_itself(notice: Notice, words: Words) -> bool:
    """Does it greet like a person, ask a question, or say I and my?"""
    first = next((line.strip().lower() for line in notice.lines if line.strip()), "")
    tokens = notice.text[:MAX_SPOKEN].lower().replace("\u2019", "'").split()
    spoken = f" {' '.join(each.strip(MARKS) for each in tokens)} "
    if any(each.endswith("?") and "/" not in each for each in tokens):
        return True
    return first.startswith(words.greetings) or any(f" {each} " in spoken for each in words.first_person)


def _is_redirected(mail: InboundMail) -> bool:
    """Did the one whom the report was for redirect it to us, to show it (RFC 5322, 3.6.6)?"""
    by = mail.header("Resent-From").lower()
    return bool(by) and any(box.address and box.address.lower() in by for box in mail.to[:10])


def _is_automatic_reply(mail: InboundMail, notice: Notice, subject: bool, words: Words) -> bool:
    """An absence note has a null reverse-path, too, may answer a report, and may speak of an invalid address."""
    if mail.subject[:MAX_SUBJECT].lower().lstrip().startswith(words.reply_prefixes):
        return True
    if subject or is_daemon_sender(mail, words) or mail.header("X-Failed-Recipients"):
        return False
    marked = mail.header("Auto-Submitted").lower().startswith("auto-replied") or mail.header("X-Autoreply")
    return bool(marked) and not SMTP_FAILURE.search(notice.text)


def _may_be_persons(mail: InboundMail, words: Words) -> bool:
    """People describe undelivered mail to the desk, answer reports, pass them on, and paste them into their mails."""
    if _is_passed_on(mail, words):
        return True
    named = any(box.name for box in mail.from_)
    return named or bool(mail.html) or any(mail.header(name) for name in PROGRAMS_OF_PEOPLE)


def _is_passed_on(mail: InboundMail, words: Words) -> bool:
    """Does its subject say that it is passed on, or answers something?"""
    start = mail.subject[:MAX_SUBJECT].lower().lstrip()
    return start.startswith(words.forwards) or (start.startswith(words.answers) and bool(mail.in_reply_to))


def may_come_from_server(mail: InboundMail, envelope: Envelope, words: Words) -> bool:
    """Any sign in its sender or subject; what is without one is not looked at more closely."""
    sender = is_daemon_sender(mail, words) or is_role_sender(mail, words) or is_null_sender(mail, envelope)
    return sender or has_report_subject(mail, words)
