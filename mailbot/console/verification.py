"""The page behind the link in a notice: is it solved? Two buttons for whoever got the mail, and nothing for machines.

Looking changes nothing, however often and by whomever: mail gateways and chat programs open every link that they see
(rule D13). Only a button's own POST acts, with a token that hangs on the link, so it works where cookies do not.
"""

from __future__ import annotations

import hashlib
import hmac

from starlette.responses import Response

from mailbot.console.texts import LANGUAGES
from mailbot.console.visit import LANGUAGE_COOKIE, PageError, Visit
from mailbot.desk.reference import ReplyToken, read_page
from mailbot.desk.vocabulary import Intent
from mailbot.workflows import answer_page
from mailbot.workflows.answer_page import Question

ANSWERS = {"accept": Intent.ACCEPT, "reopen": Intent.REOPEN}


def show_answer(visit: Visit) -> Response:
    """The question of a link as it stands now. A link that is not ours is told nothing."""
    token = _token(visit)
    question = None
    if token:
        with visit.room.open_office(reads_only=True) as office:
            question = answer_page.find_question(office, token)
    _speak(visit, question)
    form = {"action": _address(visit), "token": form_token(visit.arguments["token"])}
    other = question is not None and _is_somebody_else(visit, question)
    return visit.page("answer.html", status=200 if question else 404, question=question, form=form, other=other)


def give_answer(visit: Visit) -> Response:
    """A button was pressed: ``answer`` accept or reopen, with ``words``. A form sent without a button does nothing."""
    token = _token(visit)
    if token is None:
        return show_answer(visit)
    if not hmac.compare_digest(visit.form.get("token", "").encode(), form_token(visit.arguments["token"]).encode()):
        raise PageError(403, "stale_form")
    chosen = visit.form.get("answer", "")
    heard = chosen in ANSWERS and _press(visit, token, chosen)
    return visit.redirect(_address(visit), said=visit.texts("answer.heard") if heard else "")


def _press(visit: Visit, token: ReplyToken, chosen: str) -> bool:
    """Whether the press changed how the question stands."""
    with visit.room.open_office() as office:
        question = answer_page.find_question(office, token)
        if question is None or _is_somebody_else(visit, question):
            return False
        _speak(visit, question)
        words = visit.form.get("words", "") if chosen == "reopen" else ""
        after = answer_page.press(office, token, ANSWERS[chosen], words, visit.texts(f"answer.{chosen}"))
    visit.room.wake_delivery()
    return after is not None and after.stage is not question.stage


def _is_somebody_else(visit: Visit, question: Question) -> bool:
    """Whether the console knows that not the one who was asked sits here: an agent must not answer for a requester.

    In the demo one person plays all parts.
    """
    known = visit.who.address if visit.who and not visit.room.terms.demo else question.person.address
    return known.lower() != question.person.address.lower()


def form_token(link: str) -> str:
    """What the form of a link must send back: only who has read the page, or the link, can know it."""
    return hashlib.sha256(b"answer\0" + link.encode("utf-8", "replace")).hexdigest()


def _token(visit: Visit) -> ReplyToken | None:
    return read_page(visit.room.policy.keyring, visit.arguments["token"])


def _address(visit: Visit) -> str:
    chosen = visit.query.get("lang", "")
    return f"/answer/{visit.arguments['token']}" + (f"?lang={chosen}" if chosen in LANGUAGES else "")


def _speak(visit: Visit, question: Question | None) -> None:
    """The language asked for in the link, else the one chosen in this browser, else the one that the notice was in."""
    kept = "" if visit.cookies.get(LANGUAGE_COOKIE, "") not in LANGUAGES else visit.cookies[LANGUAGE_COOKIE]
    wanted = (visit.query.get("lang", ""), kept, question.language if question else "")
    visit.language = next((tag for tag in wanted if tag in LANGUAGES), visit.language)
