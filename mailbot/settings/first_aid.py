"""The section about first aid: answers that stand ready for what many ask."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from mailbot.settings.kinds import LanguageTag, OneLine, Section, ShortName
from mailbot.settings.work import TitlesByLanguage, WordsByLanguage

AnswerName = Annotated[str, Meta(pattern=r"\A\w[\w-]{0,39}\Z", description="one word of letters, digits, - and _")]
AnswerText = Annotated[str, Meta(min_length=1, max_length=10_000, description="text of 1 to 10000 characters")]
TextsByLanguage = Annotated[
    dict[LanguageTag, AnswerText],
    Meta(description='of texts by language, such as { sv = "Gör så här …", en = "Do this …" }'),
]


class FirstAidSettings(Section, frozen=True, kw_only=True):
    name: AnswerName
    title: OneLine = ""
    titles: TitlesByLanguage = {}
    text: TextsByLanguage
    services: tuple[ShortName, ...] = ()
    words: WordsByLanguage = {}
