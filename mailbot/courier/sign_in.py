"""Signing in to the next mail server (RFC 4954), by password or OAuth token, never where others can read along."""

from __future__ import annotations

import base64

from mailbot.courier.connection import LOCAL_HOSTS, Connection
from mailbot.courier.outcome import CourierError


def sign_in(connection: Connection) -> None:
    """Sign in where the smarthost has a user name; the connection is past TLS.

    Raises:
        CourierError: the server refuses, or offers no way that is known here.
    """
    smarthost = connection.smarthost
    if not smarthost.username:
        return
    if smarthost.tls == "none" and smarthost.host not in LOCAL_HOSTS:
        raise CourierError("a password or token may not be sent over an unprotected connection")
    code, text = _authenticate(connection)
    if code != 235:
        raise CourierError(text, code)


def _authenticate(connection: Connection) -> tuple[int, str]:
    offered = connection.authentication
    if connection.smarthost.token is not None:
        return _xoauth2(connection, connection.smarthost.token())
    if "PLAIN" in offered:
        secret = "\0".join(("", connection.smarthost.username, connection.smarthost.password))
        return connection.command(f"AUTH PLAIN {_base64(secret)}")
    if "LOGIN" in offered:
        return _login(connection)
    raise CourierError(f"no known way to sign in is offered: {' '.join(offered) or 'none at all'}")


def _xoauth2(connection: Connection, token: str) -> tuple[int, str]:
    words = "\x01".join((f"user={connection.smarthost.username}", f"auth=Bearer {token}", "", ""))
    code, text = connection.command(f"AUTH XOAUTH2 {_base64(words)}")
    # A refusal comes as a challenge with its reason; the empty answer brings the real reply.
    return connection.command("") if code == 334 else (code, text)


def _login(connection: Connection) -> tuple[int, str]:
    code, text = connection.command("AUTH LOGIN")
    for answer in (connection.smarthost.username, connection.smarthost.password):
        if code == 334:
            code, text = connection.command(_base64(answer))
    return code, text


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
