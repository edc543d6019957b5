"""A connection that mail may be sent over: connected, protected, signed in."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl

from mailbot.courier.connection import Connection, Smarthost
from mailbot.courier.outcome import CourierError
from mailbot.courier.replies import Client, TlsClient
from mailbot.courier.sign_in import sign_in
from mailbot.desk.errors import TransientError


def open_connection(smarthost: Smarthost) -> Connection:
    """Connect, protect and sign in.

    Raises:
        CourierError: it cannot be had. Nothing falls back to an unprotected connection (rule S23).
    """
    try:
        return _open(smarthost)
    except ssl.SSLCertVerificationError as error:
        raise CourierError(f"the certificate of {smarthost.host} is not accepted: {error.verify_message}") from None
    except CourierError:
        raise
    except TransientError as error:
        raise CourierError(f"no token to sign in with: {error}") from None
    except smtplib.SMTPResponseException as error:
        reply = error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        raise CourierError(reply, error.smtp_code) from None
    except (OSError, UnicodeError, smtplib.SMTPException) as error:
        raise CourierError(f"{smarthost.host}:{smarthost.port}: {error}") from None


def _open(smarthost: Smarthost) -> Connection:
    context = ssl.create_default_context(cafile=smarthost.ca_file or None) if smarthost.tls != "none" else None
    name = smarthost.client_name or _own_name()
    where, patience = (smarthost.host, smarthost.port, name), smarthost.connect_seconds
    is_tls = smarthost.tls == "tls"
    client = TlsClient(*where, timeout=patience, context=context) if is_tls else Client(*where, timeout=patience)
    try:
        connection = Connection(client, smarthost)
        connection.allow(smarthost.reply_seconds)
        _greet(client)
        if smarthost.tls == "starttls":
            _protect(client, context)
        sign_in(connection)
        return connection
    except BaseException:
        client.close()
        raise


def _greet(client: Client | TlsClient) -> None:
    code, text = client.ehlo()
    if not 200 <= code <= 299:
        code, text = client.helo()
    if not 200 <= code <= 299:
        raise smtplib.SMTPHeloError(code, text)


def _protect(client: Client | TlsClient, context: ssl.SSLContext | None) -> None:
    if not client.has_extn("starttls"):
        raise CourierError("the server does not offer STARTTLS, and mail may not go unprotected")
    if client.has_unread():
        raise CourierError("the server spoke out of turn before TLS")
    client.starttls(context=context)
    if client.has_unread():
        # Somebody on the way wrote this in clear text, to be taken for the protected server's words (CVE-2011-0411).
        raise CourierError("there were words between STARTTLS and TLS: somebody interferes with the connection")
    _greet(client)


def _own_name() -> str:
    """Not ``socket.getfqdn``, which asks the DNS at every connection."""
    name = socket.gethostname()
    return name if re.fullmatch(r"[A-Za-z0-9.-]{1,253}", name) else "localhost"
