"""Boards and freezes that are right one by one but not together with the rest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from mailbot.settings.agreements_checking import Contradiction
from mailbot.settings.changes import ChangeBoardSettings, ChangeFreezeSettings
from mailbot.settings.sections import Settings


def find_unapprovable(settings: Settings) -> Iterator[Contradiction]:
    names: set[str] = set()
    for number, board in enumerate(settings.change_boards):
        at = ("change_boards", number)
        if board.name in names:
            yield (*at, "name"), f'"{board.name}"', "a name that no other board has"
        names.add(board.name)
        for address in board.approvers:
            if address.lower() in (own.lower() for own in settings.desk.addresses):
                yield (*at, "approvers"), f'"{address}"', "addresses of people, not one of desk.addresses"
        if board.needed > len({address.lower() for address in board.approvers}):
            yield (*at, "needed"), str(board.needed), f"at most {len(board.approvers)}, or 0 for all of them"
        yield from _unknown(settings, board, at)
    for number, freeze in enumerate(settings.change_freezes):
        at = ("change_freezes", number)
        if moment_of(freeze.ends, settings.desk.timezone) <= moment_of(freeze.begins, settings.desk.timezone):
            yield (*at, "ends"), str(freeze.ends), f"a moment after begins ({freeze.begins})"
        yield from _unknown(settings, freeze, at)


def moment_of(moment: datetime, zone: str) -> datetime:
    """What names no zone is meant on the wall clock of the desk."""
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def _unknown(
    settings: Settings, section: ChangeBoardSettings | ChangeFreezeSettings, at: tuple[str | int, ...]
) -> Iterator[Contradiction]:
    services, customers = [s.name for s in settings.services], [c.name for c in settings.customers]
    for key, named, known in (("services", section.services, services), ("customers", section.customers, customers)):
        for name in sorted(set(named) - set(known)):
            yield (*at, key), f'"{name}"', f"one of the {key}: {', '.join(known) or 'there is none'}"
