"""What was found in one clause of a text: classes of words with their places, and the words that nothing explains."""

from __future__ import annotations

from dataclasses import dataclass, field

from mailbot.parsers.words import Word


@dataclass(slots=True)
class Clause:
    """``found``: class → place of its first word. ``unknown``: places and words that nothing explains;
    ``things``: the same, but their form says that they are nouns ("the projector", "projektorn"). ``modal``: somebody
    can, in the present.
    ``adverbs``: places of unknown words whose ending is one of no noun. ``located``: those of ``things`` that a
    preposition of place tells ("in the canteen"): where it works may be all of where it works. ``inverted``: the
    subject stands inside what is said first ("gaat *het* weer"), as it does in questions. ``alone``: a
    verb of working that thanks suffice to make a statement ("läuft, danke"). ``also``: it has a word
    that adds something. ``mine`` and ``lacking``: something is the writer's own, or missing. ``thought``: it opens
    with "that", and may be only said or thought."""

    found: dict[str, int] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    unknown: list[tuple[int, Word]] = field(default_factory=list)
    things: list[tuple[int, Word]] = field(default_factory=list)
    modal: bool = False
    adverbs: set[int] = field(default_factory=set)
    located: set[int] = field(default_factory=set)
    words: list[Word] = field(default_factory=list)
    end: str = ""
    question: bool = False
    quoted: bool = False
    inverted: bool = False
    alone: bool = False
    also: bool = False
    mine: bool = False
    lacking: bool = False
    thought: bool = False

    def has(self, *names: str) -> bool:
        return any(name in self.found for name in names)

    def add(self, name: str, place: int) -> None:
        self.found.setdefault(name, place)
        self.last[name] = place

    @property
    def text(self) -> str:
        return " ".join(word.raw for word in self.words)
