"""Telephone systems whose lists could not be read: a part of ``checking``."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from mailbot.settings.agreements_checking import Contradiction
from mailbot.settings.sections import Settings


def find_unreadable(settings: Settings) -> Iterator[Contradiction]:
    """Zones and encodings that do not exist, and lists that never say when a call was answered."""
    for number, system in enumerate(settings.telephone_systems):
        at = ("telephone_systems", number)
        if system.zone and not _is_zone(system.zone):
            yield (*at, "zone"), f'"{system.zone}"', "a zone of the IANA database, such as Europe/Stockholm"
        if not _is_encoding(system.encoding):
            yield (*at, "encoding"), f'"{system.encoding}"', "a character encoding, such as utf-8 or cp1252"
        if not system.columns.answered and not system.columns.waited:
            yield (*at, "columns", "answered"), "", "set answered, or waited"


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return False
    return True


def _is_encoding(name: str) -> bool:
    try:
        "".encode(name)
    except LookupError:
        return False
    return True
