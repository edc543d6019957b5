"""The sections about phone contacts: what is agreed, and how each telephone system writes its list of calls."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from mailbot.settings.kinds import Needed, NotNegative, OneLine, Section, ShortName

Delimiter = Annotated[str, Meta(min_length=1, max_length=1, description="one character, such as ;")]


class ContactSettings(Section, frozen=True, kw_only=True):
    answer_seconds: Annotated[int, Meta(ge=1, le=86_400)] = 60
    hasty_seconds: NotNegative = 5


class CallColumns(Section, frozen=True, kw_only=True):
    """Which column of the list has what; empty: none has it."""

    key: Needed
    caller: Needed
    offered: Needed
    outcome: Needed
    answered: OneLine = ""
    ended: OneLine = ""
    waited: OneLine = ""
    talked: OneLine = ""
    caller_name: OneLine = ""
    agent: OneLine = ""
    skill: OneLine = ""
    customer: OneLine = ""
    note: OneLine = ""


class TelephoneSystemSettings(Section, frozen=True, kw_only=True):
    name: ShortName
    columns: CallColumns
    delimiter: Delimiter = ";"
    encoding: Needed = "utf-8"
    zone: OneLine = ""
    moment: OneLine = ""
    answered_words: tuple[str, ...] = ("answered", "besvarat")
    abandoned_words: tuple[str, ...] = ("abandoned", "övergivet")
    agent_names: dict[str, str] = {}
