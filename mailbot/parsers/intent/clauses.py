"""One text in one language, cut into clauses, each with the classes of the words found in it.

Names after a greeting, thanks or a sign-off, and a line of nothing but a name at the end, count as explained. What no
language knows is kept as unknown: an acceptance tolerates next to none of that.
"""

from __future__ import annotations

from collections.abc import Sequence

from mailbot.parsers.intent.classes import WordClasses
from mailbot.parsers.intent.clause import Clause
from mailbot.parsers.intent.names import NAMES_AFTER, explain_names, explain_thanks, is_named, is_no_name
from mailbot.parsers.vocabulary import AGAINST, BLOCKING, Vocabularies, Vocabulary
from mailbot.parsers.words import Word

OPENING = frozenset(("contrast", "joint", "since"))
"""A new clause starts with these."""
SENTENCE_ENDS = frozenset(".!?…\n")
QUOTES = frozenset('"“”„«»')
SKIPPED = frozenset(("negation", "now", "again", "still", "unable"))
"""What may stand inside a separable phrase: "komme *immer noch nicht* rein"."""
ASKABLE = frozenset(("", "polite", "able", "works", "worked", "fine", "question"))
INVERTED = ("works", "worked", "able", "acts", "fine", "fixed")
NAMING = frozenset(("determiner", "neutral", "joint", "yes", "thanks", "greeting"))
WITHIN_PLACE = frozenset(("determiner", "whole", "praise"))
"""What may stand between a preposition of place and its noun."""
SHORTEST_NOUN = 3
LONGEST_PHRASE = 4
LONGEST_GAP = 3
LONGEST_SIGNATURE = 5


def read_clauses(words: Sequence[Word], vocabulary: Vocabulary, all_words: Vocabularies) -> list[Clause]:
    """The clauses of a text, in order, without empty ones."""
    reader = _Reader(words, vocabulary, all_words)
    reader.read()
    explain_names(reader.clauses)
    explain_thanks(reader.clauses)
    return reader.clauses


class _Reader:
    def __init__(self, words: Sequence[Word], vocabulary: Vocabulary, all_words: Vocabularies) -> None:
        self.words, self.vocabulary, self.all_words = words, vocabulary, all_words
        self.classes = WordClasses(words[0] if words else None, vocabulary, all_words)
        self.class_of = self.classes.class_of
        self.clauses: list[Clause] = []
        self.clause = Clause()
        self.sentence_start = 0
        self.in_quotes = False
        self.at = 0

    def read(self) -> None:
        at = 0
        while at < len(self.words):
            word = self.words[at]
            self.at = at
            if word.kind == "stop":
                self._stop(word.raw)
                at += 1
            elif word.kind == "symbol":
                self.clause.add("thanks" if word.exact == "+" else "displeased", len(self.clause.words))
                at += 1
            else:
                at = self._read_word(at)
        self._close("")

    def _stop(self, mark: str) -> None:
        if mark in QUOTES:
            self.in_quotes = not self.in_quotes
            return
        if mark == "/" and self._is_signed():
            self.clause.add("signoff", 0)
            return
        if mark == "¿":
            self.clause.question = True
            return
        self._close(mark)
        if mark == "?":
            for clause in self.clauses[self.sentence_start :] or self.clauses[-1:]:
                clause.question = True
        if mark in SENTENCE_ENDS:
            self.sentence_start = len(self.clauses)
            self.in_quotes = self.in_quotes and mark != "\n"

    def _is_signed(self) -> bool:
        """ "/Micke", "// Ingrid at HR": a slash at the start of a clause and a short name to the end of the text."""
        if self.clause.words or not self.clauses:
            return False
        rest = [word for word in self.words[self.at + 1 :] if word.kind != "stop"]
        doubt = (*BLOCKING, *AGAINST)
        return 0 < len(rest) <= LONGEST_SIGNATURE and not any(
            self.vocabulary.words.get(word.folded) in doubt for word in rest
        )

    def _close(self, mark: str) -> None:
        if self.clause.words or self.clause.found:
            self.clause.end = mark
            if self.clause.words and self._is_asked(self.clause):
                self.clause.question = True
            self.clauses.append(self.clause)
        elif self.clauses and mark not in ("", "\n"):
            self.clauses[-1].end = mark
        self.clause = Clause()

    def _read_word(self, at: int) -> int:
        phrase = self._find_phrase(at) or self._find_without(at)
        if phrase:
            name, end, inside = phrase
            if name in OPENING and self.clause.words:
                self._close(",")
            for place, extra in inside:
                self.clause.add(extra or "neutral", len(self.clause.words) + place)
                asks = not self.clause.words and self.words[at + 1].folded in self.vocabulary.subjects
                self.clause.inverted |= place == 1 and name in INVERTED and asks
            self._take(name, self.words[at:end])
            return end
        word = self.words[at]
        name = "" if self._is_addressed(word) else self.class_of(word)
        if name in OPENING and self.clause.words:
            self._close(",")
        if name == "want" and self._is_thanked():
            name = "neutral"
        self._take(name, (word,))
        return at + 1

    def _is_thanked(self) -> bool:
        """ "Thank you for help": one preposition, or nothing, stands between the thanks and what they are for."""
        clause = self.clause
        return "thanks" in clause.last and clause.last["thanks"] >= len(clause.words) - 3 and self.at > 0

    def _is_addressed(self, word: Word) -> bool:
        """A capitalised word after a greeting or thanks that the text's own language does not know: a name."""
        if not word.raw[:1].isupper() or not self.clause.words or not self.clause.has(*NAMES_AFTER):
            return False
        name = self.all_words.shared.get(word.exact) or self.all_words.shared.get(word.folded) or ""
        shouted = word.raw.isupper() and name in AGAINST
        if shouted or is_no_name(name, word) or self.classes.second.get(word.exact) in AGAINST:
            return False
        return not (self.vocabulary.words.get(word.exact) or self.vocabulary.words.get(word.folded))

    def _take(self, name: str, words: Sequence[Word]) -> None:
        clause = self.clause
        place = len(clause.words)
        clause.words.extend(words)
        clause.thought = clause.thought or (not place and words[0].folded in self.vocabulary.that)
        clause.also = clause.also or words[0].folded in self.vocabulary.also
        clause.mine = clause.mine or words[0].folded in self.vocabulary.mine or self._is_mine(words[0])
        clause.lacking = clause.lacking or any(word.folded in self.vocabulary.lacking for word in words)
        clause.quoted = clause.quoted or (self.in_quotes and name in ("works", "worked", "fixed", "accept", "close"))
        if name:
            clause.add(name, place)
            if name == "negation" and any(self.vocabulary.words.get(word.folded) == "anymore" for word in words[:-1]):
                clause.add("anymore", place)
            if name == "resigned" and any(self.vocabulary.words.get(word.folded) == "negation" for word in words):
                # "You do not need to open it again."
                clause.add("negation", place)
            clause.alone = clause.alone or (name == "fine" and words[-1].folded in self.vocabulary.alone)
            clause.modal = clause.modal or (name == "able" and words[0].folded in self.vocabulary.modals)
            if name == "person" and "thanks" not in clause.found and self._is_for(place):
                # "It works for the teacher".
                clause.add("hearsay", place)
        elif place and clause.words[place - 1].folded in self.vocabulary.whom and "thanks" not in clause.found:
            # "For Eva it is solved": said of somebody else.
            clause.add("hearsay", place)
        elif words[0].kind == "number" and place and self._is_numbered(clause.words[place - 1], place - 1):
            clause.add("neutral", place)
        elif self._is_located(words[0], place):
            clause.things.append((place, words[0]))
            clause.located.add(place)
        elif clause.last.get("determiner", -2) == place - 1 or self._is_noun(words[0]) or self._is_compound(place):
            clause.things.append((place, words[0]))
        else:
            clause.unknown.append((place, words[0]))
            if self._is_adverb(words[0]):
                clause.adverbs.add(place)

    def _is_mine(self, word: Word) -> bool:
        """A thing whose ending says whose it is: "laskelmani"."""
        endings = self.vocabulary.mine_endings
        return len(word.folded) > LONGEST_SIGNATURE and word.folded.endswith(endings) if endings else False

    def _is_for(self, place: int) -> bool:
        return any(word.folded in self.vocabulary.whom for word in self.clause.words[max(0, place - 2) : place])

    def _is_numbered(self, word: Word, place: int) -> bool:
        """ "Printer 3", "ward 12": a number behind the name of a thing is part of it."""
        return self.class_of(word) == "device" or any(
            at == place for at, _ in (*self.clause.things, *self.clause.unknown)
        )

    def _is_compound(self, place: int) -> bool:
        """The next noun of "the franking machine", before anything is said of it."""
        clause, word = self.clause, self.clause.words[place]
        if not clause.things or clause.things[-1][0] != place - 1 or not clause.found.keys() <= NAMING:
            return False
        return not word.folded.endswith(self.vocabulary.adverb_endings) and not self.vocabulary.pronouns

    def _is_located(self, word: Word, place: int) -> bool:
        """The noun after a preposition of place, with what may stand between: "in our new canteen"."""
        if len(word.folded) < SHORTEST_NOUN or word.kind != "word":
            return False
        if self.clause.words[place - 1].folded in self.vocabulary.prepositions:
            return True
        if self._is_adverb(word):
            return False
        for at in range(place - 1, max(0, place - LONGEST_PHRASE), -1):
            before = self.clause.words[at]
            if before.kind != "number" and self.class_of(before) not in WITHIN_PLACE and at not in self.clause.located:
                return False
            if self.clause.words[at - 1].folded in self.vocabulary.prepositions:
                return True
        return False

    def _is_noun(self, word: Word) -> bool:
        return (
            len(word.folded) >= 6 and not word.raw[:1].isupper() and word.folded.endswith(self.vocabulary.noun_endings)
        )

    def _is_adverb(self, word: Word) -> bool:
        """Its ending is one of no noun, or of somebody's: "Annas fungerar" speaks of what is Anna's."""
        return word.folded.endswith(self.vocabulary.adverb_endings) if self.vocabulary.adverb_endings else False

    def _is_asked(self, clause: Clause) -> bool:
        """Word order or an ending that asks without a question mark: "fungerar det nu", "toimiiko se"."""
        first, *rest = clause.words
        if self.clauses and not rest and is_named(first):
            return False
        endings = self.vocabulary.question_endings
        if endings and first.folded.endswith(endings) and self.class_of(first) in ASKABLE:
            return True
        if not rest or not self.vocabulary.pronouns or first.folded in self.vocabulary.dropped or clause.has("close"):
            return False
        subject = rest[0].folded in self.vocabulary.pronouns or self.class_of(rest[0]) == "determiner"
        return clause.inverted or (subject and self.class_of(first) in INVERTED)

    def _find_phrase(self, at: int) -> tuple[str, int, list[tuple[int, str]]] | None:
        first = self.words[at].folded
        for rest, name in self.vocabulary.phrases.get(first, ()):
            if name == "question" and self.clause.words and not self.clause.found.keys() <= {"yes", "greeting"}:
                # "nu kan jag skriva ut" is no question; "kan jag skriva ut" is.
                continue
            hit = self._match(at + 1, rest, name)
            if hit:
                return name, hit[0], hit[1]
        return None

    def _find_without(self, at: int) -> tuple[str, int, list[tuple[int, str]]] | None:
        """ "Without any trouble" is praise, where "without the dock" limits."""
        if self.words[at].folded not in self.vocabulary.without:
            return None
        for end in range(at + 1, min(at + 4, len(self.words))):
            name = self.class_of(self.words[end]) if self.words[end].kind == "word" else ""
            if name == "fault":
                return "praise", end + 1, []
            if self.words[end].folded not in self.vocabulary.whichever:
                return None
        return None

    def _match(self, at: int, rest: tuple[str, ...], meant: str) -> tuple[int, list[tuple[int, str]]] | None:
        """Where the phrase ends, and what stands inside: doubt, its subject, "kom *direkt* in"; sarcasm has commas."""
        within = self.vocabulary.skipped if meant in INVERTED else self.vocabulary.pronouns
        inside: list[tuple[int, str]] = []
        start = at
        for part in rest:
            at += meant == "sarcasm" and at < len(self.words) and self.words[at].raw == ","
            while at < len(self.words) and self.words[at].folded != part:
                name = self.class_of(self.words[at]) if self.words[at].kind in ("word", "mistyped") else ""
                skipped = name in SKIPPED or self.words[at].folded in within
                if not skipped or len(inside) >= LONGEST_GAP:
                    return None
                inside.append((at - start + 1, name))
                at += 1
            if at >= len(self.words):
                return None
            at += 1
        return at, inside
