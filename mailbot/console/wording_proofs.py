"""«Send me a test»: what was typed, as a real mail to who typed it."""

from __future__ import annotations

from mailbot.console.visit import Visit
from mailbot.console.wording_place import Place, not_busy, speak, try_draft
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import PermanentError
from mailbot.workflows.wording_proof import ProofsSpent, send_proof


def ask_for_proof(visit: Visit, place: Place, source: str, case: str) -> tuple[str, str]:
    """(what became of it, in a sentence; «good» or «bad»). Refused where the wording has problems."""
    t, to = visit.texts, Mailbox(visit.visitor.address, visit.visitor.name)
    if not_busy(visit, try_draft, place, source).problems:
        return t("wording.proof_problems"), "bad"
    rendered = not_busy(visit, speak, place, source, case)
    if isinstance(rendered, str):
        return t("wording.proof_problems"), "bad"
    try:
        with visit.room.open_office() as office:
            send_proof(office, place.kind, rendered, to, t("wording.proof_mark"))
    except ProofsSpent:
        return t("wording.proof_enough"), "bad"
    except PermanentError as error:
        return t("wording.proof_refused", reason=error), "bad"
    visit.room.wake_delivery()
    return t("wording.proof_sent", address=to.address), "good"
