"""The mail that makes something happen: what it says, who wrote it, how well we know them."""

from __future__ import annotations

from dataclasses import dataclass

from mailbot.desk.correspondence import Mailbox, Reading
from mailbot.desk.reference import ReplyToken
from mailbot.desk.ticket import Ticket
from mailbot.desk.trust import Evidence, Standing
from mailbot.store.inbox_questions import InboxRow


@dataclass(frozen=True, slots=True)
class Thread:
    """The ticket a mail belongs to. ``token`` is the valid one it carried; ``way`` says how the ticket was found.

    ``approval`` is a valid token that was signed for answers about a change: it is worth nothing as a ``token``.
    """

    ticket: Ticket
    token: ReplyToken | None
    way: str
    approval: ReplyToken | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    row: InboxRow
    reading: Reading
    author: Mailbox | None
    """Who wrote it, as far as the mail says: From, or the reverse-path where From is of no use."""
    standing: Standing
    thread: Thread | None = None

    @property
    def verified(self) -> bool:
        return self.standing.evidence >= Evidence.E3

    @property
    def may_be_forged(self) -> bool:
        """Somebody looked at the sender and nothing confirmed the address, nor has it a token that only it was given.

        Not so where nobody looks: there every honest sender would be one of these (decision 0027).
        """
        return self.standing.evidence <= Evidence.E1 and bool(self.standing.authentication.checked_by)

    @property
    def may_be_answered(self) -> bool:
        """Whether a machine may write back: never to a machine, nor to an address that the mail only pretends."""
        return self.reading.automatic.answerable and self.standing.evidence > Evidence.E0

    @property
    def words(self) -> str:
        """The new words; where nothing new was found, all there is to read."""
        return self.reading.answer.new_words or whole_text(self.reading)


def whole_text(reading: Reading) -> str:
    """All readable lines, quotations included."""
    return "\n".join(span.text for span in reading.answer.spans).strip() or reading.mail.text.strip()
