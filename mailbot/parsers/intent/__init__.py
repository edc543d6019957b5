"""What the new words of a reply want: ``read_intent(answer, subject, lexicon)``.

Only the new words count, never quotation, signature or disclaimer. The subject counts where it is nothing but a keyword
with a ticket reference, as the buttons of a notice write it ("Accept SD-1042"), and is no reply to such a mail. An
acceptance closes a ticket, so all of the text must be explained by it; what is not certain is a comment for a person.
"""

from __future__ import annotations

from mailbot.desk.correspondence import Answer, IntentVerdict
from mailbot.desk.language import Lexicon
from mailbot.desk.vocabulary import Intent
from mailbot.parsers.intent.clauses import read_clauses
from mailbot.parsers.intent.spelling import correct_spelling
from mailbot.parsers.intent.verdict import Finding, decide
from mailbot.parsers.tongue import rank_languages
from mailbot.parsers.vocabulary import Vocabularies, compile_vocabularies
from mailbot.parsers.words import WORD_LIMIT, Word, read_words

LEAST_CONFIDENCE = 0.6
"""Below this the cut between new and quoted words is too uncertain to close a ticket on."""

RIVAL = 0.7
"""A language is read as well where its score is at least this share of the best one's (Danish and Norwegian)."""


def read_intent(answer: Answer, subject: str, lexicon: Lexicon) -> IntentVerdict:
    """The verdict on a reply. ``subject`` is decoded. Never raises; text beyond the limits is never an acceptance."""
    vocabularies = compile_vocabularies(lexicon)
    words = read_words(answer.new_words)
    spoken = [word for word in words if word.kind != "stop"]
    button = _read_button(subject, vocabularies)
    if not spoken:
        if not button:
            return IntentVerdict(Intent.NONE, "", "there are no new words", 1.0)
        return _checked(_read(button, vocabularies, "subject"), answer)
    if button:
        body = _read(words, vocabularies, "text")
        whole = _read([*button, Word("stop", "."), *words], vocabularies, "subject and text")
        return _checked(body if body.intent is Intent.REOPEN and not whole.words else whole, answer)
    verdict = _read(words, vocabularies, "text")
    if len(words) >= WORD_LIMIT and verdict.intent is Intent.ACCEPT:
        return _doubted(verdict, "the text is too long to be an acceptance")
    return _checked(verdict, answer)


def _read(words: list[Word], vocabularies: Vocabularies, where: str) -> IntentVerdict:
    """Read in the likeliest language and in its close rivals, none of which may see a rejection in an acceptance."""
    corrected, changed = correct_spelling(words, vocabularies)
    ranked = rank_languages(corrected, vocabularies)[:3]
    best = ranked[0][1] if ranked else 0.0
    tags = [tag for tag, score in ranked if score >= RIVAL * best] or list(vocabularies.by_tag)[:1]
    findings = [(tag, decide(read_clauses(corrected, vocabularies.by_tag[tag], vocabularies), changed)) for tag in tags]
    tag, finding = _choose(findings, [_count_strange(corrected, tag, vocabularies) for tag in tags])
    if finding.intent is Intent.ACCEPT and _is_rejected_elsewhere(corrected, vocabularies, tags):
        finding = Finding(Intent.COMMENT, finding.words, "a part in another language says no", 0.5)
    reason = f"{finding.reason} ({where})"
    return IntentVerdict(finding.intent, finding.words, reason, finding.confidence, tag if best else "")


_ORDER = (Intent.ACCEPT, Intent.REOPEN, Intent.NEW_PROBLEM, Intent.STATUS, Intent.AUTOMATIC)


def _choose(findings: list[tuple[str, Finding]], strange: list[int]) -> tuple[str, Finding]:
    """The first language's finding, unless that is only a comment and a rival understands more of the text.

    A rival that knows fewer of the words (``strange``: how many it does not) raises no doubt about an acceptance."""
    tag, finding = findings[0]
    if finding.intent is Intent.COMMENT and not finding.doubted:
        for rival in findings[1:]:
            if rival[1].intent in _ORDER and rival[1].unknown < finding.unknown + 1:
                return rival
    rivals = [rival for (_, rival), count in zip(findings[1:], strange[1:], strict=True) if count <= strange[0]]
    if finding.intent is Intent.ACCEPT and any(rival.against or rival.blocked for rival in rivals):
        doubt = Finding(Intent.COMMENT, finding.words, "the words say something else in a kindred language", 0.5)
        return tag, doubt
    return tag, finding


def _count_strange(words: list[Word], tag: str, vocabularies: Vocabularies) -> int:
    known = vocabularies.known
    return sum(
        tag not in (known.get(word.exact) or known.get(word.folded) or ()) for word in words if word.kind == "word"
    )


def _is_rejected_elsewhere(words: list[Word], vocabularies: Vocabularies, read: list[str]) -> bool:
    """A phrase of two words or more by which a language not read says that it is not solved, or asks to reopen."""
    spoken = [word.folded for word in words if word.kind != "stop"]
    return any(
        name in ("reopen", "unfixed") and tuple(spoken[at + 1 : at + 1 + len(rest)]) == rest
        for tag, vocabulary in vocabularies.by_tag.items()
        if tag not in read
        for at, word in enumerate(spoken)
        for rest, name in vocabulary.phrases.get(word, ())
    )


def _read_button(subject: str, vocabularies: Vocabularies) -> list[Word]:
    """The keyword of a subject that is one keyword, with or without a ticket reference; else nothing."""
    if len(subject) > 120:
        return []
    words = [word for word in read_words(subject) if word.kind not in ("stop", "symbol")]
    rest = [word for word in words if word.kind != "reference"]
    if not rest or len(rest) > 3 or len(words) - len(rest) > 1:
        return []
    rest, _ = correct_spelling(rest, vocabularies)
    for vocabulary in vocabularies.by_tag.values():
        clauses = read_clauses(rest, vocabulary, vocabularies)
        if len(clauses) == 1 and set(clauses[0].found) in ({"accept"}, {"reopen"}) and not clauses[0].unknown:
            return rest
    return []


def _checked(verdict: IntentVerdict, answer: Answer) -> IntentVerdict:
    """An acceptance stands only on a clean cut between new and quoted words."""
    if verdict.intent is not Intent.ACCEPT:
        return verdict
    if answer.inline and not answer.below:
        return _doubted(verdict, "the answer stands between quoted lines")
    if answer.forwarded:
        return _doubted(verdict, "the mail is passed on from somebody else")
    if answer.confidence < LEAST_CONFIDENCE:
        return _doubted(verdict, "it is not certain which words are new")
    return verdict


def _doubted(verdict: IntentVerdict, doubt: str) -> IntentVerdict:
    reason = f"reads like an acceptance, but {doubt}"
    return IntentVerdict(Intent.COMMENT, verdict.words, reason, 0.5, verdict.language)
