"""Answers of first aid that are right one by one but not together with the rest."""

from __future__ import annotations

from collections.abc import Iterator

from mailbot.desk.first_aid import FirstAid
from mailbot.settings.agreements_checking import Contradiction
from mailbot.settings.first_aid import FirstAidSettings
from mailbot.settings.sections import Settings

At = tuple[str | int, ...]


def find_unanswerable(settings: Settings) -> Iterator[Contradiction]:
    services = [service.name for service in settings.services]
    taken: set[str] = set()
    for number, answer in enumerate(settings.first_aid):
        at = ("first_aid", number)
        called = FirstAid(answer.name, answer.title, tuple(answer.titles.items())).called
        if again := taken.intersection(called):
            yield (*at, "name"), f'"{answer.name}"', f"a name and titles that no other answer has ({min(again)})"
        taken.update(called)
        yield from _texts(settings, answer, at)
        for name in sorted(set(answer.services) - set(services)):
            yield (*at, "services"), f'"{name}"', f"one of the services: {', '.join(services) or 'there is none'}"


def _texts(settings: Settings, answer: FirstAidSettings, at: At) -> Iterator[Contradiction]:
    desk = settings.desk
    if desk.default_language not in answer.text:
        yield (*at, "text"), "", f"a text in {desk.default_language}, the language of the desk, and in others as needed"
    for language, text in answer.text.items():
        if language not in desk.languages:
            yield (*at, "text"), f'"{language}"', f"one of desk.languages: {', '.join(desk.languages)}"
        elif not text.strip():
            yield (*at, "text"), f'"{language}" with an empty text', "words for the requester"
