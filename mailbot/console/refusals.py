"""Why something was not done, in the visitor's language: the same sentences that agents hear by mail."""

from __future__ import annotations

from mailbot.console.visit import Visit
from mailbot.desk.errors import MailbotError, NotAllowed
from mailbot.templates.words import get_words


def tell_refusal(visit: Visit, error: MailbotError) -> str:
    """A sentence of the console for the error's code or kind, else that of the mails, else what the error says."""
    texts = visit.texts
    code, values = (error.code, error.values) if isinstance(error, NotAllowed) else ("", {})
    if code and texts.has(f"act.error_{code}"):
        return texts(f"act.error_{code}", **values)
    known = get_words(visit.language).tables["why_not"]
    if code in known:
        return known[code].format(**values)
    kind = f"act.error_{type(error).__name__}"
    return texts(kind) if texts.has(kind) else str(error)
