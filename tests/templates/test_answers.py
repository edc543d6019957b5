"""What our notices invite people to send is understood; what they say themselves is never taken for an answer."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from mailbot.desk.correspondence import Answer, InboundMail, Mailbox
from mailbot.desk.vocabulary import Intent, NoticeKind
from mailbot.languages import load_lexicon
from mailbot.parsers.intent import read_intent
from mailbot.parsers.message import read_message
from mailbot.parsers.reply import read_answer
from mailbot.templates.compose import NoticeHead, compose_notice
from mailbot.templates.render import render_notice
from mailbot.templates.samples import sample_context, sample_contexts
from mailbot.templates.words import answer_mailto

LANGUAGES = ("sv", "en")
HEAD = NoticeHead(
    message_id="1@almby.example",
    from_=Mailbox("support@almby.example", "IT-supporten"),
    to=Mailbox("asa.oberg@almby.example", "Åsa Öberg"),
    date=datetime(2026, 11, 23, 9, 12, tzinfo=UTC),
    desk_id="desk",
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("button", "intent"), [("accept", Intent.ACCEPT), ("reopen", Intent.REOPEN)])
@pytest.mark.parametrize("signature", ["", "\n\n-- \nÅsa Öberg\nAlmby kommun"])
def test_mail_behind_a_button_is_understood(language: str, button: str, intent: Intent, signature: str) -> None:
    query = parse_qs(urlsplit(answer_mailto(language, button, "support+k@almby.example", "SD-1042")).query)
    subject, body = query["subject"][0], query["body"][0]
    lexicon = load_lexicon()
    answer = read_answer(InboundMail(subject=subject, text=body + signature), lexicon, ())
    assert read_intent(answer, subject, lexicon).intent is intent
    assert read_intent(Answer(), subject, lexicon).intent is intent


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(NoticeKind))
def test_empty_reply_under_our_subject_wants_nothing(kind: NoticeKind, language: str) -> None:
    lexicon = load_lexicon()
    for context in sample_contexts(kind, language).values():
        subject = render_notice(kind, language, context).subject
        for prefix in ("Re: ", "Sv: ", ""):
            assert read_intent(Answer(), prefix + subject, lexicon).intent is Intent.NONE


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(NoticeKind))
def test_notice_that_comes_back_unquoted_accepts_nothing(kind: NoticeKind, language: str) -> None:
    lexicon = load_lexicon()
    rendered = render_notice(kind, language, sample_context(kind, language))
    mail = read_message(compose_notice(rendered, HEAD, strict=True))
    assert (mail.subject, mail.text.strip(), mail.defects) == (rendered.subject, rendered.text.strip(), ())
    for text in (rendered.text, mail.text.partition("-##")[2]):
        answer = read_answer(InboundMail(subject=mail.subject, text=text), lexicon, ())
        assert read_intent(answer, f"Re: {mail.subject}", lexicon).intent is not Intent.ACCEPT
