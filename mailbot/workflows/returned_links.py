"""A link that signs in and comes back by mail ends here: quoted in an answer, forwarded, or in a report from somewhere.

The mail that brings it is kept, and every agent may read it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import structlog

from mailbot.desk.correspondence import InboundMail
from mailbot.desk.sign_in import hash_token
from mailbot.workflows.cause import Cause
from mailbot.workflows.office import Office
from mailbot.workflows.verdict import Verdict

log = structlog.get_logger()

_LINK = re.compile(r"/sign-in/([A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])")
MOST = 20


def end_returned_links(office: Office, cause: Cause) -> Verdict | None:
    """End the links in a mail. Never claims it: what the mail is, others say."""
    found = {token for text in _texts(cause.reading.mail) for token in _LINK.findall(text)}
    for token in sorted(found)[:MOST]:
        link = office.work.sign_ins.find_link(hash_token(token))
        if link and not link.fate:
            office.work.sign_ins.end_link(link.token_hash, office.now, "returned")
            log.warning("sign-in link came back by mail", mail=cause.row.id, of=link.address)
    return None


def _texts(mail: InboundMail) -> Iterator[str]:
    yield from (mail.text, mail.html, *(text for _, text in mail.report_parts))
    for inner in mail.nested:
        yield from _texts(inner)
