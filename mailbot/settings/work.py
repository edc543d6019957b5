"""The sections about who does the work: services, groups, agents, how they are chosen, and what the desk watches."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from mailbot.settings.kinds import (
    Address,
    AddressOrNone,
    GroupName,
    LanguageTag,
    LanguageTagOrNone,
    NotNegative,
    OneLine,
    Section,
    ShortName,
    ShortNameOrNone,
    WallClock,
    WallClockOrNone,
    Weekday,
)

Skills = Annotated[
    dict[ShortName, Annotated[int, Meta(ge=1, le=3)]],
    Meta(description="of skills and levels from 1 to 3, such as { network = 2, printing = 1 }"),
]
WordPattern = Annotated[str, Meta(min_length=1, max_length=100, description="a word or some, with * for any letters")]
WordsByLanguage = Annotated[
    dict[LanguageTag, tuple[WordPattern, ...]],
    Meta(description='of words by language, such as { sv = ["skrivar*"], en = ["printer*"] }'),
]
TitlesByLanguage = Annotated[
    dict[LanguageTag, OneLine], Meta(description='of titles by language, such as { en = "Printing" }')
]
ThreeSteps = Literal["high", "medium", "low", ""]


class ServiceSettings(Section, frozen=True, kw_only=True):
    name: ShortName
    title: OneLine = ""
    titles: TitlesByLanguage = {}
    words: WordsByLanguage = {}
    addresses: tuple[Address, ...] = ()
    group: OneLine = ""
    skills: Skills = {}
    impact: ThreeSteps = ""
    urgency: ThreeSteps = ""
    customers: tuple[ShortName, ...] = ()


class RoutingSettings(Section, frozen=True, kw_only=True):
    assign: bool = False
    least_score: Annotated[int, Meta(ge=1, le=1000)] = 1
    accept_hours: Annotated[int, Meta(ge=0, le=1000)] = 4
    transcripts: Literal["always", "trouble"] = "always"


class WatchListSettings(Section, frozen=True, kw_only=True):
    on: bool = True
    time: WallClock = "07:30"
    after_hours: Annotated[int, Meta(ge=0, le=10_000)] = 16


class GroupSettings(Section, frozen=True, kw_only=True):
    name: GroupName
    address: AddressOrNone = ""
    accept_hours: Annotated[int, Meta(ge=0, le=1000)] = 0


class AgentSettings(Section, frozen=True, kw_only=True):
    address: Address
    name: OneLine = ""
    groups: tuple[str, ...] = ()
    role: Literal["agent", "admin"] = "agent"
    language: LanguageTagOrNone = ""
    skills: Skills = {}
    calendar: ShortNameOrNone = ""
    works_from: WallClockOrNone = ""
    works_to: WallClockOrNone = ""
    works_on: tuple[Weekday, ...] = ()
    capacity: NotNegative = 0
