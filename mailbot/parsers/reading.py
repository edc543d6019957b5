"""The single entrance to the reader: a mail's bytes become a ``Reading``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mailbot.desk.correspondence import Answer, Automatic, CommandLine, Envelope, InboundMail, IntentVerdict, Reading
from mailbot.desk.language import Lexicon
from mailbot.desk.reading_rules import ReadingRules
from mailbot.desk.vocabulary import Intent, MailKind, SpanKind
from mailbot.parsers.alerts import read_alerts
from mailbot.parsers.authentication import read_authentication
from mailbot.parsers.automatic import read_automatic
from mailbot.parsers.commands import canonical_command, read_commands
from mailbot.parsers.delivery_status import read_report
from mailbot.parsers.intent import read_intent
from mailbot.parsers.message import read_message
from mailbot.parsers.references import read_hints
from mailbot.parsers.reply import read_answer
from mailbot.parsers.status_question import read_status_question
from mailbot.parsers.tongue import read_language


def read(
    raw: bytes,
    envelope: Envelope,
    lexicon: Lexicon,
    rules: ReadingRules,
    sent: Sequence[str] = (),
    *,
    intent_of_new: bool = True,
) -> Reading:
    """Everything a mail says. Never raises; linear in the size of ``raw``.

    ``sent`` are the plain texts of our mails that it may answer, newest first: their lines are known wherever they
    stand in it. Without ``intent_of_new`` a mail that bears no sign of answering us is not asked what it wants: a
    third of the work, and a new matter can neither accept nor reopen anything.
    """
    mail = read_message(raw)
    alerts = read_alerts(mail, rules)
    report = None if alerts else read_report(mail, envelope, lexicon)
    automatic = read_automatic(mail, envelope, lexicon, report, bool(alerts), rules)
    answer = read_answer(mail, lexicon, sent)
    hints = read_hints(mail, envelope, rules)
    return Reading(
        mail=mail,
        hints=hints,
        automatic=automatic,
        report=report,
        alerts=alerts,
        answer=answer,
        intent=_intent(mail, answer, automatic, lexicon) if intent_of_new or hints else IntentVerdict(),
        commands=_commands(answer, lexicon),
        authentication=read_authentication(mail, rules),
        status_about=read_status_question(mail, answer, lexicon) if automatic.kind is MailKind.PERSON else None,
        language=read_language(answer.new_words or mail.text[:2000] or mail.subject, lexicon),
    )


def _intent(mail: InboundMail, answer: Answer, automatic: Automatic, lexicon: Lexicon) -> IntentVerdict:
    if automatic.kind not in (MailKind.PERSON, MailKind.LIST):
        return IntentVerdict(Intent.AUTOMATIC, "", automatic.reason, 1.0)
    return read_intent(answer, mail.subject, lexicon)


def _commands(answer: Answer, lexicon: Lexicon) -> tuple[CommandLine, ...]:
    # The words of a mail that is only passed on are somebody else's: they command nothing.
    own = any(span.kind is SpanKind.NEW and span.text.strip() for span in answer.spans)
    lines = read_commands(answer.new_words, lexicon) if own else ()
    return tuple(replace(line, word=canonical_command(line.word, lexicon) or line.word) for line in lines)
