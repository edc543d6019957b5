"""A proof: a wording that is not saved, as a real mail to the admin who writes it, who sees it where others will.

It passes the same doors as every notice (composed once, queued, sent by the courier), with three differences: its
subject is marked, an answer to it goes to the admin and not to the desk, and nothing about it is written in a journal.
Its buttons lead to the sample's addresses, or to an unsigned one, so pressing them answers nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import PermanentError
from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.catalogue import Rendered
from mailbot.workflows.letters import Letter, post
from mailbot.workflows.office import Office

PROOF = "proof"
"""What stands as the revision of such a mail in the outbox."""
MOST_AN_HOUR = 20


class ProofsSpent(PermanentError):
    """This admin has had enough proofs for an hour."""

    def __init__(self) -> None:
        super().__init__(f"{MOST_AN_HOUR} proofs within an hour are enough")


def send_proof(office: Office, kind: NoticeKind, rendered: Rendered, to: Mailbox, mark: str) -> None:
    """Queue a proof. ``mark`` stands before its subject, in the admin's own language.

    Raises:
        ProofsSpent: there were too many within an hour.
        PermanentError: no mail can be written to this address, or it is the desk's own.
    """
    if office.policy.is_ours(to.address):
        raise PermanentError(f"{to.address} is the desk itself")
    if office.work.outbox.count_proofs(to.address, office.now - timedelta(hours=1)) >= MOST_AN_HOUR:
        raise ProofsSpent
    marked = replace(rendered, subject=f"{mark}: {rendered.subject}", revision=PROOF)
    key = f"{PROOF}/{kind.value}/{to.address.lower()}/{office.now.isoformat()}"
    number = hashlib.sha256(key.encode()).hexdigest()[:32]
    letter = Letter(
        kind=kind,
        to=to,
        key=key,
        message_id=f"{PROOF}.{number}",
        reply_to=to,
        reverse_path=office.policy.main_address,
    )
    try:
        post(office, letter, marked)
    except ValueError as error:
        raise PermanentError(f"no mail can be written to {to.address}: {error}") from None
