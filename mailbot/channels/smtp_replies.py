"""What the SMTP door says, and how it reads an address from a command line. Pure: no I/O, no library.

Every reply is a constant (RFC 5321, 4.2) with an enhanced status code (RFC 3463), so that nothing of ours and nothing
that the client sent can leak into one. ``constant_reply`` puts such a text in the place of one that a library wrote.
"""

from __future__ import annotations

OK = "250 2.0.0 OK"
KEPT = "250 2.0.0 Accepted"
SENDER_OK = "250 2.1.0 Sender OK"
RECIPIENT_OK = "250 2.1.5 Recipient OK"
NOT_VERIFIED = "252 2.1.5 Cannot verify, send the mail and see"
GO_AHEAD = "354 End the mail with <CR><LF>.<CR><LF>"
SHUTTING_DOWN = "421 4.3.2 Shutting down, try again later"
TIMED_OUT = "421 4.4.2 Timeout"
TOO_MANY_CONNECTIONS = "421 4.7.0 Too many connections, try again later"
TOO_MANY_ERRORS = "421 4.7.0 Too many errors"
TROUBLE = "451 4.3.0 Temporary trouble, try again later"
NO_ROOM = "452 4.3.1 Not enough room, try again later"
TOO_MANY_RECIPIENTS = "452 4.5.3 Too many recipients"
BAD_SEQUENCE = "503 5.5.1 Commands in the wrong order"
BAD_ARGUMENTS = "501 5.5.4 Bad arguments"
NOT_IMPLEMENTED = "502 5.5.1 Not implemented"
NOT_OURS = "550 5.1.1 No such address here"
TOO_BIG = "552 5.3.4 The mail is too big"

OURS = frozenset(value for name, value in list(globals().items()) if name.isupper() and isinstance(value, str))
_BY_CODE = {
    "214": "214 2.0.0 See RFC 5321",
    "220": "220 2.0.0 Ready",
    "221": "221 2.0.0 Bye",
    "250": OK,
    "252": NOT_VERIFIED,
    "354": GO_AHEAD,
    "421": TOO_MANY_ERRORS,
    "451": TROUBLE,
    "452": NO_ROOM,
    "454": "454 4.7.0 TLS is not available now",
    "500": "500 5.5.2 Not understood",
    "501": BAD_ARGUMENTS,
    "502": NOT_IMPLEMENTED,
    "503": BAD_SEQUENCE,
    "504": "504 5.5.4 Parameter not implemented",
    "530": "530 5.7.0 STARTTLS is needed first",
    "550": NOT_OURS,
    "552": TOO_BIG,
    "553": "553 5.1.3 Bad address",
    "554": "554 5.7.0 Not without security",
    "555": "555 5.5.4 Parameters not recognised",
}
_MAX_PATH = 512
"""Octets of an address: RFC 5321, 4.5.3.1.3 asks for 256; more is heard from real senders (VERP, SRS)."""


def constant_reply(reply: str) -> str:
    """``reply`` if it is one of ours, else our text for its code; TROUBLE for a code that no one should have used."""
    return reply if reply in OURS else _BY_CODE.get(reply[:3], TROUBLE)


def read_path(argument: str) -> tuple[str, str] | None:
    """``"<@relay:anna@example.org> SIZE=9"`` → ``("anna@example.org", "SIZE=9")``; None if malformed (RFC 5321, 4.1.2).

    The null path ``<>`` gives ``"<>"``. A source route is dropped, as the RFC (F.2) tells. Brackets may be missing, as
    they are with some devices. Linear in the length.
    """
    argument = argument.strip()
    end = _find_end(argument)
    if end is None:
        return None
    bracketed = argument.startswith("<")
    path, rest = (argument[1:end], argument[end + 1 :]) if bracketed else (argument[:end], argument[end:])
    if rest and not rest[0].isspace():
        return None
    if bracketed and not path:
        return "<>", rest.strip()
    if path.startswith("@") and ":" in path:
        path = path.partition(":")[2]
    return (path, rest.strip()) if _is_clean(path) else None


def _find_end(argument: str) -> int | None:
    """Where the path stops: at the first ``>`` (or blank, without brackets) that is not inside a quoted local part."""
    closing = ">" if argument.startswith("<") else " "
    quoted = escaped = False
    for at, char in enumerate(argument[: _MAX_PATH * 2]):
        if escaped:
            escaped = False
        elif quoted and char == "\\":
            escaped = True
        elif char == '"':
            quoted = not quoted
        elif char == closing and not quoted:
            return at
    return len(argument) if closing == " " and not quoted and len(argument) < _MAX_PATH * 2 else None


def _is_clean(path: str) -> bool:
    """No controls, no undecodable octets, no blank or bracket outside quotes, and an octet count that is sane."""
    if not path or any(not char.isprintable() for char in path):
        return False
    unquoted = path.rpartition('"')[2] if path.startswith('"') else path
    return not any(char in ' <>"' for char in unquoted) and len(path.encode("utf-8", "replace")) <= _MAX_PATH
