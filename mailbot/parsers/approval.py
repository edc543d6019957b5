"""Whether somebody approves a change: ``read_approval(answer, subject, lexicon)``.

Built on the cut between new and quoted words, and on the words, that the reading of all replies is built on, but
stricter: an approval must be explained to its last word, in one language, by words that say it or may stand beside it
(``languages/approving.toml``). A clear refusal may give any reasons behind it. All else is nobody's answer, and a
person reads it: a condition, a question, a day, an unknown language. Never raises; linear.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mailbot.desk.approvals import Answer
from mailbot.desk.correspondence import Answer as Words
from mailbot.desk.language import Lexicon
from mailbot.parsers.words import Word, read_words

MOST_WORDS = 60
"""Longer approvals say more than that they approve."""
LONGEST_REFUSAL = 300
LEAST_CONFIDENCE = 0.6
"""Below this it is too uncertain which words are new."""
LONGEST_SUBJECT = 200
GROUPS = ("approve", "decline", "no", "because", "around")
ENDS = frozenset(".!?…\n,;:()")


@dataclass(frozen=True, slots=True)
class ApprovalVerdict:
    """``answer`` NONE: a person must read it, and ``reason`` says why. ``words`` are those that decided."""

    answer: Answer
    words: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class _Tongue:
    """``phrases``: first folded word → (the words that follow it, its group), longest first."""

    phrases: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
    asks: frozenset[str]


@dataclass(slots=True)
class _Clause:
    """``found``: groups in it. ``strange``: words that nothing explains, before any ``because``."""

    found: list[tuple[str, str]]
    strange: list[str]
    asks: bool = False
    reason: bool = False
    begun: bool = False


def read_approval(
    answer: Words, subject: str, lexicon: Lexicon, *, names: Sequence[str] = (), attached: bool = False
) -> ApprovalVerdict:
    """The verdict on a reply. ``names`` are those of its author, which explain a signature; ``attached``: it brings
    files, which may say more. The subject counts where it is nothing but the ready one of a button."""
    button = _read_button(subject, lexicon)
    if not answer.new_words.strip():
        return button or _unclear("there are no new words")
    verdict = _judge(answer.new_words, lexicon, names)
    if button and button.answer is not verdict.answer:
        return _unclear("the subject and the words do not say the same")
    return _doubted(verdict, answer, attached)


def _doubted(verdict: ApprovalVerdict, answer: Words, attached: bool) -> ApprovalVerdict:
    """An answer stands only on words that are certainly its author's own."""
    if verdict.answer is Answer.NONE:
        return verdict
    if answer.forwarded:
        return _unclear("the mail is passed on from somebody else")
    if answer.inline and not answer.below:
        return _unclear("the answer stands between quoted lines")
    if answer.confidence < LEAST_CONFIDENCE:
        return _unclear("it is not certain which words are new")
    if attached and verdict.answer is Answer.APPROVE:
        return _unclear("there are files with it, which may say more")
    return verdict


def _judge(text: str, lexicon: Lexicon, names: Sequence[str]) -> ApprovalVerdict:
    """In every language: what one of them calls a refusal, none may call an approval."""
    words = read_words(text)
    spoken = sum(word.kind != "stop" for word in words)
    if spoken > LONGEST_REFUSAL:
        return _unclear("it is long")
    own = frozenset(w.folded for name in names for w in read_words(name) if w.folded)
    read = [list(_clauses(words, tongue, own)) for tongue in _compile(lexicon)]
    said = [_weigh(clauses) for clauses in read]
    approved = next((verdict for verdict in said if verdict.answer is Answer.APPROVE), None)
    refused = next((verdict for verdict in said if verdict.answer is Answer.DECLINE), None)
    if approved and spoken > MOST_WORDS:
        return _unclear("it is long")
    if approved and any(_says(clauses, "decline") or _says(clauses, "no") for clauses in read):
        return _unclear("a part of it says no")
    if refused and any(_says(clauses, "approve") for clauses in read):
        return _unclear("a part of it says yes")
    return approved or refused or _unclear("it does not say clearly that the plan is approved or declined")


def _weigh(clauses: Sequence[_Clause]) -> ApprovalVerdict:
    yes, no = _says(clauses, "approve"), _says(clauses, "decline")
    if yes and not no and not _says(clauses, "no") and not _says(clauses, "because"):
        whole = not any(clause.strange or clause.asks for clause in clauses)
        return ApprovalVerdict(Answer.APPROVE, yes, "approves, and says nothing else") if whole else _unclear("")
    if no and not yes:
        plain = [c for c in clauses if any(group == "decline" for group, _ in c.found)]
        clear = not any(c.strange or c.asks for c in plain)
        return ApprovalVerdict(Answer.DECLINE, no, "declines") if clear else _unclear("")
    if (bare := _says(clauses, "no")) and not yes and not any(c.strange or c.asks for c in clauses):
        return ApprovalVerdict(Answer.DECLINE, bare, "says no, and nothing else")
    return _unclear("")


def _says(clauses: Sequence[_Clause], group: str) -> str:
    """The first words of a group, or nothing."""
    return next((words for clause in clauses for name, words in clause.found if name == group), "")


def _clauses(words: Sequence[Word], tongue: _Tongue, names: frozenset[str]) -> Iterator[_Clause]:
    clause, at = _Clause([], []), 0
    while at < len(words):
        word = words[at]
        if word.kind == "stop":
            clause.asks = clause.asks or word.raw == "?"
            if word.raw in ENDS:
                yield clause
                clause = _Clause([], [])
            at += 1
            continue
        at += _take(words, at, tongue, names, clause)
    yield clause


def _take(words: Sequence[Word], at: int, tongue: _Tongue, names: frozenset[str], clause: _Clause) -> int:
    """Explain the word at a place, or the phrase that begins there; how many words that are."""
    word = words[at]
    clause.asks = clause.asks or (not clause.begun and word.folded in tongue.asks)
    clause.begun = True
    length, group = _phrase_at(words, at, tongue)
    if group:
        clause.found.append((group, " ".join(w.raw for w in words[at : at + length])))
        clause.reason = clause.reason or group == "because"
        return length
    explained = word.kind == "reference" or (word.kind == "symbol" and word.exact == "+")
    if not explained and not clause.reason and (not word.folded or word.folded not in names):
        clause.strange.append(word.raw)
    return 1


def _phrase_at(words: Sequence[Word], at: int, tongue: _Tongue) -> tuple[int, str]:
    """How many words the longest phrase that begins here has, and its group; 0 for none. Stops end a phrase."""
    for rest, group in tongue.phrases.get(words[at].folded, ()):
        if tuple(w.folded for w in words[at + 1 : at + 1 + len(rest)]) == rest:
            return 1 + len(rest), group
    return 0, ""


def _read_button(subject: str, lexicon: Lexicon) -> ApprovalVerdict | None:
    """The answer of a subject that is one word of a button and a reference ("Approve SD-1042"); None for any other."""
    if len(subject) > LONGEST_SUBJECT:
        return None
    words = read_words(subject)
    rest = [word for word in words if word.kind != "reference"]
    if len(words) - len(rest) != 1 or len(rest) != 1:
        return None
    for tongue in _compile(lexicon):
        for following, group in tongue.phrases.get(rest[0].folded, ()):
            if not following and group in ("approve", "decline"):
                return ApprovalVerdict(Answer(group), rest[0].raw, "the subject of a button")
    return None


def _unclear(reason: str) -> ApprovalVerdict:
    return ApprovalVerdict(Answer.NONE, "", reason)


@lru_cache(maxsize=4)
def _compile(lexicon: Lexicon) -> tuple[_Tongue, ...]:
    return tuple(_compile_one(table) for _, table in sorted(lexicon.approving.items()))


def _compile_one(table: Mapping[str, str]) -> _Tongue:
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for group in GROUPS:
        for entry in table[group].split(","):
            first, *rest = [w.folded for w in read_words(entry) if w.kind == "word"]
            phrases.setdefault(first, []).append((tuple(rest), group))
    asks = frozenset(w.folded for w in read_words(table["asks"]) if w.kind == "word")
    longest_first = {k: tuple(sorted(v, key=lambda p: len(p[0]), reverse=True)) for k, v in phrases.items()}
    return _Tongue(longest_first, asks)
