"""One copy of a mail on an IMAP server, and how it is written as the source of a mail."""

from __future__ import annotations

from typing import NamedTuple


class ImapKey(NamedTuple):
    """One copy of a mail on an IMAP server (RFC 9051, 2.3.1.1). As text it is ``Envelope.source_key``.

    A folder name may hold slashes, an account name may not: the text can be taken apart again.
    """

    account: str
    folder: str
    uidvalidity: int
    uid: int

    def __str__(self) -> str:
        return f"imap:{self.account}/{self.folder}/{self.uidvalidity}/{self.uid}"


def read_imap_key(source_key: str) -> ImapKey | None:
    """The inverse of ``str(key)``; None for the source key of a mail that came another way."""
    if not source_key.startswith("imap:"):
        return None
    account, _, rest = source_key.removeprefix("imap:").partition("/")
    folder, uidvalidity, uid = rest.rsplit("/", 2)
    return ImapKey(account, folder, int(uidvalidity), int(uid))
