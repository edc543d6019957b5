"""Is it a monitoring system, and what does it tell?

Every sibling module that has a ``FORMAT`` is one monitoring format; adding a format is adding a file. A format returns
one ``Alert`` for every event that the mail tells, or nothing where the mail is not of its making. Formats recognise a
mail by marks that its tool always leaves, never by one word, so that exactly one of them takes a sample and none takes
an ordinary mail. Whether the sender may be believed is not decided here (an alert closes incidents: see desk.trust).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from mailbot.desk.correspondence import Alert, InboundMail
from mailbot.desk.reading_rules import ReadingRules
from mailbot.parsers.alerts.sheet import MAX_ALERTS, Sheet


@dataclass(frozen=True, slots=True)
class AlertFormat:
    """One monitoring tool's mail. ``threads``: its own mails carry In-Reply-To, so that does not make them answers.
    ``described``: the admin has named its senders, so what its mails show is theirs."""

    tool: str
    read: Callable[[Sheet, ReadingRules], tuple[Alert, ...]]
    threads: bool = False
    described: bool = False


def read_alerts(mail: InboundMail, rules: ReadingRules) -> tuple[Alert, ...]:
    """The events that a monitoring system tells in this mail, in order; empty where it is no alert.

    Sources that the admin described (``rules.alert_rules``) are asked first: their word is about that very sender.
    """
    sheet = Sheet(mail)
    if sheet.is_passed_on:
        return ()
    for alert_format in alert_formats():
        if sheet.is_answer and not alert_format.threads:
            continue
        if not alert_format.described and sheet.shows_another:
            continue
        if alerts := alert_format.read(sheet, rules):
            return alerts[:MAX_ALERTS]
    return ()


@lru_cache(maxsize=1)
def alert_formats() -> tuple[AlertFormat, ...]:
    """All formats of this package: the labelled sources first, then by name."""
    names = sorted(
        (module.name for module in pkgutil.iter_modules(__path__)), key=lambda name: (name != "labelled", name)
    )
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return tuple(module.FORMAT for module in modules if hasattr(module, "FORMAT"))
