"""One mail over one open connection: MAIL, RCPT for each recipient, DATA (RFC 5321, 3.3)."""

from __future__ import annotations

import re
import smtplib

from mailbot.courier.addressing import on_the_wire
from mailbot.courier.connection import Connection
from mailbot.courier.outcome import Outcome, OutgoingMail, delayed, failed, replied, uncertain
from mailbot.desk.vocabulary import DeliveryStatus

_BROKEN = (OSError, smtplib.SMTPException)
_LINE_END = re.compile(rb"\r\n|\r|\n")
SERVICE_NOT_AVAILABLE = 421
TOO_MANY_RECIPIENTS = 552


class NotBegun(Exception):
    """The connection was of no use before the server had agreed to anything; another may do better."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome


def transfer(connection: Connection, mail: OutgoingMail, recipients: list[str]) -> dict[str, Outcome]:
    """An outcome for each of the recipients. The connection is open afterwards if it can be used again.

    Raises:
        NotBegun: the connection was lost, or closed with 421, before the reply to MAIL.
    """
    connection.allow(connection.smarthost.reply_seconds)
    content = _on_the_wire(mail.raw)
    outcomes = _beyond_the_server(connection, mail, recipients, len(content))
    wanted = [recipient for recipient in recipients if recipient not in outcomes]
    if wanted:
        outcomes |= _transaction(connection, mail, wanted, content)
    return outcomes


def _transaction(connection: Connection, mail: OutgoingMail, wanted: list[str], content: bytes) -> dict[str, Outcome]:
    refusal = _mail(connection, mail, wanted, len(content))
    if refusal:
        _reset(connection, refusal)
        return dict.fromkeys(wanted, refusal)
    outcomes = _recipients(connection, wanted)
    accepted = [recipient for recipient, outcome in outcomes.items() if outcome.status is DeliveryStatus.RELAYED]
    if accepted and connection.is_open:
        outcomes |= dict.fromkeys(accepted, _content(connection, content))
    elif connection.is_open:
        _reset(connection, next(iter(outcomes.values())))
    connection.mails += 1
    return outcomes


def _mail(connection: Connection, mail: OutgoingMail, wanted: list[str], size: int) -> Outcome | None:
    parameters = [f"SIZE={size}"] if connection.offers("size") else []
    # Without 8BITMIME the octets go as they are: every server in use takes them, and a refusal would help nobody.
    if not mail.raw.isascii() and connection.offers("8bitmime"):
        parameters.append("BODY=8BITMIME")
    if _needs_utf8(mail) or not all(on_the_wire(recipient).isascii() for recipient in wanted):
        parameters.append("SMTPUTF8")
    try:
        code, text = connection.command(" ".join((f"MAIL FROM:<{on_the_wire(mail.reverse_path)}>", *parameters)))
    except _BROKEN as error:
        connection.close()
        raise NotBegun(delayed(str(error))) from None
    if code == SERVICE_NOT_AVAILABLE:
        connection.close()
        raise NotBegun(replied(code, text))
    return None if 200 <= code <= 299 else replied(code, text)


def _recipients(connection: Connection, wanted: list[str]) -> dict[str, Outcome]:
    """RELAYED here means accepted so far. Where the connection breaks, whoever had no refusal is tried again."""
    outcomes: dict[str, Outcome] = {}
    for recipient in wanted:
        try:
            outcomes[recipient] = _recipient(connection, recipient)
        except _BROKEN as error:
            return _broken_off(connection, wanted, outcomes, delayed(str(error)))
        if outcomes[recipient].code == SERVICE_NOT_AVAILABLE:
            return _broken_off(connection, wanted, outcomes, outcomes[recipient])
    return outcomes


def _recipient(connection: Connection, recipient: str) -> Outcome:
    code, text = connection.command(f"RCPT TO:<{on_the_wire(recipient)}>")
    if code == TOO_MANY_RECIPIENTS:
        return delayed(text, code)  # RFC 5321, 4.5.3.1.10: an old code for "not in the same transaction"
    return replied(code, text)


def _broken_off(
    connection: Connection, wanted: list[str], outcomes: dict[str, Outcome], trouble: Outcome
) -> dict[str, Outcome]:
    connection.close()
    settled = {
        recipient: outcome for recipient, outcome in outcomes.items() if outcome.status is not DeliveryStatus.RELAYED
    }
    return {recipient: settled.get(recipient, trouble) for recipient in wanted}


def _content(connection: Connection, content: bytes) -> Outcome:
    """The one outcome of all recipients that the server had accepted."""
    try:
        code, text = connection.command("DATA")
        if code != 354:
            _reset(connection, replied(code, text))
            # A success code here agrees to nothing: there was no content yet.
            return delayed(text, code) if 200 <= code <= 399 else replied(code, text)
        # Content and final dot go in one call: where it raises, the dot did not go out whole.
        connection.send(content + b".\r\n", connection.smarthost.final_reply_seconds)
    except _BROKEN as error:
        connection.close()
        return delayed(str(error))
    return _final_reply(connection)


def _final_reply(connection: Connection) -> Outcome:
    try:
        connection.allow(connection.smarthost.final_reply_seconds)
        code, text = connection.reply()
    except _BROKEN as error:
        connection.close()
        return uncertain(f"after the final dot: {error}")
    if code == SERVICE_NOT_AVAILABLE:
        connection.close()
    if 300 <= code <= 399:
        connection.close()
        return uncertain(text, code)
    return replied(code, text)


def _reset(connection: Connection, refusal: Outcome) -> None:
    """Leave the transaction, so that the next mail finds a clean connection; or leave the connection."""
    try:
        if refusal.code != SERVICE_NOT_AVAILABLE and connection.command("RSET")[0] == 250:
            return
    except _BROKEN:
        pass
    connection.close()


def _beyond_the_server(
    connection: Connection, mail: OutgoingMail, recipients: list[str], size: int
) -> dict[str, Outcome]:
    """Recipients that this server cannot serve with this mail, found in what it announced."""
    limit = connection.size_limit
    if limit and size > limit:
        return dict.fromkeys(recipients, failed(f"{size} octets are more than the server's {limit}", 552, "5.3.4"))
    if connection.offers("smtputf8"):
        return {}
    outcome = failed("the server does not take internationalised mail (SMTPUTF8)", 550, "5.6.7")
    return {one: outcome for one in recipients if _needs_utf8(mail) or not on_the_wire(one).isascii()}


def _needs_utf8(mail: OutgoingMail) -> bool:
    """RFC 6531, 3.2: UTF-8 in the header or the envelope, not in the body."""
    header = re.split(rb"\r?\n\r?\n", mail.raw, maxsplit=1)[0]
    return not header.isascii() or not on_the_wire(mail.reverse_path).isascii()


def _on_the_wire(raw: bytes) -> bytes:
    """CRLF at every line end, so that no server sees an end of mail where another sees text; dots doubled (4.5.2)."""
    lines = _LINE_END.sub(b"\r\n", raw)
    whole = lines if lines.endswith(b"\r\n") else lines + b"\r\n"
    stuffed = whole.replace(b"\r\n.", b"\r\n..")
    return b"." + stuffed if stuffed.startswith(b".") else stuffed
