"""The newcomer's mail: written as a mail program writes it, and handed in at the desk's own SMTP door."""

from __future__ import annotations

import email.policy
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from mailbot.console.demo_letters import Letter
from mailbot.courier import OutgoingMail, Smarthost, SmtpCourier
from mailbot.desk.vocabulary import DeliveryStatus

MOST_WORDS = 20_000


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the form of a new mail. ``answers`` is the number of the mail that it answers, 0 for none."""

    name: str
    address: str
    to: str
    subject: str = ""
    words: str = ""
    answers: int = 0


def compose_draft(draft: Draft, now: datetime, answered: Letter | None) -> bytes:
    """The mail as bytes. An answer continues the conversation and quotes what it answers (RFC 5322, 3.6.4)."""
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"] = Address(_one_line(draft.name), addr_spec=draft.address)
    mail["To"] = draft.to
    mail["Subject"] = _one_line(draft.subject)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = make_msgid(domain=draft.address.rpartition("@")[2])
    mail["User-Agent"] = "the demo of mailbot"
    words = draft.words[:MOST_WORDS].replace("\r\n", "\n")
    if answered:
        mail["In-Reply-To"] = f"<{answered.message_id}>"
        mail["References"] = " ".join(f"<{one}>" for one in (*answered.references, answered.message_id))
        words += f"\n\n{now:%Y-%m-%d %H:%M}, {answered.sender}:\n" + _quoted(answered.text)
    mail.set_content(words)
    return mail.as_bytes()


def hand_in(raw: bytes, sender: str, to: str, door: tuple[str, int]) -> str:
    """Give the mail to the SMTP door; what the door said where it did not take it, or nothing."""
    host, port = door
    courier = SmtpCourier(Smarthost(host, port, tls="none", connections=1, connect_seconds=5, reply_seconds=10))
    try:
        outcome = courier.relay(OutgoingMail(raw, sender, (to,)))[to]
    finally:
        courier.close()
    return "" if outcome.status is DeliveryStatus.RELAYED else outcome.text


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:300]
