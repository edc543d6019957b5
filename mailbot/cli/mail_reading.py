"""``mailbot mail read``: a mail with its spans coloured by what they are, and the reasons beside them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from mailbot.cli.printing import fit_line, print_fields, print_json, visible
from mailbot.desk.correspondence import Envelope, InboundMail, Reading, Span
from mailbot.desk.errors import PermanentError
from mailbot.desk.reading_rules import ReadingRules
from mailbot.desk.vocabulary import SpanKind
from mailbot.languages import load_lexicon
from mailbot.parsers.reading import read

COLOURS = {
    SpanKind.NEW: "green",
    SpanKind.FORWARDED: "cyan",
    SpanKind.QUOTED: "bright_black",
    SpanKind.ATTRIBUTION: "blue",
    SpanKind.HEADER_BLOCK: "blue",
    SpanKind.SIGNATURE: "yellow",
    SpanKind.DISCLAIMER: "bright_black",
    SpanKind.MARKER: "magenta",
}

MARGIN = 14
"""Columns before the words of a span: the longest kind and a space."""


def read_files(files: tuple[str, ...], sent: tuple[str, ...], as_json: bool) -> None:
    """Read each file as one mail and print what it says."""
    ours = tuple(Path(name).read_text("utf-8", "replace") for name in sent)
    forms = []
    for name in files:
        reading = read(_bytes_of(name), _no_envelope(), load_lexicon(), ReadingRules(), ours)
        if as_json:
            forms.append({"file": name, **reading_form(reading)})
        else:
            if len(files) > 1:
                click.secho(f"── {visible(name)}", bold=True)
            print_reading(reading)
    if as_json:
        print_json(forms[0] if len(forms) == 1 else forms)


def print_reading(reading: Reading) -> None:
    mail, verdict, automatic = reading.mail, reading.intent, reading.automatic
    print_fields(
        [
            ("From", ", ".join(map(str, mail.from_))),
            ("To", ", ".join(map(str, mail.to))),
            ("Cc", ", ".join(map(str, mail.cc))),
            ("Date", mail.date),
            ("Subject", mail.subject),
            ("Message-ID", mail.message_id),
            ("language", reading.language),
            ("kind", f"{automatic.kind.value}{f': {automatic.reason}' if automatic.reason else ''}"),
            ("answerable", "yes" if automatic.answerable else "no"),
            ("returns on", automatic.returns_on),
            ("substitute", automatic.substitute),
            ("intent", f"{verdict.intent.value} ({verdict.confidence:.0%}): {verdict.reason}"),
            ("decided by", verdict.words),
            ("commands", ", ".join(f"#{c.word} {c.argument}".strip() for c in reading.commands)),
            ("sender", f"DMARC {reading.authentication.dmarc or 'not checked'}"),
            ("defects", "; ".join(mail.defects[:8])),
            ("fully read", "" if mail.fully_read else "no: a limit stopped the reading"),
            *_findings(reading),
        ]
    )
    click.echo()
    for span in reading.answer.spans:
        _print_span(span)


def _print_span(span: Span) -> None:
    """Its kind in the margin, its lines in its colour, the reason below. Blank lines at its end are not shown."""
    label = f"{span.kind.value:<{MARGIN - 1}}"
    lines = span.text.rstrip().split("\n")
    for number, piece in enumerate(piece for line in lines for piece in fit_line(line, MARGIN)):
        margin = click.style(label if number == 0 else " " * len(label), dim=True)
        shown = click.style(piece, fg=COLOURS[span.kind]) if piece.strip() else ""
        click.echo(f"{margin} {shown}".rstrip())
    reason = f"↳ {span.reason} ({span.confidence:.0%})"
    for piece in fit_line(reason, MARGIN):
        click.secho(f"{'':{MARGIN}}{piece}", dim=True, italic=True)


def _findings(reading: Reading) -> Iterator[tuple[str, str]]:
    """What else the mail holds: alerts, the mail that a report is about and its recipients, files."""
    for alert in reading.alerts:
        about = " ".join(filter(None, (alert.severity, alert.host, alert.service)))
        yield "alert", f"{alert.tool}: {alert.state.value} {about} [{alert.key}]"
    if reading.report:
        yield "report about", reading.report.original_message_id
    for recipient in reading.report.recipients if reading.report else ():
        yield (
            "report",
            " ".join(filter(None, (f"{recipient.address}:", recipient.action, recipient.status, recipient.reason))),
        )
    for attachment in reading.mail.attachments:
        size = f"{len(attachment.content)} bytes{', inline' if attachment.inline else ''}"
        yield "file", f"{attachment.filename}  {attachment.content_type}  {size}"


def reading_form(reading: Reading) -> dict[str, Any]:
    """The reading as JSON; attachments without their content."""
    answer, intent, automatic = reading.answer, reading.intent, reading.automatic
    return {
        **_mail_form(reading.mail),
        "language": reading.language,
        "new_words": answer.new_words,
        "spans": [
            {"kind": s.kind, "text": s.text, "reason": s.reason, "confidence": s.confidence} for s in answer.spans
        ],
        "basis": answer.basis,
        "confidence": answer.confidence,
        "intent": {
            "intent": intent.intent,
            "words": intent.words,
            "reason": intent.reason,
            "confidence": intent.confidence,
        },
        "kind": automatic.kind,
        "answerable": automatic.answerable,
        "automatic_reason": automatic.reason,
        "returns_on": str(automatic.returns_on or "") or None,
        "substitute": _mailbox(automatic.substitute) if automatic.substitute else None,
        "report": reading.report,
        "alerts": reading.alerts,
        "commands": reading.commands,
        "authentication": reading.authentication,
        "hints": reading.hints,
    }


def _mail_form(mail: InboundMail) -> dict[str, Any]:
    return {
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": mail.references,
        "from": [_mailbox(m) for m in mail.from_],
        "reply_to": [_mailbox(m) for m in mail.reply_to],
        "to": [_mailbox(m) for m in mail.to],
        "cc": [_mailbox(m) for m in mail.cc],
        "subject": mail.subject,
        "date": mail.date,
        "text": mail.text,
        "html": mail.html,
        "attachments": [
            {
                "filename": a.filename,
                "content_type": a.content_type,
                "size": len(a.content),
                "inline": a.inline,
                "content_id": a.content_id,
            }
            for a in mail.attachments
        ],
        "encrypted": mail.encrypted,
        "signed": mail.signed,
        "defects": mail.defects,
        "fully_read": mail.fully_read,
    }


def _bytes_of(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise PermanentError(f"{name}: {error.strerror}") from None


def _no_envelope() -> Envelope:
    return Envelope("", (), datetime.now(UTC), "file")


def _mailbox(mailbox: Any) -> dict[str, str]:
    return {"address": mailbox.address, "name": mailbox.name}
