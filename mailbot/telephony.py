"""Telephone systems as settings have them become the desk's own values: a part of ``app``."""

from __future__ import annotations

from datetime import timedelta

from mailbot.desk.contacts import AnswerTarget, TelephoneSystem
from mailbot.settings import Settings
from mailbot.settings.telephony import TelephoneSystemSettings


def make_answer_target(settings: Settings) -> AnswerTarget:
    contacts = settings.contacts
    return AnswerTarget(timedelta(seconds=contacts.answer_seconds), timedelta(seconds=contacts.hasty_seconds))


def make_telephone_systems(settings: Settings) -> tuple[TelephoneSystem, ...]:
    return tuple(_system(system, settings.desk.timezone) for system in settings.telephone_systems)


def _system(given: TelephoneSystemSettings, zone: str) -> TelephoneSystem:
    columns = {name: getattr(given.columns, name) for name in given.columns.__struct_fields__}
    return TelephoneSystem(
        name=given.name,
        columns={name: column for name, column in columns.items() if column},
        delimiter=given.delimiter,
        encoding=given.encoding,
        zone=given.zone or zone,
        moment=given.moment,
        answered_words=tuple(word.lower() for word in given.answered_words),
        abandoned_words=tuple(word.lower() for word in given.abandoned_words),
        agents=given.agent_names,
    )
